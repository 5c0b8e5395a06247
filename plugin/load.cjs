// @ts-check
"use strict";
// Pulumi starts this file as the provider of the components. The TypeScript sources are bundled in memory at each start, so no build can be
// stale. A project that adds the package by its URL gets only the dependencies of this folder, so the bundler is esbuild, which the components
// need anyway, and modules are resolved from here.
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
// The file name is in this folder because the components look for the functions' sources next to their own folder.
const filename = path.join(__dirname, "index.ts");
const bundled = new Module(filename, module);
bundled.filename = filename;
bundled.paths = module.paths;
/** @type {any} */ (bundled)._compile(outputFiles[0].text, filename);
