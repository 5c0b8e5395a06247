import * as path from "node:path";
import { fileURLToPath } from "node:url";
import type { StackTrace, SourcePosition } from "@pulumi/pulumi/proto/source_pb";

/** `resource NAME (TYPE) at FILE:LINE`: the innermost line of the project's own that led to the registration. */
export function placeOf(name: string, type: string, trace: StackTrace | undefined, folder: string): string {
  const where = (trace?.getFramesList() ?? [])
    .map((frame) => lineOf(frame.getPc(), folder))
    .find((line) => line !== undefined);
  return `resource ${name} (${type})${where === undefined ? "" : ` at ${where}`}`;
}

function lineOf(position: SourcePosition | undefined, folder: string): string | undefined {
  let file: string;
  try {
    file = path.relative(folder, fileURLToPath(position?.getUri() ?? "")).replaceAll(path.sep, "/");
  } catch {
    return undefined; // a line of no file, such as of a module of Node's own
  }
  const own = !file.startsWith("../") && !path.isAbsolute(file) && !file.split("/").includes("node_modules");
  return own ? `${file}:${position?.getLine()}` : undefined;
}
