/** The messages of source objects: of a channel's archive, and of objects with failed messages. */
import { createGunzip, type Gunzip } from "node:zlib";
import type { Readable } from "node:stream";
import { ArchiveSplitter } from "../../etl/archive";
import { isRecord } from "../../aws/text/record";

/** A message as it was sent. The bytes are overwritten when the callback has returned. */
export type OnMessage = (bytes: Buffer, from: number, to: number, arrival: number) => void;

/** What could not be read of an object. */
export interface Unreadable {
  /** why */
  reason: string;
}

/**
 * Reads the messages of an object of the archive.
 * @param arrival ms since 1970, of the object's name
 * @param between is awaited after each piece of the object, so that what is waiting can be written
 * @returns why the rest of the object cannot be read, if it is broken
 */
export async function archivedMessages(
  body: Readable,
  arrival: number,
  onMessage: OnMessage,
  between: () => Promise<void>,
): Promise<Unreadable | undefined> {
  const splitter = new ArchiveSplitter((bytes, from, to) => onMessage(bytes, from, to, arrival));
  const fault = await pieces(body, async (piece) => {
    splitter.push(piece);
    await between();
  });
  splitter.end();
  await between();
  return fault;
}

/** Reads messages that a delivery stream failed: a line of JSON for each, in which the message is in base64. */
export async function failedMessages(
  body: Readable,
  objectTime: number,
  onMessage: OnMessage,
  between: () => Promise<void>,
): Promise<Unreadable | undefined> {
  let strange = 0;
  const splitter = new ArchiveSplitter((bytes, from, to) => {
    const found = envelope(bytes.toString("utf8", from, to));
    if (found === undefined) {
      strange++;
      return;
    }
    const raw = Buffer.from(found.rawData, "base64");
    onMessage(raw, 0, raw.length, found.arrivalTimestamp ?? objectTime);
  });
  const fault = await pieces(body, async (piece) => {
    splitter.push(piece);
    await between();
  });
  splitter.end();
  await between();
  return strange === 0 ? fault : { reason: `${strange} of its lines hold no failed message` };
}

/** https://docs.aws.amazon.com/firehose/latest/dev/data-transformation-failure-handling.html */
function envelope(line: string): { rawData: string; arrivalTimestamp: number | undefined } | undefined {
  try {
    const value: unknown = JSON.parse(line);
    if (!isRecord(value) || typeof value.rawData !== "string") return undefined;
    const { rawData, arrivalTimestamp } = value;
    return { rawData, arrivalTimestamp: typeof arrivalTimestamp === "number" ? arrivalTimestamp : undefined };
  } catch {
    return undefined;
  }
}

const GZIP = Buffer.from([0x1f, 0x8b]);

/** The bytes of an object, piece by piece; those of gzip are expanded. A stream that breaks rejects, a file that is broken does not. */
async function pieces(body: Readable, onPiece: (piece: Buffer) => Promise<void>): Promise<Unreadable | undefined> {
  const chunks = body[Symbol.asyncIterator]() as AsyncIterator<Uint8Array>;
  // The first two bytes say whether it is gzip.
  let head = Buffer.alloc(0);
  let next = await chunks.next();
  while (next.done !== true && (head = Buffer.concat([head, next.value])).length < GZIP.length)
    next = await chunks.next();
  const rest = async function* (): AsyncGenerator<Buffer> {
    if (head.length > 0) yield head;
    for (let more = await chunks.next(); more.done !== true; more = await chunks.next()) yield Buffer.from(more.value);
  };
  if (!head.subarray(0, GZIP.length).equals(GZIP)) {
    for await (const piece of rest()) await onPiece(piece);
    return undefined;
  }
  const gunzip = createGunzip({ chunkSize: PIECE });
  let broken: Error | undefined;
  const feeding = (async () => {
    for await (const piece of rest()) {
      if (gunzip.destroyed) return;
      if (!gunzip.write(piece)) await writable(gunzip);
    }
    gunzip.end();
  })().catch((error: unknown) => {
    broken = error as Error;
    gunzip.destroy();
  });
  try {
    for await (const piece of gunzip) await onPiece(piece as Buffer);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code?.startsWith("Z_") === true || code === "ERR_STREAM_PREMATURE_CLOSE") {
      await feeding;
      if (broken === undefined) return { reason: `it is no whole gzip file: ${(error as Error).message}` };
      throw broken;
    }
    throw error;
  }
  await feeding;
  return undefined;
}

const PIECE = 256 * 1024;

/** Resolves when a stream takes more, or takes no more for ever. */
function writable(stream: Gunzip): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      stream.off("drain", done).off("close", done);
      resolve();
    };
    stream.on("drain", done).on("close", done);
  });
}
