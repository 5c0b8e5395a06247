import * as fs from "node:fs";
import * as path from "node:path";
import { isMap, isScalar, LineCounter, parseDocument, visit, type YAMLError } from "yaml";
import { nearest } from "../../aws/text/nearest";
import type { Properties } from "../core/model";
import type { Problems } from "./problems";

/** What `Pulumi.yaml` says of a program. */
export interface Project {
  name: string;
  /** absolute folder of Pulumi.yaml */
  folder: string;
  /** what the program is started with: the `main` of Pulumi.yaml, or "." for the `main` of package.json */
  entry: string;
  nodeArguments: string[];
  /** whether the runtime compiles TypeScript itself (with ts-node) */
  typescript: boolean;
  /** folder of the stack files */
  stackFolder: string;
  /** the project's own configuration: key -> default or declaration */
  config: Properties;
}

/** Members that say something to people or to other commands than running. */
const WITHOUT_EFFECT_HERE = new Set([
  "description",
  "author",
  "website",
  "license",
  "template",
  "backend",
  "packages",
  "plugins",
]);

/** Reads Pulumi.yaml; undefined with problems if there is no project to run. */
export function readProject(projectDir: string, problems: Problems): Project | undefined {
  const folder = path.resolve(projectDir);
  const file = path.join(folder, "Pulumi.yaml");
  const content = readYaml(file, problems);
  if (content === undefined) return undefined;
  const wrong = (key: string, message: string): void => problems.error(`Pulumi.yaml: ${key}`, message);
  const { name, runtime, main, stackConfigDir, config, options: projectOptions, ...others } = content;
  for (const key of Object.keys(others))
    if (!WITHOUT_EFFECT_HERE.has(key)) wrong(key, "the local cloud does not support this member; remove it");
  if (projectOptions !== undefined)
    for (const key of Object.keys(projectOptions))
      if (key !== "refresh") wrong(`options.${key}`, "the local cloud does not support this member; remove it");
  if (typeof name !== "string" || name === "") wrong("name", `saw ${JSON.stringify(name)}; a project has a name`);
  const runtimeName = typeof runtime === "string" ? runtime : runtime?.name;
  if (runtimeName !== "nodejs")
    wrong("runtime", `saw ${JSON.stringify(runtimeName)}; the local cloud runs programs of the runtime nodejs`);
  const options: Properties = (typeof runtime === "object" && runtime?.options) || {};
  for (const key of Object.keys(options))
    if (!["typescript", "nodeargs", "packagemanager"].includes(key))
      wrong(
        `runtime.options.${key}`,
        "the local cloud supports the options typescript, nodeargs and packagemanager; remove it",
      );
  if (problems.failed) return undefined;
  return {
    name,
    folder,
    entry: typeof main === "string" ? main : ".",
    nodeArguments: String(options.nodeargs ?? "")
      .split(/\s+/)
      .filter((word) => word !== ""),
    typescript: options.typescript !== false,
    stackFolder: path.resolve(folder, typeof stackConfigDir === "string" ? stackConfigDir : "."),
    config: typeof config === "object" && config !== null ? config : {},
  };
}

function unreadable(file: string, code: string | undefined): string {
  const folder = path.dirname(file);
  if (code !== "ENOENT" && code !== "ENOTDIR") return `cannot be read in ${folder} (${code})`;
  if (!fs.existsSync(folder)) return `there is no folder ${folder}; name the folder of a Pulumi project`;
  if (!fs.statSync(folder).isDirectory()) return `${folder} is a file; name the folder of a Pulumi project`;
  const stack = /^Pulumi\.(.+)\.yaml$/.exec(path.basename(file))?.[1];
  return stack === undefined
    ? `there is no such file in ${folder}; name the folder of a Pulumi project`
    : missingStack(folder, stack);
}

function missingStack(folder: string, stack: string): string {
  const stacks = fs
    .readdirSync(folder)
    .map((name) => /^Pulumi\.(.+)\.yaml$/.exec(name)?.[1])
    .filter((name) => name !== undefined);
  const known = stacks.length === 0 ? "there is no stack file" : `the stacks here are ${stacks.sort().join(", ")}`;
  const near = nearest(stack, stacks);
  return `there is no such file in ${folder}; ${known}${near === undefined ? "" : `. Did you mean ${near}?`}`;
}

/** The content of a YAML file that holds a mapping; every syntax error is a problem with its line. */
export function readYaml(file: string, problems: Problems): Properties | undefined {
  const name = path.basename(file);
  let text: string;
  try {
    text = fs.readFileSync(file, "utf8");
  } catch (error) {
    problems.error(name, unreadable(file, (error as NodeJS.ErrnoException).code));
    return undefined;
  }
  const lines = new LineCounter();
  const document = parseDocument(text, { prettyErrors: true, lineCounter: lines });
  if (document.errors.length > 0) {
    for (const error of document.errors) problems.error(`${name}${line(error)}`, error.message.split("\n")[0] ?? "");
    return undefined;
  }
  const before = problems.errors.length;
  visit(document, {
    Scalar: (_, scalar) => {
      const meant = scalar.type === "PLAIN" ? misread(scalar.source ?? "") : undefined;
      if (meant !== undefined) {
        const { line, col } = lines.linePos(scalar.range![0]);
        problems.error(
          `${name}:${line}:${col}`,
          `${scalar.source} without quotes is ${meant}; write "${scalar.source}"`,
        );
      }
    },
  });
  if (problems.errors.length > before) return undefined;
  const root = document.contents;
  if (root === null || (isScalar(root) && root.value === null)) return {};
  if (!isMap(root)) {
    problems.error(name, "holds no mapping of keys to values");
    return undefined;
  }
  try {
    return document.toJS() as Properties;
  } catch (error) {
    // Aliases of aliases that would expand to more values than memory has, or an alias without its anchor.
    problems.error(name, `${(error as Error).message.split("\n")[0]}; write out what the aliases (*) stand for`);
    return undefined;
  }
}

/**
 * What Pulumi's reader, which knows more of YAML 1.1, takes an unquoted text for that looks like something else. Tried with Pulumi 3.259: a date
 * in a stack's file reaches the program as "2026-01-01 00:00:00 +0000 UTC".
 */
function misread(text: string): string | undefined {
  if (/^\d{4}-\d\d?-\d\d?([Tt ]\s*\d|$)/.test(text)) return "a point in time for Pulumi, which changes its text";
  if (/^[-+]?0[0-7_]+$/.test(text)) return "an octal number for Pulumi";
  if (/^[-+]?[0-9][0-9_]*_[0-9_]*(\.[0-9_]*)?$/.test(text)) return "a number without its underscores for Pulumi";
  return undefined;
}

function line(error: YAMLError): string {
  const position = error.linePos?.[0];
  return position === undefined ? "" : `:${position.line}:${position.col}`;
}
