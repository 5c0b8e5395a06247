import * as fs from "node:fs";
import * as path from "node:path";

/** The folder of a bucket's noncurrent versions, each as `KEY!SINCE!ID`. */
export const VERSIONS = ".versions";
/** The name of a part of a key that is empty, as between two slashes. No escape is like it, nor like the next. */
const EMPTY = "~";
/** Ends a folder whose name goes on in the next. */
const CONTINUED = "~~";
/** Ends the name of an object's file where a folder has the object's own name: `a` and `a/b` can both be keys. */
const BESIDE = "~=";
/** Bytes of a file's name; the file systems of all platforms take 255. */
const PIECE_BYTES = 200;

/** A key's file. What a file's name cannot carry on every system is written otherwise, one segment at a time. */
export function fileOf(folder: string, key: string): string {
  const segments = key.split("/").flatMap((segment) => pieces(escapeSegment(segment)));
  return path.join(folder, ...segments);
}

/** The file that an object has while a folder has its name. */
export function besideFolder(file: string): string {
  return file + BESIDE;
}

/**
 * The names in a folder of keys in the order of S3's listings; those of folders end with a slash.
 * @param ending of the files' names, which is no part of a key; other files are left out
 * @returns also whether they all lie in this folder; a long name goes on in folders below
 */
export function namesIn(folder: string, ending = ""): { names: string[]; flat: boolean } {
  const names: string[] = [];
  const flat = readNames(folder, "", ending, names);
  return { names: names.sort(compareKeys), flat };
}

function readNames(folder: string, start: string, ending: string, names: string[]): boolean {
  let flat = true;
  for (const entry of entriesOf(folder)) {
    if (!entry.isDirectory()) {
      if (!entry.name.endsWith(ending)) continue;
      names.push(start + unescapeSegment(entry.name.slice(0, entry.name.length - ending.length)));
      continue;
    }
    const name = start + unescapeSegment(entry.name);
    if (entry.name.endsWith(CONTINUED)) {
      flat = false;
      readNames(path.join(folder, entry.name), name, ending, names);
    } else if (entry.name !== VERSIONS) names.push(`${name}/`);
  }
  return flat;
}

function entriesOf(folder: string): fs.Dirent[] {
  try {
    return fs.readdirSync(folder, { withFileTypes: true });
  } catch {
    return []; // nothing is there
  }
}

/** Visits the files below a folder with the keys that they have, in no order. */
export function walkFiles(folder: string, keyPrefix: string, visit: (key: string, file: string) => void): void {
  for (const entry of entriesOf(folder)) {
    const key = keyPrefix + unescapeSegment(entry.name);
    const file = path.join(folder, entry.name);
    if (!entry.isDirectory()) visit(key, file);
    else if (entry.name !== VERSIONS) walkFiles(file, entry.name.endsWith(CONTINUED) ? key : `${key}/`, visit);
  }
}

/** The order of keys in S3's listings: that of their bytes in UTF-8. JavaScript's own differs beyond U+D7FF. */
export function compareKeys(a: string, b: string): number {
  if (a === b) return 0;
  if (BEYOND.test(a) && BEYOND.test(b)) return Buffer.compare(Buffer.from(a), Buffer.from(b));
  return a < b ? -1 : 1;
}

const BEYOND = /[\ud800-\uffff]/;

/**
 * Beside what file systems refuse, what SQL's readers take for a pattern, blanks and dots that Windows drops, names that Windows and this
 * folder need for themselves, and nothing at all.
 */
function escapeSegment(segment: string): string {
  if (segment === "") return EMPTY;
  return segment.replace(
    // eslint-disable-next-line no-control-regex -- control characters are what must not reach a file name
    /[<>:"\\|?*[\]{}\u0000-\u001f~]|[. ]$|^\.+$|^\.(?=versions$)|^(?:con|prn|aux|nul|com\d|lpt\d)(?=\.|$)/gi,
    (text) => [...text].map((c) => `~${c.charCodeAt(0).toString(16).toUpperCase().padStart(2, "0")}`).join(""),
  );
}

/** A name that is too long for a file system, as folders in each other; each but the last ends with a mark. */
function pieces(name: string): string[] {
  if (Buffer.byteLength(name) <= PIECE_BYTES) return [name];
  const found: string[] = [];
  let piece = "";
  // an escape or a character at a time
  for (const part of name.match(/~[0-9A-F]{2}|./gsu)!) {
    if (Buffer.byteLength(piece + part) > PIECE_BYTES) {
      found.push(piece + CONTINUED);
      piece = "";
    }
    piece += part;
  }
  return [...found, piece];
}

function unescapeSegment(name: string): string {
  if (!name.includes("~") || name === EMPTY) return name === EMPTY ? "" : name;
  const end = name.endsWith(CONTINUED) || name.endsWith(BESIDE) ? -CONTINUED.length : undefined;
  const own = name.slice(0, end);
  if (own === EMPTY) return "";
  return own.replace(/~([0-9A-F]{2})/g, (_, hex: string) => String.fromCharCode(parseInt(hex, 16)));
}
