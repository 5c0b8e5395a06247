// @ts-check
"use strict";
// Finds the real Pulumi engine, or builds it. `node test/engine/pulumi.cjs` prints how to call it.
const { execFileSync } = require("node:child_process");
const path = require("node:path");
const { build, onPath } = require("./build.cjs");

const VERSION = "v3.259.0";
const HOST = path.join(__dirname, "host");

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
  const built = build(
    {
      name: "pulumi",
      version: VERSION,
      module: path.join(__dirname, "tools"),
      package: "github.com/pulumi/pulumi/pkg/v3/cmd/pulumi",
      ldflags: `-s -w -X github.com/pulumi/pulumi/sdk/v3/go/common/version.Version=${VERSION}`,
      took: "some minutes",
    },
    say,
  );
  if ("problem" in built && onPath("go") === undefined)
    return {
      problem:
        "there is no pulumi on PATH and no Go to build it with: install the Pulumi CLI (https://www.pulumi.com/docs/install/), or Go 1.26 or later",
    };
  return "problem" in built ? built : { command: built.command, path: [built.folder, HOST] };
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
