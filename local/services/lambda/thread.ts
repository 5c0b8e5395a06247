import * as path from "node:path";
import { Worker } from "node:worker_threads";
import { InitPhase, type Environment, type FunctionData, type Listeners, type Reply } from "./environment";

/** A worker thread for a function in JavaScript. @param env the function's environment variables, and nothing of this machine's */
export function startThread(data: FunctionData, env: Record<string, string>, listeners: Listeners): Environment {
  const worker = new Worker(path.join(__dirname, "worker.cjs"), {
    workerData: data,
    env,
    execArgv: [],
    resourceLimits: { maxOldGenerationSizeMb: data.memorySize },
    // Taken by the worker itself; what is left must not reach this process's own output.
    stdout: true,
    stderr: true,
  });
  const init = new InitPhase();
  const environment: Environment = {
    initialised: init.over,
    post: (request) => worker.postMessage(request),
    terminate: async () => void (await worker.terminate()),
  };
  worker.on("message", (reply: Reply) => (reply.ready === undefined ? listeners.reply(reply) : init.end()));
  // A module may throw anything.
  worker.on("error", (error: unknown) =>
    listeners.ended(environment, error instanceof Error ? `${error.name}: ${error.message}` : String(error)),
  );
  worker.on("exit", (code) => {
    init.cancel();
    listeners.ended(environment, `Runtime exited with error: exit status ${code}`);
  });
  worker.unref();
  return environment;
}
