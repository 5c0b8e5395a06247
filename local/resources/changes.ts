import { isRecord } from "../../aws/text/record";
import { isDeepStrictEqual } from "node:util";
import type { Properties } from "../core/model";
import type { Accepted, Rule, Table } from "./properties";

/** One difference between a resource's arguments as they were and as they are. */
export interface PropertyChange {
  /** as Pulumi writes paths: `rules[0].expiration.days`, `tags["cost-center"]` */
  path: string;
  kind: "added" | "updated" | "deleted";
  /** AWS replaces the resource for it */
  replaces: boolean;
}

/**
 * What changed, as deep as the table knows the property. A member without value is the same as none. The text of a document in a
 * string is one value, and so is an archive.
 */
export function changesOf(table: Table, before: Properties, after: Properties): PropertyChange[] {
  return members(before, after).flatMap((name) =>
    compare(ruleOf(table, name), before[name], after[name], step("", name), false),
  );
}

function compare(
  rule: Accepted | undefined,
  before: unknown,
  after: unknown,
  path: string,
  inherited: boolean,
): PropertyChange[] {
  if (isDeepStrictEqual(plain(before), plain(after))) return [];
  const replaces = inherited || rule?.replaces === true;
  if (before === undefined || before === null) return [{ path, kind: "added", replaces: replaces || below(rule) }];
  if (after === undefined || after === null) return [{ path, kind: "deleted", replaces: replaces || below(rule) }];
  if (Array.isArray(before) && Array.isArray(after))
    return Array.from({ length: Math.max(before.length, after.length) }, (_, index) =>
      compare(rule?.items, before[index], after[index], `${path}[${index}]`, replaces),
    ).flat();
  if (isRecord(before) && isRecord(after) && rule?.kind !== "archive")
    return members(before, after).flatMap((name) =>
      compare(
        rule?.table === undefined ? rule?.items : ruleOf(rule.table, name),
        before[name],
        after[name],
        step(path, name),
        replaces,
      ),
    );
  return [{ path, kind: "updated", replaces }];
}

/** Whether a part of a block that comes or goes as a whole would replace the resource. */
function below(rule: Accepted | undefined): boolean {
  if (rule === undefined) return false;
  const parts = [...Object.values(rule.table ?? {}), ...(rule.items === undefined ? [] : [rule.items])];
  return parts.some((part) => part.use !== "refused" && (part.replaces || below(part)));
}

function ruleOf(table: Table, name: string): Accepted | undefined {
  const rule: Rule | undefined = Object.hasOwn(table, name) ? table[name] : undefined;
  return rule === undefined || rule.use === "refused" ? undefined : rule;
}

function step(path: string, name: string): string {
  if (!/^[A-Za-z_$][\w$]*$/.test(name)) return `${path}[${JSON.stringify(name)}]`;
  return path === "" ? name : `${path}.${name}`;
}

function members(before: Properties, after: Properties): string[] {
  return [...new Set([...Object.keys(before), ...Object.keys(after)])].sort();
}

/** As it comes back from JSON, so that a member without value is the same as none. */
function plain(value: unknown): unknown {
  return value === undefined || value === null ? undefined : (JSON.parse(JSON.stringify(value)) as unknown);
}
