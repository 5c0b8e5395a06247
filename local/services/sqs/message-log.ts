import * as fs from "node:fs";
import * as path from "node:path";
import { cutTornLine, DataFileError, isObject, readDataLines, replaceFile } from "../../core/data-file";
import type { AttributeValue, Message } from "./message";

/** Lines without effect after which the file is written anew, if they are more than the others. */
const COMPACT_AFTER = 10_000;

type Line =
  | {
      id?: string;
      body: string;
      sent: number;
      attributes: Record<string, AttributeValue>;
      sender?: string;
      source?: string;
      due?: number;
    }
  | { id: string; received: number; first: number; due: number }
  | { id: string; deleted: true };

/**
 * The messages of a queue and their file of lines: one for each message, one for each time that it is received or hidden, one when it is
 * deleted. A message is there once its line is written, whatever happens to the process afterwards.
 */
export class MessageLog {
  readonly messages = new Map<string, Message>();
  private fd: number | undefined;
  private lines = 0;

  /** @throws DataFileError */
  constructor(readonly file: string) {
    cutTornLine(file);
    readDataLines(file, isLine).forEach((line, index) => this.apply(line, index));
  }

  add(message: Message): void {
    this.write(newMessage(message));
    this.messages.set(message.id, message);
  }

  /** The message was received, or is hidden for another time; its members say how. */
  update({ id, received, first, due }: Message): void {
    this.write({ id, received, first: first!, due });
  }

  delete(id: string): void {
    if (!this.messages.delete(id)) return;
    this.write({ id, deleted: true });
    if (this.lines > COMPACT_AFTER && this.lines > 2 * this.messages.size) this.compact();
  }

  clear(): void {
    this.messages.clear();
    this.compact();
  }

  close(): void {
    if (this.fd !== undefined) fs.closeSync(this.fd);
    this.fd = undefined;
  }

  private write(line: Line): void {
    if (this.fd === undefined) {
      fs.mkdirSync(path.dirname(this.file), { recursive: true });
      this.fd = fs.openSync(this.file, "a");
    }
    fs.writeSync(this.fd, `${JSON.stringify(line)}\n`);
    this.lines++;
  }

  private compact(): void {
    this.close();
    const lines: Line[] = [];
    for (const message of this.messages.values()) {
      const { id, received, first, due } = message;
      lines.push(newMessage(message));
      if (received > 0) lines.push({ id, received, first: first!, due });
    }
    replaceFile(this.file, lines.map((line) => `${JSON.stringify(line)}\n`).join(""));
    this.lines = lines.length;
  }

  private apply(line: Line, index: number): void {
    this.lines++;
    if ("body" in line) {
      // Files of earlier versions have no ids; a message is then known by its line.
      const id = line.id ?? `line-${index + 1}`;
      const { body, sent, attributes, sender = "", source, due = sent } = line;
      this.messages.set(id, { id, body, sent, attributes, sender, source, received: 0, due });
    } else if ("deleted" in line) this.messages.delete(line.id);
    else {
      const message = this.messages.get(line.id);
      if (message === undefined) throw new DataFileError(this.file, `line ${index + 1} is of no message before it`);
      Object.assign(message, { received: line.received, first: line.first, due: line.due });
    }
  }
}

function newMessage({ id, body, sent, attributes, sender, source, due }: Message): Line {
  return { id, body, sent, attributes, sender, source, due: due > sent ? due : undefined };
}

function isLine(value: unknown): value is Line {
  if (!isObject(value)) return false;
  if (typeof value.body === "string") return Number.isFinite(value.sent) && isObject(value.attributes);
  if (typeof value.id !== "string") return false;
  return value.deleted === true || [value.received, value.first, value.due].every((each) => Number.isFinite(each));
}
