import { Readable } from "node:stream";
import { csvMessages, type CsvOptions } from "./csv";
import { isJson } from "./edit";
import { utf8Only } from "./encoding";
import { RecordingError } from "./error";
import { openInput } from "./input";
import { lineBatches } from "./lines";
import { unwrap } from "./wrapped";
import { elementBatches, isBlank, sequenceBatches, ValueEnds } from "./values";

/** Bytes that are examined to detect the format. */
const LOOKED_AT = 1024 * 1024;
/** CSV rows that are yielded together. */
const ROWS = 500;

export type Payload = Buffer | string;

/** How files are read; settings that are absent are detected from the first bytes. */
export interface ReadOptions extends CsvOptions {
  /** WHATWG name of the encoding of text that is not UTF-8 and has no byte order mark */
  encoding?: string;
  /** called with the number of bytes of the file that were read */
  onRead?(bytes: number): void;
}

/**
 * The messages of one file, in order; stdin for `-`. The file is NDJSON (one message a line, passed on byte for byte), a JSON array,
 * concatenated JSON objects (over several lines, or without a delimiter), or CSV with a header; each may be gzipped, like a channel's archive.
 * Of Firehose's error objects and the error logs of topic rules, the failed messages in them are read.
 * Memory does not grow with their number. @throws RecordingError for a file in no such format
 */
export async function* messagesOf(file: string, options: ReadOptions = {}): AsyncGenerator<Payload> {
  for await (const batch of batchesOf(file, options)) yield* batch;
}

/** The same messages in batches. @throws RecordingError also for a file without messages */
export async function* batchesOf(file: string, options: ReadOptions = {}): AsyncGenerator<Payload[]> {
  let any = false;
  try {
    const { head, chunks, close } = await openInput(file, formatIsClear, options);
    try {
      let inside = false;
      for await (const batch of batchesIn(file, head, chunks, options)) {
        if (!any && batch.length > 0) {
          const wrapped = unwrap(batch[0]!);
          inside = wrapped !== undefined;
          if (wrapped !== undefined) options.onNote?.(`${file}: ${wrapped.what}`);
        }
        any = true;
        yield inside ? batch.flatMap((payload): Payload[] => unwrap(payload)?.payloads ?? [payload]) : batch;
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

/** Reads an array to its end and throws if it is invalid, so the error occurs before its first message is published. */
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

/** Detects the format from the name or, if that is inconclusive, from the first bytes. */
export function formatOf(file: string, head: Buffer): Format {
  const name = file.toLowerCase().replace(/\.gz$/, "");
  const first = head.find((byte) => !isBlank(byte));
  if (first === undefined) return "empty";
  if (name.endsWith(".csv")) return "csv";
  if (name.endsWith(".ndjson") || name.endsWith(".jsonl"))
    // Lines that end in a lone carriage return are objects separated by white space.
    return first === 0x7b && head.includes(0x0d) && !head.includes(0x0a) ? "sequence" : "ndjson";
  if (first === 0x5b) return "array";
  if (first === 0x7b) return firstLineEnds(head) === false ? "sequence" : "ndjson";
  return name.endsWith(".json") || /\/raw\//.test(name.replaceAll("\\", "/")) ? "ndjson" : "csv";
}

/** Whether the first line ends where its first object does; undefined if that is not known yet. */
function firstLineEnds(head: Buffer): boolean | undefined {
  const ends = new ValueEnds();
  let at = head.findIndex((byte) => !isBlank(byte));
  if (at < 0) return undefined;
  if (head[at] !== 0x7b) return true;
  for (; at < head.length; at++) {
    const byte = head[at] as number;
    // The object spans several lines, or its line is invalid and the object stays open to the end.
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
