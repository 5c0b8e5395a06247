import * as fs from "node:fs";
import * as path from "node:path";
import { topicNameProblem } from "../../aws/mqtt-topic";
import { OutboundMessage } from "./outbound-message";
import type { MessageProperties, UserProperty } from "./properties";
import type { Publish } from "./types";

interface Line {
  topic: string;
  /** base64; absent when the topic's message was removed */
  payload?: string;
  qos?: 0 | 1;
  /** ms since 1970-01-01 UTC at which the message came */
  modified?: number;
  /** ms since 1970-01-01 UTC */
  expires?: number;
  properties?: Omit<MessageProperties, "correlationData"> & { correlationData?: string };
}

/** A retained message and when it came, ms since 1970-01-01 UTC. */
export interface RetainedMessage {
  outbound: OutboundMessage;
  modified: number;
}

/** Lines of earlier messages that may pile up before the file is rewritten. */
const SPARE_LINES = 1000;

/**
 * The last retained message of each topic. With a file they survive a restart: one JSON line a change. A line that a crash cut short is
 * left out, and so is one that cannot be read, which is reported.
 */
export class Retained {
  private readonly messages = new Map<string, RetainedMessage>();
  private fd: number | undefined;
  private lines = 0;

  constructor(
    private readonly limit: number,
    private readonly file?: string,
    private readonly onUnreadable: (message: string) => void = () => undefined,
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
    const { topic, payload, qos, properties } = message;
    if (payload.length === 0) {
      if (this.messages.delete(topic)) this.append(`${JSON.stringify({ topic } satisfies Line)}\n`);
      return;
    }
    // The payload may be a slice of what came over the wire; the rest of that is not kept.
    const outbound = new OutboundMessage({ topic, payload: Buffer.from(payload), qos, properties });
    const retained = { outbound, modified: Date.now() };
    this.messages.set(topic, retained);
    this.append(toLine(retained));
  }

  /** The message of a topic; undefined when there is none, or it has expired. */
  get(topic: string): OutboundMessage | undefined {
    return this.find(topic)?.outbound;
  }

  /** As `get`, with the time. */
  find(topic: string): RetainedMessage | undefined {
    const retained = this.messages.get(topic);
    if (retained?.outbound.expired(Date.now()) !== true) return retained;
    this.messages.delete(topic);
    return undefined;
  }

  /** All of them, by topic. */
  list(): RetainedMessage[] {
    return [...this.messages.keys()].sort().flatMap((topic) => this.find(topic) ?? []);
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
    const texts = fs.readFileSync(file, "utf8").split("\n");
    // A crash may cut the last line short; no other line ends the file.
    texts.pop();
    for (const text of texts) {
      const line = parseLine(text);
      if (line === undefined) {
        this.onUnreadable(`${path.basename(file)}: a retained message could not be read and is left out`);
        continue;
      }
      this.messages.delete(line.topic);
      if (line.payload === undefined || (line.expires !== undefined && line.expires <= now)) continue;
      this.messages.set(line.topic, fromLine(line, line.payload, now));
    }
  }
}

function toLine({ outbound: { message, expires }, modified }: RetainedMessage): string {
  const { correlationData, ...properties } = message.properties ?? {};
  const line: Line = {
    topic: message.topic,
    payload: message.payload.toString("base64"),
    qos: message.qos,
    modified,
    expires,
    properties: { ...properties, correlationData: correlationData?.toString("base64") },
  };
  return `${JSON.stringify(line)}\n`;
}

function fromLine({ topic, qos, modified, expires, properties }: Line, payload: string, now: number): RetainedMessage {
  const { correlationData, ...rest } = properties ?? {};
  const own: MessageProperties = rest;
  if (correlationData !== undefined) own.correlationData = Buffer.from(correlationData, "base64");
  const outbound = new OutboundMessage(
    {
      topic,
      payload: Buffer.from(payload, "base64"),
      qos: qos ?? 0,
      properties: Object.keys(own).length === 0 ? undefined : own,
    },
    expires,
  );
  return { outbound, modified: modified ?? now };
}

/** Undefined for a text that is not the line of a message. */
function parseLine(text: string): Line | undefined {
  let line: unknown;
  try {
    line = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (typeof line !== "object" || line === null) return undefined;
  const { topic, payload, qos, modified, expires, properties = {} } = line as Record<string, unknown>;
  const optional = (value: unknown, type: string): boolean => value === undefined || typeof value === type;
  if (
    typeof topic !== "string" ||
    topicNameProblem(topic) !== undefined ||
    !optional(payload, "string") ||
    ![undefined, 0, 1].includes(qos as number | undefined) ||
    !optional(modified, "number") ||
    !optional(expires, "number") ||
    typeof properties !== "object" ||
    properties === null
  )
    return undefined;
  const { payloadFormatIndicator, messageExpiryInterval, contentType, responseTopic, correlationData, userProperties } =
    properties as Record<string, unknown>;
  const pairs = userProperties === undefined ? undefined : pairsOf(userProperties);
  if (
    !optional(payloadFormatIndicator, "boolean") ||
    !optional(messageExpiryInterval, "number") ||
    !optional(contentType, "string") ||
    !optional(responseTopic, "string") ||
    !optional(correlationData, "string") ||
    pairs === null
  )
    return undefined;
  return {
    ...(line as Line),
    properties: { ...(properties as Line["properties"]), ...(pairs === undefined ? {} : { userProperties: pairs }) },
  };
}

/** Lists of pairs, or what earlier versions wrote: an object whose members are texts or lists of texts; null for neither. */
function pairsOf(value: unknown): UserProperty[] | null {
  if (typeof value !== "object" || value === null) return null;
  const pairs = Array.isArray(value)
    ? (value as unknown[])
    : Object.entries(value).flatMap(([name, values]) => [values].flat().map((one: unknown) => [name, one]));
  const isPair = (pair: unknown): pair is UserProperty =>
    Array.isArray(pair) && pair.length === 2 && pair.every((text) => typeof text === "string");
  return pairs.every(isPair) ? pairs : null;
}
