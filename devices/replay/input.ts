import * as fs from "node:fs";
import { Readable } from "node:stream";
import { createGunzip } from "node:zlib";
import { RecordingError } from "./error";

/** bytes read at once */
const CHUNK = 256 * 1024;
const BYTE_ORDER_MARK = Buffer.from([0xef, 0xbb, 0xbf]);

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
 * The plain bytes of a file, or of stdin for `-`: gzip is recognised by its first bytes, whatever the name, and a byte-order mark is
 * taken off. `onRead` hears how many bytes of the file were read.
 */
export async function openInput(
  file: string,
  enough: (head: Buffer) => boolean,
  onRead: (bytes: number) => void = () => undefined,
): Promise<Peeked> {
  const stream = file === "-" ? process.stdin : fs.createReadStream(file, { highWaterMark: CHUNK });
  const raw = await peek(stream, (head) => head.length >= 2);
  const gzipped = raw.head[0] === 0x1f && raw.head[1] === 0x8b;
  if (!gzipped && file.toLowerCase().endsWith(".gz") && raw.head.length > 0)
    throw new RecordingError([`--input ${file}: ends in .gz and is not gzip.`]);
  async function* counted(): AsyncGenerator<Buffer> {
    for await (const chunk of raw.chunks) {
      onRead(chunk.length);
      yield chunk;
    }
  }
  const bytes = Readable.from(counted(), { objectMode: false, highWaterMark: CHUNK });
  const gunzip = createGunzip({ chunkSize: CHUNK });
  bytes.on("error", (error) => gunzip.destroy(error));
  const plain = gzipped ? bytes.pipe(gunzip) : bytes;
  const peeked = await peek(plain, enough);
  const marked = peeked.head.subarray(0, 3).equals(BYTE_ORDER_MARK);
  async function* unmarked(): AsyncGenerator<Buffer> {
    let first = true;
    for await (const chunk of peeked.chunks) {
      yield first && marked ? chunk.subarray(3) : chunk;
      first = false;
    }
  }
  return {
    head: marked ? peeked.head.subarray(3) : peeked.head,
    chunks: unmarked(),
    close: () => {
      plain.destroy();
      raw.close();
    },
  };
}
