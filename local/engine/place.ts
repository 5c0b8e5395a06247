import * as path from "node:path";
import { fileURLToPath } from "node:url";
import type { StackTrace, SourcePosition } from "@pulumi/pulumi/proto/source_pb";

/** `resource NAME (TYPE) at FILE:LINE`: the innermost line of the project's own that led to the registration. */
export function placeOf(name: string, type: string, trace: StackTrace | undefined, folder: string): string {
  let where: string | undefined;
  for (const frame of trace?.getFramesList() ?? []) {
    where = lineOf(frame.getPc(), folder);
    if (where !== undefined) break;
  }
  return `resource ${name} (${type})${where === undefined ? "" : ` at ${where}`}`;
}

function lineOf(position: SourcePosition | undefined, folder: string): string | undefined {
  const file = ownFile(position?.getUri() ?? "", folder);
  return file === undefined ? undefined : `${file}:${position?.getLine()}`;
}

/** Files by folder and URI: thousands of registrations come from a few. */
const files = new Map<string, string | undefined>();

function ownFile(uri: string, folder: string): string | undefined {
  const key = `${folder}\n${uri}`;
  if (!files.has(key)) files.set(key, look(uri, folder));
  return files.get(key);
}

function look(uri: string, folder: string): string | undefined {
  let file: string;
  try {
    file = path.relative(folder, fileURLToPath(uri)).replaceAll(path.sep, "/");
  } catch {
    return undefined; // a line of no file, such as of a module of Node's own
  }
  const own = !file.startsWith("../") && !path.isAbsolute(file) && !file.split("/").includes("node_modules");
  return own ? file : undefined;
}
