// @ts-check
"use strict";
// `npm test`: lint, format, types, and every test that needs nothing but Node. The last line reads `N passed, N failed`.
// Arguments go to mocha: `npm test -- test/etl/**/*.test.ts`, `npm test -- --grep journal`.
const { spawn } = require("node:child_process");
const fs = require("node:fs");
const path = require("node:path");

const root = path.resolve(__dirname, "..");
const modules = path.join(root, "node_modules");
const cache = path.join(modules, ".cache");

/** @type {{ name: string, args: string[] }[]} */
const checks = [
  // TypeScript 7 takes a third of the time of 6, which eslint still needs.
  { name: "types", args: [path.join(modules, "typescript7/bin/tsc"), "-p", "."] },
  {
    name: "lint",
    args: [path.join(modules, "eslint/bin/eslint.js"), ".", "--cache", "--cache-location", path.join(cache, "eslint/")],
  },
  {
    name: "format",
    args: [
      path.join(modules, "prettier/bin/prettier.cjs"),
      "--check",
      "--log-level",
      "warn",
      "--cache",
      "--cache-location",
      path.join(cache, "prettier", "npm-test"),
      ".",
    ],
  },
];

/**
 * @param {string[]} args
 * @param {boolean} show whether output is passed on as it comes
 * @returns {Promise<{ code: number, output: string }>}
 */
function run(args, show) {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, args, {
      cwd: root,
      stdio: ["ignore", "pipe", "pipe"],
      env: { ...process.env, FORCE_COLOR: process.stdout.isTTY ? "1" : "0" },
    });
    let output = "";
    for (const stream of [child.stdout, child.stderr])
      stream.on("data", (chunk) => {
        output += chunk;
        if (show) process.stdout.write(chunk);
      });
    child.on("close", (code) => resolve({ code: code ?? 1, output }));
  });
}

/** @param {string} output @param {string} word */
function counted(output, word) {
  const match = new RegExp(`^\\s*(\\d+) ${word}`, "m").exec(output.replace(/\u001b\[[0-9;]*m/g, ""));
  return match === null ? 0 : Number(match[1]);
}

/** Files that take longest; begun last they would run while the other processes have nothing left. */
const LONG = [
  "test/start.test.ts",
  "test/stacks/every-option.test.ts",
  "test/candidate.test.ts",
  "test/cli/candidate.test.ts",
  "test/local/maintenance/maintenance.test.ts",
  "test/cli/reprocess.test.ts",
  "test/fan-out.test.ts",
  "test/package.test.ts",
  "test/plugin/plugin.test.ts",
];
/** Processes that run tests. Half of the time of most long tests passes in programs that they start, and wait for. */
const JOBS = 4;

/** Every test that needs nothing but Node, the long ones first. */
function all() {
  const files = fs
    .readdirSync(path.join(root, "test"), { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".test.ts"))
    .map((file) => `test/${file.split(path.sep).join("/")}`)
    .sort();
  return [...LONG, ...files.filter((file) => !LONG.includes(file))];
}

async function main() {
  const started = Date.now();
  // The static checks take one core, mocha the other.
  const statics = (async () => {
    const results = [];
    for (const { name, args } of checks) results.push({ name, ...(await run(args, false)) });
    return results;
  })();
  // Files, or all. The configuration names none, so that `npx mocha FILE` runs just that file.
  const given = process.argv.slice(2);
  const files = given.some((argument) => /\.ts$/.test(argument)) ? [] : all();
  const mocha = await run(
    [path.join(modules, "mocha/bin/mocha.js"), "--parallel", "--jobs", String(JOBS), ...given, ...files],
    true,
  );
  let passed = counted(mocha.output, "passing");
  let failed = counted(mocha.output, "failing");
  // A run that broke before its first test has failed all the same.
  if (mocha.code !== 0 && failed === 0) failed = 1;
  for (const { name, code, output } of await statics) {
    if (code === 0) passed++;
    else failed++;
    process.stdout.write(`${name}: ${code === 0 ? "passed" : `FAILED\n${output}`}\n`);
  }
  process.stdout.write(`${((Date.now() - started) / 1000).toFixed(1)} s\n${passed} passed, ${failed} failed\n`);
  process.exitCode = failed === 0 && passed > 0 ? 0 : 1;
}

void main();
