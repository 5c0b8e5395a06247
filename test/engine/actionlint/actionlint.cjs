// @ts-check
"use strict";
// The linter of GitHub's workflows; `node test/engine/actionlint/actionlint.cjs` runs it over .github/workflows.
const { spawnSync } = require("node:child_process");
const { build, onPath } = require("../build.cjs");

/**
 * @param {(line: string) => void} say
 * @returns {{ command: string } | { problem: string }}
 */
function findActionlint(say) {
  const installed = onPath("actionlint");
  if (installed !== undefined) return { command: installed };
  return build(
    {
      name: "actionlint",
      version: "v1.7.12",
      module: __dirname,
      package: "github.com/rhysd/actionlint/cmd/actionlint",
      took: "some seconds",
    },
    say,
  );
}

/**
 * @param {string} root folder of the repository
 * @returns {string} what it found, "" if nothing
 */
function actionlint(root) {
  const found = findActionlint((line) => process.stderr.write(`${line}\n`));
  if ("problem" in found) return found.problem;
  // Whether shellcheck is there must not decide what is found.
  const { stdout, stderr } = spawnSync(found.command, ["-no-color", "-shellcheck=", "-pyflakes="], {
    cwd: root,
    encoding: "utf8",
  });
  return stdout + stderr;
}

module.exports = { actionlint };

if (require.main === module) {
  const said = actionlint(process.cwd());
  process.stdout.write(said === "" ? "actionlint found nothing\n" : said);
  process.exitCode = said === "" ? 0 : 1;
}
