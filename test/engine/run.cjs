// @ts-check
"use strict";
// `npm run test:engine`: the tests that need Pulumi's real engine. Arguments go to mocha.
const { spawn } = require("node:child_process");
const path = require("node:path");
const { findPulumi } = require("./pulumi.cjs");

const root = path.resolve(__dirname, "..", "..");
const found = findPulumi((line) => process.stderr.write(`${line}\n`));
if ("problem" in found) {
  process.stderr.write(`error: ${found.problem}\n`);
  process.exitCode = 1;
} else {
  const mocha = path.join(root, "node_modules", "mocha", "bin", "mocha.js");
  const argv = [mocha, "--no-config", "--require", "./register.cjs", "--extension", "ts", "--timeout", "180000"];
  // Pulumi waits for its program and the program for Pulumi: two files at a time take little more than half of the time.
  argv.push("--require", "./test/engine/engine.ts", "--parallel", "--jobs", "2");
  const child = spawn(process.execPath, [...argv, "test/engine/*.engine.ts", ...process.argv.slice(2)], {
    cwd: root,
    stdio: "inherit",
    env: {
      ...process.env,
      ENGINE_PULUMI: found.command,
      PATH: [...found.path, process.env.PATH ?? ""].join(path.delimiter),
    },
  });
  child.on("close", (code) => (process.exitCode = code ?? 1));
}
