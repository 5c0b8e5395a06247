import * as fs from "node:fs";
import { Readable } from "node:stream";
import { createGunzip } from "node:zlib";
import { byteOrderMark, recoded } from "./encoding";
import { RecordingError } from "./error";

/** bytes read at once */
const CHUNK = 256 * 1024;

/** Bytes of which the first were looked at. */
export interface Peeked {
  readonly head: Buffer;
  /** all of them, the head too */
  readonly chunks: AsyncIterable<Buffer>;
  /** lets go of the file when the chunks are not wanted */
  close(): void;
}

/** Reads until `enough` says so of what came by then, or the end, and puts it back. */
async function peek(stream: Readable, enough: (head: Buffer) => boolean): Promise<Peeked> {
  const iterator = stream[Symbol.asyncIterator]() as AsyncIterator<Buffer>;
  let head: Buffer = Buffer.alloc(0);
  for (let next = await iterator.next(); next.done !== true; next = await iterator.next()) {
    head = head.length === 0 ? next.value : Buffer.concat([head, next.value]);
    if (enough(head)) break;
  }
  async function* chunks(): AsyncGenerator<Buffer> {
    yield head;
    for (let next = await iterator.next(); next.done !== true; next = await iterator.next()) yield next.value;
  }
  return { head, chunks: chunks(), close: () => void stream.destroy() };
}

/**
 * The plain bytes of a file as UTF-8, or of stdin for `-`: gzip is recognised by its first bytes, whatever the name, a byte order mark is
 * taken off, and UTF-16 with one is recoded. Without `encoding` bytes that are not UTF-8 stay as they are.
 */
export async function openInput(
  file: string,
  enough: (head: Buffer) => boolean,
  { encoding, onRead }: { encoding?: string | undefined; onRead?: ((bytes: number) => void) | undefined } = {},
): Promise<Peeked> {
  const stream = file === "-" ? process.stdin : fs.createReadStream(file, { highWaterMark: CHUNK });
  const raw = await peek(stream, (head) => head.length >= 2);
  const gzipped = raw.head[0] === 0x1f && raw.head[1] === 0x8b;
  if (!gzipped && file.toLowerCase().endsWith(".gz") && raw.head.length > 0)
    throw new RecordingError([`--input ${file}: ends in .gz and is not gzip.`]);
  async function* counted(): AsyncGenerator<Buffer> {
    for await (const chunk of raw.chunks) {
      onRead?.(chunk.length);
      yield chunk;
    }
  }
  const bytes = readable(counted());
  const gunzip = createGunzip({ chunkSize: CHUNK });
  bytes.on("error", (error) => gunzip.destroy(error));
  const plain = gzipped ? bytes.pipe(gunzip) : bytes;
  const marked = await peek(plain, (head) => head.length >= 3);
  const mark = byteOrderMark(marked.head);
  const named = mark?.encoding ?? encoding;
  const unmarked = without(marked.chunks, mark?.length ?? 0);
  const text = named === undefined || named === "utf-8" ? unmarked : recoded(file, unmarked, named);
  const peeked = await peek(readable(text), enough);
  return {
    head: peeked.head,
    chunks: peeked.chunks,
    close: () => {
      peeked.close();
      plain.destroy();
      raw.close();
    },
  };
}

function readable(chunks: AsyncIterable<Buffer>): Readable {
  return Readable.from(chunks, { objectMode: false, highWaterMark: CHUNK });
}

async function* without(chunks: AsyncIterable<Buffer>, first: number): AsyncGenerator<Buffer> {
  let left = first;
  for await (const chunk of chunks) {
    yield left > 0 ? chunk.subarray(left) : chunk;
    left = 0;
  }
}
