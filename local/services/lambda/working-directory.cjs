// @ts-check
"use strict";
// A thread has no working directory of its own, and a function of Lambda works in the folder of its archive
// (https://docs.aws.amazon.com/lambda/latest/dg/nodejs-handler.html: LAMBDA_TASK_ROOT). What a function sees of the working directory is
// replaced: the relative paths of node:fs, process.cwd and process.chdir, and where child processes start. Native modules see the process's.
const childProcess = require("node:child_process");
const fs = require("node:fs");
const { syncBuiltinESMExports } = require("node:module");
const path = require("node:path");

/** Functions of node:fs whose first argument is no path, but an open file. */
const OF_OPEN_FILES = /^(?:f(?:chmod|chown|datasync|stat|sync|truncate|utimes)|close|readv?|writev?)(?:Sync)?$/;
/** Functions with two paths. */
const OF_TWO = /^(?:copyFile|cp|link|rename)(?:Sync)?$/;
/** What a link says is relative to the link. */
const SYMLINK = /^symlink(?:Sync)?$/;

/** Makes a folder the working directory of this thread. Before a function's module is loaded. @param {string} folder absolute */
function workIn(folder) {
  let current = folder;
  const resolved = (/** @type {unknown} */ given) =>
    typeof given === "string" && !path.isAbsolute(given) ? path.join(current, given) : given;
  process.cwd = () => current;
  process.chdir = (directory) => {
    const target = path.resolve(current, directory);
    if (!fs.statSync(target).isDirectory())
      throw Object.assign(new Error(`ENOTDIR: not a directory, chdir '${directory}'`), { code: "ENOTDIR" });
    current = target;
  };
  for (const module of [fs, fs.promises])
    for (const [name, value] of Object.entries(module)) {
      if (typeof value !== "function" || !/^[a-z]/.test(name) || OF_OPEN_FILES.test(name)) continue;
      const paths = OF_TWO.test(name) ? [0, 1] : SYMLINK.test(name) ? [1] : [0];
      const wrapper = (/** @type {unknown[]} */ ...given) => {
        for (const index of paths) given[index] = resolved(given[index]);
        return value.apply(module, given);
      };
      /** @type {any} */ (module)[name] = Object.assign(wrapper, value);
    }
  const { ChildProcess } = childProcess;
  const spawn = ChildProcess.prototype.spawn;
  ChildProcess.prototype.spawn = function (/** @type {{ cwd?: string }} */ options) {
    return spawn.call(this, { ...options, cwd: options.cwd === undefined ? current : resolved(options.cwd) });
  };
  for (const name of /** @type {const} */ (["execSync", "execFileSync", "spawnSync"])) {
    const run = /** @type {(...given: any[]) => any} */ (childProcess[name]);
    /** @type {any} */ (childProcess)[name] = (/** @type {any[]} */ ...given) => {
      const at = Array.isArray(given[1]) ? 2 : 1;
      const { cwd, ...others } = given[at] ?? {};
      given[at] = { ...others, cwd: cwd === undefined ? current : resolved(cwd) };
      return run(...given);
    };
  }
  // Modules in ESM import the functions by name.
  syncBuiltinESMExports();
}

module.exports = { workIn };
