import * as fs from "node:fs";
import * as path from "node:path";
import type { Environment, Reply } from "../../local/services/lambda/environment";
import { findPython, startPython } from "../../local/services/lambda/python";
import type { FunctionSource, TrialFunction } from "./function-source";

/** Processes by the function's name: at the next load the one before is ended. */
const running = new Map<string, Environment>();

/** Whether a function is written in Python, by its runtime or its file. */
export function isPython({ path: given, runtime }: FunctionSource): boolean {
  return runtime?.startsWith("python") === true || path.extname(given) === ".py";
}

/** Loads a function in Python into a process of its own. @throws Error that says what is wrong with it */
export async function loadPython(source: FunctionSource, timeout: number): Promise<TrialFunction> {
  const { name, environment: variables = {}, runtime = "python3.13" } = source;
  const python = findPython(runtime);
  if (python === undefined)
    throw new Error(
      `functions in Python are run by this machine's, and there is no ${runtime}, python3 or python of at least 3.9 on PATH: install Python, or give a version of the function in JavaScript.`,
    );
  const { folder, handler, files } = placeOf(source);
  await running.get(name)?.terminate();
  const waiting = new Map<number, (reply: Reply | Error) => void>();
  const process = startPython(
    python,
    {
      folder,
      handler,
      runtime,
      functionName: name,
      memorySize: 256,
      logGroup: `/aws/lambda/${name}`,
      logStream: "try",
      logLevel: "INFO",
      now: Date.now(),
    },
    { ...variables, AWS_LAMBDA_FUNCTION_NAME: name, TZ: ":UTC" },
    {
      // What a function prints is no part of the result.
      reply: (reply) => {
        if (reply.log !== undefined) console.error(reply.log);
        else waiting.get(reply.id!)?.(reply);
      },
      ended: (_, reason) => {
        running.delete(name);
        for (const answer of waiting.values()) answer(new Error(reason));
      },
    },
  );
  running.set(name, process);
  await process.initialised;
  let last = 0;
  return {
    files,
    call: (event) => {
      const id = ++last;
      return new Promise((resolve, reject) => {
        const timer = setTimeout(() => {
          waiting.delete(id);
          reject(new Error(`no answer in ${timeout / 1000} s`));
        }, timeout);
        waiting.set(id, (reply) => {
          clearTimeout(timer);
          waiting.delete(id);
          if (reply instanceof Error) reject(reply);
          else if (reply.error !== undefined)
            reject(Object.assign(new Error(reply.error.message), { name: reply.error.name, stack: reply.error.stack }));
          else resolve(JSON.parse(reply.payload!));
        });
        process.post({
          id,
          requestId: "00000000-0000-0000-0000-000000000000",
          event: JSON.stringify(event),
          deadline: Date.now() + timeout,
          now: Date.now(),
          arn: `arn:aws:lambda:eu-central-1:000000000000:function:${name}`,
        });
      });
    },
  };
}

/** The folder, the handler (its default as a stack's) and every file of it that may be imported. */
function placeOf({ path: given, handler }: FunctionSource): { folder: string; handler: string; files: string[] } {
  const full = path.resolve(given);
  if (fs.statSync(full).isFile())
    return {
      folder: path.dirname(full),
      handler: handler ?? `${path.basename(full, ".py")}.lambda_handler`,
      files: [full],
    };
  const files = fs
    .readdirSync(full, { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".py"))
    .map((file) => path.join(full, file));
  return { folder: full, handler: handler ?? "lambda_function.lambda_handler", files };
}
