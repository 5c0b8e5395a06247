import { CURRENT_RUNTIMES } from "../../../aws/lambda-runtimes";
import { block, list, show, text } from "../../../aws/values";
import type { ResourceRule } from "../../framework/rule";

export const functionSafe: ResourceRule = {
  id: "function-safe",
  group: "compute",
  title: "A function runs on a runtime that is supported, on arm64, and logs in JSON.",
  rationale:
    "A deprecated runtime gets no security fixes, and functions on it cannot be updated; logs in plain text cannot be queried.",
  severity: "medium",
  level: "mandatory",
  remediation: 'Set runtime "nodejs24.x", architectures ["arm64"] and loggingConfig.logFormat "JSON".',
  page: "https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtimes.html",
  types: ["aws:lambda/function:Function"],
  check({ inputs }, found) {
    const runtime = text(inputs.runtime);
    if (inputs.packageType !== "Image" && !CURRENT_RUNTIMES.includes(runtime ?? ""))
      found.add(
        "runtime",
        show(runtime),
        "a function runs on nodejs22.x, nodejs24.x, or python3.11 to 3.14",
        'set "nodejs24.x"',
      );
    if (inputs.reservedConcurrentExecutions === 0)
      found.add(
        "reservedConcurrentExecutions",
        "0",
        "a function without concurrency never runs",
        "set 1 or more, or leave it out",
      );
    if (list(inputs.architectures)?.[0] !== "arm64")
      found.add(
        "architectures",
        show(inputs.architectures),
        "functions run on arm64, which costs a fifth less",
        'set ["arm64"]',
      );
    const format: unknown = block(inputs.loggingConfig)?.logFormat;
    if (format !== "JSON")
      found.add(
        "loggingConfig.logFormat",
        show(format),
        "logs must be JSON, so that they can be queried",
        'set "JSON"',
      );
  },
};
