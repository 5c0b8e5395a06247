// Loaded into the program's process before the program: tells the local cloud of uncaught errors as data (the SDK logs
// them as coloured text only), and ends the program when the local cloud is gone. It changes nothing for the program:
// the SDK's runner has listeners for both events of its own, and the channel does not keep the process alive.
"use strict";

const report = (error) => {
  if (!process.connected) return;
  const object = error !== null && typeof error === "object" ? error : { message: String(error) };
  const list = Array.isArray(object.errors) ? object.errors : [];
  process.send({
    name: String(object.name ?? "Error"),
    message: String(object.message ?? error),
    stack: typeof object.stack === "string" ? object.stack : undefined,
    code: typeof object.code === "string" || typeof object.code === "number" ? object.code : undefined,
    run: object.__pulumiRunError === true,
    input: object.__pulumiInputPropertiesError === true || object.__pulumiInputPropertyError === true,
    errors: (object.__pulumiInputPropertyError === true ? [object] : list).map((item) => ({
      propertyPath: String(item?.propertyPath ?? ""),
      reason: String(item?.reason ?? item?.message ?? item),
    })),
  });
};

process.on("uncaughtException", report);
process.on("unhandledRejection", report);
process.on("disconnect", () => process.exit(1));
process.channel?.unref();
