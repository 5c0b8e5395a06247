import * as fs from "node:fs";
import * as path from "node:path";

/** Noncurrent versions lie beside the keys in a folder of their own, `KEY!TIME`; keys of ours never begin with a dot. */
export const VERSIONS = ".versions";
/** The name of a part of a key that is empty, as between two slashes. No escape is like it, nor like the next. */
const EMPTY = "~";
/** Ends a folder whose name goes on in the next. */
const CONTINUED = "~~";
/** Bytes of a file's name; the file systems of all platforms take 255. */
const PIECE_BYTES = 200;

/** Visits the files below a folder with the keys that they have. */
export function walkFiles(folder: string, keyPrefix: string, visit: (key: string, file: string) => void): void {
  let entries: fs.Dirent[];
  try {
    entries = fs.readdirSync(folder, { withFileTypes: true });
  } catch {
    return; // nothing is there
  }
  for (const entry of entries) {
    const key = keyPrefix + unescapeSegment(entry.name);
    const file = path.join(folder, entry.name);
    if (!entry.isDirectory()) visit(key, file);
    else if (entry.name !== VERSIONS) walkFiles(file, entry.name.endsWith(CONTINUED) ? key : `${key}/`, visit);
  }
}

/** A key's file. What a file's name cannot carry on every system is written otherwise, one segment at a time. */
export function fileOf(folder: string, key: string): string {
  const segments = key.split("/").flatMap((segment) => pieces(escapeSegment(segment)));
  return path.join(folder, ...segments);
}

/** Beside what file systems refuse, what SQL's readers take for a pattern, blanks and dots that Windows drops, and nothing at all. */
function escapeSegment(segment: string): string {
  if (segment === "") return EMPTY;
  return segment.replace(
    // eslint-disable-next-line no-control-regex -- control characters are what must not reach a file name
    /[<>:"\\|?*[\]{}\u0000-\u001f~]|[. ]$|^\.+$/g,
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
  if (name === EMPTY) return "";
  return name.includes("~")
    ? name
        .slice(0, name.endsWith(CONTINUED) ? -CONTINUED.length : undefined)
        .replace(/~([0-9A-F]{2})/g, (_, hex: string) => String.fromCharCode(parseInt(hex, 16)))
    : name;
}
