import { randomUUID } from "node:crypto";
import { parseSchedule, type Schedule } from "../../../etl";
import type { Clock, Timer } from "../../core/clock";
import type { Defects } from "../../core/defects";
import type { CloudWatch } from "../cloudwatch";
import { UNEXERCISED, type Iam } from "../../iam";
import { ACCOUNT, TYPES, ofType, type Properties, type Resource } from "../../core/model";
import { notAuthorized } from "../../core/access-denied";
import type { AsyncEvents } from "../lambda/async-events";
import type { Queue } from "../sqs/queue";
import { StartRefused, type StateMachine } from "../states";

/**
 * How often a schedule is run in full while the clock is advanced, before it is thinned out: from then on every second firing is run, after
 * half as many again every fourth, and so on. A schedule of every five minutes fires 26,000 times in a replay of three months,
 * each time with a query over all that is stored; some 500 of them are run, spread over the whole time.
 */
const IN_FULL = 100;

/** Counts of a schedule's firings. */
export interface ScheduleCounts {
  /** firings of this run */
  fired: number;
  /** of them, those whose target was called */
  run: number;
  /** of them, those that a replay passed over */
  passedOver: number;
  /** of them, those that could not start their target */
  failed: number;
}

interface Entry {
  name: string;
  schedule: Schedule;
  target: Properties;
  groupArn: string;
  counts: ScheduleCounts;
  timer: Timer | undefined;
  /** ms, when the schedule was made */
  origin: number;
  /** ms: firings until then are counted */
  counted: number;
}

/** EventBridge Scheduler: each schedule on the local clock, its target called with the schedule's role. */
export class Scheduler {
  private readonly entries: Entry[] = [];
  private stopped = false;

  constructor(
    resources: readonly Resource[],
    private readonly context: {
      clock: Clock;
      iam: Iam;
      cloudwatch: CloudWatch;
      region: string;
      machines: ReadonlyMap<string, StateMachine>;
      queues: ReadonlyMap<string, Queue>;
      /** by name of the function */
      asyncEvents: ReadonlyMap<string, AsyncEvents>;
      defects: Defects;
    },
  ) {
    for (const { inputs } of ofType(resources, TYPES.schedule)) {
      const queue: string | undefined = inputs.target?.deadLetterConfig?.arn;
      if (queue !== undefined) this.requireDeadLetters(inputs.target.roleArn, queue);
      if (inputs.state === "DISABLED") continue;
      this.entries.push({
        name: inputs.name,
        schedule: parseSchedule(inputs.scheduleExpression),
        target: inputs.target,
        groupArn: `arn:aws:scheduler:${context.region}:${ACCOUNT}:schedule-group/${inputs.groupName ?? "default"}`,
        counts: { fired: 0, run: 0, passedOver: 0, failed: 0 },
        timer: undefined,
        origin: 0,
        counted: 0,
      });
    }
  }

  /** From now on schedules fire. A clock that is set to a recording's time takes them with it. */
  start(): void {
    const begin = (): void => {
      if (this.stopped) return;
      for (const entry of this.entries) {
        entry.timer?.cancel();
        entry.origin = this.context.clock.now();
        entry.counted = entry.origin;
        this.arm(entry);
      }
    };
    const { clock } = this.context;
    clock.onReset(begin);
    // A clock that runs by itself passes over no firing.
    clock.onStart(() => {
      if (this.stopped) return;
      for (const entry of this.entries) {
        entry.timer?.cancel();
        this.countPassedOver(entry);
        this.arm(entry);
      }
    });
    begin();
  }

  /** No schedule fires any more. */
  stop(): void {
    this.stopped = true;
    for (const entry of this.entries) entry.timer?.cancel();
  }

  /** The counts of the schedules that have this target, together. */
  countsOf(targetArn: string): ScheduleCounts | undefined {
    const entries = this.entries.filter(({ target }) => target.arn === targetArn);
    if (entries.length === 0) return undefined;
    const own = entries.map((entry) => {
      this.countPassedOver(entry);
      return entry.counts;
    });
    const sum = (name: keyof ScheduleCounts): number => own.reduce((total, counts) => total + counts[name], 0);
    return { fired: sum("fired"), run: sum("run"), passedOver: sum("passedOver"), failed: sum("failed") };
  }

  /** Waits for the next firing that is run; a replay passes over those before it at once, so that a gap of years costs little. */
  private arm(entry: Entry): void {
    const { clock } = this.context;
    // Of a machine that slept the firings are over.
    if (clock.running) this.countPassedOver(entry);
    const { counts, schedule, origin, counted } = entry;
    const stride = clock.running ? 1 : strideAt(counts.run);
    const ahead = stride - (counts.fired % stride);
    const time = schedule.nth(counted, origin, ahead);
    if (time === undefined) return;
    entry.timer = clock.at(
      time,
      () => {
        if (this.stopped) return;
        const due = entry.schedule.count(entry.counted, time, origin);
        counts.fired += due;
        counts.passedOver += due - 1;
        entry.counted = time;
        const done = this.fire(entry, time);
        this.arm(entry);
        return done;
      },
      `schedule ${entry.name}`,
    );
  }

  /** Counts the firings that are over and were not run. */
  private countPassedOver(entry: Entry): void {
    const { counts, schedule, counted, origin } = entry;
    const now = this.context.clock.now();
    const passed = now > counted ? schedule.count(counted, now, origin) : 0;
    if (passed === 0) return;
    counts.fired += passed;
    counts.passedOver += passed;
    entry.counted = now;
  }

  private async fire(entry: Entry, time: number): Promise<void> {
    const { clock } = this.context;
    const { counts, target } = entry;
    counts.run++;
    const context: Record<string, string> = {
      "<aws.scheduler.scheduled-time>": new Date(time).toISOString().replace(/\.\d+Z$/, "Z"),
      "<aws.scheduler.execution-id>": randomUUID(),
      "<aws.scheduler.attempt-number>": "1",
    };
    const input = String(target.input ?? "{}").replace(/<aws\.scheduler\.[a-z-]+>/g, (name) => context[name] ?? name);
    const refusal = await this.call(entry, input).catch((error: unknown) => {
      this.context.defects.record(`schedule ${entry.name}`, error);
      return `InternalFailure: ${error instanceof Error ? error.message : String(error)}`;
    });
    if (refusal === undefined) return;
    counts.failed++;
    // A refusal stays one, so the first failure is also the last.
    for (const metric of ["TargetErrorCount", "InvocationDroppedCount"])
      this.context.cloudwatch
        .metric("AWS/Scheduler", metric, { ScheduleGroup: entry.groupArn.split("/")[1]! })
        .add(1, clock.now());
    this.deadLetter(entry, input, refusal);
  }

  /** @returns why the target could not be called. A refusal stays one, so a retry would find the same */
  private async call(entry: Entry, input: string): Promise<string | undefined> {
    const { machines } = this.context;
    const { target } = entry;
    const role: string = target.roleArn;
    const refusal = this.refusalOf(entry);
    if (refusal !== undefined) return refusal;
    if (String(target.arn).includes(":lambda:")) return this.callFunction(role, target.arn, input);
    try {
      // The schedule is done when the execution has started; the clock stands while it works.
      await machines.get(target.arn)!.start(role, JSON.parse(input)).idle;
      return undefined;
    } catch (error) {
      if (error instanceof StartRefused) return error.message;
      throw error;
    }
  }

  /** A function is called asynchronously, and Lambda retries it. https://docs.aws.amazon.com/scheduler/latest/UserGuide/managing-targets-templated.html */
  private async callFunction(role: string, arn: string, input: string): Promise<string | undefined> {
    const { iam, asyncEvents } = this.context;
    const action = "lambda:InvokeFunction";
    const { allowed, decidedBy } = iam.check({ principal: role, action, resource: arn });
    if (!allowed) return `AccessDeniedException: ${notAuthorized(role, action, arn, decidedBy)}`;
    const events = asyncEvents.get(arn.split(":").at(-1)!)!;
    events.accept(arn, input, randomUUID());
    // The clock stands while it works.
    await events.attempted();
    return undefined;
  }

  /** @returns why the schedule cannot have its role */
  private refusalOf({ target, groupArn }: Entry): string | undefined {
    const { iam } = this.context;
    const role: string = target.roleArn;
    const trust = iam.assume("scheduler.amazonaws.com", role, {
      "aws:SourceAccount": ACCOUNT,
      "aws:SourceArn": groupArn,
    });
    return trust.allowed ? undefined : `AccessDeniedException: ${role} may not be assumed: ${trust.decidedBy}`;
  }

  private requireDeadLetters(principal: string, arn: string): void {
    const { iam, queues } = this.context;
    iam.requirePermissions({ principal, resource: arn }, UNEXERCISED.deadLetters);
    const queue = queues.get(arn);
    if (queue?.keyArn !== undefined)
      iam.requirePermissions(
        { principal, resource: queue.keyArn, context: queue.keyContext },
        UNEXERCISED.deadLetterKey,
      );
  }

  private deadLetter({ name, target }: Entry, input: string, reason: string): void {
    const queue = this.context.queues.get(target.deadLetterConfig?.arn);
    queue?.send(target.roleArn, input, {
      ERROR_CODE: reason.split(":")[0]!,
      ERROR_MESSAGE: reason,
      SCHEDULE: name,
      TARGET_ARN: target.arn as string,
    });
  }
}

/** How many firings there are to one that is run, after so many runs. */
export function strideAt(run: number): number {
  return run < IN_FULL ? 1 : 2 ** (1 + Math.floor((run - IN_FULL) / (IN_FULL / 2)));
}
