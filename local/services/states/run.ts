import { createHash, randomUUID } from "node:crypto";
import type { Clock, Timer } from "../../core/clock";
import { notAuthorized } from "../../core/access-denied";
import type { Defects } from "../../core/defects";
import type { Properties } from "../../core/model";
import type { Iam } from "../../iam";
import { evaluate, type Scope } from "./expressions";
import { Idle } from "./idle";
import { batched, listedItems, PAYLOAD_BYTES } from "./items";
import { MapRun, type Child, type MapRunRecord } from "./map-run";
import { writeResults } from "./results";
import { TASKS } from "./tasks";
import {
  StateError,
  type Definition,
  type Execution,
  type HistoryEvent,
  type RedrivePoint,
  type Services,
  type State,
} from "./types";

type Variables = Record<string, unknown>;

/** Steps that one execution may take: AWS ends one with 25,000 events, of which a state makes two or more. */
const STEPS = 12_500;

/** Events that are kept of an execution, AWS's own limit. */
const EVENTS = 25_000;

const ENDS = {
  RUNNING: "ExecutionStarted",
  SUCCEEDED: "ExecutionSucceeded",
  FAILED: "ExecutionFailed",
  TIMED_OUT: "ExecutionTimedOut",
  ABORTED: "ExecutionAborted",
} as const;

/** The machine that an execution is of. */
export interface RunMachine {
  name: string;
  arn: string;
  role: string;
}

/** What an execution reaches. */
export interface RunContext {
  clock: Clock;
  iam: Iam;
  services: Services;
  defects: Defects;
  /** keeps the Map Runs, those that have ended too */
  mapRuns: { get(arn: string): MapRunRecord | undefined; open(record: MapRunRecord, run: MapRun): void };
}

/** One execution of a state machine, state after state. */
export class Run {
  readonly done: Promise<void>;
  /** what happened so far; a long execution keeps its first events */
  readonly events: HistoryEvent[] = [];
  private finish!: () => void;
  private steps = 0;
  private ended = false;
  private readonly stopping = new AbortController();
  private timer: Timer | undefined;
  private mapRun: MapRun | undefined;
  /** ARN of the Map Run that a redrive goes on with */
  private redriven: string | undefined;
  /** the state that it is in */
  private point: RedrivePoint | undefined;

  /** @param shared of the execution whose Distributed Map has started this one */
  constructor(
    private readonly definition: Definition,
    private readonly execution: Execution,
    private readonly machine: RunMachine,
    private readonly context: RunContext,
    private readonly shared?: Idle,
  ) {
    this.done = new Promise((resolve) => (this.finish = resolve));
    this.work = shared ?? new Idle();
  }

  private readonly work: Idle;

  private get aborted(): boolean {
    return this.stopping.signal.aborted;
  }

  /** Resolves when the execution next waits for the clock. */
  idle(): Promise<void> {
    return this.work.next;
  }

  private note(type: string, rest: Omit<HistoryEvent, "timestamp" | "type"> = {}): void {
    if (this.events.length >= EVENTS) return;
    this.events.push({ timestamp: new Date(this.context.clock.now()).toISOString(), type, ...rest });
  }

  /** @param from the state to go on with, of an execution that is redriven */
  begin(from?: RedrivePoint): void {
    const { execution } = this;
    if (this.shared === undefined) this.work.begin();
    if (from === undefined) this.note("ExecutionStarted", { input: execution.input });
    else this.note("ExecutionRedriven");
    this.point = from;
    this.redriven = from?.mapRun;
    const first = from === undefined ? undefined : { name: from.state, input: from.input };
    void this.states(this.definition, execution.input, { ...from?.variables }, first).then(
      (output) => this.end("SUCCEEDED", { output }),
      (error: unknown) => {
        if (this.aborted) this.end("ABORTED", {});
        else if (error instanceof StateError) this.end("FAILED", { error: error.error, cause: error.reason });
        else {
          // A defect, or the machine's own trouble: not the execution's.
          this.end("FAILED", { error: "States.Runtime", cause: String(error) });
          this.context.defects.record(`state machine ${this.machine.name}`, error);
        }
      },
    );
  }

  /** Ends the execution before its first state. */
  refuse(cause: string): void {
    if (this.shared === undefined) this.work.begin();
    this.end("FAILED", { error: "States.Runtime", cause });
  }

  /** StopExecution: nothing that it has not begun is begun any more. */
  abort(error?: string, cause?: string): void {
    if (this.ended || this.aborted) return;
    this.stopping.abort();
    Object.assign(this.execution, { error, cause });
    if (this.timer !== undefined) {
      this.timer.cancel();
      this.work.begin();
    }
    // A Map Run ends first, and with it the execution.
    if (this.mapRun !== undefined) this.mapRun.abort();
    else this.end("ABORTED", {});
  }

  private end(status: Execution["status"], rest: Partial<Execution>): void {
    if (this.ended) return;
    this.ended = true;
    const { output, error, cause } = { ...this.execution, ...rest };
    this.note(ENDS[status], status === "SUCCEEDED" ? { output } : { error, cause });
    const at = status === "SUCCEEDED" ? undefined : this.point;
    Object.assign(this.execution, { status, stopDate: new Date(this.context.clock.now()).toISOString(), at }, rest);
    this.finish();
    if (this.shared === undefined) this.work.end();
  }

  /** States from the first to one that ends. @param from the state that the whole execution goes on with */
  private async states(
    { StartAt, States }: Definition,
    input: unknown,
    variables: Variables,
    from?: { name: string; input: unknown },
  ): Promise<unknown> {
    const whole = States === this.definition.States;
    let name = from?.name ?? StartAt;
    let given = from === undefined ? input : from.input;
    for (;;) {
      if (++this.steps > STEPS)
        throw new StateError("States.Runtime", "The execution reached the maximum number of history events (25000).");
      if (whole && this.point?.state !== name) this.point = { state: name, input: given, variables: { ...variables } };
      const next = await this.retried(name, States[name]!, given, variables);
      if (next.name === undefined) return next.output;
      name = next.name;
      given = next.output;
      if (whole) this.point = { state: name, input: given, variables: { ...variables } };
    }
  }

  /** A state with its Retry and Catch. */
  private async retried(
    name: string,
    state: State,
    input: unknown,
    variables: Variables,
  ): Promise<{ name: string | undefined; output: unknown }> {
    const attempts = new Map<Properties, number>();
    for (let RetryCount = 0; ; RetryCount++) {
      const scope = this.scope(name, input, variables, { RetryCount });
      const kind = state.Type;
      if (RetryCount === 0) this.note(`${kind}StateEntered`, { name, input });
      try {
        const next = await this.step(name, state, input, variables, scope);
        if (this.ended) throw new StateError("States.Aborted", "");
        if (kind !== "Fail") this.note(`${kind}StateExited`, { name, output: next.output });
        return next;
      } catch (error) {
        if (!(error instanceof StateError) || this.aborted) throw error;
        if (kind === "Task") this.note("TaskFailed", { name, error: error.error, cause: error.reason });
        const rule = ((state.Retry ?? []) as Properties[]).find((retry) => matches(retry.ErrorEquals, error.error));
        const tried = rule === undefined ? 0 : (attempts.get(rule) ?? 0);
        if (rule !== undefined && tried < (rule.MaxAttempts ?? 3)) {
          attempts.set(rule, tried + 1);
          const seconds = (rule.IntervalSeconds ?? 1) * (rule.BackoffRate ?? 2) ** tried;
          await this.sleep(Math.min(seconds, rule.MaxDelaySeconds ?? Infinity));
          continue;
        }
        const caught = ((state.Catch ?? []) as Properties[]).find((one) => matches(one.ErrorEquals, error.error));
        if (caught === undefined) throw error;
        const errorOutput = { Error: error.error, Cause: error.reason };
        scope.states.errorOutput = errorOutput;
        await this.assign(caught.Assign, scope, variables);
        const output = caught.Output === undefined ? errorOutput : await evaluate(caught.Output, scope);
        this.note(`${kind}StateExited`, { name, output });
        return { name: caught.Next as string, output };
      }
    }
  }

  private scope(name: string, input: unknown, variables: Variables, state: Properties): Scope {
    const { clock } = this.context;
    const { arn, name: execution, startDate, input: Input } = this.execution;
    return {
      variables,
      now: clock.now(),
      states: {
        input,
        context: {
          Execution: { Id: arn, Name: execution, StartTime: startDate, Input, RoleArn: this.machine.role },
          State: { Name: name, EnteredTime: new Date(clock.now()).toISOString(), ...state },
          StateMachine: { Id: this.machine.arn, Name: this.machine.name },
        },
      },
    };
  }

  private async step(
    name: string,
    state: State,
    input: unknown,
    variables: Variables,
    scope: Scope,
  ): Promise<{ name: string | undefined; output: unknown }> {
    const leave = async (holder: Properties, next: string | undefined, byDefault: unknown) => {
      const output = holder.Output === undefined ? byDefault : await evaluate(holder.Output, scope);
      // Assign and Output see the variables as they were.
      await this.assign(holder.Assign, scope, variables);
      return { name: next, output };
    };
    switch (state.Type) {
      case "Pass":
        return leave(state, state.Next, input);
      case "Succeed":
        return leave(state, undefined, input);
      case "Fail":
        throw new StateError(
          String(await evaluate(state.Error ?? "States.Fail", scope)),
          String(await evaluate(state.Cause ?? "", scope)),
        );
      case "Wait":
        await this.sleep(Number(await evaluate(state.Seconds, scope)));
        return leave(state, state.Next, input);
      case "Choice":
        for (const choice of state.Choices as Properties[])
          if ((await evaluate(choice.Condition, scope)) === true) return leave(choice, choice.Next as string, input);
        if (state.Default === undefined)
          throw new StateError("States.NoChoiceMatched", "No choice matched, and there is no Default");
        return leave(state, state.Default as string, input);
      case "Map":
        scope.states.result = await ((state.ItemProcessor as Properties).ProcessorConfig?.Mode === "DISTRIBUTED"
          ? this.distributed(name, state, input, scope)
          : this.map(state, input, variables, scope));
        return leave(state, state.Next, scope.states.result);
      case "Task": {
        const args = (await evaluate(state.Arguments ?? {}, scope)) as Properties;
        this.note("TaskScheduled", { name, input: args });
        const { role, arn: machine } = this.machine;
        const alongside = (idle: Promise<void>): void => {
          this.work.begin();
          void idle.then(() => this.work.end());
        };
        scope.states.result = await TASKS[state.Resource as string]!.run(this.context.services, role, args, {
          execution: this.execution.arn,
          machine,
          timeoutSeconds: state.TimeoutSeconds as number | undefined,
          signal: this.stopping.signal,
          alongside,
        });
        this.note("TaskSucceeded", { name, output: scope.states.result });
        return leave(state, state.Next, scope.states.result);
      }
    }
  }

  /** One item after the other: what they do takes no time here. */
  private async map(state: State, input: unknown, variables: Variables, scope: Scope): Promise<unknown[]> {
    const items = state.Items === undefined ? input : await evaluate(state.Items, scope);
    if (!Array.isArray(items))
      throw new StateError("States.QueryEvaluationError", "Items of a Map state is not an array");
    const results: unknown[] = [];
    for (const [Index, Value] of items.entries()) {
      const own = withItem(scope, Index, Value);
      const item = state.ItemSelector === undefined ? (Value as unknown) : await evaluate(state.ItemSelector, own);
      // What an iteration assigns is its own.
      results.push(await this.states(state.ItemProcessor as Definition, item, { ...variables }));
    }
    return results;
  }

  /** Executions of their own for batches of items, so many at a time. */
  private async distributed(name: string, state: State, input: unknown, scope: Scope): Promise<unknown> {
    const { services, mapRuns, clock } = this.context;
    const { role } = this.machine;
    const former = this.redriven;
    this.redriven = undefined;
    const record = former === undefined ? await this.openMapRun(name, state, input, scope) : mapRuns.get(former)!;
    if (former !== undefined) reopen(record, new Date(clock.now()).toISOString());
    if (this.point !== undefined) this.point.mapRun = record.arn;
    const mapRun = new MapRun(
      record,
      { clock, begin: (child, own) => this.startChild(state, record, child, own) },
      this.work,
    );
    mapRuns.open(record, mapRun);
    this.note(former === undefined ? "MapRunStarted" : "MapRunRedriven", { name: record.arn });
    this.mapRun = mapRun;
    const writer =
      state.ResultWriter === undefined ? undefined : ((await evaluate(state.ResultWriter, scope)) as Properties);
    const write = (): unknown => writer && writeResults(services.s3, role, writer.Arguments as Properties, record);
    try {
      await mapRun.run();
    } catch (failure) {
      if (!this.aborted) write();
      const { error, reason: cause } = failure as StateError;
      this.note(this.aborted ? "MapRunAborted" : "MapRunFailed", { error, cause });
      throw failure;
    } finally {
      this.mapRun = undefined;
    }
    const output = write() ?? record.children.map(({ execution }) => execution!.output);
    if (Buffer.byteLength(JSON.stringify(output)) > PAYLOAD_BYTES)
      throw new StateError(
        "States.DataLimitExceeded",
        `The state's result has more than ${PAYLOAD_BYTES} bytes; a ResultWriter puts it into a bucket`,
      );
    this.note("MapRunSucceeded");
    return output;
  }

  /** The batches of a Distributed Map. */
  private async openMapRun(name: string, state: State, input: unknown, scope: Scope): Promise<MapRunRecord> {
    const { clock } = this.context;
    const { arn } = this.machine;
    const label = (state.Label as string | undefined) ?? createHash("sha256").update(name).digest("hex").slice(0, 16);
    const items = await this.itemsOf(state, input, scope);
    const batcher =
      state.ItemBatcher === undefined ? undefined : ((await evaluate(state.ItemBatcher, scope)) as Properties);
    const number = async (field: unknown, usual: number): Promise<number> =>
      field === undefined ? usual : Number(await evaluate(field, scope));
    const percentage = await number(state.ToleratedFailurePercentage, 0);
    const count = await number(state.ToleratedFailureCount, 0);
    const [machine] = arn.split("/");
    return {
      arn: `${machine!.replace(":stateMachine:", ":mapRun:")}/${label}:${randomUUID()}`,
      executionArn: this.execution.arn,
      stateMachineArn: `${machine}/${label}`,
      status: "RUNNING",
      startDate: new Date(clock.now()).toISOString(),
      redriveCount: 0,
      maxConcurrency: await number(state.MaxConcurrency, 0),
      toleratedFailureCount: count,
      toleratedFailurePercentage: percentage,
      children:
        batcher === undefined
          ? items.map((item): Child => ({ input: item, items: 1, status: "PENDING" }))
          : batched(items, batcher),
      written: false,
    };
  }

  private async itemsOf(state: State, input: unknown, scope: Scope): Promise<unknown[]> {
    let items: unknown;
    if (state.ItemReader !== undefined) {
      const reader = (await evaluate(state.ItemReader, scope)) as Properties;
      const most = Number((reader.ReaderConfig as Properties | undefined)?.MaxItems ?? Infinity);
      items = listedItems(this.context.services.s3, this.machine.role, reader.Arguments as Properties, most);
    } else items = state.Items === undefined ? input : await evaluate(state.Items, scope);
    if (!Array.isArray(items))
      throw new StateError("States.QueryEvaluationError", "Items of a Map state is not an array");
    if (state.ItemSelector === undefined) return items;
    const selected: unknown[] = [];
    for (const [Index, Value] of items.entries())
      selected.push(await evaluate(state.ItemSelector, withItem(scope, Index, Value)));
    return selected;
  }

  /** Starts the execution of a batch, or starts it again. It sees no variables of this one. */
  private startChild(state: State, record: MapRunRecord, child: Child, name: string): Run {
    const { clock, iam } = this.context;
    const { role } = this.machine;
    const [machine] = this.machine.arn.split("/");
    const may = (action: string, resource: string): void => {
      const { allowed, decidedBy } = iam.check({ principal: role, action, resource });
      if (!allowed) throw new StateError("States.Runtime", notAuthorized(role, action, resource, decidedBy));
    };
    const now = new Date(clock.now()).toISOString();
    const former = child.execution;
    if (former === undefined) may("states:StartExecution", machine!);
    else may("states:RedriveExecution", former.arn);
    const execution: Execution = {
      arn: former?.arn ?? `${record.stateMachineArn.replace(":stateMachine:", ":execution:")}:${name}`,
      name: former?.name ?? name,
      status: "RUNNING",
      startDate: former?.startDate ?? now,
      input: child.input,
      mapRunArn: record.arn,
      ...(former === undefined ? {} : { redriveCount: (former.redriveCount ?? 0) + 1, redriveDate: now }),
    };
    // How the Map learns what has become of it.
    may("states:DescribeExecution", execution.arn);
    child.execution = execution;
    const own = { name: this.machine.name, arn: record.stateMachineArn, role };
    const run = new Run(state.ItemProcessor as Definition, execution, own, this.context, this.work);
    run.begin(former?.at);
    return run;
  }

  private async assign(fields: unknown, scope: Scope, variables: Variables): Promise<void> {
    if (fields === undefined) return;
    const assigned = (await evaluate(fields, scope)) as Variables;
    if (Buffer.byteLength(JSON.stringify(assigned)) > PAYLOAD_BYTES)
      throw new StateError(
        "States.DataLimitExceeded",
        `The variables ${Object.keys(assigned).join(", ")} have more than ${PAYLOAD_BYTES} bytes`,
      );
    Object.assign(variables, assigned);
  }

  /** Waits on the local clock; the clock does not advance further until the execution waits again. */
  private sleep(seconds: number): Promise<void> {
    return new Promise((resolve) => {
      this.timer = this.context.clock.after(
        seconds * 1000,
        () => {
          this.timer = undefined;
          this.work.begin();
          resolve();
          return this.work.next;
        },
        `state machine ${this.machine.name}`,
      );
      this.work.end();
    });
  }
}

function withItem(scope: Scope, Index: number, Value: unknown): Scope {
  const { context } = scope.states as { context: Properties };
  return { ...scope, states: { ...scope.states, context: { ...context, Map: { Item: { Index, Value } } } } };
}

/** A Map Run that is redriven: what has not succeeded is done again. */
function reopen(record: MapRunRecord, now: string): void {
  for (const child of record.children) if (child.status !== "SUCCEEDED") child.status = "PENDING";
  Object.assign(record, { status: "RUNNING", redriveCount: record.redriveCount + 1, redriveDate: now, written: false });
  delete record.stopDate;
}

/** Errors that end an execution, whatever it catches. https://docs.aws.amazon.com/step-functions/latest/dg/concepts-error-handling.html */
const TERMINAL = ["States.DataLimitExceeded", "States.Runtime"];

/** `States.ALL` is any error that can be caught; `States.TaskFailed` any of a task but a timeout. */
function matches(names: readonly string[], error: string): boolean {
  if (TERMINAL.includes(error)) return false;
  return (
    names.includes(error) ||
    names.includes("States.ALL") ||
    (names.includes("States.TaskFailed") && error !== "States.Timeout" && !/^States\.(?!TaskFailed)/.test(error))
  );
}
