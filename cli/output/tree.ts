import type { Evaluation } from "../../local/engine";
import type { Resource } from "../../local/model";
import type { Change } from "../../local/state/data-folder";

const SIGN: Record<string, string> = { created: "+", updated: "~", replaced: "+-", deleted: "-", unchanged: " " };

/** What is being created, as a tree, as pulumi shows it. */
export class Tree {
  constructor(private readonly out: NodeJS.WritableStream) {}

  print(evaluation: Evaluation, changes: readonly Change[]): void {
    const kinds = new Map(changes.map(({ urn, kind }) => [urn, kind]));
    const children = new Map<string, Resource[]>();
    for (const resource of evaluation.resources) {
      const siblings = children.get(resource.parent ?? "") ?? [];
      siblings.push(resource);
      children.set(resource.parent ?? "", siblings);
    }
    const known = new Set(evaluation.resources.map(({ urn }) => urn));
    const roots = evaluation.resources.filter(({ parent }) => parent === undefined || !known.has(parent));
    const counts = new Map<string, number>();
    for (const { kind } of changes) counts.set(kind, (counts.get(kind) ?? 0) + 1);
    const lines: string[] = [
      ...evaluation.warnings.map(({ message }) => `warning: ${message}`),
      `${evaluation.project} (${evaluation.stack}), region ${evaluation.region}, in the local cloud`,
    ];
    const quiet = changes.every(({ kind }) => kind === "unchanged");
    const walk = (resource: Resource, indent: string, last: boolean): void => {
      const kind = kinds.get(resource.urn) ?? "unchanged";
      const sign = resource.custom ? (SIGN[kind] ?? "").padEnd(2) : "  ";
      lines.push(`${sign} ${indent}${last ? "└─ " : "├─ "}${resource.name}  ${shortType(resource.type)}`);
      const below = children.get(resource.urn) ?? [];
      below.forEach((child, i) => walk(child, indent + (last ? "   " : "│  "), i === below.length - 1));
    };
    if (!quiet) roots.forEach((root, i) => walk(root, "", i === roots.length - 1));
    for (const { urn, kind } of changes)
      if (kind === "deleted")
        lines.push(`-  ${urn.split("::").at(-1)}  ${shortType(urn.split("::")[2]!.split("$").at(-1)!)}`);
    lines.push(
      `resources: ${["created", "updated", "replaced", "deleted", "unchanged"]
        .filter((kind) => counts.has(kind))
        .map((kind) => `${counts.get(kind)} ${kind}`)
        .join(", ")}`,
      "",
      "",
    );
    this.out.write(lines.join("\n"));
  }
}

/** `aws:kinesis/stream:Stream` as `aws:kinesis:Stream`, the way pulumi shows types. */
function shortType(type: string): string {
  return type.replace(/\/[^:]+:/, ":");
}
