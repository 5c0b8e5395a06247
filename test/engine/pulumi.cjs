// @ts-check
"use strict";
// Finds the real Pulumi engine, or builds it. `node test/engine/pulumi.cjs` prints how to call it.
const { execFileSync, spawnSync } = require("node:child_process");
const fs = require("node:fs");
const os = require("node:os");
const path = require("node:path");

const VERSION = "v3.259.0";
const MODULE = path.join(__dirname, "tools");
const HOST = path.join(__dirname, "host");

/** The user's cache folder: the engine takes minutes to build and serves every clone. */
function cacheFolder() {
  const root =
    process.platform === "win32"
      ? (process.env.LOCALAPPDATA ?? path.join(os.homedir(), "AppData", "Local"))
      : process.platform === "darwin"
        ? path.join(os.homedir(), "Library", "Caches")
        : (process.env.XDG_CACHE_HOME ?? path.join(os.homedir(), ".cache"));
  return path.join(root, "iot-telemetry-etl", `pulumi-${VERSION}`);
}

/** @param {string} name @returns {string | undefined} */
function onPath(name) {
  const suffix = process.platform === "win32" ? ".exe" : "";
  return (process.env.PATH ?? "")
    .split(path.delimiter)
    .map((folder) => path.join(folder, name + suffix))
    .find((file) => fs.existsSync(file));
}

/**
 * The engine, with the folders that must be on PATH for it.
 * @param {(line: string) => void} say is told in one line what is done
 * @returns {{ command: string, path: string[] } | { problem: string }}
 */
function findPulumi(say) {
  const installed = onPath("pulumi");
  if (installed !== undefined) {
    say(`pulumi: ${installed} (from PATH)`);
    // The released CLI brings its own language host beside it.
    return { command: installed, path: onPath("pulumi-language-nodejs") === undefined ? [HOST] : [] };
  }
  const folder = cacheFolder();
  const built = path.join(folder, process.platform === "win32" ? "pulumi.exe" : "pulumi");
  if (fs.existsSync(built)) {
    say(`pulumi: ${built} (built before)`);
    return { command: built, path: [folder, HOST] };
  }
  if (onPath("go") === undefined)
    return {
      problem:
        "there is no pulumi on PATH and no Go to build it with: install the Pulumi CLI (https://www.pulumi.com/docs/install/), or Go 1.26 or later",
    };
  say(`pulumi: building ${VERSION} with Go into ${folder} (some minutes, once)`);
  fs.mkdirSync(folder, { recursive: true });
  // Another run may build at the same time: the finished file appears in one step.
  const temporary = `${built}.${process.pid}`;
  const flags = `-s -w -X github.com/pulumi/pulumi/sdk/v3/go/common/version.Version=${VERSION}`;
  const { status, stderr } = spawnSync(
    "go",
    ["build", "-trimpath", "-o", temporary, "-ldflags", flags, "github.com/pulumi/pulumi/pkg/v3/cmd/pulumi"],
    { cwd: MODULE, encoding: "utf8", stdio: ["ignore", "inherit", "pipe"] },
  );
  if (status !== 0) {
    fs.rmSync(temporary, { force: true });
    return { problem: `go build failed:\n${stderr}` };
  }
  fs.renameSync(temporary, built);
  return { command: built, path: [folder, HOST] };
}

module.exports = { findPulumi };

if (require.main === module) {
  const found = findPulumi((line) => process.stderr.write(`${line}\n`));
  if ("problem" in found) {
    process.stderr.write(`error: ${found.problem}\n`);
    process.exitCode = 1;
  } else {
    const version = execFileSync(found.command, ["version"], { encoding: "utf8" }).trim();
    process.stdout.write(`${found.command} ${version}\n`);
  }
}
