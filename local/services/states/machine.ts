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
import type { MapRun, MapRunRecord } from "./map-run";
import { Run, type RunContext } from "./run";
import { requireTaskPermissions } from "./task-permissions";
import { StartRefused } from "./start-refused";
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

/** How long after its start an execution may be redriven. https://docs.aws.amazon.com/step-functions/latest/dg/redrive-executions.html */
const REDRIVABLE_MS = 14 * 86_400_000;

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
  private readonly running = new Map<string, { execution: Execution; events: readonly HistoryEvent[]; run: Run }>();
  /** Map Runs of executions that run, by ARN */
  private readonly mapRuns = new Map<string, { record: MapRunRecord; run: MapRun }>();
  private readonly definition: Definition;
  private readonly logging: Properties;
  /** executions of this run, by how they ended */
  readonly counts = { started: 0, succeeded: 0, failed: 0 };
  /** the last that failed in this run */
  lastFailure: Execution | undefined;
  private last: Started | undefined;

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
      if (text.includes(":s3:deleteObject") && text.includes(`"Prefix":${JSON.stringify(prefix)}`))
        iam.requirePermissions({ principal, resource: `arn:aws:s3:::${bucket}/${key}` }, UNEXERCISED.deleteSuperseded);
      const use = s3.keyUse(bucket, key, customerKey(result.encryptionConfiguration?.kmsKeyArn));
      if (use !== undefined) iam.requirePermissions({ principal, ...use }, UNEXERCISED.readParts);
    }
    if (text.includes(":cloudwatch:putMetricData")) {
      const context = { "cloudwatch:namespace": "IotTelemetryEtl" };
      iam.requirePermissions({ principal: this.role, resource: "*", context }, UNEXERCISED.countLateRows);
    }
  }

  /** The same for tasks of ECS, and for a Distributed Map: what stops and redrives its executions, and the parts of large results. */
  requireMapPermissions(): void {
    const { iam } = this.context;
    requireTaskPermissions(iam, this.role, this.definition, () => this.counts.started === 0);
    const principal = this.role;
    const text = JSON.stringify(this.definition);
    if (!text.includes('"Mode":"DISTRIBUTED"')) return;
    // Nothing starts it by itself: neither it nor the functions that only it calls do anything before.
    const called = [...this.context.services.functions.values()].filter(({ arn }) =>
      text.includes(JSON.stringify(arn)),
    );
    for (const role of [this.role, ...called.map((lambda) => lambda.role)])
      iam.excuse(role, UNEXERCISED.distributedRun, () => this.counts.started === 0);
    for (const state of Object.values(this.definition.States)) {
      if (state.Type !== "Map" || state.ItemProcessor.ProcessorConfig?.Mode !== "DISTRIBUTED") continue;
      const child = `${this.arn.replace(":stateMachine:", ":execution:")}/${state.Label ?? "*"}:id`;
      iam.requirePermissions({ principal, resource: child }, UNEXERCISED.stopMap);
      const { Bucket, Prefix = "" } = state.ResultWriter?.Arguments ?? {};
      if (typeof Bucket !== "string") continue;
      const resource = `arn:aws:s3:::${Bucket}/${Prefix === "" ? "" : `${Prefix}/`}object`;
      iam.requirePermissions({ principal, resource }, UNEXERCISED.resultParts);
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
    const run = this.runOf(execution);
    if (trust.allowed) run.begin();
    else
      run.refuse(
        `Neither the global service principal states.amazonaws.com, nor the regional one is authorized to assume the provided role (${trust.decidedBy}).`,
      );
    return this.started(execution, run);
  }

  /** StopExecution. @returns whether it was running */
  async stop(name: string, error?: string, cause?: string): Promise<boolean> {
    const running = this.running.get(name);
    if (running === undefined) return false;
    running.run.abort(error, cause);
    await running.run.done;
    return true;
  }

  /** RedriveExecution of one that has ended without success: it goes on with the state that did not succeed. */
  redrive(execution: Execution): Started {
    const { at } = execution;
    const again: Execution = {
      ...execution,
      status: "RUNNING",
      redriveCount: (execution.redriveCount ?? 0) + 1,
      redriveDate: new Date(this.context.clock.now()).toISOString(),
    };
    for (const ended of ["stopDate", "output", "error", "cause", "at"] as const) delete again[ended];
    const former = readDataLines(this.eventsFile(execution.name), isEvent);
    const run = this.runOf(again);
    run.events.push(...former);
    run.begin(at);
    return this.started(again, run);
  }

  /** Why an execution cannot be redriven, in AWS's words; undefined if it can. */
  redriveProblem(execution: Execution): string | undefined {
    const { status, at, startDate } = execution;
    if (status === "RUNNING") return "Execution is RUNNING and cannot be redriven";
    if (status === "SUCCEEDED") return "Execution is SUCCEEDED and cannot be redriven";
    if (this.context.clock.now() - Date.parse(startDate) > REDRIVABLE_MS)
      return "Execution was started more than 14 days ago and cannot be redriven";
    if (at === undefined) return "Execution has no state to go on with and cannot be redriven";
    const state = this.definition.States[at.state];
    if (state === undefined) return `The state machine has no state ${at.state} any more`;
    if (at.mapRun !== undefined && this.mapRun(at.mapRun) === undefined)
      return `The results of the Map Run ${at.mapRun} are not there any more`;
    if (state.Type === "Map" && at.mapRun === undefined)
      return "the local cloud redrives no execution that failed within a Map of the mode INLINE";
    return undefined;
  }

  /** An execution of a Map Run, and its history. */
  childExecution(arn: string): { execution: Execution; events: readonly HistoryEvent[] } | undefined {
    const folder = path.join(this.context.folder, this.name, "map-runs");
    const kept = fs.existsSync(folder)
      ? fs.readdirSync(folder).map((file) => decodeURIComponent(file.replace(/\.json$/, "")))
      : [];
    for (const mapRun of new Set([...this.mapRuns.keys(), ...kept])) {
      const child = this.mapRun(mapRun)?.children.find(({ execution }) => execution?.arn === arn);
      if (child?.execution !== undefined) return { execution: child.execution, events: child.events ?? [] };
    }
    return undefined;
  }

  /** A Map Run of this run or an earlier one. */
  mapRun(arn: string): MapRunRecord | undefined {
    const open = this.mapRuns.get(arn);
    if (open !== undefined) return open.record;
    try {
      return JSON.parse(fs.readFileSync(this.mapRunFile(arn), "utf8")) as MapRunRecord;
    } catch {
      return undefined;
    }
  }

  /** The Map Run of an execution that runs; undefined when it has ended. */
  runningMap(arn: string): MapRun | undefined {
    return this.mapRuns.get(arn)?.run;
  }

  /** Map Runs of an execution, the newest first. */
  mapRunsOf(executionArn: string): MapRunRecord[] {
    const folder = path.join(this.context.folder, this.name, "map-runs");
    const arns = new Set(this.mapRuns.keys());
    if (fs.existsSync(folder))
      for (const file of fs.readdirSync(folder))
        if (file.endsWith(".json")) arns.add(decodeURIComponent(file.slice(0, -5)));
    return [...arns]
      .flatMap((arn) => this.mapRun(arn) ?? [])
      .filter((record) => record.executionArn === executionArn)
      .sort((a, b) => (a.startDate < b.startDate ? 1 : -1));
  }

  private runOf(execution: Execution): Run {
    const { clock, iam, services, defects } = this.context;
    const context: RunContext = {
      clock,
      iam,
      services,
      defects,
      mapRuns: {
        get: (arn) => this.mapRun(arn),
        open: (record, run) => void this.mapRuns.set(record.arn, { record, run }),
      },
    };
    return new Run(this.definition, execution, { name: this.name, arn: this.arn, role: this.role }, context);
  }

  private started(execution: Execution, run: Run): Started {
    this.counts.started++;
    this.report("Started");
    this.running.set(execution.name, { execution, events: run.events, run });
    const done = run.done.then(() => {
      this.running.delete(execution.name);
      this.context.defects.guard(`state machine ${this.name}`, () => this.ended(execution, run.events), undefined);
      return execution;
    });
    return (this.last = { execution, done, idle: run.idle() });
  }

  private mapRunFile(arn: string): string {
    return path.join(this.context.folder, this.name, "map-runs", `${encodeURIComponent(arn)}.json`);
  }

  /** Writes the Map Runs of an execution that has ended. */
  private keepMapRuns(executionArn: string): void {
    for (const [arn, { record }] of this.mapRuns) {
      if (record.executionArn !== executionArn) continue;
      const file = this.mapRunFile(arn);
      fs.mkdirSync(path.dirname(file), { recursive: true });
      fs.writeFileSync(file, JSON.stringify(record));
      this.mapRuns.delete(arn);
    }
  }

  /** Resolves when a running execution next waits for the clock; undefined when it has ended. */
  idle(name: string): Promise<void> | undefined {
    return this.running.get(name)?.run.idle();
  }

  /** The execution that began last in this run, if any did. */
  newest(): Started | undefined {
    return this.last;
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
    const all = [...this.history(), ...[...this.running.values()].map(({ execution }) => execution)];
    // One that was redriven has a line for each end.
    return [...new Map(all.map((execution) => [execution.name, execution])).values()].reverse();
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

  private report(what: "Started" | "Succeeded" | "Failed" | "TimedOut" | "Aborted"): void {
    const { clock, cloudwatch } = this.context;
    cloudwatch.metric("AWS/States", `Executions${what}`, { StateMachineArn: this.arn }).add(1, clock.now());
  }

  private ended(execution: Execution, events: readonly HistoryEvent[]): void {
    const { status } = execution;
    const what = {
      SUCCEEDED: "Succeeded",
      TIMED_OUT: "TimedOut",
      ABORTED: "Aborted",
      FAILED: "Failed",
      RUNNING: "Failed",
    };
    this.report(what[status] as "Succeeded" | "TimedOut" | "Aborted" | "Failed");
    this.keepMapRuns(execution.arn);
    if (execution.status === "SUCCEEDED") this.counts.succeeded++;
    // Who stops an execution knows of it.
    else if (status !== "ABORTED") {
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
    ["SUCCEEDED", "FAILED", "TIMED_OUT", "ABORTED", "RUNNING"].includes(String(status)) &&
    [startDate, stopDate ?? startDate].every((date) => !Number.isNaN(Date.parse(String(date))))
  );
}
