// @ts-check
"use strict";
// Loaded into a Pulumi program before the SDK. It saves a second or more of each run, and changes nothing that a program can see:
//
// - The SDK stores a stack trace, mapped to TypeScript, with each of the thousands of promises that it creates, and prints it if
//   PULUMI_DEBUG_PROMISE_LEAKS is set. This takes half of the time and most of the memory of a large program, so without that variable those
//   stack traces are empty. All others are unchanged.
// - `@pulumi/pulumi` loads the automation API, and npm's and TypeScript's libraries to turn functions into text. Few programs use them, and
//   loading them takes as long as all the rest: here they are loaded when they are used first.
const { createRequire } = require("node:module");
const { join } = require("node:path");

const sdk = createRequire(join(process.cwd(), "package.json"));

/**
 * Puts a stand-in for a module into the cache of modules, which `load` replaces by the module itself.
 * @param {string} name
 * @param {(load: () => any) => object} standIn
 */
function loadLater(name, standIn) {
  const filename = sdk.resolve(name);
  /** @type {any} */
  let loaded;
  const load = () => {
    if (loaded === undefined) {
      delete require.cache[filename];
      loaded = sdk(filename);
    }
    return loaded;
  };
  const { Module } = require("node:module");
  const module = new Module(filename);
  Object.assign(module, { filename, loaded: true, exports: standIn(load) });
  require.cache[filename] = module;
}

/** @param {() => any} load @returns {object} an object with the members of the module */
const members = (load) =>
  new Proxy(
    {},
    {
      get: (_, key) => (key === "__esModule" ? true : load()[key]),
      has: (_, key) => key in load(),
      ownKeys: () => Reflect.ownKeys(load()),
      getOwnPropertyDescriptor: (_, key) => {
        const found = Object.getOwnPropertyDescriptor(load(), key);
        return found === undefined ? undefined : { ...found, configurable: true };
      },
    },
  );

/** @param {string[]} names @returns {(load: () => any) => object} */
const functions = (names) => (load) =>
  Object.fromEntries(names.map((name) => [name, (/** @type {unknown[]} */ ...given) => load()[name](...given)]));

try {
  if (!process.env.PULUMI_DEBUG_PROMISE_LEAKS) {
    const debuggable = sdk("@pulumi/pulumi/runtime/debuggable");
    const { debuggablePromise } = debuggable;
    debuggable.debuggablePromise = (/** @type {unknown[]} */ ...given) => {
      const { stackTraceLimit } = Error;
      Error.stackTraceLimit = 0;
      try {
        return debuggablePromise(...given);
      } finally {
        Error.stackTraceLimit = stackTraceLimit;
      }
    };
  }
  loadLater("@pulumi/pulumi/automation", members);
  loadLater(
    "@pulumi/pulumi/runtime/closure/serializeClosure",
    functions(["serializeFunctionAsync", "serializeFunction"]),
  );
  loadLater("@pulumi/pulumi/runtime/closure/codePaths", functions(["computeCodePaths"]));
} catch {
  // An SDK with a different structure runs as it is.
}
