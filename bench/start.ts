import { spawnSync } from "node:child_process";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";

const ROOT = path.resolve(__dirname, "..");

/** Measures `npm start` from the command to the summary, in a new data folder and again in the same; the reference is the start of an empty program. */
export function benchStart(): Promise<void> {
  const dataDir = fs.mkdtempSync(path.join(os.tmpdir(), "bench-start-"));
  try {
    const reference = seconds(["--help"]);
    process.stdout.write(`  npm start -- --help (the reference): ${reference.toFixed(1)} s\n`);
    for (const name of ["first", "second"]) {
      const taken = seconds(["--data-dir", path.join(dataDir, "data"), "--json"]);
      process.stdout.write(
        `  npm start, ${name} run: ${taken.toFixed(1)} s, ${(taken / reference).toFixed(1)} x the reference\n`,
      );
    }
  } finally {
    fs.rmSync(dataDir, { recursive: true, force: true });
  }
  return Promise.resolve();
}

function seconds(options: string[]): number {
  const started = Date.now();
  const npm = process.platform === "win32" ? "npm.cmd" : "npm";
  const { status, stderr } = spawnSync(npm, ["start", "--silent", "--", ...options], {
    cwd: ROOT,
    encoding: "utf8",
    shell: process.platform === "win32",
  });
  if (status !== 0) throw new Error(`npm start ended with ${status}: ${stderr}`);
  return (Date.now() - started) / 1000;
}
