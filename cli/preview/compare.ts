import * as fs from "node:fs";
import * as path from "node:path";
import { isDeepStrictEqual } from "node:util";
import { Clock } from "../../local/core/clock";
import { ACCOUNT, type Properties, type Resource } from "../../local/core/model";
import { Iam } from "../../local/iam";
import { changedTypeWarnings } from "../../local/services/glue/changed-types";
import { Glue } from "../../local/services/glue/glue";
import { S3 } from "../../local/services/s3/s3";
import { diffResources, forState } from "../../local/state/diff";
import { readDataFolder } from "../../local/state/data-folder";
import { shortType } from "../../policies/framework/view";
import type { StackEvaluation } from "./evaluate-stack";

/** Differences between a stack and a data folder or another stack. */
export interface Comparison {
  /** `.local/dev`, `stack prod` */
  against: string;
  lines: string[];
  summary: string;
}

const SIGN: Readonly<Record<string, string>> = { created: "+", updated: "~", replaced: "±", deleted: "-" };
/** A value in one line, cut. */
const WIDTH = 100;

/** Changes that a deployment into a data folder would make. @throws StateError if there is nothing in the folder */
export function againstDataFolder({ evaluation }: StackEvaluation, folder: string, shown: string): Comparison {
  const state = readDataFolder(folder);
  const { changes, problems } = diffResources(state.resources, state.options, evaluation);
  const lines = changes.flatMap(({ kind, resource, previous, properties }): string[] => {
    if (kind === "unchanged") return [];
    const own = (resource ?? previous)!;
    return [
      `${SIGN[kind]} ${own.name}  ${shortType(own.type)}`,
      ...properties.flatMap((name) => changed(name, previous?.inputs[name], forState(resource!).inputs[name])),
    ];
  });
  const counts = ["created", "updated", "replaced", "deleted", "unchanged"]
    .map((kind) => [changes.filter((change) => change.kind === kind).length, kind] as const)
    .filter(([count]) => count > 0);
  const warnings = typeWarnings(changes, state, folder);
  return {
    against: shown,
    lines: [...lines, ...[...warnings, ...problems].map((text) => `! ${text}`)],
    summary: counts.map(([count, kind]) => `${count} ${kind}`).join(", "),
  };
}

/**
 * Columns whose new type the files in a stack's data folder do not have; none without a folder. Only what is stored there is known: a preview sees
 * neither the bucket on AWS nor the state of Pulumi.
 */
export function storedTypeWarnings({ evaluation }: StackEvaluation, folder: string): string[] {
  if (!fs.existsSync(folder)) return [];
  const state = readDataFolder(folder);
  return typeWarnings(diffResources(state.resources, state.options, evaluation).changes, state, folder);
}

function typeWarnings(
  changes: Parameters<typeof changedTypeWarnings>[0],
  state: ReturnType<typeof readDataFolder>,
  folder: string,
): string[] {
  const clock = new Clock(Date.now());
  const iam = new Iam(state.resources, ACCOUNT);
  const s3 = new S3(state.resources, path.join(folder, "s3"), clock, iam, state.region);
  const { tables } = new Glue(state.resources, s3, clock, path.join(folder, "glue"));
  return changedTypeWarnings(changes, (database, table) => tables.get(`${database}.${table}`)?.files().length ?? 0);
}

/** How a stack differs from another, not counting the stack's name in names and tags. */
export function againstStack(stack: StackEvaluation, other: StackEvaluation): Comparison {
  const here = byPath(stack);
  const there = byPath(other);
  const lines: string[] = [];
  let same = 0;
  let different = 0;
  for (const [place, resource] of here) {
    const counterpart = there.get(place);
    if (counterpart === undefined) {
      lines.push(`+ ${resource.name}  ${shortType(resource.type)}`);
      continue;
    }
    const names = new Set([...Object.keys(resource.inputs), ...Object.keys(counterpart.inputs)]);
    const own = [...names].sort().flatMap((name) => {
      const before = neutral(forState(counterpart).inputs[name], other.stack);
      const now = neutral(forState(resource).inputs[name], stack.stack);
      return isDeepStrictEqual(before, now) ? [] : changed(name, before, now);
    });
    if (own.length === 0) same++;
    else {
      different++;
      lines.push(`~ ${resource.name}  ${shortType(resource.type)}`, ...own);
    }
  }
  const missing = [...there].filter(([place]) => !here.has(place));
  for (const [, { name, type }] of missing) lines.push(`- ${name}  ${shortType(type)}`);
  return {
    against: `stack ${other.stack}`,
    lines,
    summary: `${different} different, ${[...here].filter(([place]) => !there.has(place)).length} only in ${stack.stack}, ${missing.length} only in ${other.stack}, ${same} the same`,
  };
}

function byPath({ evaluation }: StackEvaluation): Map<string, Resource> {
  return new Map(
    evaluation.resources
      .filter(({ custom }) => custom)
      .map((resource) => [resource.urn.replace(/^urn:pulumi:[^:]+::/, ""), resource]),
  );
}

/** A value without the stack's name, which is part of every physical name. */
function neutral(value: unknown, stack: string): unknown {
  if (value === undefined) return undefined;
  const word = new RegExp(`(?<![A-Za-z0-9])${stack.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")}(?![A-Za-z0-9])`, "g");
  return JSON.parse(
    JSON.stringify(value)
      .replace(word, "STACK")
      .replace(/_STACK_/g, "_STACK_"),
  ) as unknown;
}

/** The members of an argument that differ, as `path: before -> now`. */
function changed(path: string, before: unknown, now: unknown): string[] {
  if (isDeepStrictEqual(before, now)) return [];
  const inner = (value: unknown): Properties | undefined => {
    if (typeof value === "string" && /^[[{]/.test(value))
      try {
        return JSON.parse(value) as Properties;
      } catch {
        return undefined;
      }
    return typeof value === "object" && value !== null ? value : undefined;
  };
  const one = inner(before);
  const other = inner(now);
  if (one !== undefined && other !== undefined && Array.isArray(one) === Array.isArray(other))
    return [...new Set([...Object.keys(one), ...Object.keys(other)])].flatMap((key) =>
      changed(Array.isArray(one) ? `${path}[${key}]` : `${path}.${key}`, one[key], other[key]),
    );
  return [`    ${path}: ${shown(before)} -> ${shown(now)}`];
}

function shown(value: unknown): string {
  const text = value === undefined ? "nothing" : JSON.stringify(value);
  return text.length > WIDTH ? `${text.slice(0, WIDTH - 1)}…` : text;
}
