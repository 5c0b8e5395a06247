// @ts-check
"use strict";
// Programs in Go that the tests need, built once from modules in this folder into the user's cache.
const { spawnSync } = require("node:child_process");
const fs = require("node:fs");
const os = require("node:os");
const path = require("node:path");

const SUFFIX = process.platform === "win32" ? ".exe" : "";

/** The user's cache folder: what takes minutes to build serves every clone. @param {string} name */
function cacheFolder(name) {
  const root =
    process.platform === "win32"
      ? (process.env.LOCALAPPDATA ?? path.join(os.homedir(), "AppData", "Local"))
      : process.platform === "darwin"
        ? path.join(os.homedir(), "Library", "Caches")
        : (process.env.XDG_CACHE_HOME ?? path.join(os.homedir(), ".cache"));
  return path.join(root, "iot-telemetry-etl", name);
}

/** @param {string} name @returns {string | undefined} */
function onPath(name) {
  return (process.env.PATH ?? "")
    .split(path.delimiter)
    .map((folder) => path.join(folder, name + SUFFIX))
    .find((file) => fs.existsSync(file));
}

/**
 * A program, built if it is not there.
 * @param {{ name: string, version: string, module: string, package: string, ldflags?: string, took: string }} program
 * @param {(line: string) => void} say is told in one line what is done
 * @returns {{ command: string, folder: string } | { problem: string }}
 */
function build(program, say) {
  const { name, version } = program;
  const folder = cacheFolder(`${name}-${version}`);
  const built = path.join(folder, name + SUFFIX);
  if (fs.existsSync(built)) {
    say(`${name}: ${built} (built before)`);
    return { command: built, folder };
  }
  if (onPath("go") === undefined) return { problem: `there is no Go to build ${name} with: install Go 1.26 or later` };
  say(`${name}: building ${version} with Go into ${folder} (${program.took}, once)`);
  fs.mkdirSync(folder, { recursive: true });
  // Another run may build at the same time: the finished file appears in one step.
  const temporary = `${built}.${process.pid}`;
  const argv = ["build", "-trimpath", "-o", temporary, "-ldflags", program.ldflags ?? "-s -w", program.package];
  const options = /** @type {const} */ ({
    cwd: program.module,
    encoding: "utf8",
    stdio: ["ignore", "inherit", "pipe"],
  });
  const { status, stderr } = spawnSync("go", argv, options);
  if (status !== 0) {
    fs.rmSync(temporary, { force: true });
    return { problem: `go build failed:\n${stderr}` };
  }
  fs.renameSync(temporary, built);
  return { command: built, folder };
}

module.exports = { build, onPath };
