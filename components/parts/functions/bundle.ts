import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { buildSync, type BuildFailure } from "esbuild";
import { BUILD_OPTIONS, bundleName, keepBundle, keptBundle, keptFile, ROOT } from "./kept-bundle";
import type { FunctionEntry } from "./entry";

const bundles = new Map<FunctionEntry, string>();

/**
 * The code of a function, one file, from the sources as they are now: no build step that could be stale. The same
 * sources give the same text, so an unchanged function is not updated. Bundled once in a process, and taken from the last bundling if
 * every source is as it was then.
 *
 * @throws RunError when the sources do not compile
 */
export function functionBundle(entry: FunctionEntry): string {
  const bundled = bundles.get(entry) ?? keptBundle(entry) ?? bundle(entry);
  bundles.set(entry, bundled);
  return bundled;
}

const files = new Map<FunctionEntry, string>();

/**
 * The code as a file for an asset, named by its content. Of a text the engine keeps all of it in the stack's state, twice for each
 * function, and the state is written anew with each resource; of a file it keeps the hash.
 */
export function functionFile(entry: FunctionEntry): string {
  const text = functionBundle(entry);
  const file = files.get(entry) ?? keptFile(entry, text) ?? ownFile(entry, text);
  files.set(entry, file);
  return file;
}

/** Writes the text for as long as this process is there, for the package's folder may not be written. */
function ownFile(entry: FunctionEntry, text: string): string {
  const own = fs.mkdtempSync(path.join(os.tmpdir(), "iot-telemetry-etl-"));
  process.on("exit", () => fs.rmSync(own, { recursive: true, force: true }));
  const file = path.join(own, bundleName(entry, text));
  fs.writeFileSync(file, text);
  return file;
}

function bundle(entry: FunctionEntry): string {
  const started = Date.now();
  try {
    const { outputFiles, metafile } = buildSync({
      ...BUILD_OPTIONS,
      absWorkingDir: ROOT,
      entryPoints: [path.join(ROOT, "functions", `${entry}.ts`)],
      metafile: true,
      write: false,
    });
    const { text } = outputFiles[0]!;
    keepBundle(entry, text, Object.keys(metafile.inputs), started);
    return text;
  } catch (error) {
    const { errors } = error as BuildFailure;
    if (errors === undefined) throw error;
    const lines = errors.map(({ text, location }) =>
      location === null ? text : `${location.file}:${location.line}:${location.column}: ${text}`,
    );
    throw new pulumi.RunError([`The ${entry} function does not compile:`, ...lines].join("\n  "));
  }
}
