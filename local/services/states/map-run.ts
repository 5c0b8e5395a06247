import { randomUUID } from "node:crypto";
import type { Clock } from "../../core/clock";
import type { Idle } from "./idle";
import { StateError, type Execution, type HistoryEvent } from "./types";

/** An execution that a Distributed Map starts for a batch of items, or is going to start. */
export interface Child {
  /** what it is given */
  input: unknown;
  /** of the source, in its input */
  items: number;
  status: Execution["status"] | "PENDING";
  /** absent until it has begun */
  execution?: Execution;
  events?: readonly HistoryEvent[];
}

/** A Map Run, as it is kept when it has ended. */
export interface MapRunRecord {
  arn: string;
  executionArn: string;
  stateMachineArn: string;
  status: "RUNNING" | "SUCCEEDED" | "FAILED" | "ABORTED";
  /** ISO 8601, of the local clock */
  startDate: string;
  stopDate?: string;
  redriveCount: number;
  redriveDate?: string;
  /** 0 for as many as there are */
  maxConcurrency: number;
  /** items */
  toleratedFailureCount: number;
  toleratedFailurePercentage: number;
  children: Child[];
  /** whether its results have been written */
  written: boolean;
}

/** A running execution, as a Map Run knows it. */
export interface ChildRun {
  readonly done: Promise<void>;
  readonly events: readonly HistoryEvent[];
  abort(): void;
}

/** What starts the executions of a Map Run. */
export interface ChildStarter {
  clock: Clock;
  /** @throws StateError if the role may not */
  begin(child: Child, name: string): ChildRun;
}

/** Executions of one Map Run that Step Functions has open at a time. https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html */
const MOST = 10_000;

/** A Distributed Map at work: starts an execution for each batch, so many at a time, until too many items have failed. */
export class MapRun {
  private readonly running = new Map<Child, ChildRun>();
  private next = 0;
  private finish: () => void = () => undefined;
  private failure: StateError | undefined;

  constructor(
    readonly record: MapRunRecord,
    private readonly starter: ChildStarter,
    private readonly idle: Idle,
  ) {}

  /** Runs what has not succeeded. @throws StateError when more has failed than is tolerated */
  async run(): Promise<void> {
    const { record } = this;
    await new Promise<void>((resolve) => {
      this.finish = resolve;
      this.fill();
      // What it waits for is at work now, and it is not.
      this.idle.end();
    });
    record.stopDate = this.now();
    if (this.failure === undefined) record.status = "SUCCEEDED";
    else {
      if (record.status === "RUNNING") record.status = "FAILED";
      throw this.failure;
    }
  }

  /** Ends it: what has not begun stays pending, and what runs is stopped. */
  abort(): void {
    this.record.status = "ABORTED";
    this.stop(new StateError("States.Aborted", "The execution was stopped"));
  }

  /** UpdateMapRun, which holds for a run that is going on. */
  update(
    change: Partial<Pick<MapRunRecord, "maxConcurrency" | "toleratedFailureCount" | "toleratedFailurePercentage">>,
  ): void {
    Object.assign(this.record, change);
    this.judge();
    this.fill();
  }

  private fill(): void {
    const { children, maxConcurrency } = this.record;
    const most = maxConcurrency === 0 ? MOST : Math.min(maxConcurrency, MOST);
    while (this.failure === undefined && this.running.size < most && this.next < children.length) {
      const child = children[this.next++]!;
      if (child.status === "PENDING") this.begin(child);
    }
    if (this.running.size === 0) {
      // Whoever waits for it is at work again.
      this.idle.begin();
      this.finish();
      this.finish = () => undefined;
    }
  }

  private begin(child: Child): void {
    let run: ChildRun;
    try {
      run = this.starter.begin(child, randomUUID());
    } catch (error) {
      if (!(error instanceof StateError)) throw error;
      this.stop(error);
      return;
    }
    this.running.set(child, run);
    child.status = "RUNNING";
    this.idle.begin();
    void run.done.then(() => {
      child.status = child.execution!.status;
      child.events = run.events;
      this.running.delete(child);
      this.judge();
      this.fill();
      this.idle.end();
    });
  }

  private judge(): void {
    const { children, toleratedFailureCount, toleratedFailurePercentage } = this.record;
    let [failed, total] = [0, 0];
    for (const { status, items } of children) {
      total += items;
      if (status === "FAILED" || status === "TIMED_OUT") failed += items;
    }
    if (failed > toleratedFailureCount && failed * 100 > toleratedFailurePercentage * total)
      this.stop(
        new StateError(
          "States.ExceedToleratedFailureThreshold",
          "The specified tolerated failure threshold was exceeded",
        ),
      );
  }

  private stop(reason: StateError): void {
    this.failure ??= reason;
    for (const run of this.running.values()) run.abort();
  }

  private now(): string {
    return new Date(this.starter.clock.now()).toISOString();
  }
}

/** Counts of items or of executions by status, as DescribeMapRun has them. */
export function countsOf({ children, written, status }: MapRunRecord, of: "items" | "executions") {
  const counts = { pending: 0, running: 0, succeeded: 0, failed: 0, timedOut: 0, aborted: 0, total: 0 };
  const NAMES = {
    PENDING: "pending",
    RUNNING: "running",
    SUCCEEDED: "succeeded",
    FAILED: "failed",
    TIMED_OUT: "timedOut",
    ABORTED: "aborted",
  } as const;
  for (const child of children) {
    const number = of === "items" ? child.items : 1;
    counts[NAMES[child.status]] += number;
    counts.total += number;
  }
  const open = counts.pending + counts.failed + counts.timedOut + counts.aborted;
  return {
    ...counts,
    resultsWritten: written ? counts.total : 0,
    failuresNotRedrivable: 0,
    pendingRedrive: status === "FAILED" || status === "ABORTED" ? open : 0,
  };
}
