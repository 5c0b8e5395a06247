import * as fs from "node:fs";
import * as path from "node:path";
import { topicMatchesFilter } from "../../aws/mqtt-topic";
import { Outgoing } from "./outgoing";
import type { MessageProperties } from "./properties";
import type { Publish } from "./types";

interface Line {
  topic: string;
  /** base64; absent when the topic's message was removed */
  payload?: string;
  qos?: 0 | 1;
  /** ms since 1970-01-01 UTC */
  expires?: number;
  properties?: Omit<MessageProperties, "correlationData"> & { correlationData?: string };
}

/** Lines of earlier messages that may pile up before the file is rewritten. */
const SPARE_LINES = 1000;

/**
 * The last retained message of each topic. With a file they survive a restart: one JSON line a change. A
 * line that a crash cut short is left out.
 */
export class Retained {
  private readonly messages = new Map<string, Outgoing>();
  private fd: number | undefined;
  private lines = 0;

  constructor(
    private readonly limit: number,
    private readonly file?: string,
  ) {
    if (file === undefined) return;
    fs.mkdirSync(path.dirname(file), { recursive: true });
    if (fs.existsSync(file)) this.load(file);
    this.rewrite(file);
  }

  get size(): number {
    return this.messages.size;
  }

  /** True if the message of one topic more would be too many. */
  refuses(message: Publish): boolean {
    return message.payload.length > 0 && this.messages.size >= this.limit && !this.messages.has(message.topic);
  }

  /** Keeps a message in place of the one before; an empty payload removes it. */
  set(message: Publish): void {
    if (message.payload.length === 0) {
      if (this.messages.delete(message.topic))
        this.append(`${JSON.stringify({ topic: message.topic } satisfies Line)}\n`);
      return;
    }
    // The payload may be a slice of what came over the wire; the rest of that is not kept.
    const outgoing = new Outgoing({ ...message, payload: Buffer.from(message.payload) });
    this.messages.set(message.topic, outgoing);
    this.append(toLine(outgoing));
  }

  /** What a new subscription to `filter` gets first. */
  *matching(filter: string): Iterable<Outgoing> {
    const now = Date.now();
    for (const [topic, message] of this.messages)
      if (message.expired(now)) this.messages.delete(topic);
      else if (topicMatchesFilter(filter, topic)) yield message;
  }

  close(): void {
    if (this.fd !== undefined) fs.closeSync(this.fd);
    this.fd = undefined;
  }

  private append(line: string): void {
    if (this.fd === undefined) return;
    fs.writeSync(this.fd, line);
    if (++this.lines > SPARE_LINES + 2 * this.messages.size) this.rewrite(this.file!);
  }

  private rewrite(file: string): void {
    const fresh = `${file}.new`;
    fs.writeFileSync(fresh, [...this.messages.values()].map(toLine).join(""));
    this.close();
    fs.renameSync(fresh, file);
    this.fd = fs.openSync(file, "a");
    this.lines = this.messages.size;
  }

  private load(file: string): void {
    const now = Date.now();
    for (const text of fs.readFileSync(file, "utf8").split("\n")) {
      const line = parseLine(text);
      if (line === undefined) continue;
      this.messages.delete(line.topic);
      if (line.payload === undefined || (line.expires !== undefined && line.expires <= now)) continue;
      this.messages.set(line.topic, fromLine(line, line.payload));
    }
  }
}

function parseLine(text: string): Line | undefined {
  try {
    return JSON.parse(text) as Line;
  } catch {
    return undefined;
  }
}

function toLine({ message, expires }: Outgoing): string {
  const { correlationData, ...properties } = message.properties ?? {};
  const line: Line = {
    topic: message.topic,
    payload: message.payload.toString("base64"),
    qos: message.qos,
    expires,
    properties: { ...properties, correlationData: correlationData?.toString("base64") },
  };
  return `${JSON.stringify(line)}\n`;
}

function fromLine({ topic, qos, expires, properties }: Line, payload: string): Outgoing {
  const { correlationData, ...rest } = properties ?? {};
  if (correlationData !== undefined) Object.assign(rest, { correlationData: Buffer.from(correlationData, "base64") });
  const message = { topic, payload: Buffer.from(payload, "base64"), qos: qos ?? 0, retain: true, properties: rest };
  return new Outgoing(message, expires);
}
