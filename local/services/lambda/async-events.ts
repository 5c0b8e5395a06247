import * as path from "node:path";
import { withActions } from "../../../aws/calls/call";
import { LAMBDA_CALLS } from "../../../aws/calls/lambda";
import type { Clock, Timer } from "../../core/clock";
import type { Defects } from "../../core/defects";
import { ofType, TYPES, type Properties, type Resource } from "../../core/model";
import type { Iam } from "../../iam";
import type { CloudWatch, Metric } from "../cloudwatch";
import type { Message } from "../sqs/message";
import { MessageLog } from "../sqs/message-log";
import type { Queue } from "../sqs/queue";
import type { Invocation, LambdaFunction } from "./function";

/** Waits before the second and the third attempt, ms, and the defaults. https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html */
const WAITS = [60_000, 120_000];
const RETRIES = 2;
const AGE_SECONDS = 21_600;

type Condition = "Success" | "RetriesExhausted" | "EventAgeExceeded";

/** The running parts that events work on. */
export interface AsyncContext {
  folder: string;
  clock: Clock;
  iam: Iam;
  cloudwatch: CloudWatch;
  defects: Defects;
  /** by ARN */
  queues: ReadonlyMap<string, Queue>;
}

/** The events of every function, by its name. */
export function createAsyncEvents(
  resources: readonly Resource[],
  functions: ReadonlyMap<string, LambdaFunction>,
  context: AsyncContext,
): Map<string, AsyncEvents> {
  const configs = ofType(resources, TYPES.eventInvokeConfig).map(({ inputs }) => inputs);
  return new Map(
    [...functions.values()].map((lambda) => {
      const config = configs.find(({ functionName: named }) => named === lambda.name || named === lambda.arn);
      return [lambda.name, new AsyncEvents(lambda, config, context)];
    }),
  );
}

/**
 * Events of a function that were accepted to be processed later (InvocationType Event): on disk once they are accepted, called until the
 * function succeeds, three times unless it is configured otherwise; then sent to the destination and the dead-letter queue, if there are any.
 */
export class AsyncEvents {
  private readonly log: MessageLog;
  private readonly metrics: Record<"received" | "dropped" | "undelivered" | "deadLetterErrors", Metric>;
  private readonly destinations: Record<"success" | "failure" | "deadLetters", Queue | undefined>;
  private timer: Timer | undefined;
  private running: Promise<void> | undefined;
  private stopped = false;

  /** @param config arguments of the function's `aws.lambda.FunctionEventInvokeConfig` */
  constructor(
    private readonly lambda: LambdaFunction,
    private readonly config: Properties | undefined,
    private readonly context: AsyncContext,
  ) {
    const { folder, clock, cloudwatch, queues } = context;
    this.log = new MessageLog(path.join(folder, `${lambda.name}.ndjson`));
    const metric = (name: string): Metric => cloudwatch.metric("AWS/Lambda", name, { FunctionName: lambda.name });
    this.metrics = {
      received: metric("AsyncEventsReceived"),
      dropped: metric("AsyncEventsDropped"),
      undelivered: metric("DestinationDeliveryFailures"),
      deadLetterErrors: metric("DeadLetterErrors"),
    };
    const { onSuccess, onFailure } = (config?.destinationConfig ?? {}) as Properties;
    this.destinations = {
      success: queues.get(onSuccess?.destination),
      failure: queues.get(onFailure?.destination),
      deadLetters: queues.get(lambda.resource.inputs.deadLetterConfig?.targetArn),
    };
    for (const queue of Object.values(this.destinations)) if (queue !== undefined) this.require(queue);
    clock.onSettle(() => this.settled());
  }

  /** Events that wait for the function, or for their next attempt. */
  get pending(): number {
    return this.log.messages.size;
  }

  /** Longest that an event waits, ms: all attempts. */
  get maxDelayMs(): number {
    return this.pending === 0 ? 0 : WAITS.slice(0, this.retries).reduce((sum, ms) => sum + ms, 0);
  }

  start(): void {
    this.later(this.context.clock.now());
  }

  /** Takes an event; it is on disk when this returns. */
  accept(qualifiedArn: string, event: string, requestId: string): void {
    const sent = Math.floor(this.context.clock.now());
    this.log.add({
      id: requestId,
      body: event,
      attributes: { arn: qualifiedArn },
      sender: "",
      sent,
      received: 0,
      due: sent,
    });
    this.metrics.received.add(1, sent);
    this.later(sent);
  }

  /** Makes the first attempts of what was just accepted, without waiting for the clock. */
  async attempted(): Promise<void> {
    this.timer?.cancel();
    await this.wake();
  }

  async settled(): Promise<void> {
    while (this.running !== undefined) await this.running;
  }

  async close(): Promise<void> {
    this.stopped = true;
    this.timer?.cancel();
    await this.settled();
    this.log.close();
  }

  private get retries(): number {
    return this.config?.maximumRetryAttempts ?? RETRIES;
  }

  private later(time: number): void {
    this.timer?.cancel();
    this.timer = this.context.clock.at(time, () => this.wake(), `events of function ${this.lambda.name}`);
  }

  private wake(): Promise<void> {
    if (this.stopped) return Promise.resolve();
    return (this.running ??= this.run()
      .catch((error: unknown) => {
        this.stopped = true;
        this.context.defects.record(`events of function ${this.lambda.name}`, error);
      })
      .finally(() => {
        this.running = undefined;
        const next = Math.min(...[...this.log.messages.values()].map(({ due }) => due));
        if (next !== Infinity && !this.stopped) this.later(next);
      }));
  }

  private async run(): Promise<void> {
    while (!this.stopped) {
      const now = this.context.clock.now();
      const event = [...this.log.messages.values()].find(({ due }) => due <= now);
      if (event === undefined) return;
      await this.attempt(event);
    }
  }

  private async attempt(event: Message): Promise<void> {
    const age = (this.config?.maximumEventAgeInSeconds ?? AGE_SECONDS) * 1000;
    if (event.sent + age <= this.context.clock.now()) return this.end(event, "EventAgeExceeded", undefined);
    const invocation = await this.lambda.call(String(event.attributes.arn), event.body, { requestId: event.id });
    event.received++;
    event.first ??= event.sent;
    if (invocation.ok) return this.end(event, "Success", invocation);
    if (event.received > this.retries) return this.end(event, "RetriesExhausted", invocation);
    event.due = Math.floor(this.context.clock.now()) + WAITS[event.received - 1]!;
    this.log.update(event);
  }

  private end(event: Message, condition: Condition, invocation: Invocation | undefined): void {
    const { success, failure, deadLetters } = this.destinations;
    const now = this.context.clock.now();
    const { role } = this.lambda;
    const target = condition === "Success" ? success : failure;
    if (target?.send(role, JSON.stringify(this.envelope(event, condition, invocation)), {}) === false)
      this.metrics.undelivered.add(1, now);
    if (condition !== "Success") {
      if (target === undefined && deadLetters === undefined) this.metrics.dropped.add(1, now);
      const message = invocation?.ok === false ? invocation.errorMessage : "";
      const attributes = {
        RequestID: event.id,
        ErrorCode: "200",
        ...(message === "" ? {} : { ErrorMessage: message }),
      };
      if (deadLetters?.send(role, event.body, attributes) === false) this.metrics.deadLetterErrors.add(1, now);
    }
    this.log.delete(event.id);
  }

  /** https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html */
  private envelope(event: Message, condition: Condition, invocation: Invocation | undefined): object {
    return {
      version: "1.0",
      timestamp: new Date(this.context.clock.now()).toISOString(),
      requestContext: {
        requestId: event.id,
        functionArn: `${this.lambda.arn}:$LATEST`,
        condition,
        approximateInvokeCount: event.received,
      },
      requestPayload: JSON.parse(event.body) as unknown,
      ...(invocation === undefined
        ? {}
        : {
            responseContext: {
              statusCode: 200,
              executedVersion: "$LATEST",
              ...(invocation.ok ? {} : { functionError: "Unhandled" }),
            },
            responsePayload: invocation.ok
              ? (JSON.parse(invocation.payload) as unknown)
              : { errorMessage: invocation.errorMessage, errorType: invocation.errorType },
          }),
    };
  }

  private require(queue: Queue): void {
    const { iam } = this.context;
    const principal = this.lambda.role;
    const send = {
      call: withActions(LAMBDA_CALLS.deadLetters, "sqs:SendMessage"),
      why: "only for an event that is processed asynchronously",
    };
    iam.requirePermissions({ principal, resource: queue.arn }, send);
    for (const { action, resource, context } of queue.keyPermissions("kms:GenerateDataKey", "kms:Decrypt"))
      iam.requirePermissions({ principal, resource, context }, { ...send, call: withActions(send.call, action) });
  }
}
