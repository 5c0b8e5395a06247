import { randomUUID } from "node:crypto";
import * as fs from "node:fs";
import * as path from "node:path";
import type { Clock } from "../../core/clock";
import { cutTornLine, isObject, readDataLines } from "../../core/data-file";
import type { Defects } from "../../core/defects";
import { UNEXERCISED, type Iam } from "../../iam";
import { ACCOUNT, type Properties, type Resource } from "../../core/model";
import type { CloudWatch } from "../cloudwatch";
import { customerKey } from "../../core/customer-key";
import { notAuthorized } from "../../core/access-denied";
import type { Logs } from "../logs/logs";
import { parseS3Url } from "../s3/location";
import type { S3 } from "../s3/s3";
import { Run } from "./run";
import type { Definition, Execution, HistoryEvent, Services } from "./types";

/** What CloudWatch Logs' own permission for a machine's log is made with, when the machine is created. */
const LOG_DELIVERY = [
  "logs:CreateLogDelivery",
  "logs:GetLogDelivery",
  "logs:UpdateLogDelivery",
  "logs:DeleteLogDelivery",
  "logs:ListLogDeliveries",
  "logs:PutResourcePolicy",
  "logs:DescribeResourcePolicies",
  "logs:DescribeLogGroups",
];

/** StartExecution was refused. */
export class StartRefused extends Error {}

/** The services that a state machine reaches. */
export interface MachineContext {
  clock: Clock;
  iam: Iam;
  logs: Logs;
  cloudwatch: CloudWatch;
  services: Services;
  region: string;
  /** holds the history of executions */
  folder: string;
  defects: Defects;
}

/** A running execution. */
export interface Started {
  readonly execution: Execution;
  /** resolves when it has ended, or waits for the clock */
  readonly idle: Promise<void>;
  /** resolves when it has ended */
  readonly done: Promise<Execution>;
}

/** A Step Functions state machine of the standard type. A task takes no time on the local clock; a retry and a Wait do. */
export class StateMachine {
  readonly name: string;
  readonly arn: string;
  private readonly role: string;
  /** by name */
  private readonly running = new Map<string, { execution: Execution; events: readonly HistoryEvent[] }>();
  private readonly definition: Definition;
  private readonly logging: Properties;
  /** executions of this run, by how they ended */
  readonly counts = { started: 0, succeeded: 0, failed: 0 };
  /** the last that failed in this run */
  lastFailure: Execution | undefined;

  constructor(
    resource: Resource,
    private readonly context: MachineContext,
  ) {
    const { inputs, outputs } = resource;
    this.name = inputs.name;
    this.arn = outputs.arn;
    this.role = inputs.roleArn;
    this.definition = JSON.parse(inputs.definition) as Definition;
    this.logging = inputs.loggingConfiguration ?? {};
    cutTornLine(this.file);
    this.history(); // a file that cannot be read is reported at the start
  }

  /** Declares permissions that its role needs and a run may not use: to stop a query, and to abort the upload of a result. */
  requirePermissions(workgroups: readonly Resource[], s3: S3): void {
    const { iam } = this.context;
    const text = JSON.stringify(this.definition);
    for (const { inputs, outputs } of workgroups) {
      if (!text.includes(`"WorkGroup":${JSON.stringify(inputs.name)}`)) continue;
      const principal = this.role;
      iam.requirePermissions({ principal, resource: outputs.arn }, UNEXERCISED.stopQuery);
      const result = inputs.configuration?.resultConfiguration ?? {};
      if (result.outputLocation === undefined) continue;
      const { bucket, prefix } = parseS3Url(result.outputLocation);
      const key = `${prefix}object`;
      iam.requirePermissions({ principal, resource: `arn:aws:s3:::${bucket}/${key}` }, UNEXERCISED.queryParts);
      if (text.includes(":s3:deleteObject"))
        iam.requirePermissions({ principal, resource: `arn:aws:s3:::${bucket}/${key}` }, UNEXERCISED.deleteSuperseded);
      const use = s3.keyUse(bucket, key, customerKey(result.encryptionConfiguration?.kmsKeyArn));
      if (use !== undefined) iam.requirePermissions({ principal, ...use }, UNEXERCISED.readParts);
    }
  }

  /** Creating a machine that logs is refused on AWS unless its role may set the delivery of logs up. */
  checkLogging(): void {
    if ((this.logging.level ?? "OFF") === "OFF") return;
    for (const action of LOG_DELIVERY) this.context.iam.check({ principal: this.role, action, resource: "*" });
  }

  /**
   * StartExecution.
   * @param name unique for 90 days on AWS; default a new one
   * @throws StartRefused
   */
  start(principal: string, input: unknown, name: string = randomUUID()): Started {
    const { clock, iam, region } = this.context;
    const decision = iam.check({ principal, action: "states:StartExecution", resource: this.arn });
    if (!decision.allowed)
      throw new StartRefused(
        `AccessDeniedException: ${notAuthorized(principal, "states:StartExecution", this.arn, decision.decidedBy)}`,
      );
    const trust = iam.assume("states.amazonaws.com", this.role, {
      "aws:SourceAccount": ACCOUNT,
      "aws:SourceArn": this.arn,
    });
    const execution: Execution = {
      arn: `arn:aws:states:${region}:${ACCOUNT}:execution:${this.name}:${name}`,
      name,
      status: "RUNNING",
      startDate: new Date(clock.now()).toISOString(),
      input,
    };
    this.counts.started++;
    this.report("Started");
    const run = new Run(this.definition, execution, { name: this.name, arn: this.arn, role: this.role }, this.context);
    if (trust.allowed) run.begin();
    else
      run.refuse(
        `Neither the global service principal states.amazonaws.com, nor the regional one is authorized to assume the provided role (${trust.decidedBy}).`,
      );
    this.running.set(execution.name, { execution, events: run.events });
    const done = run.done.then(() => {
      this.running.delete(execution.name);
      this.context.defects.guard(`state machine ${this.name}`, () => this.ended(execution, run.events), undefined);
      return execution;
    });
    return { execution, done, idle: Promise.race([run.idle(), done.then(() => undefined)]) };
  }

  /** An execution and its history, of this run or an earlier one. */
  execution(name: string): { execution: Execution; events: readonly HistoryEvent[] } | undefined {
    const running = this.running.get(name);
    if (running !== undefined) return running;
    const execution = this.history().findLast((each) => each.name === name);
    return execution && { execution, events: readDataLines(this.eventsFile(name), isEvent) };
  }

  /** All executions, the newest first. */
  executions(): Execution[] {
    return [...this.history(), ...[...this.running.values()].map(({ execution }) => execution)].reverse();
  }

  /** Executions that have ended, in this run and before, oldest first. */
  history(): Execution[] {
    return readDataLines(this.file, isExecution);
  }

  private eventsFile(execution: string): string {
    return path.join(this.context.folder, this.name, "history", `${encodeURIComponent(execution)}.ndjson`);
  }

  private get file(): string {
    return path.join(this.context.folder, this.name, "executions.ndjson");
  }

  private report(what: "Started" | "Succeeded" | "Failed" | "TimedOut"): void {
    const { clock, cloudwatch } = this.context;
    cloudwatch.metric("AWS/States", `Executions${what}`, { StateMachineArn: this.arn }).add(1, clock.now());
  }

  private ended(execution: Execution, events: readonly HistoryEvent[]): void {
    const { status } = execution;
    this.report(status === "SUCCEEDED" ? "Succeeded" : status === "TIMED_OUT" ? "TimedOut" : "Failed");
    if (execution.status === "SUCCEEDED") this.counts.succeeded++;
    else {
      this.counts.failed++;
      this.lastFailure = execution;
      this.log(execution);
    }
    fs.mkdirSync(path.dirname(this.file), { recursive: true });
    fs.appendFileSync(this.file, `${JSON.stringify(execution)}\n`);
    const history = this.eventsFile(execution.name);
    fs.mkdirSync(path.dirname(history), { recursive: true });
    fs.writeFileSync(history, events.map((event) => `${JSON.stringify(event)}\n`).join(""));
  }

  /** The event that the levels ERROR and FATAL have of an execution. */
  private log({ arn, error, cause, name }: Execution): void {
    const destination: string | undefined = this.logging.logDestination;
    if ((this.logging.level ?? "OFF") === "OFF" || destination === undefined) return;
    const group = destination.split(":log-group:")[1]!.replace(/:\*$/, "");
    const details = this.logging.includeExecutionData === true ? { error, cause } : {};
    this.context.logs.deliver(group, `states/${this.name}/${name}`, [
      JSON.stringify({ type: "ExecutionFailed", details, execution_arn: arn }),
    ]);
  }
}

function isEvent(value: unknown): value is HistoryEvent {
  return isObject(value) && typeof value.timestamp === "string" && typeof value.type === "string";
}

function isExecution(value: unknown): value is Execution {
  if (!isObject(value)) return false;
  const { arn, name, status, startDate, stopDate } = value;
  return (
    [arn, name, startDate].every((text) => typeof text === "string") &&
    ["SUCCEEDED", "FAILED", "TIMED_OUT", "RUNNING"].includes(String(status)) &&
    [startDate, stopDate ?? startDate].every((date) => !Number.isNaN(Date.parse(String(date))))
  );
}
