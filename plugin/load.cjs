// @ts-check
"use strict";
// What Pulumi starts as the provider of the components. They are TypeScript and are run as they stand, so that no build can be stale: one file
// is made of them in memory. Whoever adds the package by its address gets the dependencies of this folder and no others, so esbuild
// makes it, which the components need anyway, and modules are looked for from here.
const Module = require("node:module");
const path = require("node:path");
const { buildSync } = require("esbuild");

const { outputFiles } = buildSync({
  absWorkingDir: __dirname,
  entryPoints: ["index.ts"],
  bundle: true,
  packages: "external",
  platform: "node",
  target: "node20",
  format: "cjs",
  sourcemap: "inline",
  write: false,
  logLevel: "silent",
});
process.setSourceMapsEnabled(true);
// Named as a source of this folder: the components look for the functions' sources beside their own folder.
const filename = path.join(__dirname, "index.ts");
const bundled = new Module(filename, module);
bundled.filename = filename;
bundled.paths = module.paths;
/** @type {any} */ (bundled)._compile(outputFiles[0].text, filename);
