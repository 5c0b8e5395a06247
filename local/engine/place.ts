import * as path from "node:path";
import { fileURLToPath } from "node:url";
import type { SourcePosition } from "@pulumi/pulumi/proto/source_pb";

/** `NAME (TYPE) at FILE:LINE`, the file relative to the project. */
export function placeOf(name: string, type: string, position: SourcePosition | undefined, folder: string): string {
  const where = position === undefined ? undefined : sourceLine(position, folder);
  return `resource ${name} (${type})${where === undefined ? "" : ` at ${where}`}`;
}

function sourceLine(position: SourcePosition, folder: string): string | undefined {
  let file: string;
  try {
    file = fileURLToPath(position.getUri());
  } catch {
    return undefined;
  }
  return `${path.relative(folder, file).replaceAll(path.sep, "/")}:${position.getLine()}`;
}
