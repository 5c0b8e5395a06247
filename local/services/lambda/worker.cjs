// @ts-check
"use strict";
// One execution environment of a function: loads the archive as it would be deployed and answers one invocation at a
// time, as the Lambda runtime does. Plain JavaScript, so that a worker starts without a compiler.
const { parentPort, workerData } = require("node:worker_threads");
const { format } = require("node:util");
const path = require("node:path");

const port = /** @type {import("node:worker_threads").MessagePort} */ (parentPort);
let requestId = "";
for (const [method, level] of [
  ["log", "INFO"],
  ["info", "INFO"],
  ["debug", "DEBUG"],
  ["warn", "WARN"],
  ["error", "ERROR"],
])
  console[method] = (...values) => port.postMessage({ log: format(...values), level, requestId });

const [file, name] = splitHandler(workerData.handler);
let handler;
let failure;
try {
  handler = require(path.join(workerData.folder, file))[name];
  if (typeof handler !== "function")
    failure = { name: "Runtime.HandlerNotFound", message: `${workerData.handler} is undefined or not exported` };
} catch (error) {
  failure = describe(error);
}

port.on(
  "message",
  async (/** @type {{id: number, requestId: string, event: string, deadline: number, arn: string}} */ message) => {
    requestId = message.requestId;
    if (failure !== undefined) return port.postMessage({ id: message.id, error: failure });
    try {
      const context = {
        awsRequestId: message.requestId,
        functionName: workerData.functionName,
        functionVersion: "$LATEST",
        invokedFunctionArn: message.arn,
        memoryLimitInMB: String(workerData.memorySize),
        logGroupName: workerData.logGroup,
        logStreamName: workerData.logStream,
        callbackWaitsForEmptyEventLoop: true,
        getRemainingTimeInMillis: () => Math.max(0, message.deadline - Date.now()),
      };
      const answer = await handler(JSON.parse(message.event), context);
      port.postMessage({ id: message.id, payload: JSON.stringify(answer === undefined ? null : answer) });
    } catch (error) {
      port.postMessage({ id: message.id, error: describe(error) });
    }
  },
);

function splitHandler(text) {
  const dot = text.lastIndexOf(".");
  return [text.slice(0, dot), text.slice(dot + 1)];
}

function describe(error) {
  return error instanceof Error
    ? { name: error.name, message: error.message, stack: error.stack }
    : { name: "Error", message: String(error) };
}
