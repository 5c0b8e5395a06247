import type { Clock, Timer } from "../../core/clock";
import type { ShardRecord } from "../kinesis/shard";
import { sequenceNumber } from "../kinesis/stream";
import type { Invocation } from "../lambda/function";
import { readBatchResponse } from "./batch-response";
import type { Condition } from "./failed-batches";
import { EVENT_BYTES } from "./mapping";

/** A record and its text in the event. */
export interface Item {
  record: ShardRecord;
  text: string;
}

/** How a mapping of a stream makes and repeats its batches. */
export interface BatchSettings {
  size: number;
  windowMs: number;
  bisect: boolean;
  /** undefined: for ever */
  retries: number | undefined;
  /** undefined: for ever */
  maxAgeMs: number | undefined;
  reportsFailures: boolean;
}

/** What a lane asks of its mapping. */
export interface LaneContext {
  clock: Clock;
  shard: number;
  settings: BatchSettings;
  invoke(event: string, records: number): Promise<Invocation>;
  /** records before `index` are done with */
  processed(records: number): void;
  failed(records: readonly ShardRecord[], condition: Condition, calls: number, last: Invocation | undefined): void;
  /** the lane has moved on, or has room */
  moved(): void;
  onError(error: unknown): void;
}

/** A batch or what is left of it. */
interface Part {
  items: readonly Item[];
  /** retries so far; halving is none */
  retries: number;
  calls: number;
  last: Invocation | undefined;
  /** ms; not called again before */
  notBefore: number;
}

/** Waits between the retries of a batch, ms (docs/sources.md: mapping-backoff). */
const FIRST_WAIT = 1000;
const LONGEST_WAIT = 60_000;
/** Around the records of an event. */
const EVENT_HEAD = '{"Records":['.length + "]}".length;

/**
 * Records of one shard that are processed one batch after the other: all of them, or with a parallelization factor those of some
 * partition keys. A batch that fails is halved, repeated and given up as the mapping says, and what is behind it waits.
 */
export class Lane {
  private buffer: Item[] = [];
  private bufferBytes = 0;
  /** ms, when the first of the buffer came */
  private since = 0;
  /** of the present batch, in order */
  private parts: Part[] = [];
  private timer: Timer | undefined;
  private running: Promise<void> | undefined;
  /** something came while it was running, perhaps after it had looked */
  private woken = false;
  private stopped = false;

  constructor(private readonly context: LaneContext) {}

  /** Whether it has a whole batch waiting. */
  get isFull(): boolean {
    return this.buffer.length >= this.context.settings.size || this.bufferBytes >= EVENT_BYTES;
  }

  /** Records that wait or are being processed. */
  get pending(): number {
    return this.buffer.length + this.parts.reduce((sum, { items }) => sum + items.length, 0);
  }

  /** Index of the first record that is not done with. */
  get first(): number | undefined {
    return (this.parts[0]?.items[0] ?? this.buffer[0])?.record.index;
  }

  /** Longest that its records can wait, ms: the window, and all retries of one batch if they are finite. */
  get maxDelayMs(): number {
    const { windowMs, retries, maxAgeMs } = this.context.settings;
    if (this.parts.length === 0) return windowMs;
    let waits = 0;
    for (let i = 0; i < Math.min(retries ?? 0, 1000); i++) waits += waitAfter(i);
    return windowMs + Math.min(waits, maxAgeMs ?? Infinity);
  }

  add(item: Item): void {
    if (this.buffer.length === 0) this.since = this.context.clock.now();
    this.buffer.push(item);
    this.bufferBytes += item.text.length;
  }

  /** Goes on if there is something to do now; else at the time when there is. */
  wake(): Promise<void> {
    if (this.stopped) return Promise.resolve();
    if (this.running !== undefined) {
      this.woken = true;
      return this.running;
    }
    this.running = this.run()
      .catch((error: unknown) => {
        this.stopped = true;
        this.context.onError(error);
      })
      .finally(() => {
        this.running = undefined;
        if (!this.woken) return;
        this.woken = false;
        void this.wake();
      });
    return this.running;
  }

  async settled(): Promise<void> {
    while (this.running !== undefined) await this.running;
  }

  async stop(): Promise<void> {
    this.stopped = true;
    this.timer?.cancel();
    await this.settled();
  }

  private async run(): Promise<void> {
    while (!this.stopped) {
      const now = this.context.clock.now();
      const part = this.parts[0];
      if (part === undefined) {
        const due = this.dueAt();
        if (due === undefined) return;
        if (due > now) return this.later(due);
        this.parts = [{ items: this.takeBatch(), retries: 0, calls: 0, last: undefined, notBefore: now }];
      } else if (part.notBefore > now) return this.later(part.notBefore);
      else {
        await this.attempt(part);
        this.context.moved();
      }
    }
  }

  /** When the next batch is to be made, ms; undefined if there is nothing for one. */
  private dueAt(): number | undefined {
    if (this.buffer.length === 0) return undefined;
    return this.isFull ? this.context.clock.now() : this.since + this.context.settings.windowMs;
  }

  private later(time: number): void {
    this.timer?.cancel();
    this.timer = this.context.clock.at(time, () => this.wake(), "event source mapping");
  }

  private takeBatch(): Item[] {
    let bytes = EVENT_HEAD;
    let count = 0;
    for (const { text } of this.buffer) {
      bytes += Buffer.byteLength(text) + 1;
      if (count > 0 && (bytes > EVENT_BYTES || count >= this.context.settings.size)) break;
      count++;
    }
    const batch = this.buffer.splice(0, count);
    for (const { text } of batch) this.bufferBytes -= text.length;
    this.since = this.context.clock.now();
    return batch;
  }

  /** Calls the function once with what is not too old, and decides what becomes of the rest. */
  private async attempt(part: Part): Promise<void> {
    const { settings, clock, shard } = this.context;
    this.parts.shift();
    const items = this.dropOld(part, clock.now());
    if (items.length === 0) return;
    this.parts.unshift({ ...part, items });
    const event = `{"Records":[${items.map(({ text }) => text).join(",")}]}`;
    const last = await this.context.invoke(event, items.length);
    const calls = part.calls + 1;
    this.parts.shift();
    // Needed for failures alone.
    let places: Map<string, number> | undefined;
    const placeOf = (id: string): number | undefined =>
      (places ??= new Map(items.map(({ record }, i) => [sequenceNumber(shard, record.index), i]))).get(id);
    const outcome = !last.ok
      ? "failed"
      : settings.reportsFailures
        ? readBatchResponse(last.payload, { has: (id) => placeOf(id) !== undefined })
        : "succeeded";
    if (outcome === "succeeded") return this.context.processed(items.length);
    // The lowest number that failed is where it goes on; what follows it is seen again.
    const from = outcome === "failed" ? 0 : Math.min(...[...outcome].map((id) => placeOf(id)!));
    if (from > 0) {
      this.context.processed(from);
      // What is left begins with another record and is a batch of its own.
      return this.again({ items: items.slice(from), retries: 0, calls, last, notBefore: clock.now() });
    }
    // docs/sources.md: mapping-report-first
    if (settings.bisect && items.length > 1) {
      const half = items.length >> 1;
      const rest = { retries: part.retries, calls, last, notBefore: clock.now() };
      this.parts.unshift({ ...rest, items: items.slice(0, half) }, { ...rest, items: items.slice(half) });
      return;
    }
    this.again({ items, retries: part.retries, calls, last, notBefore: clock.now() });
  }

  /** Repeats a part after a while, or gives it up. */
  private again(part: Part): void {
    const { retries } = this.context.settings;
    if (retries !== undefined && part.retries >= retries)
      return this.context.failed(recordsOf(part.items), "RetryAttemptsExhausted", part.calls, part.last);
    const notBefore = part.notBefore + waitAfter(part.retries);
    this.parts.unshift({ ...part, retries: part.retries + 1, notBefore });
  }

  /** Gives up what is too old. @returns the others */
  private dropOld({ items, calls, last }: Part, now: number): readonly Item[] {
    const { maxAgeMs } = this.context.settings;
    if (maxAgeMs === undefined) return items;
    const isOld = ({ record }: Item): boolean => record.arrival < now - maxAgeMs;
    const count = items.findIndex((item) => !isOld(item));
    const old = count === -1 ? items : items.slice(0, count);
    if (old.length > 0) this.context.failed(recordsOf(old), "RecordAgeExceeded", calls, last);
    return items.slice(old.length);
  }
}

function recordsOf(items: readonly Item[]): ShardRecord[] {
  return items.map(({ record }) => record);
}

function waitAfter(retries: number): number {
  return Math.min(LONGEST_WAIT, FIRST_WAIT * 2 ** Math.min(retries, 20));
}
