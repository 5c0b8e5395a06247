// @ts-check
"use strict";
// Loaded into a Pulumi program before the SDK. The SDK keeps a stack, mapped to TypeScript line by line, with each of the thousands of
// promises it makes, to print it when PULUMI_DEBUG_PROMISE_LEAKS is set. That is half of the time and most of the memory of a large
// program, so without that variable those stacks stay empty; all others are made as before.
if (!process.env.PULUMI_DEBUG_PROMISE_LEAKS) {
  const { createRequire } = require("node:module");
  const { join } = require("node:path");
  try {
    const debuggable = createRequire(join(process.cwd(), "package.json"))("@pulumi/pulumi/runtime/debuggable");
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
  } catch {
    // an SDK that is cut otherwise keeps its stacks
  }
}
