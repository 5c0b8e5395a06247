// @ts-check
"use strict";
// Asks cfn-lint and botocore what they think of the resources of dashboards; see README.md.
// node test/oracles/quicksight/make.cjs PYTHON
const { spawnSync } = require("node:child_process");
const fs = require("node:fs");
const path = require("node:path");

require("../../../register.cjs");
const { questions } = require("../../etl/dashboard/quicksight-resources.ts");
const input = questions().map((/** @type {object} */ each) => `${JSON.stringify(each)}\n`);
const { status, stdout, stderr } = spawnSync(process.argv[2] ?? "python3", [path.join(__dirname, "judge.py")], {
  input: input.join(""),
  encoding: "utf8",
  maxBuffer: 64 * 1024 * 1024,
});
if (status !== 0) throw new Error(stderr);
fs.writeFileSync(path.join(__dirname, "verdicts.ndjson"), stdout);
console.log(`${input.length} questions`);
