import * as fs from "node:fs";
import type { Readable } from "node:stream";
import { createGunzip } from "node:zlib";
import { csvMessages } from "./csv";
import { isJson } from "./edit";
import { RecordingError } from "./error";
import { linesOf } from "./lines";
import { elementsOf } from "./members";

/** bytes; an array is read as a whole */
const MAX_ARRAY = 256 * 1024 * 1024;

/**
 * The messages of one file, in order: NDJSON (one message a line, passed on byte for byte), a JSON array, or CSV with a header; each
 * of them gzipped too, as the channel's own archive is.
 * Only an array is held in memory. @throws RecordingError for a file that is none of these
 */
export async function* messagesOf(file: string): AsyncGenerator<Buffer | string> {
  try {
    const format = await formatOf(file);
    if (format === "csv") yield* csvMessages(file, open(file));
    else if (format === "array") yield* arrayMessages(file);
    else if (format === "ndjson")
      for await (const line of linesOf(open(file) as AsyncIterable<Buffer>)) if (!isBlank(line)) yield line;
  } catch (error) {
    throw unreadable(file, error as NodeJS.ErrnoException);
  }
}

type Format = "csv" | "array" | "ndjson" | "empty";

async function formatOf(file: string): Promise<Format> {
  let first: string | undefined;
  let bytes = 0;
  const input = open(file);
  try {
    for await (const chunk of input as AsyncIterable<Buffer>) {
      bytes += chunk.length;
      first = chunk
        .toString("utf8")
        .replace(/^\ufeff/, "")
        .trimStart()[0];
      if (first !== undefined) break;
    }
  } finally {
    input.destroy();
  }
  const name = file.toLowerCase().replace(/\.gz$/, "");
  if (bytes === 0 || first === undefined) return "empty";
  if (name.endsWith(".csv")) return "csv";
  if (name.endsWith(".ndjson") || name.endsWith(".jsonl")) return "ndjson";
  if (first === "[") return "array";
  return first === "{" || name.endsWith(".json") ? "ndjson" : "csv";
}

async function* arrayMessages(file: string): AsyncGenerator<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of open(file) as AsyncIterable<Buffer>) {
    chunks.push(chunk);
    bytes += chunk.length;
    if (bytes > MAX_ARRAY)
      throw new RecordingError([
        `${file}: a JSON array over ${MAX_ARRAY / 1024 / 1024} MB is not read as a whole; make it NDJSON, one message a line (jq -c '.[]').`,
      ]);
  }
  const text = Buffer.concat(chunks)
    .toString("utf8")
    .replace(/^\ufeff/, "");
  if (!isJson(text))
    throw new RecordingError([`${file}: begins as a JSON array and is no valid JSON; ${whyNot(text)}.`]);
  for (const { start, end } of elementsOf(text)) yield text.slice(start, end);
}

function whyNot(text: string): string {
  try {
    JSON.parse(text);
    return "";
  } catch (error) {
    return (error as Error).message;
  }
}

function open(file: string): Readable {
  const input = fs.createReadStream(file);
  if (!file.toLowerCase().endsWith(".gz")) return input;
  const plain = createGunzip();
  input.on("error", (error) => plain.destroy(error));
  return input.pipe(plain);
}

function unreadable(file: string, error: NodeJS.ErrnoException): unknown {
  const words: Record<string, string> = {
    ENOENT: "there is no such file",
    EISDIR: "is a folder; name its files",
    EACCES: "may not be read by this user",
    Z_DATA_ERROR: "ends in .gz and is not gzip",
    Z_BUF_ERROR: "is gzip that breaks off",
  };
  const text = words[error.code ?? ""];
  return text === undefined ? error : new RecordingError([`--input ${file}: ${text}.`]);
}

function isBlank(line: Buffer): boolean {
  return line.every((byte) => byte === 0x20 || byte === 0x09);
}
