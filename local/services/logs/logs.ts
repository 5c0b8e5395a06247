import * as fs from "node:fs";
import * as path from "node:path";
import type { Clock } from "../../core/clock";
import { cutTornLine } from "../../core/data-file";
import type { Iam } from "../../iam";
import { ACCOUNT, TYPES, ofType, type Resource } from "../../core/model";
import { notAuthorized } from "../../core/access-denied";

const DAY = 86_400_000;

/** CloudWatch Logs as files: a group is a folder, a stream a file of lines `{"timestamp": ms, "message": "..."}`. */
export class Logs {
  private readonly listeners: ((group: string, messages: readonly string[]) => void)[] = [];
  private readonly groups = new Map<string, LogGroup>();
  /** by file, the time of its first event, ms since 1970-01-01 UTC */
  private readonly firsts = new Map<string, number>();

  /** files that end with a whole line: those of this run */
  private readonly whole = new Set<string>();

  constructor(
    resources: readonly Resource[],
    root: string,
    private readonly clock: Clock,
    private readonly iam: Iam,
    private readonly region: string,
  ) {
    for (const { inputs } of ofType(resources, TYPES.logGroup)) {
      const folder = path.join(
        root,
        ...String(inputs.name)
          .split("/")
          .filter((part) => part !== ""),
      );
      fs.mkdirSync(folder, { recursive: true });
      this.groups.set(inputs.name, { folder, retentionDays: inputs.retentionInDays ?? 0, idleUntil: 0 });
    }
  }

  /**
   * PutLogEvents, after CreateLogStream where `create` says that the caller makes its streams, and DescribeLogStreams where `describe` says that
   * it looks for them first.
   * @returns the refusal, or undefined
   */
  put(
    principal: string,
    group: string,
    stream: string,
    messages: readonly string[],
    create: boolean,
    describe = false,
  ): string | undefined {
    const folder = this.groups.get(group)?.folder;
    if (folder === undefined) return `ResourceNotFoundException: The specified log group does not exist: ${group}`;
    const resource = this.arn(group, stream);
    const actions = ["logs:PutLogEvents"];
    if (create) actions.unshift("logs:CreateLogStream");
    if (describe) actions.unshift("logs:DescribeLogStreams");
    for (const action of actions) {
      const decision = this.iam.check({ principal, action, resource });
      if (!decision.allowed) return notAuthorized(principal, action, resource, decision.decidedBy);
    }
    this.append(group, folder, stream, messages);
    return undefined;
  }

  /** Logs that AWS's delivery service writes, which the group's resource policy lets in; nobody's role is asked. */
  deliver(group: string, stream: string, messages: readonly string[]): void {
    const folder = this.groups.get(group)?.folder;
    if (folder !== undefined) this.append(group, folder, stream, messages);
  }

  private append(group: string, folder: string, stream: string, messages: readonly string[]): void {
    const timestamp = this.clock.now();
    this.write(
      group,
      folder,
      stream,
      messages.map((message) => ({ timestamp, message })),
    );
  }

  private write(group: string, folder: string, stream: string, events: readonly LogEvent[]): void {
    const lines = events.map(({ timestamp, message }) => JSON.stringify({ timestamp, message }));
    const file = fileOf(folder, stream);
    if (!this.whole.has(file)) {
      cutTornLine(file);
      this.whole.add(file);
    }
    fs.appendFileSync(file, `${lines.join("\n")}\n`);
    if (this.listeners.length === 0) return;
    const messages = events.map(({ message }) => message);
    for (const listener of this.listeners) listener(group, messages);
  }

  /** The listener hears of every event that is put. */
  listen(listener: (group: string, messages: readonly string[]) => void): void {
    this.listeners.push(listener);
  }

  /** ARN of a log stream. */
  arn(group: string, stream: string): string {
    return `arn:aws:logs:${this.region}:${ACCOUNT}:log-group:${group}:log-stream:${stream}`;
  }

  /** The folder of a group, for the summary. */
  folder(group: string): string | undefined {
    return this.groups.get(group)?.folder;
  }

  /** The groups by name, with days of retention (0: for ever) and bytes. */
  list(): { name: string; retentionDays: number }[] {
    return [...this.groups]
      .map(([name, { retentionDays }]) => ({ name, retentionDays }))
      .sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  /** Whether the program declares the group. */
  has(group: string): boolean {
    return this.groups.has(group);
  }

  /** The streams of a group, by name; a stream is there once it has an event. */
  streams(group: string): LogStreamFile[] {
    const folder = this.groups.get(group)?.folder;
    if (folder === undefined) return [];
    return fs
      .readdirSync(folder)
      .filter((name) => name.endsWith(".log"))
      .map((name) => ({ name: streamOf(name), file: path.join(folder, name) }))
      .sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  /** The events of a stream, as they were put. */
  eventsOf({ file }: LogStreamFile): LogEvent[] {
    return linesOf(file)
      .map(eventOf)
      .filter((event) => event !== undefined);
  }

  /** PutLogEvents of a caller, whose permission has been decided; events bring their own times. */
  putEvents(group: string, stream: string, events: readonly LogEvent[]): void {
    const folder = this.groups.get(group)!.folder;
    this.write(group, folder, stream, events);
  }

  /** All events of a group, oldest stream first. */
  *events(group: string): Generator<LogEvent> {
    const folder = this.groups.get(group)?.folder;
    if (folder === undefined) return;
    for (const name of fs.readdirSync(folder).sort())
      for (const line of linesOf(path.join(folder, name))) {
        const event = eventOf(line);
        if (event !== undefined) yield event;
      }
  }

  /** Removes events that are older than their group keeps them. */
  expire(): void {
    const now = this.clock.now();
    for (const group of this.groups.values()) {
      const { folder, retentionDays } = group;
      if (retentionDays === 0 || group.idleUntil > now) continue; // 0: never expires
      const oldest = now - retentionDays * DAY;
      // What is put from now on is due no earlier than this.
      let first = now;
      for (const name of fs.readdirSync(folder)) {
        const file = path.join(folder, name);
        // A stream is in the order of time: while its first event is kept, all are, and none need be read.
        const time = this.firsts.get(file) ?? firstTime(file);
        if (time === undefined) continue;
        if (time >= oldest) {
          this.firsts.set(file, time);
          first = Math.min(first, time);
          continue;
        }
        this.firsts.delete(file);
        const lines = linesOf(file);
        const kept = lines.filter((line) => (eventOf(line)?.timestamp ?? oldest) >= oldest);
        first = Math.min(first, eventOf(kept[0] ?? "")?.timestamp ?? now);
        if (kept.length === lines.length) continue;
        if (kept.length === 0) fs.rmSync(file);
        else fs.writeFileSync(file, `${kept.join("\n")}\n`);
      }
      group.idleUntil = first + retentionDays * DAY;
    }
  }
}

interface LogGroup {
  folder: string;
  /** 0: for ever */
  retentionDays: number;
  /** ms since 1970-01-01 UTC: no event expires before */
  idleUntil: number;
}

/** A stream of a group, and the file that holds it. */
export interface LogStreamFile {
  name: string;
  file: string;
}

/** An event of a stream. */
export interface LogEvent {
  /** ms since 1970-01-01 UTC */
  timestamp: number;
  message: string;
}

/** An event of a log; undefined for a line that cannot be read. One that a killed process left half written is no reason to lose the others. */
function eventOf(line: string): LogEvent | undefined {
  try {
    const event = JSON.parse(line) as Partial<LogEvent> | null;
    if (typeof event?.timestamp === "number" && typeof event.message === "string") return event as LogEvent;
  } catch {
    // no event
  }
  return undefined;
}

function linesOf(file: string): string[] {
  if (!fs.statSync(file).isFile()) return [];
  return fs
    .readFileSync(file, "utf8")
    .split("\n")
    .filter((line) => line !== "");
}

/** The time of a stream's first event; undefined for what is no stream, or has none. */
function firstTime(file: string): number | undefined {
  return linesOf(file)
    .map((line) => eventOf(line)?.timestamp)
    .find((time) => time !== undefined);
}

/** Stream names such as `2026/11/24/[$LATEST]ab12` as one file name. */
function fileOf(folder: string, stream: string): string {
  return path.join(folder, `${stream.replace(/[/\\<>:"|?*%]/g, encodeURIComponent)}.log`);
}

/** The stream whose events a file holds. */
function streamOf(file: string): string {
  const text = file.replace(/\.log$/, "");
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
