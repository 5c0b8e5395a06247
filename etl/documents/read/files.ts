/** Finds the files that may hold documents. */
import { readdirSync, type Dirent } from "node:fs";
import path from "node:path";

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
        found.push(...documentFiles(place, true));
    } else if (ENDINGS.test(entry.name)) {
      found.push(place);
    }
  }
  return found;
}

function byName(a: Dirent, b: Dirent): number {
  return a.name < b.name ? -1 : a.name > b.name ? 1 : 0;
}
