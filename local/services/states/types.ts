import type { Properties } from "../../core/model";
import type { Clock } from "../../core/clock";
import type { Iam } from "../../iam";
import type { CloudWatch } from "../cloudwatch";
import type { EventBus } from "../events/events";
import type { S3 } from "../s3/s3";
import type { Parameters } from "../ssm/parameters";
import type { Workgroups } from "../athena/workgroups";
import type { Containers } from "../ecs/containers";
import type { LambdaFunction } from "../lambda/function";

/** A state of a machine in the Amazon States Language; `check.ts` has seen to it that it is one. */
export interface State extends Properties {
  Type: "Task" | "Pass" | "Choice" | "Map" | "Wait" | "Succeed" | "Fail";
  Next?: string;
  End?: boolean;
}

/** A state machine, or the item processor of a Map state. */
export interface Definition {
  StartAt: string;
  States: Record<string, State>;
  TimeoutSeconds?: number;
}

/** The services that tasks call. */
export interface Services {
  readonly workgroups: Workgroups;
  readonly s3: S3;
  readonly parameters: Parameters;
  /** by name */
  readonly functions: ReadonlyMap<string, LambdaFunction>;
  /** tasks of ECS */
  readonly containers: Containers;
  readonly events: EventBus;
  readonly iam: Iam;
  readonly clock: Clock;
  readonly cloudwatch: CloudWatch;
  readonly region: string;
  /** by ARN, once all of them are there */
  readonly machines: () => ReadonlyMap<string, Startable>;
}

/** A state machine, as another one starts it. */
export interface Startable {
  /** @throws StartRefused */
  start(principal: string, input: unknown, name?: string): { execution: Execution; idle: Promise<void> };
  execution(name: string): { execution: Execution } | undefined;
}

/** The execution that makes a call, and what ends the call before its own end. */
export interface TaskCaller {
  /** ARNs */
  execution: string;
  machine: string;
  /** TimeoutSeconds of its state */
  timeoutSeconds?: number;
  /** aborted when the execution is stopped */
  signal: AbortSignal;
  /** The execution waits for the clock no sooner than this. */
  alongside(idle: Promise<void>): void;
}

/** A task that the local cloud executes. */
export interface TaskType {
  /** arguments, and whether one must be given */
  readonly arguments: Readonly<Record<string, "required" | "optional">>;
  /** values that an argument may have, where the local cloud executes no others */
  readonly values?: Readonly<Record<string, readonly unknown[]>>;
  /** Calls the service with the machine's role. @throws StateError as the service's own error */
  run(services: Services, role: string, args: Properties, caller: TaskCaller): Promise<unknown>;
}

/** An error by the name under which Retry and Catch know it. */
export class StateError extends Error {
  constructor(
    /** `States.TaskFailed`, `S3.S3Exception`, ... */
    readonly error: string,
    readonly reason: string,
  ) {
    super(`${error}: ${reason}`);
  }
}

/** An event of an execution's history, in the order they happened. */
export interface HistoryEvent {
  /** ISO 8601, of the local clock */
  timestamp: string;
  /** `ExecutionStarted`, `TaskStateEntered`, `TaskSucceeded`, ... */
  type: string;
  /** the state it is about */
  name?: string;
  /** of what the state, the task or the execution was given */
  input?: unknown;
  output?: unknown;
  error?: string;
  cause?: string;
}

/** An execution as DescribeExecution gives it. */
export interface Execution {
  arn: string;
  name: string;
  status: "RUNNING" | "SUCCEEDED" | "FAILED" | "TIMED_OUT" | "ABORTED";
  /** ISO 8601, of the local clock */
  startDate: string;
  stopDate?: string;
  input: unknown;
  output?: unknown;
  error?: string;
  cause?: string;
  redriveCount?: number;
  redriveDate?: string;
  /** of an execution that a Distributed Map started */
  mapRunArn?: string;
  /** where a redrive goes on: the state that did not succeed */
  at?: RedrivePoint;
}

/** The state that an execution goes on with when it is redriven. */
export interface RedrivePoint {
  state: string;
  input: unknown;
  variables: Record<string, unknown>;
  /** ARN of the Map Run of the state, whose executions that have not succeeded run again */
  mapRun?: string;
}
