import { createHash } from "node:crypto";
import { inOrder } from "../../../aws/text/in-order";
import type { TransformDefinition } from "../../../etl";

/** The version of what a pipeline makes of messages: its documents and the settings that change rows. */
export function versionOf({ pipeline, datastore, options }: Omit<TransformDefinition, "functions">): string {
  const hash = createHash("sha256").update(JSON.stringify(inOrder({ pipeline, datastore, options })));
  return `g${hash.digest("hex").slice(0, 8)}`;
}
