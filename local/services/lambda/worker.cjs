// @ts-check
"use strict";
// One execution environment of a function: loads the archive as it would be deployed and answers one invocation at a
// time, as the Lambda runtime does. Plain JavaScript, so that a worker starts without a compiler.
const { parentPort, workerData } = require("node:worker_threads");
const { StringDecoder } = require("node:string_decoder");
const { format } = require("node:util");
const fs = require("node:fs");
const Module = require("node:module");
const path = require("node:path");
const { pathToFileURL } = require("node:url");
const { workIn } = require("./working-directory.cjs");

// A function's time is the cloud's, which a replay moves on by months; how long things take stays the machine's.
const MachineDate = Date;
let ahead = workerData.now - MachineDate.now();
const now = () => MachineDate.now() + ahead;
globalThis.Date = new Proxy(MachineDate, {
  construct: (target, given, made) => Reflect.construct(target, given.length === 0 ? [now()] : given, made),
  apply: () => new MachineDate(now()).toString(),
  get: (target, name) => (name === "now" ? now : Reflect.get(target, name)),
});

const port = /** @type {import("node:worker_threads").MessagePort} */ (parentPort);
// A worker's own NODE_PATH is read only when it is asked for.
/** @type {any} */ (Module)._initPaths();
let requestId = "";
const LEVELS = ["TRACE", "DEBUG", "INFO", "WARN", "ERROR", "FATAL"];
const least = LEVELS.indexOf(workerData.logLevel);
for (const [method, level] of [
  ["trace", "TRACE"],
  ["debug", "DEBUG"],
  ["log", "INFO"],
  ["info", "INFO"],
  ["warn", "WARN"],
  ["error", "ERROR"],
])
  console[method] =
    LEVELS.indexOf(level) < least
      ? () => {}
      : (...values) => port.postMessage({ log: format(...values), level, requestId });
const outputs = [takeLines(process.stdout, "INFO"), takeLines(process.stderr, "ERROR")];

/** What is written past console is an event a line. Sent at once: a stream between the threads costs as much as a small batch. */
function takeLines(/** @type {NodeJS.WriteStream} */ stream, /** @type {string} */ level) {
  const decoder = new StringDecoder("utf8");
  let rest = "";
  const send = (/** @type {string} */ text) => {
    for (const log of text.split("\n")) if (log !== "") port.postMessage({ log, level, requestId: "" });
  };
  /** @type {any} */ (stream).write = (chunk, encoding, callback) => {
    rest += decoder.write(
      typeof chunk === "string" ? Buffer.from(chunk, typeof encoding === "string" ? encoding : undefined) : chunk,
    );
    const end = rest.lastIndexOf("\n");
    if (end >= 0) send(rest.slice(0, end));
    rest = rest.slice(end + 1);
    const done = callback ?? encoding;
    if (typeof done === "function") process.nextTick(done);
    return true;
  };
  /** The last line of an invocation needs no end. */
  return () => {
    if (rest === "") return;
    send(rest);
    rest = "";
  };
}

workIn(workerData.folder);
const [file, name] = splitHandler(workerData.handler);
/** Node 24 of Lambda knows handlers without promises no more. */
const callbacks = /^nodejs(1\d|20|22)\.x$/.test(workerData.runtime);
let failure;
const loading = load(path.join(workerData.folder, file)).then(
  (module) => {
    const found = module[name] ?? module.default?.[name];
    if (typeof found === "function") return found;
    failure = { name: "Runtime.HandlerNotFound", message: `${workerData.handler} is undefined or not exported` };
  },
  (error) => {
    failure = describe(error);
  },
);
// The time limit of an invocation begins here, for Lambda does not count the init phase.
void loading.then(() => port.postMessage({ ready: true }));

port.on(
  "message",
  async (
    /** @type {{id: number, requestId: string, event: string, deadline: number, now: number, arn: string}} */ message,
  ) => {
    requestId = message.requestId;
    ahead = message.now - MachineDate.now();
    const handler = await loading;
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
        getRemainingTimeInMillis: () => Math.max(0, message.deadline - MachineDate.now()),
      };
      const answer = await call(handler, JSON.parse(message.event), context);
      for (const flush of outputs) flush();
      port.postMessage({ id: message.id, payload: JSON.stringify(answer === undefined ? null : answer) });
    } catch (error) {
      for (const flush of outputs) flush();
      port.postMessage({ id: message.id, error: describe(error) });
    }
  },
);

/** A handler answers by a promise, or in older runtimes by a callback or its context. */
function call(handler, event, context) {
  if (!callbacks) return handler(event, context);
  return new Promise((resolve, reject) => {
    const done = (error, answer) => (error === null || error === undefined ? resolve(answer) : reject(error));
    Object.assign(context, { done, succeed: resolve, fail: reject });
    const returned = handler(event, context, done);
    if (typeof returned?.then === "function") returned.then(resolve, reject);
    // What is returned without a promise is not the answer; without a callback there is none, which is null.
    else if (handler.length < 2) resolve(null);
  });
}

/** As the runtime looks for it: FILE.js, .mjs, .cjs; a .js file is what the package.json beside it says. */
async function load(base) {
  for (const extension of [".js", ".mjs", ".cjs"]) {
    const target = base + extension;
    if (!fs.existsSync(target)) continue;
    const isModule = extension === ".mjs" || (extension === ".js" && packageType(path.dirname(target)) === "module");
    return isModule ? import(pathToFileURL(target).href) : require(target);
  }
  throw Object.assign(new Error(`Cannot find module '${path.basename(base)}'`), { name: "Runtime.ImportModuleError" });
}

function packageType(folder) {
  for (let at = folder; at.startsWith(workerData.folder); at = path.dirname(at)) {
    const description = path.join(at, "package.json");
    if (fs.existsSync(description)) return JSON.parse(fs.readFileSync(description, "utf8")).type;
  }
  return undefined;
}

function splitHandler(text) {
  const dot = text.lastIndexOf(".");
  return [text.slice(0, dot), text.slice(dot + 1)];
}

function describe(error) {
  return error instanceof Error
    ? { name: error.name, message: error.message, stack: error.stack }
    : { name: "Error", message: String(error) };
}
