import { shortWarnings } from "../output/warnings";
import type { Evaluation } from "../../local/engine";
import type { Resource } from "../../local/core/model";
import type { Change } from "../../local/state/data-folder";

/** Signs before a resource, as `pulumi up` shows them. */
const SIGNS: Record<Change["kind"], string> = {
  created: "+",
  updated: "~",
  replaced: "+-",
  deleted: "-",
  unchanged: " ",
};
const KINDS = Object.keys(SIGNS) as Change["kind"][];

/** What is shown beside the resources. */
export interface DeploymentOptions {
  /** messages of the program and the local cloud about things that work differently from what a reader may expect */
  warnings: readonly string[];
  /** warnings about what this deployment changes: shown in full, for no later run repeats them */
  changeWarnings?: readonly string[];
  /** lists every resource and every warning in full */
  verbose: boolean;
}

/** What was deployed: a line for each component, or each resource with `verbose`; only the counts when nothing changed. */
export function deploymentText(
  evaluation: Evaluation,
  changes: readonly Change[],
  { warnings, changeWarnings = [], verbose }: DeploymentOptions,
): string {
  const changed = changes.some(({ kind }) => kind !== "unchanged");
  const lines = [
    `${evaluation.project} (${evaluation.stack}) in the local cloud, region ${evaluation.region}: ${counts(changes)}`,
    ...(verbose ? tree(evaluation.resources, changes) : changed ? components(evaluation.resources, changes) : []),
  ];
  if (changed && !verbose) lines.push("(--verbose lists the resources)");
  if (verbose) lines.push(...warnings.map((warning) => `warning: ${warning}`));
  // A run that changes nothing does not repeat what the run before it said.
  else if (changed) lines.push(...shortWarnings(warnings, "the option --verbose"));
  lines.push(...changeWarnings.map((warning) => `warning: ${warning}`));
  return `${lines.join("\n")}\n\n`;
}

function counts(changes: readonly Change[]): string {
  const parts = KINDS.flatMap((kind) => {
    const count = changes.filter((change) => change.kind === kind).length;
    return count === 0 ? [] : [`${count} ${kind}`];
  });
  return parts.length === 0 ? "no resources" : `resources ${parts.join(", ")}`;
}

/** A line for each component and for each resource outside of components: name, type, and how many resources changed in it. */
function components(resources: readonly Resource[], changes: readonly Change[]): string[] {
  const byUrn = new Map(resources.map((resource) => [resource.urn, resource]));
  const stack = resources.find(({ parent }) => parent === undefined)?.urn;
  const kinds = new Map(changes.map(({ urn, kind }) => [urn, kind]));
  const topOf = (resource: Resource): Resource => {
    let top = resource;
    for (
      let above = byUrn.get(top.parent ?? "");
      above !== undefined && above.urn !== stack;
      above = byUrn.get(top.parent ?? "")
    )
      top = above;
    return top;
  };
  const inside = new Map<Resource, Change["kind"][]>();
  for (const resource of resources) {
    if (!resource.custom) continue;
    const top = topOf(resource);
    const seen = inside.get(top);
    const kind = kinds.get(resource.urn) ?? "unchanged";
    if (seen === undefined) inside.set(top, [kind]);
    else seen.push(kind);
  }
  const rows = [...inside].map(([top, all]) => {
    const parts = KINDS.flatMap((kind) => {
      const count = all.filter((other) => other === kind).length;
      return count === 0 ? [] : [all.length === count ? `${count}` : `${count} ${kind}`];
    });
    const only = all.every((kind) => kind === all[0]) ? all[0]! : "updated";
    return [
      SIGNS[only],
      top.name,
      shortType(top.type),
      top.custom ? "" : `${parts.join(", ")} ${all.length === 1 ? "resource" : "resources"}`,
    ];
  });
  const deleted = changes.filter(({ kind }) => kind === "deleted").map(({ urn }) => ["-", ...nameAndType(urn), ""]);
  return columns([...rows, ...deleted]);
}

function columns(rows: readonly string[][]): string[] {
  const widths = [0, 1, 2].map((column) => Math.max(...rows.map((row) => row[column]!.length), 0));
  return rows.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join("  ")
      .trimEnd(),
  );
}

/** Every resource below its component, as `pulumi up` shows them. */
function tree(resources: readonly Resource[], changes: readonly Change[]): string[] {
  const kinds = new Map(changes.map(({ urn, kind }) => [urn, kind]));
  const children = new Map<string, Resource[]>();
  const known = new Set(resources.map(({ urn }) => urn));
  for (const resource of resources) {
    const parent = resource.parent !== undefined && known.has(resource.parent) ? resource.parent : "";
    const siblings = children.get(parent);
    if (siblings === undefined) children.set(parent, [resource]);
    else siblings.push(resource);
  }
  const lines: string[] = [];
  const walk = (parent: string, indent: string): void => {
    const below = children.get(parent) ?? [];
    below.forEach((resource, index) => {
      const last = index === below.length - 1;
      const sign = resource.custom ? SIGNS[kinds.get(resource.urn) ?? "unchanged"] : "";
      lines.push(`${sign.padEnd(2)} ${indent}${last ? "└─ " : "├─ "}${resource.name}  ${shortType(resource.type)}`);
      walk(resource.urn, indent + (last ? "   " : "│  "));
    });
  };
  walk("", "");
  for (const { urn, kind } of changes) if (kind === "deleted") lines.push(`-  ${nameAndType(urn).join("  ")}`);
  return lines;
}

function nameAndType(urn: string): [name: string, type: string] {
  const parts = urn.split("::");
  return [parts.slice(3).join("::"), shortType(parts[2]!.split("$").at(-1)!)];
}

/** `aws:kinesis/stream:Stream` as `aws:kinesis:Stream` and `iot-telemetry-etl:index:EtlPipeline` as `EtlPipeline`. */
function shortType(type: string): string {
  return type.replace(/\/[^:]+:/, ":").replace(/^[\w-]+:index:/, "");
}
