import type { Clock } from "../../core/clock";
import type { Defects } from "../../core/defects";
import type { Properties } from "../../core/model";
import { evaluate, type Scope } from "./expressions";
import { TASKS } from "./tasks";
import { StateError, type Definition, type Execution, type HistoryEvent, type Services, type State } from "./types";

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
} as const;

/** One execution of a state machine, state after state. */
export class Run {
  readonly done: Promise<void>;
  /** what happened so far; a long execution keeps its first events */
  readonly events: HistoryEvent[] = [];
  private finish!: () => void;
  private wake: () => void = () => undefined;
  private waits: Promise<void> = new Promise((resolve) => (this.wake = resolve));
  private steps = 0;

  constructor(
    private readonly definition: Definition,
    private readonly execution: Execution,
    private readonly machine: { name: string; arn: string; role: string },
    private readonly context: { clock: Clock; services: Services; defects: Defects },
  ) {
    this.done = new Promise((resolve) => (this.finish = resolve));
  }

  /** Resolves when the execution next waits for the clock. */
  idle(): Promise<void> {
    return this.waits;
  }

  private note(type: string, rest: Omit<HistoryEvent, "timestamp" | "type"> = {}): void {
    if (this.events.length >= EVENTS) return;
    this.events.push({ timestamp: new Date(this.context.clock.now()).toISOString(), type, ...rest });
  }

  begin(): void {
    this.note("ExecutionStarted", { input: this.execution.input });
    void this.states(this.definition, this.execution.input, {}).then(
      (output) => this.end("SUCCEEDED", { output }),
      (error: unknown) => {
        if (error instanceof StateError) this.end("FAILED", { error: error.error, cause: error.reason });
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
    this.end("FAILED", { error: "States.Runtime", cause });
  }

  private end(status: Execution["status"], rest: Partial<Execution>): void {
    const { output, error, cause } = rest;
    this.note(ENDS[status], status === "SUCCEEDED" ? { output } : { error, cause });
    Object.assign(this.execution, { status, stopDate: new Date(this.context.clock.now()).toISOString() }, rest);
    this.finish();
  }

  /** States from the first to one that ends. */
  private async states({ StartAt, States }: Definition, input: unknown, variables: Variables): Promise<unknown> {
    let name = StartAt;
    let given = input;
    for (;;) {
      if (++this.steps > STEPS)
        throw new StateError("States.Runtime", "The execution reached the maximum number of history events (25000).");
      const next = await this.retried(name, States[name]!, given, variables);
      if (next.name === undefined) return next.output;
      name = next.name;
      given = next.output;
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
        if (kind !== "Fail") this.note(`${kind}StateExited`, { name, output: next.output });
        return next;
      } catch (error) {
        if (!(error instanceof StateError)) throw error;
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
        scope.states.result = await this.map(state, input, variables, scope);
        return leave(state, state.Next, scope.states.result);
      case "Task": {
        const args = (await evaluate(state.Arguments ?? {}, scope)) as Properties;
        this.note("TaskScheduled", { name, input: args });
        scope.states.result = await TASKS[state.Resource as string]!.run(
          this.context.services,
          this.machine.role,
          args,
        );
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
      const { context } = scope.states as { context: Properties };
      const own = {
        ...scope,
        states: { ...scope.states, context: { ...context, Map: { Item: { Index, Value: Value as unknown } } } },
      };
      const item = state.ItemSelector === undefined ? (Value as unknown) : await evaluate(state.ItemSelector, own);
      // What an iteration assigns is its own.
      results.push(await this.states(state.ItemProcessor as Definition, item, { ...variables }));
    }
    return results;
  }

  private async assign(fields: unknown, scope: Scope, variables: Variables): Promise<void> {
    if (fields !== undefined) Object.assign(variables, await evaluate(fields, scope));
  }

  /** Waits on the local clock; the clock does not advance further until the execution waits again. */
  private sleep(seconds: number): Promise<void> {
    return new Promise((resolve) => {
      this.context.clock.after(
        seconds * 1000,
        () => {
          const waits = new Promise<void>((wake) => (this.wake = wake));
          this.waits = waits;
          resolve();
          return Promise.race([waits, this.done]);
        },
        `state machine ${this.machine.name}`,
      );
      this.wake();
    });
  }
}

/** `States.ALL` is any error; `States.TaskFailed` any of a task but a timeout. */
function matches(names: readonly string[], error: string): boolean {
  return (
    names.includes(error) ||
    names.includes("States.ALL") ||
    (names.includes("States.TaskFailed") && error !== "States.Timeout" && !/^States\.(?!TaskFailed)/.test(error))
  );
}
