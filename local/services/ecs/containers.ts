import { randomUUID } from "node:crypto";
import * as path from "node:path";
import type { Clock } from "../../core/clock";
import type { Credentials } from "../../core/credentials";
import { notAuthorized } from "../../core/access-denied";
import { ACCOUNT, TYPES, ofType, type Properties, type Resource } from "../../core/model";
import { UNEXERCISED, type Context, type Iam } from "../../iam";
import type { Logs } from "../logs/logs";
import { imageRepository } from "../../../aws/ecr-image";
import { startProcess, type RunningProcess } from "./process";
import type { LocalContainer } from "./settings";

/** RunTask failed before there was a task: an error of the API, by its code. */
export class TaskRefused extends Error {
  constructor(
    readonly code: string,
    message: string,
  ) {
    super(message);
  }
}

/** A task that has ended, as DescribeTasks gives it to Step Functions. */
export interface EndedTask extends Properties {
  LastStatus: "STOPPED";
  StopCode: "EssentialContainerExited" | "TaskFailedToStart" | "UserInitiated";
  StoppedReason: string;
  Containers: { Name: string; ExitCode?: number; Reason?: string }[];
}

/** What tasks reach. */
interface ContainersContext {
  clock: Clock;
  iam: Iam;
  logs: Logs;
  credentials(): Credentials;
  region: string;
  /** address of the local cloud's APIs */
  endpoint(): string | undefined;
  /** how containers run here, by the name in their task definition */
  settings: Readonly<Record<string, LocalContainer>>;
  /** folder that relative folders are in */
  projectDir: string;
}

/** What RunTask is asked for. */
export interface RunTask {
  cluster: string;
  taskDefinition: string;
  /** of the one container */
  environment: readonly { Name: string; Value: string }[];
  /** seconds on this machine's clock after which it is ended */
  timeoutSeconds: number;
  /** ends it */
  signal: AbortSignal;
}

/** How a task ended. */
export type Outcome = { task: EndedTask } | { timedOut: true };

/** Bytes of output that are kept of a task here; a container that prints without end would fill the disk. */
const LOG_BYTES = 64 * 1024 * 1024;
/** Seconds that the keys of a task's role last: a day is more than any task runs here. */
const KEY_SECONDS = 86_400;
/** The rule by which Step Functions learns that a task has ended. https://docs.aws.amazon.com/step-functions/latest/dg/connect-ecs.html */
const MANAGED_RULE = "rule/StepFunctionsGetEventsForECSTaskRule";

/** Tasks of ECS on Fargate. A container's image does not run here: a command of the configuration does in its place, as a process of this machine. */
export class Containers {
  private readonly definitions: readonly Resource[];
  private readonly running = new Set<RunningProcess>();
  /** ARNs of task definitions that a task was asked of, and that a container has run of */
  private readonly requested = new Set<string>();
  private readonly started = new Set<string>();
  private closed = false;

  constructor(
    resources: readonly Resource[],
    private readonly context: ContainersContext,
  ) {
    this.definitions = ofType(resources, TYPES.taskDefinition);
    for (const { inputs, outputs } of this.definitions) {
      const { iam } = context;
      iam.excuse(inputs.executionRoleArn, UNEXERCISED.taskRun, () => !this.requested.has(outputs.arn));
      iam.excuse(inputs.taskRoleArn, UNEXERCISED.taskRun, () => !this.started.has(outputs.arn));
    }
  }

  /**
   * RunTask with Step Functions' role, and the task to its end.
   * @throws TaskRefused
   */
  async run(principal: string, request: RunTask): Promise<Outcome> {
    // Without a revision, its newest.
    const definition = this.definitions.find(({ outputs }) =>
      [outputs.arn, outputs.arnWithoutRevision].includes(request.taskDefinition),
    );
    if (definition === undefined)
      throw new TaskRefused("ECS.ClientException", `TaskDefinition not found: ${request.taskDefinition}`);
    this.authorize(principal, request, definition);
    const id = randomUUID().replaceAll("-", "");
    const [container] = JSON.parse(definition.inputs.containerDefinitions) as Properties[];
    const base = {
      TaskArn: `${request.cluster.replace(":cluster/", ":task/")}/${id}`,
      TaskDefinitionArn: String(definition.outputs.arn),
      ClusterArn: request.cluster,
      LaunchType: "FARGATE",
      LastStatus: "STOPPED" as const,
    };
    const name = String(container!.name);
    const stopped = (StopCode: EndedTask["StopCode"], StoppedReason: string, exit?: number): Outcome => ({
      task: {
        ...base,
        StopCode,
        StoppedReason,
        Containers: [exit === undefined ? { Name: name } : { Name: name, ExitCode: exit }],
      },
    });
    this.requested.add(String(definition.outputs.arn));
    const refusal = this.startRefusal(definition, container!, id);
    if (refusal !== undefined) return stopped("TaskFailedToStart", refusal);
    const settings = this.context.settings[name] ?? {};
    const unset = notConfigured(name, settings);
    if (unset !== undefined) return stopped("TaskFailedToStart", unset);
    if (this.closed || request.signal.aborted) return stopped("UserInitiated", "Task stopped by Step Functions");

    this.started.add(String(definition.outputs.arn));
    const log = this.logOf(definition, container!, id);
    const environment = {
      ...Object.fromEntries(((container!.environment ?? []) as Properties[]).map(({ name, value }) => [name, value])),
      ...Object.fromEntries(request.environment.map(({ Name, Value }) => [Name, Value])),
    } as Record<string, string>;
    const started = startProcess({
      ...this.commandOf(settings, container!, id, this.environmentOf(definition, environment, id)),
      onLines: log,
    });
    this.running.add(started);
    let timedOut = false;
    const timer = setTimeout(() => {
      timedOut = true;
      started.kill();
    }, request.timeoutSeconds * 1000);
    const abort = (): void => started.kill();
    request.signal.addEventListener("abort", abort, { once: true });
    const exit = await started.ended;
    clearTimeout(timer);
    request.signal.removeEventListener("abort", abort);
    this.running.delete(started);
    if (timedOut) return { timedOut };
    if (this.closed || request.signal.aborted) return stopped("UserInitiated", "Task stopped by Step Functions", exit);
    return stopped("EssentialContainerExited", "Essential container in task exited", exit);
  }

  /** Ends every container that runs. */
  async close(): Promise<void> {
    this.closed = true;
    for (const one of this.running) one.kill();
    await Promise.all([...this.running].map(({ ended }) => ended));
  }

  private get ecs(): string {
    return `arn:aws:ecs:${this.context.region}:${ACCOUNT}`;
  }

  /** The calls that Step Functions makes with the machine's role. */
  private authorize(principal: string, { cluster }: RunTask, { inputs, outputs }: Resource): void {
    const ofCluster: Context = { "ecs:cluster": cluster };
    const task = `${this.ecs}:task/${cluster.split("/").pop()!}/id`;
    const rule = `arn:aws:events:${this.context.region}:${ACCOUNT}:${MANAGED_RULE}`;
    const calls: [action: string, resource: string, context?: Context][] = [
      ["ecs:RunTask", outputs.arn as string, ofCluster],
      ...[inputs.executionRoleArn, inputs.taskRoleArn].map((role): [string, string, Context] => [
        "iam:PassRole",
        String(role),
        { "iam:PassedToService": "ecs-tasks.amazonaws.com" },
      ]),
      ...["events:PutTargets", "events:PutRule", "events:DescribeRule"].map((action): [string, string] => [
        action,
        rule,
      ]),
      ["ecs:DescribeTasks", task, ofCluster],
    ];
    for (const [action, resource, context] of calls) {
      const { allowed, decidedBy } = this.context.iam.check({ principal, action, resource, context });
      if (!allowed)
        throw new TaskRefused("ECS.AccessDeniedException", notAuthorized(principal, action, resource, decidedBy));
    }
  }

  /** What keeps ECS from starting the container: roles that it may not take on, an image that it may not pull, a log that it may not write. */
  private startRefusal({ inputs }: Resource, container: Properties, id: string): string | undefined {
    const { iam, region, logs } = this.context;
    const source = { "aws:SourceAccount": ACCOUNT, "aws:SourceArn": `${this.ecs}:*` };
    for (const role of [inputs.executionRoleArn as string, inputs.taskRoleArn as string]) {
      const { allowed, decidedBy } = iam.assume("ecs-tasks.amazonaws.com", role, source);
      if (!allowed)
        return `ECS was unable to assume the role '${role}' that was provided for this task (${decidedBy}).`;
    }
    const principal: string = inputs.executionRoleArn;
    const repository = imageRepository(String(container.image));
    const calls: [string, string][] =
      repository === undefined
        ? []
        : [
            ["ecr:GetAuthorizationToken", "*"],
            ...["ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"].map(
              (action): [string, string] => [action, repository.arn],
            ),
          ];
    for (const [action, resource] of calls) {
      const { allowed, decidedBy } = iam.check({ principal, action, resource });
      if (!allowed) return `CannotPullContainerError: ${notAuthorized(principal, action, resource, decidedBy)}`;
    }
    const options = logOptions(container);
    if (options === undefined) return undefined;
    const line = `task ${id} in ${region}: the local cloud runs a command in place of the image ${String(container.image)}`;
    const refused = logs.put(principal, options.group, streamOf(options, container, id), [line], true);
    return refused === undefined
      ? undefined
      : `ResourceInitializationError: failed to validate logger args: ${refused}`;
  }

  /** Writes lines of the container into its log group, with the execution role, up to a limit. */
  private logOf({ inputs }: Resource, container: Properties, id: string): (lines: readonly string[]) => void {
    const options = logOptions(container);
    if (options === undefined) return () => {};
    let room = LOG_BYTES;
    return (lines) => {
      if (room <= 0) return;
      room -= lines.reduce((sum, line) => sum + line.length, 0);
      const end =
        room <= 0 ? [`the local cloud keeps no more than ${LOG_BYTES / 1024 / 1024} MB of a task's output`] : [];
      const stream = streamOf(options, container, id);
      this.context.logs.put(String(inputs.executionRoleArn), options.group, stream, [...lines, ...end], false);
    };
  }

  /** What ECS gives a container on Fargate: its variables, its region, and its role's keys; and the address of the local cloud. */
  private environmentOf({ inputs }: Resource, own: Record<string, string>, id: string): Record<string, string> {
    const { credentials, region, endpoint } = this.context;
    const keys = credentials().issue(String(inputs.taskRoleArn), id, KEY_SECONDS);
    const url = endpoint();
    return {
      ...own,
      AWS_REGION: region,
      AWS_DEFAULT_REGION: region,
      AWS_EXECUTION_ENV: "AWS_ECS_FARGATE",
      AWS_ACCESS_KEY_ID: keys.accessKeyId,
      AWS_SECRET_ACCESS_KEY: keys.secretAccessKey,
      AWS_SESSION_TOKEN: keys.sessionToken,
      AWS_EC2_METADATA_DISABLED: "true",
      ...(url === undefined ? {} : { AWS_ENDPOINT_URL: url }),
    };
  }

  private commandOf(
    { command = [], cwd = ".", runtime = "process", localImage }: LocalContainer,
    container: Properties,
    id: string,
    env: Record<string, string>,
  ): Omit<Parameters<typeof startProcess>[0], "onLines"> {
    const folder = path.resolve(this.context.projectDir, cwd);
    // Of this machine a process has what it takes to start a program, and no configuration of its user's for AWS.
    const machine = kept(
      "PATH",
      "HOME",
      "LANG",
      "TMPDIR",
      "TEMP",
      "TMP",
      "SYSTEMROOT",
      "APPDATA",
      "LOCALAPPDATA",
      "PATHEXT",
    );
    const none = path.join(__dirname, ".none");
    if (runtime === "process")
      return {
        command: command[0]!,
        args: command.slice(1),
        cwd: folder,
        env: { ...machine, AWS_CONFIG_FILE: none, AWS_SHARED_CREDENTIALS_FILE: none, ...env },
      };
    const name = `iot-telemetry-etl-${id}`;
    const args = [
      ...["run", "--rm", "--name", name, "--network", "host", "--tmpfs", "/tmp:mode=1777"],
      ...(container.readonlyRootFilesystem === true ? ["--read-only"] : []),
      ...(container.user === undefined ? [] : ["--user", String(container.user)]),
      // Their values come from the environment, so that no list of processes shows a key.
      ...Object.keys(env).flatMap((variable) => ["--env", variable]),
      localImage ?? String(container.image),
      ...command,
    ];
    return { command: runtime, args, cwd: folder, env: { ...machine, ...env }, stop: [runtime, "rm", "--force", name] };
  }
}

/** Why a container cannot run here, in words that say how it can. */
function notConfigured(name: string, { command = [], runtime = "process" }: LocalContainer): string | undefined {
  if (runtime !== "process" || command.length > 0) return undefined;
  return (
    `the local cloud runs a command in place of the container ${name}, and the stack's configuration names none: ` +
    `set containers to { ${name}: { command: [python, run.py], cwd: FOLDER } }, or runtime: docker to run its image`
  );
}

interface LogOptions {
  group: string;
  prefix: string;
}

/** The log group of a container with the driver awslogs. https://docs.aws.amazon.com/AmazonECS/latest/developerguide/using_awslogs.html */
function logOptions({ logConfiguration }: Properties): LogOptions | undefined {
  const options = (logConfiguration as Properties | undefined)?.options as Properties | undefined;
  return options === undefined
    ? undefined
    : { group: String(options["awslogs-group"]), prefix: String(options["awslogs-stream-prefix"]) };
}

function streamOf({ prefix }: LogOptions, { name }: Properties, id: string): string {
  return `${prefix}/${String(name)}/${id}`;
}

function kept(...names: string[]): Record<string, string> {
  return Object.fromEntries(
    names.flatMap((name) => (process.env[name] === undefined ? [] : [[name, process.env[name]]])),
  );
}
