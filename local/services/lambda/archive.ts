import * as fs from "node:fs";
import * as path from "node:path";
import { bytesOfText } from "../../core/archive-text";

/**
 * Writes the files of an archive into a folder, in which only the archive in use is kept.
 * @param folder of the function
 * @param name of the archive's folder in it
 */
export function unpackArchive(folder: string, name: string, files: Readonly<Record<string, string>>): string {
  const target = path.join(folder, name);
  if (!fs.existsSync(target)) fs.rmSync(folder, { recursive: true, force: true });
  // The data folder may lie in a project of modules in ESM, whose package.json says nothing of what is deployed. Not among the archive's files.
  unpack(path.join(folder, "package.json"), Buffer.from('{"type":"commonjs"}\n'));
  for (const [file, text] of Object.entries(files)) unpack(path.join(target, file), bytesOfText(text));
  return target;
}

/** Writes a file of an archive; one that is there already with that content is left alone. */
function unpack(file: string, bytes: Buffer): void {
  try {
    if (fs.readFileSync(file).equals(bytes)) return;
  } catch {
    fs.mkdirSync(path.dirname(file), { recursive: true });
  }
  fs.writeFileSync(file, bytes);
}

/** A folder with the AWS SDK as the Node runtimes of Lambda have it: a link to the one that is installed here. */
export function runtimeModules(root: string): string {
  const folder = path.join(root, ".runtime", "node_modules");
  const link = path.join(folder, "@aws-sdk");
  const installed = path.resolve(path.dirname(require.resolve("@aws-sdk/client-lambda/package.json")), "..");
  if (linkTarget(link) === installed) return folder;
  fs.rmSync(link, { recursive: true, force: true });
  fs.mkdirSync(folder, { recursive: true });
  // A junction needs no rights on Windows; elsewhere the kind is not looked at.
  fs.symlinkSync(installed, link, "junction");
  return folder;
}

function linkTarget(link: string): string | undefined {
  try {
    return path.resolve(fs.readlinkSync(link));
  } catch {
    return undefined;
  }
}
