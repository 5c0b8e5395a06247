import * as grpc from "@grpc/grpc-js";
import type { Properties, Resource } from "../core/model";
import { readConfig } from "./config";
import type { Catalog } from "./invokes";
import { Monitor, type Diagnostic } from "./monitor";
import type { ResourceOptions } from "./options";
import { Problems, type UserProblem } from "./problems";
import { runProgram, type ProgramExit, type UncaughtError } from "./program";
import { readProject } from "./project";
import { secretsWithoutValue } from "../services/secretsmanager/missing";
import { LOCAL_CONTAINERS, localContainersIn, type LocalContainer } from "../services/ecs/settings";
import { LOCAL_SECRETS, localSecretsIn, type LocalSecret } from "../services/secretsmanager/settings";

/** A program, its stack and its configuration. */
export interface EvaluateOptions {
  /** folder of Pulumi.yaml */
  projectDir: string;
  stack: string;
  /** `-c key=value`; wins over the stack's file */
  config?: Record<string, string>;
  /** resources of the last deployment, for the option ignoreChanges */
  previous?: readonly Resource[];
  /** takes every type and every argument, for nothing is going to be created: policies judge them. Default: false */
  dryRun?: boolean;
  /** columns of tables that were changed since the last deployment, for programs that ask for them */
  catalog?: Catalog;
  /** environment of the program and of configuration; the process's own if not given */
  env?: NodeJS.ProcessEnv;
  /** ends the program at once; the evaluation then has a problem that says so */
  signal?: AbortSignal;
  onRegister?(resource: Resource): void;
  /** what the program logs or writes, as it comes */
  onDiagnostic?(diagnostic: Diagnostic): void;
}

/** What a program registered, and what is wrong with it. */
export interface Evaluation {
  project: string;
  stack: string;
  region: string;
  /** in the order of registration, so each comes after those it depends on */
  resources: Resource[];
  /** options by URN */
  options: Map<string, ResourceOptions>;
  /** the stack's outputs */
  outputs: Properties;
  /** names of outputs that hold a secret somewhere */
  secretOutputs?: string[];
  /** the stack's configuration by full key, without its secrets */
  config?: Record<string, string>;
  /** secrets of the local cloud by ARN, from the stack's configuration; they are never stored */
  localSecrets?: Record<string, LocalSecret>;
  /** how containers run in the local cloud, by name, from the stack's configuration */
  localContainers?: Record<string, LocalContainer>;
  /** errors, all of them; nothing may be created if there is one */
  problems: UserProblem[];
  /** settings that have no effect here */
  warnings: UserProblem[];
}

/**
 * Runs the unmodified program of a stack against an engine of our own and collects what it registers. User errors are
 * in `problems`, never thrown.
 */
export async function evaluate(options: EvaluateOptions): Promise<Evaluation> {
  const problems = new Problems();
  const env = options.env ?? process.env;
  const found: Evaluation = {
    project: "",
    stack: options.stack,
    region: "",
    resources: [],
    options: new Map(),
    outputs: {},
    problems: problems.errors,
    warnings: problems.warnings,
  };
  const project = readProject(options.projectDir, problems);
  if (project === undefined) return found;
  const config = readConfig(project, options.stack, options.config ?? {}, env, problems);
  found.project = project.name;
  found.region = config.region;
  found.config = Object.fromEntries(Object.entries(config.values).filter(([key]) => !config.secretKeys.includes(key)));
  found.localSecrets = localSecretsIn(config.values[`${project.name}:${LOCAL_SECRETS}`]);
  found.localContainers = localContainersIn(config.values[`${project.name}:${LOCAL_CONTAINERS}`]);
  if (problems.failed) return found;

  const errorLogs: string[] = [];
  const monitor = new Monitor({
    project: project.name,
    stack: options.stack,
    region: config.region,
    folder: project.folder,
    dryRun: options.dryRun ?? false,
    problems,
    previous: new Map((options.previous ?? []).map((resource) => [resource.urn, resource])),
    catalog: options.catalog,
    onRegister: options.onRegister,
    onDiagnostic: (diagnostic) => {
      if (diagnostic.severity === "error") errorLogs.push(diagnostic.message);
      else options.onDiagnostic?.(diagnostic);
    },
  });
  const server = new grpc.Server({ "grpc.max_receive_message_length": -1, "grpc.max_send_message_length": -1 });
  monitor.addTo(server);
  try {
    const port = await listen(server);
    const exit = await runProgram({
      project,
      stack: options.stack,
      config,
      address: `127.0.0.1:${port}`,
      env,
      signal: options.signal,
      onOutput: (message) => options.onDiagnostic?.({ severity: "info", message }),
    });
    explain(exit, errorLogs, project.entry, options.signal, problems);
    // A program that broke off has not declared all that its resources refer to.
    if (exit.code === 0 && options.dryRun !== true) {
      monitor.checkProgram();
      for (const arn of secretsWithoutValue(monitor.resources, found.localSecrets))
        problems.warning(
          LOCAL_SECRETS,
          `the secret ${arn} has no value here, and reading it will fail; give it one: pulumi config set --secret --path '${LOCAL_SECRETS}["ARN"].value'`,
        );
    }
  } finally {
    monitor.close();
    server.forceShutdown();
  }
  const { resources, options: own, outputs, secretOutputs } = monitor;
  return { ...found, resources, options: own, outputs, secretOutputs };
}

function listen(server: grpc.Server): Promise<number> {
  return new Promise((resolve, reject) => {
    server.bindAsync("127.0.0.1:0", grpc.ServerCredentials.createInsecure(), (error, port) => {
      if (error === null) resolve(port);
      else reject(error);
    });
  });
}

/** Turns the way a program ended into problems: what it threw, what it logged as an error, or that it failed at all. */
function explain(
  exit: ProgramExit,
  logs: string[],
  entry: string,
  signal: AbortSignal | undefined,
  problems: Problems,
): void {
  const place = `program ${entry === "." ? "(main of package.json)" : entry}`;
  if (signal?.aborted === true) {
    problems.error(place, "was stopped before it had finished");
    return;
  }
  for (const error of exit.errors) addUncaught(error, place, problems);
  for (const log of logs) {
    const text = stripColour(log);
    // The SDK also logs what it catches uncaught; those were reported above, as data.
    if (exit.errors.some(({ message }) => text.includes(message))) continue;
    problems.error(place, text);
  }
  if (exit.code !== 0 && exit.errors.length === 0 && logs.length === 0) {
    const how = exit.signal === null ? `exit code ${exit.code}` : `signal ${exit.signal}`;
    problems.error(place, [`ended with ${how}; its last output:`, ...exit.output].join("\n"));
  }
}

function addUncaught(error: UncaughtError, place: string, problems: Problems): void {
  if (error.input) {
    if (error.errors.length === 0) problems.error(place, error.message);
    for (const { propertyPath, reason } of error.errors)
      problems.error(`${firstLine(error.message)}, property ${propertyPath}`, reason);
    return;
  }
  if (error.run) {
    problems.error(place, error.message);
    return;
  }
  // V8 begins a stack with name and message, which are the problem's message already.
  const frames = (error.stack ?? "").split("\n").filter((line) => /^\s+at /.test(line));
  problems.error(place, `${error.name}: ${error.message}`, frames.length === 0 ? undefined : frames.join("\n"));
}

function firstLine(text: string): string {
  return text.split("\n")[0] ?? text;
}

function stripColour(text: string): string {
  // eslint-disable-next-line no-control-regex -- terminals' colour codes begin with the escape character
  return text.replace(/\u001b\[[0-9;]*m/g, "");
}
