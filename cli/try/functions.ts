/** Functions of lambda activities, run in this process (those in Python in one of their own) while a pipeline is tried. */
import { AsyncLocalStorage } from "node:async_hooks";
import * as fs from "node:fs";
import * as path from "node:path";
import { pathToFileURL } from "node:url";
import type { FunctionSource, TrialFunction } from "./function-source";
import { isPython, loadPython } from "./python";

// eslint-disable-next-line @typescript-eslint/no-require-imports -- plain JavaScript, see there
const nativeImport = require("./native-import.cjs") as (url: string) => Promise<Record<string, unknown>>;

type Handler = (event: unknown, context: object, callback?: (error: unknown, answer?: unknown) => void) => unknown;

/** ms that a call may take, as for functions of a stack */
const TIMEOUT = 60_000;
const EXTENSIONS = [".js", ".mjs", ".cjs", ".ts", ".mts", ".cts"];

const environments = new AsyncLocalStorage<NodeJS.ProcessEnv>();

/** From the first function with variables on, `process.env` is that of the function that runs. */
function ownEnvironments(): void {
  if (Object.getOwnPropertyDescriptor(process, "env")?.get !== undefined) return;
  let machine = process.env;
  Object.defineProperty(process, "env", {
    get: () => environments.getStore() ?? machine,
    set: (env: NodeJS.ProcessEnv) => (machine = env),
    configurable: true,
  });
}

/** Loads the function as it is now. @throws Error that says what is wrong with it */
export async function loadFunction(source: FunctionSource): Promise<TrialFunction> {
  const { name, environment, timeout = TIMEOUT } = source;
  if (fs.existsSync(source.path) && isPython(source)) return loadPython(source, timeout);
  const { file, exported } = fileOf(source);
  if (environment !== undefined) ownEnvironments();
  const within = <T>(action: () => T): T =>
    environment === undefined ? action() : environments.run({ ...process.env, ...environment }, action);
  const { module, files } = await within(() => load(file));
  const found = module[exported] ?? (module.default as Record<string, unknown> | undefined)?.[exported];
  if (typeof found !== "function") throw new Error(`the file exports no function called ${exported}.`);
  const handler = found as Handler;
  return {
    files,
    call: async (event) => {
      const context = {
        functionName: name,
        awsRequestId: "00000000-0000-0000-0000-000000000000",
        getRemainingTimeInMillis: () => timeout,
      };
      let timer: NodeJS.Timeout | undefined;
      const late = new Promise<never>((_, reject) => {
        timer = setTimeout(() => reject(new Error(`no answer in ${timeout / 1000} s`)), timeout);
      });
      try {
        return await Promise.race([onStderr(() => within(() => answerOf(handler, event, context))), late]);
      } finally {
        clearTimeout(timer);
      }
    },
  };
}

/** A handler answers by a promise, or as older runtimes allowed by a callback or its context. */
function answerOf(handler: Handler, event: unknown, context: object): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const done = (error: unknown, answer?: unknown): void =>
      error === null || error === undefined ? resolve(answer) : reject(error);
    Object.assign(context, { done, succeed: resolve, fail: reject });
    const returned = handler(event, context, done);
    if (typeof (returned as Promise<unknown> | undefined)?.then === "function")
      (returned as Promise<unknown>).then(resolve, reject);
    // a handler that takes no callback answers by what it returns, which without a promise Lambda takes for nothing
    else if (handler.length < 3 && returned !== undefined) resolve(returned);
    else if (handler.length < 2) resolve(null);
  });
}

function fileOf({ path: given, handler }: FunctionSource): { file: string; exported: string } {
  const full = path.resolve(given);
  const stat = fs.statSync(full, { throwIfNoEntry: false });
  if (stat === undefined) throw new Error("there is no such file or folder.");
  if (stat.isFile() && !EXTENSIONS.includes(path.extname(full)))
    throw new Error("functions are run as JavaScript, TypeScript or Python here.");
  const dot = handler?.lastIndexOf(".") ?? -1;
  const exported = handler?.slice(dot + 1) ?? "handler";
  if (stat.isFile()) return { file: full, exported };
  const base = path.join(full, handler?.slice(0, dot) ?? "index");
  const file = EXTENSIONS.map((extension) => base + extension).find((each) => fs.existsSync(each));
  if (file === undefined) throw new Error(`${base} is there with none of the endings ${EXTENSIONS.join(", ")}.`);
  return { file, exported };
}

/** What a CommonJS file was made of the last time it was loaded; it is read again, too. */
const partsOf = new Map<string, readonly string[]>();

async function load(file: string): Promise<{ module: Record<string, unknown>; files: readonly string[] }> {
  if (/\.m[jt]s$/.test(file) || (/\.[jt]s$/.test(file) && isModule(file)))
    return {
      module: await nativeImport(`${pathToFileURL(file).href}?at=${fs.statSync(file).mtimeMs}`),
      files: [file],
    };
  for (const part of partsOf.get(file) ?? []) delete require.cache[part];
  delete require.cache[require.resolve(file)];
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- the user's file, read again at each run
  const module = require(file) as Record<string, unknown>;
  const files = partsBelow(file);
  partsOf.set(file, files);
  return { module, files };
}

/** Whether the package.json of the file's folder, or of one above it, says that .js files are ES modules. */
function isModule(file: string): boolean {
  for (let folder = path.dirname(file); ; folder = path.dirname(folder)) {
    const description = path.join(folder, "package.json");
    if (fs.existsSync(description))
      return (JSON.parse(fs.readFileSync(description, "utf8")) as { type?: string }).type === "module";
    if (folder === path.dirname(folder)) return false;
  }
}

/** The file and those that it requires, but for packages. */
function partsBelow(file: string): string[] {
  const found = new Set<string>();
  const visit = (name: string): void => {
    if (found.has(name) || name.includes(`${path.sep}node_modules${path.sep}`)) return;
    found.add(name);
    for (const child of require.cache[name]?.children ?? []) visit(child.filename);
  };
  visit(file);
  return [...found];
}

const CONSOLE = { log: console.log, info: console.info, debug: console.debug };
let running = 0;

/** What a function prints is no part of the result. Several may run at a time. */
async function onStderr<T>(call: () => T | Promise<T>): Promise<T> {
  if (running++ === 0) Object.assign(console, { log: console.error, info: console.error, debug: console.error });
  try {
    return await call();
  } finally {
    if (--running === 0) Object.assign(console, CONSOLE);
  }
}
