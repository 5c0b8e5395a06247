import { createHash } from "node:crypto";
import * as fs from "node:fs";
import * as path from "node:path";
import { version, type BuildOptions } from "esbuild";
import type { FunctionEntry } from "./entry";

const SOURCE = "functions/transform.ts";
/** The folder that holds the functions' sources. */
export const ROOT = rootAbove(__dirname);

/** This file runs from its source, compiled in a package, and within the plugin's bundle: each lies at another depth. */
function rootAbove(folder: string): string {
  if (fs.existsSync(path.join(folder, SOURCE))) return folder;
  const parent = path.dirname(folder);
  if (parent === folder) throw new Error(`${SOURCE} is missing: the package is incomplete, install it again`);
  return rootAbove(parent);
}

/** How esbuild makes the code of a function. */
export const BUILD_OPTIONS = {
  bundle: true,
  platform: "node",
  // The local cloud runs the bundle under the user's Node, which may be older than Lambda's.
  target: "node20",
  format: "cjs",
  // The runtime brings the SDK along.
  external: ["@aws-sdk/*"],
  // It finds the SDK by NODE_PATH, which require() follows and import() may not.
  supported: { "dynamic-import": false },
  // It is sent with every function of a stack, so it is without blanks; names stay as they are, for stack traces.
  minifyWhitespace: true,
  minifySyntax: true,
  // Said here, for the package brings no tsconfig.json along, and its function is to be the same.
  tsconfigRaw: { compilerOptions: { alwaysStrict: true } },
  legalComments: "none",
  charset: "utf8",
  logLevel: "silent",
} satisfies BuildOptions;

const FOLDER = path.join(ROOT, "node_modules", ".cache", "iot-telemetry-etl");
/** Folders of sources. A file that is added there may take the place of another in an import. */
const SOURCES = ["aws", "etl", "functions"];

/** What a bundle was made of. */
interface Record {
  /** esbuild's version and options, and the names of all sources */
  made: string;
  /** SHA-256 of each source that is in the bundle, by its path below the root */
  inputs: { [file: string]: string };
  /** name of the file that holds the bundle */
  name: string;
}

const sha256 = (data: string | Buffer): string => createHash("sha256").update(data).digest("hex");
const recordOf = (entry: FunctionEntry): string => path.join(FOLDER, `${entry}.json`);

/** Name of the file of a bundle, which holds the hash of its text. */
export function bundleName(entry: FunctionEntry, text: string): string {
  return `${entry}-${sha256(text).slice(0, 16)}.js`;
}

/** What, besides the content of its sources, a bundle depends on. */
function conditions(): string {
  const names = SOURCES.map((folder) =>
    fs.readdirSync(path.join(ROOT, folder), { recursive: true, encoding: "utf8" }).sort(),
  );
  return sha256(JSON.stringify([version, BUILD_OPTIONS, names]));
}

/** The bundle that was kept, if it is whole, and every source and option is as it was then. */
export function keptBundle(entry: FunctionEntry): string | undefined {
  try {
    const { made, inputs, name } = JSON.parse(fs.readFileSync(recordOf(entry), "utf8")) as Record;
    if (made !== conditions()) return undefined;
    for (const [file, hash] of Object.entries(inputs))
      if (sha256(fs.readFileSync(path.join(ROOT, file))) !== hash) return undefined;
    const text = fs.readFileSync(path.join(FOLDER, name), "utf8");
    return bundleName(entry, text) === name ? text : undefined;
  } catch {
    // Nothing is kept, or a source is gone.
    return undefined;
  }
}

/**
 * Keeps a bundle and what it was made of, so that the next process need not bundle it again. A source that was written after `started`, in
 * milliseconds since 1970, may not be what is in the bundle: then nothing is kept.
 */
export function keepBundle(entry: FunctionEntry, text: string, sources: readonly string[], started: number): void {
  const file = keptFile(entry, text);
  if (file === undefined) return;
  try {
    if (sources.some((name) => fs.statSync(path.join(ROOT, name)).mtimeMs >= started)) return;
    const inputs = Object.fromEntries(sources.map((name) => [name, sha256(fs.readFileSync(path.join(ROOT, name)))]));
    const record: Record = { made: conditions(), inputs, name: path.basename(file) };
    replace(recordOf(entry), JSON.stringify(record));
  } catch {
    // A source that changed or went in between: it is bundled again next time.
  }
}

/** The file that keeps a bundle, written if it is not there. Undefined if the folder may not be written. */
export function keptFile(entry: FunctionEntry, text: string): string | undefined {
  const file = path.join(FOLDER, bundleName(entry, text));
  try {
    if (fs.existsSync(file) && fs.readFileSync(file, "utf8") === text) return file;
    fs.mkdirSync(FOLDER, { recursive: true });
    replace(file, text);
    return file;
  } catch {
    return undefined;
  }
}

function replace(file: string, text: string): void {
  const temporary = `${file}.${process.pid}`;
  fs.writeFileSync(temporary, text);
  fs.renameSync(temporary, file);
}
