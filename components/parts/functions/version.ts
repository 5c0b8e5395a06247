import { createHash } from "node:crypto";
import type { TransformDefinition } from "../../../etl";

/** The version of what a pipeline makes of messages: its documents and the settings that change rows. */
export function versionOf({ pipeline, datastore, options }: Omit<TransformDefinition, "functions">): string {
  const hash = createHash("sha256").update(canonical({ pipeline, datastore, options }));
  return `g${hash.digest("hex").slice(0, 8)}`;
}

/** JSON whose members are in the order of their names. */
function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(",")}]`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  const members = Object.entries(value)
    .filter(([, member]) => member !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${members.map(([name, member]) => `${JSON.stringify(name)}:${canonical(member)}`).join(",")}}`;
}
