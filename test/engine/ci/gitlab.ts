import * as fs from "node:fs";
import { parse } from "yaml";

type Json = Record<string, unknown>;

/** A job of GitLab's, with what it extends. */
export interface GitLabJob {
  stage?: string;
  extends?: string | string[];
  needs?: (string | { job: string; artifacts?: boolean; optional?: boolean })[];
  rules?: { if?: string; when?: string }[];
  variables?: Record<string, unknown>;
  before_script?: string[];
  script?: string[];
  parallel?: { matrix: Json[] };
  resource_group?: string;
  environment?: string | { name: string; action: string };
  id_tokens?: Record<string, { aud: string }>;
}

/** Keywords that our file uses, as docs.gitlab.com/ci/yaml lists them; its published schema cannot be had offline. */
const GLOBAL = ["default", "include", "stages", "variables", "workflow"];
const DEFAULT = [
  "after_script",
  "artifacts",
  "before_script",
  "cache",
  "id_tokens",
  "image",
  "interruptible",
  "retry",
  "tags",
  "timeout",
];
const JOB = [
  ...DEFAULT,
  ...[
    "environment",
    "extends",
    "needs",
    "parallel",
    "resource_group",
    "rules",
    "script",
    "stage",
    "variables",
    "when",
    "allow_failure",
  ],
];
const MEMBERS: Readonly<Record<string, readonly string[]>> = {
  artifacts: ["expire_in", "expose_as", "name", "paths", "when"],
  cache: ["key", "paths"],
  environment: ["action", "name"],
  needs: ["artifacts", "job", "optional"],
  parallel: ["matrix"],
  rules: ["allow_failure", "changes", "exists", "if", "needs", "variables", "when"],
  workflow: ["name", "rules"],
};
const WHEN = ["always", "delayed", "manual", "never", "on_failure", "on_success"];

export interface GitLabFile {
  /** jobs that run, not those that begin with a dot */
  jobs: Map<string, GitLabJob>;
  variables: Record<string, unknown>;
  problems: string[];
}

export function readGitLab(file: string): GitLabFile {
  const content = parse(fs.readFileSync(file, "utf8")) as Json;
  const problems: string[] = [];
  const stages = content.stages as string[];
  const all = Object.entries(content).filter(([name]) => !GLOBAL.includes(name)) as [string, GitLabJob][];
  const byName = new Map(all);
  members("default", content.default, DEFAULT, problems);
  members("workflow", content.workflow, MEMBERS.workflow!, problems);
  for (const [name, job] of all) {
    members(name, job, JOB, problems);
    for (const [key, known] of Object.entries(MEMBERS))
      for (const part of [(job as Json)[key]].flat())
        if (typeof part === "object") members(`${name}.${key}`, part, known, problems);
    for (const { when } of job.rules ?? [])
      if (when !== undefined && !WHEN.includes(when)) problems.push(`${name}.rules: when: ${when}`);
    for (const base of [job.extends ?? []].flat()) if (!byName.has(base)) problems.push(`${name}: extends ${base}`);
    if (name.startsWith(".")) continue;
    const whole = extended(job, byName);
    if (!stages.includes(whole.stage ?? "")) problems.push(`${name}: stage ${whole.stage}`);
    if (!Array.isArray(whole.script) || whole.script.some((line) => typeof line !== "string"))
      problems.push(`${name}: script is no list of lines`);
    if (whole.rules === undefined) problems.push(`${name}: no rules`);
    for (const need of whole.needs ?? []) {
      const other = byName.get(typeof need === "string" ? need : need.job);
      if (other === undefined) problems.push(`${name}: needs ${JSON.stringify(need)}`);
      else if (stages.indexOf(extended(other, byName).stage!) > stages.indexOf(whole.stage!))
        problems.push(`${name}: needs ${JSON.stringify(need)}, which comes later`);
    }
  }
  const common = content.default as GitLabJob;
  const jobs = all
    .filter(([name]) => !name.startsWith("."))
    .map(([name, job]): [string, GitLabJob] => [
      name,
      { before_script: common.before_script, ...extended(job, byName) },
    ]);
  return { jobs: new Map(jobs), variables: (content.variables ?? {}) as Json, problems };
}

function members(place: string, value: unknown, known: readonly string[], problems: string[]): void {
  for (const key of Object.keys((value ?? {}) as Json)) if (!known.includes(key)) problems.push(`${place}: ${key}`);
}

/** Mappings are merged, lists are replaced. */
function extended(job: GitLabJob, all: ReadonlyMap<string, GitLabJob>): GitLabJob {
  const bases = [job.extends ?? []].flat().map((name) => extended(all.get(name) ?? {}, all));
  return [...bases, job].reduce((one, other) => merged(one as Json, other as Json), {});
}

function merged(one: Json, other: Json): Json {
  const result = { ...one };
  for (const [key, value] of Object.entries(other)) {
    const both = isMapping(result[key]) && isMapping(value);
    result[key] = both ? merged(result[key] as Json, value as Json) : value;
  }
  return result;
}

function isMapping(value: unknown): boolean {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Variables in variables, `$NAME`, as GitLab fills them in. */
export function expanded(
  variables: Readonly<Record<string, unknown>>,
  given: NodeJS.ProcessEnv,
): Record<string, string> {
  const result: Record<string, string> = {};
  for (const [name, value] of Object.entries(variables))
    result[name] = String(value).replace(/\$(\w+)/g, (_, other: string) => result[other] ?? given[other] ?? "");
  return result;
}
