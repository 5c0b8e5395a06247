// @ts-check
"use strict";
// Loaded into a Pulumi program before the SDK. The SDK stores a stack trace, mapped to TypeScript, with each of the thousands of promises that it
// creates, and prints it if PULUMI_DEBUG_PROMISE_LEAKS is set. This takes half of the time and most of the memory of a large program, so without
// that variable those stack traces are empty. All others are unchanged.
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
    // An SDK with a different structure keeps its stack traces.
  }
}
