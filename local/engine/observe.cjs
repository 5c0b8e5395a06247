// Loaded into the program's process before the program: tells the local cloud of uncaught errors as data (the SDK logs
// them as coloured text only), and ends the program when the local cloud is gone. It changes nothing for the program:
// the SDK's runner has listeners for both events of its own, and the channel does not keep the process alive.
"use strict";

const report = (error) => {
  correctStacks(error, 0);
  if (!process.connected) return;
  const object = error !== null && typeof error === "object" ? error : { message: String(error) };
  const list = Array.isArray(object.errors) ? object.errors : [];
  process.send({
    name: String(object.name ?? "Error"),
    message: String(object.message ?? error),
    stack: typeof object.stack === "string" ? object.stack : undefined,
    run: object.__pulumiRunError === true,
    input: object.__pulumiInputPropertiesError === true || object.__pulumiInputPropertyError === true,
    errors: (object.__pulumiInputPropertyError === true ? [object] : list).map((item) => ({
      propertyPath: String(item?.propertyPath ?? ""),
      reason: String(item?.reason ?? item?.message ?? item),
    })),
  });
};

// The SDK's source maps leave a folder out (node_modules/@pulumi/output.ts), and on such a line the coloured inspection
// that the SDK makes of an uncaught error never ends in Node 20: it fills the memory for most of a minute.
const SHORTENED = /([\\/]node_modules[\\/]@pulumi[\\/])(?=[^\\/\s:]+\.[jt]s:)/g;

const correctStacks = (error, depth) => {
  if (error === null || typeof error !== "object" || depth > 10) return;
  if (typeof error.stack === "string" && SHORTENED.test(error.stack)) {
    SHORTENED.lastIndex = 0;
    try {
      error.stack = error.stack.replace(SHORTENED, "$1pulumi/");
    } catch {
      // a frozen error stays as it is
    }
  }
  correctStacks(error.cause, depth + 1);
  if (Array.isArray(error.errors)) for (const inner of error.errors) correctStacks(inner, depth + 1);
};

process.on("uncaughtException", report);
process.on("unhandledRejection", report);
process.on("disconnect", () => process.exit(1));
process.channel?.unref();

require("../../lean-sdk.cjs");
