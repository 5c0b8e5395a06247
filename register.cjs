// @ts-check
"use strict";
// Runs TypeScript without a build step: `node --require ./register.cjs FILE.ts`. The output of swc is cached under node_modules/.cache by the
// hash of the file's text, so only edited files are compiled again, which halves the start time of a command. Types are not checked here;
// `npm test` checks them.
const { createHash } = require("node:crypto");
const fs = require("node:fs");
const path = require("node:path");
const { addHook } = require("pirates");

process.setSourceMapsEnabled(true);

/** @type {import("@swc/core").Options} */
const OPTIONS = {
  jsc: { target: "es2022", parser: { syntax: "typescript" } },
  module: { type: "commonjs" },
  sourceMaps: "inline",
  inlineSourcesContent: false,
  swcrc: false,
};
const folder = path.join(__dirname, "node_modules", ".cache", "typescript");
const version = require("@swc/core/package.json").version + JSON.stringify(OPTIONS);

/**
 * @param {string} source
 * @param {string} filename
 */
function compile(source, filename) {
  // The name is in the source map.
  const hash = createHash("sha256").update(`${version}\0${filename}\0${source}`).digest("hex");
  const kept = path.join(folder, `${hash}.js`);
  try {
    return fs.readFileSync(kept, "utf8");
  } catch {
    // Not compiled yet.
  }
  const { code } = require("@swc/core").transformSync(source, { ...OPTIONS, filename });
  try {
    fs.mkdirSync(folder, { recursive: true });
    const temporary = `${kept}.${process.pid}`;
    fs.writeFileSync(temporary, code);
    fs.renameSync(temporary, kept);
  } catch {
    // The folder is not writable: the file is compiled again next time.
  }
  return code;
}

addHook(compile, { exts: [".ts"], ignoreNodeModules: true });
