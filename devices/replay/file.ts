import { Readable } from "node:stream";
import { csvMessages, type CsvOptions } from "./csv";
import { isJson } from "./edit";
import { utf8Only } from "./encoding";
import { RecordingError } from "./error";
import { openInput } from "./input";
import { lineBatches } from "./lines";
import { elementBatches, isBlank, sequenceBatches, ValueEnds } from "./values";

/** bytes that are looked at to tell how messages follow each other */
const LOOKED_AT = 1024 * 1024;
/** rows of CSV that are handed over together */
const ROWS = 500;

export type Payload = Buffer | string;

/** How files are read; what is not said is found in their first bytes. */
export interface ReadOptions extends CsvOptions {
  /** of text that is not UTF-8 and has no byte order mark, by its WHATWG name */
  encoding?: string;
  /** hears how many bytes of the file were read */
  onRead?(bytes: number): void;
}

/**
 * The messages of one file, in order; stdin for `-`. The file is NDJSON (one message a line, passed on byte for byte), a JSON array,
 * JSON objects one behind the other (over several lines, or with nothing between them), or CSV with a header; each of them gzipped too,
 * as a channel's own archive is. Memory does not grow with their number. @throws RecordingError for a file that is none of these
 */
export async function* messagesOf(file: string, options: ReadOptions = {}): AsyncGenerator<Payload> {
  for await (const batch of batchesOf(file, options)) yield* batch;
}

/** The same messages, several at once. @throws RecordingError for a file without any, too */
export async function* batchesOf(file: string, options: ReadOptions = {}): AsyncGenerator<Payload[]> {
  let any = false;
  try {
    const { head, chunks, close } = await openInput(file, formatIsClear, options);
    try {
      for await (const batch of batchesIn(file, head, chunks, options)) {
        any = true;
        yield batch;
      }
    } finally {
      close();
    }
    if (!any) throw new RecordingError([`--input ${file}: holds no messages; ${whyNone(file, head)}.`]);
  } catch (error) {
    throw unreadable(file, error as NodeJS.ErrnoException);
  }
}

function batchesIn(
  file: string,
  head: Buffer,
  chunks: AsyncIterable<Buffer>,
  options: ReadOptions,
): AsyncIterable<Payload[]> {
  switch (formatOf(file, head)) {
    case "csv":
      return csvBatches(file, head, utf8Only(file, chunks), options);
    case "array":
      return elementBatches(file, utf8Only(file, chunks));
    case "sequence":
      return sequenceBatches(file, chunks);
    default:
      return lineBatches(chunks);
  }
}

function whyNone(file: string, head: Buffer): string {
  if (head.length === 0) return "it is empty";
  if (formatOf(file, head) === "csv") return "it has a header and no rows";
  return formatOf(file, head) === "array" ? "the array is empty" : "it has blank lines only";
}

/** Reads an array to its end and throws where it is broken, so that this is known before its first message is published. */
export async function checkArray(file: string, options: ReadOptions): Promise<void> {
  const { head, chunks, close } = await openInput(file, formatIsClear, { encoding: options.encoding });
  try {
    if (formatOf(file, head) !== "array") return;
    let index = 0;
    for await (const elements of elementBatches(file, utf8Only(file, chunks)))
      for (const element of elements) {
        const text = element.toString();
        if (!isJson(text))
          throw new RecordingError([
            `${file}: begins as a JSON array and is no valid JSON; its element ${index} is ${text.slice(0, 60)}.`,
          ]);
        index++;
      }
  } finally {
    close();
  }
}

async function* csvBatches(
  file: string,
  head: Buffer,
  chunks: AsyncIterable<Buffer>,
  options: ReadOptions,
): AsyncGenerator<string[]> {
  let rows: string[] = [];
  for await (const row of csvMessages(file, Readable.from(chunks, { objectMode: false }), head, options)) {
    if (rows.push(row) < ROWS) continue;
    yield rows;
    rows = [];
  }
  if (rows.length > 0) yield rows;
}

export type Format = "csv" | "array" | "sequence" | "ndjson" | "empty";

function formatIsClear(head: Buffer): boolean {
  return head.length >= LOOKED_AT || firstLineEnds(head) !== undefined;
}

/** By the name, and where that does not say it by how the bytes begin. */
export function formatOf(file: string, head: Buffer): Format {
  const name = file.toLowerCase().replace(/\.gz$/, "");
  const first = head.find((byte) => !isBlank(byte));
  if (first === undefined) return "empty";
  if (name.endsWith(".csv")) return "csv";
  if (name.endsWith(".ndjson") || name.endsWith(".jsonl"))
    // Lines that end in a carriage return alone are objects with a blank between them.
    return first === 0x7b && head.includes(0x0d) && !head.includes(0x0a) ? "sequence" : "ndjson";
  if (first === 0x5b) return "array";
  if (first === 0x7b) return firstLineEnds(head) === false ? "sequence" : "ndjson";
  return name.endsWith(".json") || /\/raw\//.test(name.replaceAll("\\", "/")) ? "ndjson" : "csv";
}

/** Whether the first line ends where its first object does; undefined while that cannot be seen. */
function firstLineEnds(head: Buffer): boolean | undefined {
  const ends = new ValueEnds();
  let at = head.findIndex((byte) => !isBlank(byte));
  if (at < 0) return undefined;
  if (head[at] !== 0x7b) return true;
  for (; at < head.length; at++) {
    const byte = head[at] as number;
    // an object goes over several lines, or its line is broken: then it stays open to the end
    if (byte === 0x0a) return closes(head, at, ends) ? false : undefined;
    if (ends.take(byte)) break;
  }
  for (at++; at < head.length; at++) {
    if (head[at] === 0x0a) return true;
    if (!isBlank(head[at] as number)) return false;
  }
  return undefined;
}

function closes(head: Buffer, from: number, ends: ValueEnds): boolean {
  for (let at = from; at < head.length; at++) if (ends.take(head[at] as number)) return true;
  return false;
}

function unreadable(file: string, error: NodeJS.ErrnoException): unknown {
  const words: Record<string, string> = {
    ENOENT: "there is no such file",
    EISDIR: "is a folder; name its files",
    EACCES: "may not be read by this user",
    Z_DATA_ERROR: "begins as gzip and is not gzip all through",
    Z_BUF_ERROR: "is gzip that breaks off",
  };
  const text = words[error.code ?? ""];
  return text === undefined ? error : new RecordingError([`--input ${file}: ${text}.`]);
}
