import * as fs from "node:fs";
import * as path from "node:path";
import { compareKeys, fileOf, namesIn } from "./key-files";

/** Where a walk over keys stands; whoever reads it may move it on. */
export interface Cursor {
  /** keys up to this one have been passed */
  after: string;
  /** and those that begin with it */
  subtree: boolean;
}

/** Names that are remembered of all folders together; about 30 MB. */
const REMEMBERED = 300_000;
/** A file system marks changes by ticks of some ms; a folder that changed just now may change again in the same tick. */
const SETTLED_MS = 100;

/** Walks over the files of keys in the order of S3's listings, from any key on. A folder is read again only once it has changed. */
export class KeyWalk {
  private readonly folders = new Map<string, { changed: number; names: readonly string[] }>();
  private remembered = 0;

  /**
   * The keys under a prefix that come after the cursor, which may be moved on meanwhile.
   * @param ending of every file's name, which is no part of its key
   */
  *keys(root: string, prefix: string, cursor: Cursor, ending = ""): Generator<string, void, void> {
    // Only the folder that the prefix names needs to be walked.
    const start = prefix.slice(0, prefix.lastIndexOf("/") + 1);
    const folder = start === "" ? root : fileOf(root, start.slice(0, -1));
    yield* this.walk(folder, start, prefix, cursor, ending);
  }

  private *walk(
    folder: string,
    keyPrefix: string,
    prefix: string,
    cursor: Cursor,
    ending: string,
  ): Generator<string, void, void> {
    const names = this.names(folder, ending);
    const bound = compareKeys(cursor.after, prefix) < 0 ? prefix : cursor.after;
    for (let i = firstFrom(names, keyPrefix, bound); i < names.length; i++) {
      if (cursor.subtree && keyPrefix.startsWith(cursor.after)) return;
      const name = names[i]!;
      if (name.endsWith("/")) {
        const inner = keyPrefix + name;
        if (!inner.startsWith(prefix) && !prefix.startsWith(inner)) {
          if (compareKeys(inner, prefix) > 0) return;
        } else if (!hasPassedAll(cursor, inner))
          yield* this.walk(fileOf(folder, name.slice(0, -1)), inner, prefix, cursor, ending);
        continue;
      }
      const key = keyPrefix + name;
      if (!key.startsWith(prefix)) {
        if (compareKeys(key, prefix) > 0) return;
      } else if (!hasPassed(cursor, key)) yield key;
    }
  }

  private names(folder: string, ending: string): readonly string[] {
    const changed = changeOf(folder);
    if (changed === undefined) return [];
    const known = this.folders.get(folder);
    if (known?.changed === changed) return known.names;
    const { names, flat } = namesIn(folder, ending);
    this.forget(folder);
    if (flat && Date.now() - changed > SETTLED_MS) {
      this.folders.set(folder, { changed, names });
      this.remembered += names.length;
      for (const oldest of this.folders.keys()) {
        if (this.remembered <= REMEMBERED || oldest === folder) break;
        this.forget(oldest);
      }
    }
    return names;
  }

  private forget(folder: string): void {
    const known = this.folders.get(folder);
    if (known === undefined) return;
    this.remembered -= known.names.length;
    this.folders.delete(folder);
  }
}

/** The index of the first name that can lead to the key `bound` or to one after it. */
function firstFrom(names: readonly string[], keyPrefix: string, bound: string): number {
  if (!bound.startsWith(keyPrefix)) return 0;
  const rest = bound.slice(keyPrefix.length);
  let [low, high] = [0, names.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (compareKeys(names[middle]!, rest) < 0) low = middle + 1;
    else high = middle;
  }
  // The folder that the key lies in comes before it.
  return Math.max(0, low - 1);
}

/** Whether a walk has passed a key. */
export function hasPassed({ after, subtree }: Cursor, key: string): boolean {
  return compareKeys(key, after) <= 0 || (subtree && key.startsWith(after));
}

/** Whether no key that begins with `start` is left. */
function hasPassedAll({ after, subtree }: Cursor, start: string): boolean {
  if (subtree && start.startsWith(after)) return true;
  return compareKeys(start, after) < 0 && !after.startsWith(start);
}

/** ms since 1970 when a folder's entries last changed; undefined if it is not there */
function changeOf(folder: string): number | undefined {
  try {
    return fs.statSync(folder).mtimeMs;
  } catch {
    return undefined;
  }
}

/** Removes a file, and the folders above it that are empty then. */
export function removeFile(file: string, root: string): void {
  fs.rmSync(file, { force: true });
  try {
    for (let folder = path.dirname(file); folder.startsWith(root + path.sep); folder = path.dirname(folder))
      fs.rmdirSync(folder);
  } catch {
    // it holds something else
  }
}
