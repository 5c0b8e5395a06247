import * as fs from "node:fs";
import * as path from "node:path";
import { textOfBytes } from "../core/archive-text";
import { TYPES, type Resource } from "../core/model";

/**
 * The resources of a state with the code of their functions, which the state has as a hash: it is read from where the functions were
 * unpacked in the data folder. So a cloud can be opened over a folder without evaluating the program.
 */
export function withFunctionCode(resources: readonly Resource[], dataDir: string): Resource[] {
  return resources.map((resource) => {
    if (resource.type !== TYPES.function || resource.inputs.code?.files !== undefined) return resource;
    const files = unpacked(path.join(dataDir, "lambda", resource.inputs.name as string));
    return { ...resource, inputs: { ...resource.inputs, code: { files } } };
  });
}

/** The files of the one archive in a function's folder. */
function unpacked(folder: string): Record<string, string> {
  const [archive] = fs.readdirSync(folder, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  if (archive === undefined) return {};
  const root = path.join(folder, archive.name);
  const names = fs.readdirSync(root, { recursive: true, encoding: "utf8" });
  return Object.fromEntries(
    names
      .filter((name) => fs.statSync(path.join(root, name)).isFile())
      .map((name) => [name.replaceAll(path.sep, "/"), textOfBytes(fs.readFileSync(path.join(root, name)))]),
  );
}
