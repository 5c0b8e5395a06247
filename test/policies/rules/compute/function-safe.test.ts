import { functionSafe } from "../../../../policies/rules/compute/function-safe";
import { spec } from "../../spec";

spec(functionSafe, {
  messages: {
    "transform: a runtime that is over": [
      'transform (aws:lambda:Function), runtime: saw "nodejs18.x"; a function runs on nodejs22.x, nodejs24.x, or python3.11 to 3.14; set "nodejs24.x"',
    ],
    "transform: a Python that is over": [
      'transform (aws:lambda:Function), runtime: saw "python3.8"; a function runs on nodejs22.x, nodejs24.x, or python3.11 to 3.14; set "nodejs24.x"',
    ],
    "transform: x86_64": [
      'transform (aws:lambda:Function), architectures: saw ["x86_64"]; functions run on arm64, which costs a fifth less; set ["arm64"]',
    ],
    "transform: logs in plain text": [
      'transform (aws:lambda:Function), loggingConfig.logFormat: saw "Text"; logs are JSON, so that they can be asked; set "JSON"',
    ],
    "bridge: no room to run": [
      "bridge (aws:lambda:Function), reservedConcurrentExecutions: saw 0; a function with no room never runs; set 1 or more, or leave it out",
    ],
  },
  unknown: {
    of: "transform",
    property: "runtime",
    says: "transform (aws:lambda:Function), runtime: not decidable: the value is not known in preview; give the resource an explicit name, or check it after the update",
  },
});
