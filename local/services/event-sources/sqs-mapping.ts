import type { Clock, Timer } from "../../core/clock";
import type { Defects } from "../../core/defects";
import { notAuthorized } from "../../core/access-denied";
import type { Resource } from "../../core/model";
import { UNEXERCISED, type Iam } from "../../iam";
import type { LambdaFunction } from "../lambda/function";
import { md5, md5OfAttributes, partsOf, type AttributeValue, type Message } from "../sqs/message";
import type { Queue } from "../sqs/queue";
import { receiptOf } from "../sqs/receipt";
import { readBatchResponse } from "./batch-response";
import { compileFilters, type Filter } from "./filter";
import { patternsOf } from "./kinesis-mapping";
import { EVENT_BYTES, noCounts, type Mapping } from "./mapping";

/** Messages of one ReceiveMessage. */
const RECEIVE = 10;

/** The running parts that a mapping of a queue works on. */
export interface SqsMappingContext {
  clock: Clock;
  iam: Iam;
  region: string;
  defects: Defects;
  queue: Queue;
  lambda: LambdaFunction;
}

/**
 * An event source mapping of a queue: calls the function with messages, deletes those that it has processed, and leaves the others, which
 * become visible again when their visibility timeout ends. Redrive is the queue's.
 */
export class SqsMapping implements Mapping {
  readonly name: string;
  readonly uuid: string;
  readonly sourceArn: string;
  readonly counts = noCounts();
  refusal: string | undefined;
  lastResult = "No records processed";
  private readonly filter: Filter;
  private readonly size: number;
  private readonly windowMs: number;
  private readonly reportsFailures: boolean;
  private held: { message: Message; text: string }[] = [];
  private heldBytes = 0;
  /** ms, when the first of those held was received */
  private since = 0;
  private timer: Timer | undefined;
  private running: Promise<void> | undefined;
  private woken = false;
  private stopped = false;
  private unlisten: (() => void) | undefined;

  constructor(
    readonly resource: Resource,
    private readonly context: SqsMappingContext,
  ) {
    const { inputs, outputs } = resource;
    const { queue, lambda, iam, clock } = context;
    this.name = resource.name;
    this.uuid = outputs.uuid;
    this.sourceArn = queue.arn;
    this.filter = compileFilters(patternsOf(inputs), "body");
    this.size = inputs.batchSize ?? 10;
    this.windowMs = (inputs.maximumBatchingWindowInSeconds ?? 0) * 1000;
    this.reportsFailures = (inputs.functionResponseTypes ?? []).includes("ReportBatchItemFailures");
    iam.requirePermissions({ principal: lambda.role, resource: queue.arn }, UNEXERCISED.pollSource);
    clock.onSettle(() => this.settled());
  }

  get lambda(): LambdaFunction {
    return this.context.lambda;
  }

  start(): void {
    this.unlisten = this.context.queue.listen(() => this.soon());
    this.soon();
  }

  get pending(): number {
    return this.unlisten !== undefined && this.refusal === undefined
      ? this.held.length + this.context.queue.counts.visible
      : 0;
  }

  get maxDelayMs(): number {
    return this.windowMs;
  }

  async settled(): Promise<void> {
    while (this.running !== undefined) await this.running;
  }

  async close(): Promise<void> {
    this.stopped = true;
    this.unlisten?.();
    this.timer?.cancel();
    await this.settled();
    // What it holds and the function has not seen is for the next receiver.
    for (const { message } of this.held.splice(0)) this.context.queue.hide(message, 0);
  }

  /** On the clock's next turn, so that messages that are sent together are received together. */
  private soon(): void {
    if (this.stopped || this.timer !== undefined) return;
    this.later(this.context.clock.now());
  }

  private later(time: number): void {
    this.timer?.cancel();
    this.timer = this.context.clock.at(
      time,
      () => {
        this.timer = undefined;
        return this.wake();
      },
      `event source mapping ${this.name}`,
    );
  }

  private wake(): Promise<void> {
    if (this.stopped) return Promise.resolve();
    if (this.running !== undefined) {
      this.woken = true;
      return this.running;
    }
    this.running = this.run()
      .catch((error: unknown) => {
        this.stopped = true;
        this.context.defects.record(`event source mapping ${this.name}`, error);
      })
      .finally(() => {
        this.running = undefined;
        if (!this.woken) return;
        this.woken = false;
        void this.wake();
      });
    return this.running;
  }

  private async run(): Promise<void> {
    while (!this.stopped) {
      this.refusal = this.readRefusal();
      if (this.refusal !== undefined) {
        this.lastResult = `PROBLEM: ${this.refusal}`;
        return;
      }
      this.receive();
      if (this.held.length === 0) return;
      const due = this.isFull ? 0 : this.since + this.windowMs;
      if (due > this.context.clock.now()) return this.later(due);
      await this.process(this.takeBatch());
    }
  }

  private get isFull(): boolean {
    return this.held.length >= this.size || this.heldBytes >= EVENT_BYTES;
  }

  private receive(): void {
    const { queue } = this.context;
    while (!this.isFull) {
      const messages = queue.receive(Math.min(RECEIVE, this.size - this.held.length));
      if (messages.length === 0) return;
      this.counts.read += messages.length;
      for (const message of messages)
        if (this.filter(filteredMessage(message))) {
          if (this.held.length === 0) this.since = this.context.clock.now();
          const text = JSON.stringify(sqsRecord(queue, message, this.context.region));
          this.held.push({ message, text });
          this.heldBytes += text.length;
        } else {
          // Lambda deletes what does not fit.
          queue.delete(message);
          this.counts.filtered++;
        }
    }
  }

  private takeBatch(): { message: Message; text: string }[] {
    let bytes = 64;
    const count = this.held.findIndex(({ text }, i) => (bytes += Buffer.byteLength(text) + 1) > EVENT_BYTES && i > 0);
    const batch = this.held.splice(0, count === -1 ? this.size : Math.min(count, this.size));
    this.heldBytes = this.held.reduce((sum, { text }) => sum + text.length, 0);
    return batch;
  }

  private async process(batch: readonly { message: Message; text: string }[]): Promise<void> {
    const { lambda, queue } = this.context;
    const event = `{"Records":[${batch.map(({ text }) => text).join(",")}]}`;
    const invocation = await lambda.call(lambda.arn, event);
    this.counts.invocations++;
    this.lastResult = invocation.ok ? "OK" : "PROBLEM: Function call failed";
    const ids = new Set(batch.map(({ message }) => message.id));
    const outcome = !invocation.ok
      ? "failed"
      : this.reportsFailures
        ? readBatchResponse(invocation.payload, ids)
        : "succeeded";
    if (outcome !== "succeeded") this.counts.errors++;
    if (outcome === "failed") return;
    for (const { message } of batch) {
      if (outcome !== "succeeded" && outcome.has(message.id)) continue;
      queue.delete(message);
      this.counts.processed++;
    }
  }

  /** What the function's role is refused of the queue and its key. */
  private readRefusal(): string | undefined {
    const { iam, queue, lambda } = this.context;
    const actions = ["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"];
    const calls = [
      ...actions.map((action) => ({ action, resource: queue.arn })),
      ...queue.keyPermissions("kms:Decrypt"),
    ];
    for (const call of calls) {
      const { allowed, decidedBy } = iam.check({ ...call, principal: lambda.role });
      if (!allowed) return notAuthorized(lambda.role, call.action, call.resource, decidedBy);
    }
    return undefined;
  }
}

/** A message as the function gets it. https://docs.aws.amazon.com/lambda/latest/dg/with-sqs.html#example-standard-queue-message-event */
function sqsRecord(queue: Queue, message: Message, region: string): object {
  return {
    messageId: message.id,
    receiptHandle: receiptOf(queue, message),
    body: message.body,
    attributes: systemAttributes(message),
    messageAttributes: Object.fromEntries(
      Object.entries(message.attributes).map(([name, value]) => [name, attribute(value)]),
    ),
    md5OfBody: md5(message.body),
    ...(Object.keys(message.attributes).length === 0
      ? {}
      : { md5OfMessageAttributes: md5OfAttributes(message.attributes) }),
    eventSource: "aws:sqs",
    eventSourceARN: queue.arn,
    awsRegion: region,
  };
}

function systemAttributes({ received, sent, sender, first, source }: Message): Record<string, string> {
  return {
    ApproximateReceiveCount: String(received),
    SentTimestamp: String(sent),
    SenderId: sender,
    ApproximateFirstReceiveTimestamp: String(first),
    ...(source === undefined ? {} : { DeadLetterQueueSourceArn: source }),
  };
}

function attribute(value: AttributeValue): object {
  const { type, data, isBinary } = partsOf(value);
  const empty = { stringListValues: [], binaryListValues: [] };
  return isBinary
    ? { binaryValue: data.toString("base64"), ...empty, dataType: type }
    : { stringValue: data.toString(), ...empty, dataType: type };
}

function filteredMessage(message: Message): Record<string, unknown> {
  return {
    messageId: message.id,
    body: message.body,
    attributes: systemAttributes(message),
    messageAttributes: Object.fromEntries(
      Object.entries(message.attributes).map(([name, value]) => [name, attribute(value)]),
    ),
  };
}
