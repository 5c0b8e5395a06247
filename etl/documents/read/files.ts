/** Finds the files that may hold documents, and says why one cannot be read. */
import { readdirSync, type Dirent } from "node:fs";
import path from "node:path";

/** The name of a file that stands for standard input. */
export const STANDARD_INPUT = "-";

const ENDINGS = /\.(?:json|ya?ml|template)$/i;
/** Folders in which nobody keeps documents; hidden ones are left out too. */
const PASSED_OVER = new Set(["node_modules", "cdk.out.cache"]);

/** Paths of a folder's files that may hold documents, sorted; `deep` goes into its folders. Throws what reading throws. */
export function documentFiles(folder: string, deep: boolean): string[] {
  const found: string[] = [];
  for (const entry of readdirSync(folder, { withFileTypes: true }).sort(byName)) {
    const place = path.join(folder, entry.name);
    if (entry.isDirectory()) {
      if (deep && !entry.name.startsWith(".") && !PASSED_OVER.has(entry.name))
        for (const file of documentFiles(place, true)) found.push(file);
    } else if (ENDINGS.test(entry.name)) {
      found.push(place);
    }
  }
  return found;
}

function byName(a: Dirent, b: Dirent): number {
  return a.name < b.name ? -1 : a.name > b.name ? 1 : 0;
}

/** Why the file system refused, in words. */
export function systemReason(error: unknown): string {
  const code = (error as NodeJS.ErrnoException).code;
  if (code === "ENOENT") return "it does not exist";
  if (code === "ENOTDIR") return "it is a file and not a folder";
  if (code === "EISDIR") return "it is a folder and not a file";
  if (code === "EACCES" || code === "EPERM") return "its permissions do not allow it";
  return error instanceof Error ? error.message : String(error);
}
