// @ts-check
"use strict";
// `npm run test:page`: the page of the local cloud in headless Chromium. Arguments go to mocha. Exit code 3 without a browser. PAGE_SCREENSHOTS=DIR
// keeps a picture of each view. CHROMIUM names the browser's program if it is not found.
const { spawn, spawnSync } = require("node:child_process");
const fs = require("node:fs");
const path = require("node:path");

const root = path.resolve(__dirname, "..", "..");
const NAMES = ["chromium", "chromium-browser", "google-chrome-stable", "google-chrome"];

/** @returns {string | undefined} path of the program */
function findChromium() {
  const named = process.env.CHROMIUM;
  const folders = (process.env.PATH ?? "").split(path.delimiter);
  const files =
    named === undefined ? NAMES.flatMap((name) => folders.map((folder) => path.join(folder, name))) : [named];
  return files.find((file) => fs.existsSync(file) && spawnSync(file, ["--version"], { stdio: "ignore" }).status === 0);
}

const chromium = findChromium();
if (chromium === undefined) {
  process.stderr.write(
    "tests of the page in a browser: not run, for there is no Chromium (Debian and Ubuntu: apt-get install chromium; CHROMIUM names another program)\n",
  );
  process.exitCode = 3;
} else {
  const mocha = path.join(root, "node_modules", "mocha", "bin", "mocha.js");
  const argv = [mocha, "--no-config", "--require", "./register.cjs", "--extension", "ts", "--timeout", "60000"];
  const child = spawn(process.execPath, [...argv, "test/page/*.browser.ts", ...process.argv.slice(2)], {
    cwd: root,
    stdio: "inherit",
    env: { ...process.env, CHROMIUM: chromium },
  });
  child.on("close", (code) => (process.exitCode = code ?? 1));
}
