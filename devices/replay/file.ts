import { Readable } from "node:stream";
import { csvMessages } from "./csv";
import { isJson } from "./edit";
import { RecordingError } from "./error";
import { openInput } from "./input";
import { lineBatches } from "./lines";
import { elementBatches, isBlank, sequenceBatches, ValueEnds } from "./values";

/** bytes that are looked at to tell how messages follow each other */
const LOOKED_AT = 1024 * 1024;
/** rows of CSV that are handed over together */
const ROWS = 500;

export type Payload = Buffer | string;

/**
 * The messages of one file, in order; stdin for `-`. The file is NDJSON (one message a line, passed on byte for byte), a JSON array,
 * JSON objects one behind the other (over several lines, or with nothing between them), or CSV with a header; each of them gzipped too,
 * as a channel's own archive is. Memory does not grow with their number. @throws RecordingError for a file that is none of these
 */
export async function* messagesOf(file: string): AsyncGenerator<Payload> {
  for await (const batch of batchesOf(file)) yield* batch;
}

/** The same messages, several at once. `onRead` hears how many bytes of the file were read. */
export async function* batchesOf(file: string, onRead?: (bytes: number) => void): AsyncGenerator<Payload[]> {
  try {
    const { head, chunks, close } = await openInput(file, formatIsClear, onRead);
    try {
      const format = formatOf(file, head);
      if (format === "csv") yield* csvBatches(file, chunks);
      else if (format === "array") yield* elementBatches(file, chunks);
      else if (format === "sequence") yield* sequenceBatches(file, chunks);
      else if (format === "ndjson") yield* lineBatches(chunks);
    } finally {
      close();
    }
  } catch (error) {
    throw unreadable(file, error as NodeJS.ErrnoException);
  }
}

/** Reads an array to its end and throws where it is broken, so that this is known before its first message is published. */
export async function checkArray(file: string): Promise<void> {
  const { head, chunks, close } = await openInput(file, formatIsClear);
  try {
    if (formatOf(file, head) !== "array") return;
    let index = 0;
    for await (const elements of elementBatches(file, chunks))
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

async function* csvBatches(file: string, chunks: AsyncIterable<Buffer>): AsyncGenerator<string[]> {
  let rows: string[] = [];
  for await (const row of csvMessages(file, Readable.from(chunks, { objectMode: false }))) {
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
  if (name.endsWith(".ndjson") || name.endsWith(".jsonl")) return "ndjson";
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
