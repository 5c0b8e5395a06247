import { createHash, randomUUID } from "node:crypto";
import * as path from "node:path";
import type { Clock } from "../../core/clock";
import type { Defects } from "../../core/defects";
import type { Credentials } from "../../core/credentials";
import { UNEXERCISED, type Iam } from "../../iam";
import { ACCOUNT, type Resource } from "../../core/model";
import type { CloudWatch, Metric } from "../cloudwatch";
import { notAuthorized } from "../../core/access-denied";
import type { Logs } from "../logs/logs";
import { runtimeModules, unpackArchive } from "./archive";
import type { Environment, Listeners, Reply } from "./environment";
import { LogTail } from "./log-tail";
import { findPython, startPython } from "./python";
import { startThread } from "./thread";

/** The outcome of an invocation: the answer as JSON, or the error. */
export type Invocation = (
  | { ok: true; payload: string }
  | {
      ok: false;
      error: "Lambda.InvokeAccessDenied" | "Lambda.FunctionError" | "Lambda.FunctionTimedOut";
      message: string;
      /** the two members of the error object that a caller of the function gets */
      errorType: string;
      errorMessage: string;
    }
) & {
  /** the last 4 kB of its log; undefined if the function was not called */
  log?: string;
};

/** What a caller may say of an invocation. */
export interface InvokeOptions {
  /** id that the function sees; default is a new one */
  requestId?: string;
}

interface Waiting {
  log: LogTail;
  resolve(invocation: Invocation): void;
  /** of the function's time; undefined during the init phase */
  timer: NodeJS.Timeout | undefined;
}

/** Bytes of the event and of the answer of a synchronous call. https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html */
const PAYLOAD_BYTES = 6 * 1024 * 1024;

/** A year: an execution environment ends long before. */
const ENVIRONMENT_SECONDS = 31_536_000;

/**
 * A Lambda function: the very archive that would be deployed, in a thread or process of its own with the memory, the
 * environment and the time limit of its definition. Its output goes to its log group with its own role's permission.
 */
export class LambdaFunction {
  readonly name: string;
  readonly arn: string;
  /** ARN */
  readonly role: string;
  private readonly folder: string;
  private readonly modules: string;
  private readonly group: string;
  private readonly stream: string;
  private readonly invocations: Metric;
  private readonly errors: Metric;
  /** ms, on this machine */
  private readonly duration: Metric;
  private environment: Environment | undefined;
  private readonly waiting = new Map<number, Waiting>();
  private queue: Promise<unknown> = Promise.resolve();
  private lastId = 0;
  private closed = false;
  /** the first refusal of its log group, which on AWS nobody would see */
  logRefusal: string | undefined;

  constructor(
    readonly resource: Resource,
    root: string,
    private readonly context: {
      clock: Clock;
      iam: Iam;
      logs: Logs;
      cloudwatch: CloudWatch;
      region: string;
      defects: Defects;
      readonly credentials: Credentials;
    },
    private readonly endpoint: () => string | undefined,
  ) {
    const { inputs } = resource;
    const { clock, iam, logs, cloudwatch } = context;
    this.name = inputs.name;
    this.arn = resource.outputs.arn;
    this.role = inputs.role;
    const metric = (name: string): Metric => cloudwatch.metric("AWS/Lambda", name, { FunctionName: this.name });
    this.invocations = metric("Invocations");
    this.errors = metric("Errors");
    this.duration = metric("Duration");
    this.group = inputs.loggingConfig?.logGroup ?? `/aws/lambda/${this.name}`;
    const files = (inputs.code as { files: Record<string, string> }).files;
    const hash = createHash("sha256").update(JSON.stringify(files)).digest("hex").slice(0, 16);
    this.folder = unpackArchive(path.join(root, this.name), hash, files);
    this.modules = runtimeModules(root);
    this.stream = `${new Date(clock.now()).toISOString().slice(0, 10).replaceAll("-", "/")}/[$LATEST]${hash}`;
    iam.requirePermissions(
      { principal: inputs.role, resource: logs.arn(this.group, this.stream) },
      UNEXERCISED.functionLog,
    );
  }

  /** InvokeFunction, synchronous. Invocations of one function run one after the other, as in one execution environment. */
  invoke(principal: string, qualifiedArn: string, event: string, options?: InvokeOptions): Promise<Invocation> {
    const decision = this.context.iam.check({ principal, action: "lambda:InvokeFunction", resource: qualifiedArn });
    if (!decision.allowed)
      return Promise.resolve({
        ok: false,
        error: "Lambda.InvokeAccessDenied",
        message: notAuthorized(principal, "lambda:InvokeFunction", qualifiedArn, decision.decidedBy),
        errorType: "AccessDeniedException",
        errorMessage: "",
      });
    return this.call(qualifiedArn, event, options);
  }

  /**
   * The same, called by a service under the function's resource policy.
   * @param sourceArn the resource on whose behalf the service calls
   */
  invokeFrom(service: string, sourceArn: string, event: string): Promise<Invocation> {
    const decision = this.context.iam.checkInvocation(service, this.name, this.arn, sourceArn);
    if (!decision.allowed)
      return Promise.resolve({
        ok: false,
        error: "Lambda.InvokeAccessDenied",
        message: notAuthorized(service, "lambda:InvokeFunction", this.arn, decision.decidedBy),
        errorType: "AccessDeniedException",
        errorMessage: "",
      });
    return this.call(this.arn, event);
  }

  /** The same, by who has been found to have the right to it, or needs none: an event source mapping, an event that was accepted. */
  call(qualifiedArn: string, event: string, options: InvokeOptions = {}): Promise<Invocation> {
    const refusal = this.trustRefusal();
    if (refusal !== undefined) return Promise.resolve(functionError("Lambda.AccessDenied", refusal));
    if (event.length > PAYLOAD_BYTES)
      return Promise.resolve(
        functionError(
          "RequestEntityTooLargeException",
          `the event has ${event.length} bytes, Lambda accepts ${PAYLOAD_BYTES}`,
        ),
      );
    const result = this.queue
      .then(() => this.measured(qualifiedArn, event, options.requestId ?? randomUUID()))
      .catch((error: unknown) => {
        this.defect(error);
        return INTERNAL_FAILURE;
      });
    this.queue = result;
    return result;
  }

  /** GetFunctionConfiguration, by which a caller learns how long it has to wait. @returns the refusal, or undefined */
  configurationRefusal(principal: string, qualifiedArn: string): string | undefined {
    const action = "lambda:GetFunctionConfiguration";
    const { allowed, decidedBy } = this.context.iam.check({ principal, action, resource: qualifiedArn });
    return allowed ? undefined : notAuthorized(principal, action, qualifiedArn, decidedBy);
  }

  private trustDecision: { refusal: string | undefined } | undefined;

  private trustRefusal(): string | undefined {
    if (this.trustDecision === undefined) {
      const role: string = this.resource.inputs.role;
      const { allowed, decidedBy } = this.context.iam.assume("lambda.amazonaws.com", role, {});
      const refusal = allowed ? undefined : notAuthorized("lambda.amazonaws.com", "sts:AssumeRole", role, decidedBy);
      this.trustDecision = { refusal };
    }
    return this.trustDecision.refusal;
  }

  private async measured(arn: string, event: string, requestId: string): Promise<Invocation> {
    const started = performance.now();
    const invocation = await this.run(arn, event, requestId);
    const now = this.context.clock.now();
    this.invocations.add(1, now);
    this.errors.add(invocation.ok ? 0 : 1, now);
    this.duration.add(performance.now() - started, now);
    return invocation;
  }

  private run(arn: string, event: string, requestId: string): Promise<Invocation> {
    const environment = (this.environment ??= this.start());
    const id = ++this.lastId;
    const seconds: number = this.resource.inputs.timeout ?? 3;
    const timedOut = (): void => {
      const message = `Task timed out after ${seconds.toFixed(2)} seconds`;
      this.settle(id, {
        ok: false,
        error: "Lambda.FunctionTimedOut",
        message,
        errorType: "Sandbox.Timedout",
        errorMessage: message,
      });
      this.stop();
    };
    return new Promise((resolve, reject) => {
      const log = new LogTail(requestId, this.resource.inputs.loggingConfig?.logFormat === "JSON", this.memorySize);
      const waiting: Waiting = { resolve, timer: undefined, log };
      this.waiting.set(id, waiting);
      environment.initialised
        .then(() => {
          if (!this.waiting.has(id)) return; // its environment has crashed
          waiting.timer = setTimeout(timedOut, seconds * 1000);
          const deadline = Date.now() + seconds * 1000;
          environment.post({ id, requestId, event, arn, deadline, now: this.context.clock.now() });
        })
        .catch((error: unknown) => {
          this.waiting.delete(id);
          clearTimeout(waiting.timer);
          reject(error as Error);
        });
    });
  }

  private settle(id: number, invocation: Invocation): void {
    const waiting = this.waiting.get(id);
    if (waiting === undefined) return;
    clearTimeout(waiting.timer);
    this.waiting.delete(id);
    waiting.resolve({ ...invocation, log: waiting.log.end() });
  }

  /** MB */
  private get memorySize(): number {
    return this.resource.inputs.memorySize ?? 128;
  }

  /** Loads the module. */
  private start(): Environment {
    const { inputs } = this.resource;
    const runtime = String(inputs.runtime);
    const { memorySize } = this;
    const endpoint = this.endpoint();
    // Only the JSON format has levels; without one they are Lambda's own.
    const json = inputs.loggingConfig?.logFormat === "JSON";
    const level: string = json ? (inputs.loggingConfig.applicationLogLevel ?? "INFO") : "TRACE";
    const data = {
      folder: this.folder,
      handler: String(inputs.handler),
      runtime,
      now: this.context.clock.now(),
      functionName: this.name,
      memorySize,
      logGroup: this.group,
      logStream: this.stream,
      logLevel: level,
    };
    // Lambda renews the keys of an environment; here they last as long as one can.
    const keys = this.context.credentials.issue(String(inputs.role), this.name, ENVIRONMENT_SECONDS);
    // Lambda's reserved variables and nothing of this machine's environment.
    const env: Record<string, string> = {
      ...this.variables(endpoint),
      AWS_REGION: this.context.region,
      AWS_DEFAULT_REGION: this.context.region,
      AWS_LAMBDA_FUNCTION_NAME: this.name,
      AWS_LAMBDA_FUNCTION_VERSION: "$LATEST",
      AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(memorySize),
      AWS_LAMBDA_LOG_GROUP_NAME: this.group,
      AWS_LAMBDA_LOG_STREAM_NAME: this.stream,
      AWS_LAMBDA_LOG_FORMAT: json ? "JSON" : "Text",
      ...(json ? { AWS_LAMBDA_LOG_LEVEL: level } : {}),
      AWS_EXECUTION_ENV: `AWS_Lambda_${runtime}`,
      AWS_ACCESS_KEY_ID: keys.accessKeyId,
      AWS_SECRET_ACCESS_KEY: keys.secretAccessKey,
      AWS_SESSION_TOKEN: keys.sessionToken,
      ...(endpoint === undefined ? {} : { AWS_ENDPOINT_URL: endpoint }),
      LAMBDA_TASK_ROOT: this.folder,
      // The runtime's own modules, which on AWS are the SDK and nothing else; and no configuration of this machine's user.
      NODE_PATH: this.modules,
      AWS_CONFIG_FILE: path.join(this.folder, ".none"),
      AWS_SHARED_CREDENTIALS_FILE: path.join(this.folder, ".none"),
      TZ: ":UTC",
    };
    const listeners: Listeners = {
      reply: (reply) => {
        try {
          this.receive(reply);
        } catch (error) {
          this.defect(error);
          if (reply.id !== undefined) this.settle(reply.id, INTERNAL_FAILURE);
        }
      },
      ended: (environment, reason) => {
        if (this.environment === environment) this.crashed(reason);
      },
    };
    if (!runtime.startsWith("python")) return startThread(data, env, listeners);
    // It was there when the function was planned; if it has been removed since, the process does not start.
    const python = findPython(runtime) ?? { command: runtime, version: "" };
    return startPython(python, data, env, listeners);
  }

  /** Its own variables. An SDK sends to the host in a queue's URL, which the program knows as AWS's; here it is this endpoint. */
  private variables(endpoint: string | undefined): Record<string, string> {
    const variables = (this.resource.inputs.environment?.variables ?? {}) as Record<string, string>;
    if (endpoint === undefined) return variables;
    const queues = `https://sqs.${this.context.region}.amazonaws.com/${ACCOUNT}/`;
    return Object.fromEntries(
      Object.entries(variables).map(([name, value]) => [name, value.replaceAll(queues, `${endpoint}/${ACCOUNT}/`)]),
    );
  }

  private receive(reply: Reply): void {
    if (reply.log !== undefined) return this.log(reply.log, reply.level ?? "INFO", reply.requestId ?? "");
    if (reply.error !== undefined) {
      this.log(reply.error.stack ?? reply.error.message, "ERROR", "");
      this.settle(reply.id!, functionError(reply.error.name, reply.error.message));
    } else if (Buffer.byteLength(reply.payload!) > PAYLOAD_BYTES)
      this.settle(
        reply.id!,
        functionError("Function.ResponseSizeTooLarge", `the answer exceeds ${PAYLOAD_BYTES} bytes`),
      );
    else this.settle(reply.id!, { ok: true, payload: reply.payload! });
  }

  /** In JSON format a line that is an object stays one; any other text becomes the message of one. */
  private log(text: string, level: string, requestId: string): void {
    if (this.closed) return;
    // Invocations run one after the other, so that every line is of the one that waits.
    for (const waiting of this.waiting.values()) waiting.log.add(text);
    const line = isObject(text)
      ? text
      : JSON.stringify({
          timestamp: new Date(this.context.clock.now()).toISOString(),
          level,
          requestId,
          message: text,
        });
    const refusal = this.context.logs.put(this.resource.inputs.role, this.group, this.stream, [line], true);
    if (refusal !== undefined) this.logRefusal ??= refusal;
  }

  private defect(error: unknown): void {
    this.context.defects.record(`function ${this.name}`, error);
  }

  private crashed(message: string): void {
    this.environment = undefined;
    for (const id of [...this.waiting.keys()]) this.settle(id, functionError("Runtime.ExitError", message));
  }

  private stop(): void {
    const { environment } = this;
    this.environment = undefined;
    void environment?.terminate();
  }

  async close(): Promise<void> {
    await this.queue;
    this.closed = true;
    const { environment } = this;
    this.environment = undefined;
    await environment?.terminate();
  }
}

const INTERNAL_FAILURE = functionError("InternalFailure", "the local cloud failed; its summary lists the defect");

function functionError(errorType: string, errorMessage: string): Invocation {
  return {
    ok: false,
    error: "Lambda.FunctionError",
    message: `${errorType}: ${errorMessage}`,
    errorType,
    errorMessage,
  };
}

function isObject(text: string): boolean {
  if (!text.startsWith("{")) return false;
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
