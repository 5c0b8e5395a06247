import { createHash } from "node:crypto";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { buildSync, type BuildFailure } from "esbuild";

/** The functions that components create, by their entry points in `functions/`. */
export type FunctionEntry = "transform" | "reprocess" | "maintain" | "historian-bridge" | "provisioning-hook";

const SOURCE = "functions/transform.ts";
const ROOT = rootAbove(__dirname);

/** The folder that holds the functions' sources. This file runs from its source, compiled in a package, and within the plugin's bundle: each lies at another depth. */
function rootAbove(folder: string): string {
  if (fs.existsSync(path.join(folder, SOURCE))) return folder;
  const parent = path.dirname(folder);
  if (parent === folder) throw new Error(`${SOURCE} is missing: the package is incomplete, install it again`);
  return rootAbove(parent);
}

const bundles = new Map<FunctionEntry, string>();

/**
 * The code of a function, one file, from the sources as they are now: no build step that could be stale. The same
 * sources give the same text, so an unchanged function is not updated. Bundled once in a process.
 *
 * @throws RunError when the sources do not compile
 */
export function functionBundle(entry: FunctionEntry): string {
  const bundled = bundles.get(entry) ?? bundle(entry);
  bundles.set(entry, bundled);
  return bundled;
}

const files = new Map<FunctionEntry, string>();

/**
 * The code as a file for an asset, named by its content. Of a text the engine keeps all of it in the stack's state, twice for each
 * function, and the state is written anew with each resource; of a file it keeps the hash.
 */
export function functionFile(entry: FunctionEntry): string {
  const file = files.get(entry) ?? written(entry, functionBundle(entry));
  files.set(entry, file);
  return file;
}

function written(entry: FunctionEntry, text: string): string {
  const name = `${entry}-${createHash("sha256").update(text).digest("hex").slice(0, 16)}.js`;
  const folder = path.join(ROOT, "node_modules", ".cache", "iot-telemetry-etl");
  try {
    fs.mkdirSync(folder, { recursive: true });
    const temporary = path.join(folder, `${name}.${process.pid}`);
    fs.writeFileSync(temporary, text);
    fs.renameSync(temporary, path.join(folder, name));
    return path.join(folder, name);
  } catch {
    // A folder that may not be written: for as long as this process is there.
    const own = fs.mkdtempSync(path.join(os.tmpdir(), "iot-telemetry-etl-"));
    process.on("exit", () => fs.rmSync(own, { recursive: true, force: true }));
    fs.writeFileSync(path.join(own, name), text);
    return path.join(own, name);
  }
}

function bundle(entry: FunctionEntry): string {
  try {
    const { outputFiles } = buildSync({
      absWorkingDir: ROOT,
      entryPoints: [path.join(ROOT, "functions", `${entry}.ts`)],
      bundle: true,
      write: false,
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
    });
    return outputFiles[0]!.text;
  } catch (error) {
    const { errors } = error as BuildFailure;
    if (errors === undefined) throw error;
    const lines = errors.map(({ text, location }) =>
      location === null ? text : `${location.file}:${location.line}:${location.column}: ${text}`,
    );
    throw new pulumi.RunError([`The ${entry} function does not compile:`, ...lines].join("\n  "));
  }
}
