import { randomUUID } from "node:crypto";
import * as path from "node:path";
import type { Clock, Timer } from "../../core/clock";
import { createdAt } from "../../core/created";
import { customerKey } from "../../core/customer-key";
import type { Resource } from "../../core/model";
import type { Call, Context, Iam } from "../../iam";
import type { CloudWatch, Metric } from "../cloudwatch";
import type { AttributeValue, Message } from "./message";
import { MessageLog } from "./message-log";

/** Messages that may be received and not deleted at the same time. https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/quotas-messages.html */
const IN_FLIGHT = 120_000;
/** The longest that a message can be hidden, ms. https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-visibility-timeout.html */
const LONGEST = 43_200_000;

/** A standard queue: messages on disk, hidden while somebody works on them, moved to the dead-letter queue after too many receives. */
export class Queue {
  readonly name: string;
  readonly arn: string;
  /** ms since 1970-01-01 UTC */
  readonly created: number;
  /** the customer's key, if it has one */
  readonly keyArn: string | undefined;
  /** ms */
  readonly visibility: number;
  readonly delay: number;
  readonly retention: number;
  readonly maxBytes: number;
  /** the queue's default for receivers, s */
  readonly waitSeconds: number;
  readonly redrive: { arn: string; maxReceiveCount: number } | undefined;
  /** set once all queues are there */
  deadLetters: Queue | undefined;
  private readonly log: MessageLog;
  /** those that a receiver may get, the oldest first */
  private readonly visible = new Set<Message>();
  private readonly hidden = new Set<Message>();
  /** when the first of the hidden ones becomes visible, ms */
  private nextDue = Infinity;
  private timer: Timer | undefined;
  private readonly listeners = new Set<() => void>();
  private readonly metrics: Record<"sent" | "received" | "deleted" | "visible", Metric>;
  private purged = -Infinity;

  constructor(
    readonly resource: Resource,
    root: string,
    private readonly clock: Clock,
    private readonly iam: Iam,
    cloudwatch: CloudWatch,
  ) {
    const { inputs } = resource;
    this.name = inputs.name;
    this.arn = resource.outputs.arn;
    this.keyArn = customerKey(inputs.kmsMasterKeyId);
    this.visibility = (inputs.visibilityTimeoutSeconds ?? 30) * 1000;
    this.delay = (inputs.delaySeconds ?? 0) * 1000;
    this.retention = (inputs.messageRetentionSeconds ?? 345_600) * 1000;
    this.maxBytes = inputs.maxMessageSize ?? 262_144;
    this.waitSeconds = inputs.receiveWaitTimeSeconds ?? 0;
    this.redrive = redriveOf(inputs.redrivePolicy);
    this.created = createdAt(path.join(root, `${this.name}.queue`), clock);
    this.log = new MessageLog(path.join(root, `${this.name}.ndjson`));
    for (const message of this.log.messages.values()) this.hidden.add(message);
    const metric = (name: string): Metric => cloudwatch.metric("AWS/SQS", name, { QueueName: this.name });
    this.metrics = {
      sent: metric("NumberOfMessagesSent"),
      received: metric("NumberOfMessagesReceived"),
      deleted: metric("NumberOfMessagesDeleted"),
      visible: metric("ApproximateNumberOfMessagesVisible"),
    };
    this.reveal();
    this.metrics.visible.idle = () => this.counts.visible;
  }

  /** What a call for the key says of itself. */
  get keyContext(): Context {
    return { "kms:ViaService": `sqs.${this.arn.split(":")[3]!}.amazonaws.com` };
  }

  /** What a call asks of the queue's key: nothing, if that is not the customer's. */
  keyPermissions(...actions: ("kms:GenerateDataKey" | "kms:Decrypt")[]): Omit<Call, "principal">[] {
    const { keyArn, keyContext: context } = this;
    return keyArn === undefined ? [] : actions.map((action) => ({ action, resource: keyArn, context }));
  }

  /** Messages by state; those that wait for the end of their delay count as hidden, too. */
  get counts(): { visible: number; hidden: number; delayed: number } {
    this.reveal();
    let delayed = 0;
    for (const { received } of this.hidden) if (received === 0) delayed++;
    return { visible: this.visible.size, hidden: this.hidden.size - delayed, delayed };
  }

  /** SendMessage by a service of the local cloud. @returns whether it was allowed */
  send(principal: string, body: string, attributes: Record<string, string>): boolean {
    const send = { action: "sqs:SendMessage", resource: this.arn };
    for (const call of [send, ...this.keyPermissions("kms:GenerateDataKey", "kms:Decrypt")])
      if (!this.iam.check({ ...call, principal }).allowed) return false;
    this.add(body, attributes, principal);
    return true;
  }

  /** Takes a message whose sender has the right to send it. @param delay ms */
  add(body: string, attributes: Record<string, AttributeValue>, sender: string, delay = this.delay): Message {
    const sent = Math.floor(this.clock.now());
    const message: Message = { id: randomUUID(), body, sent, attributes, sender, received: 0, due: sent + delay };
    this.take(message);
    this.metrics.sent.add(1, sent);
    return message;
  }

  /**
   * ReceiveMessage: up to `max` messages, which are then hidden from others.
   * @param visibility ms
   */
  receive(max: number, visibility = this.visibility): Message[] {
    this.reveal();
    const now = this.clock.now();
    const received: Message[] = [];
    for (const message of this.visible) {
      if (received.length >= max || this.hidden.size >= IN_FLIGHT) break;
      this.visible.delete(message);
      if (message.sent + this.retention <= now) this.log.delete(message.id);
      else if (this.redrive !== undefined && message.received >= this.redrive.maxReceiveCount) this.moveAway(message);
      else {
        message.received++;
        message.first ??= Math.floor(now);
        this.hide(message, visibility);
        received.push(message);
      }
    }
    this.metrics.received.add(received.length, now);
    this.metrics.visible.add(this.visible.size, now);
    return received;
  }

  /** The message that was received so and so often, as its receipt says; undefined if it is gone or was received again. */
  held(id: string, received: number): Message | undefined {
    const message = this.log.messages.get(id);
    return message?.received === received ? message : undefined;
  }

  /** Whether a receiver works on the message. */
  isInFlight(message: Message): boolean {
    this.reveal();
    return this.hidden.has(message);
  }

  delete(message: Message): void {
    this.visible.delete(message);
    this.hidden.delete(message);
    this.log.delete(message.id);
    this.metrics.deleted.add(1, this.clock.now());
  }

  /** Hides a message for `visibility` ms from now; 0 shows it at once. */
  hide(message: Message, visibility: number): void {
    this.hidden.add(message);
    message.due = Math.floor(this.clock.now()) + visibility;
    this.log.update(message);
    this.expect(message.due);
    if (visibility === 0) this.notify();
  }

  /** PurgeQueue. @returns whether it is allowed, which it is once in 60 s */
  purge(): boolean {
    const now = this.clock.callTime;
    if (now - this.purged < 60_000) return false;
    this.purged = now;
    this.visible.clear();
    this.hidden.clear();
    this.log.clear();
    return true;
  }

  /** `listener` is called when messages may have become visible. @returns what ends that */
  listen(listener: () => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  /** Removes what the retention period has passed. */
  expire(): void {
    this.reveal();
    const oldest = this.clock.now() - this.retention;
    for (const message of this.visible)
      if (message.sent <= oldest) {
        this.visible.delete(message);
        this.log.delete(message.id);
      }
  }

  close(): void {
    this.timer?.cancel();
    this.log.close();
  }

  private take(message: Message): void {
    this.log.add(message);
    if (isDue(message, this.clock.now())) this.visible.add(message);
    else {
      this.hidden.add(message);
      this.expect(message.due);
    }
    this.metrics.visible.add(this.visible.size, this.clock.now());
    this.notify();
  }

  /** A crash in between leaves the message in both queues rather than in none. */
  private moveAway(message: Message): void {
    this.deadLetters?.take({ ...message, source: this.arn, received: 0, first: undefined, due: message.sent });
    this.log.delete(message.id);
  }

  /** Shows what is hidden no more. */
  private reveal(): void {
    const now = this.clock.now();
    if (now < this.nextDue && this.nextDue !== Infinity) return;
    let next = Infinity;
    for (const message of this.hidden)
      if (isDue(message, now)) {
        this.hidden.delete(message);
        this.visible.add(message);
      } else next = Math.min(next, message.due);
    this.nextDue = Infinity;
    if (next !== Infinity) this.expect(next);
  }

  private expect(due: number): void {
    if (due >= this.nextDue) return;
    this.nextDue = due;
    this.timer?.cancel();
    this.timer = this.clock.at(due, () => this.notify(), `queue ${this.name}`);
  }

  private notify(): void {
    for (const listener of [...this.listeners]) listener();
  }
}

/** A recording may set the clock of a later run back; then what was hidden until later days is visible. */
function isDue({ due, sent, received }: Message, now: number): boolean {
  return due <= now || due > now + LONGEST || (received === 0 && due === sent);
}

function redriveOf(text: string | undefined): Queue["redrive"] {
  if (text === undefined || text === "") return undefined;
  const { deadLetterTargetArn: arn, maxReceiveCount } = JSON.parse(text) as Record<string, unknown>;
  return { arn: String(arn), maxReceiveCount: Number(maxReceiveCount) };
}
