import * as fs from "node:fs";
import * as path from "node:path";
import type { Properties } from "../core/model";
import { textOfBytes } from "../core/archive-text";
import { isAsset } from "./signatures";

const WAY_OUT = "use an AssetArchive of string or file assets";

/** The text of an asset; throws an Error with rule and way out for one that cannot be had here. */
export function readAsset(asset: Properties, folder: string): string {
  if (typeof asset.path === "string") return readText(path.resolve(folder, asset.path));
  if (typeof asset.uri === "string") throw new Error(`the local cloud downloads nothing: ${asset.uri}; ${WAY_OUT}`);
  return String(asset.text ?? "");
}

/** The files of an archive by their name with forward slashes; throws as `readAsset` does. */
export function readArchive(archive: Properties, folder: string): Record<string, string> {
  const files: Record<string, string> = {};
  if (typeof archive.uri === "string") throw new Error(`the local cloud downloads nothing: ${archive.uri}; ${WAY_OUT}`);
  if (typeof archive.path === "string") readFolder(path.resolve(folder, archive.path), "", files);
  for (const [name, item] of Object.entries((archive.assets ?? {}) as Record<string, Properties>)) {
    if (isAsset(item)) files[name] = readAsset(item, folder);
    else
      for (const [inner, text] of Object.entries(readArchive(item, folder))) files[path.posix.join(name, inner)] = text;
  }
  return files;
}

function readFolder(folder: string, prefix: string, files: Record<string, string>): void {
  let entries: fs.Dirent[];
  try {
    entries = fs.readdirSync(folder, { withFileTypes: true });
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (code === "ENOTDIR")
      throw new Error(`the local cloud does not unpack archive files: ${folder}; ${WAY_OUT}`, { cause: error });
    throw new Error(`cannot read the folder ${folder} (${code})`, { cause: error });
  }
  for (const entry of entries) {
    const name = prefix + entry.name;
    if (entry.isDirectory()) readFolder(path.join(folder, entry.name), `${name}/`, files);
    else files[name] = readText(path.join(folder, entry.name));
  }
}

function readText(file: string): string {
  let bytes: Buffer;
  try {
    bytes = fs.readFileSync(file);
  } catch (error) {
    throw new Error(`cannot read the file ${file} (${(error as NodeJS.ErrnoException).code})`, { cause: error });
  }
  return textOfBytes(bytes);
}
