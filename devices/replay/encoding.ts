import { isUtf8 } from "node:buffer";
import { RecordingError } from "./error";

/** Byte order marks and their encodings. */
const MARKS: readonly (readonly [encoding: string, bytes: readonly number[]])[] = [
  ["utf-8", [0xef, 0xbb, 0xbf]],
  ["utf-16le", [0xff, 0xfe]],
  ["utf-16be", [0xfe, 0xff]],
];

/** The encoding indicated by a byte order mark, with the mark's length in bytes. */
export function byteOrderMark(head: Buffer): { encoding: string; length: number } | undefined {
  const found = MARKS.find(([, bytes]) => bytes.every((byte, index) => head[index] === byte));
  return found === undefined ? undefined : { encoding: found[0], length: found[1].length };
}

/** Whether this Node supports the encoding with that name (https://encoding.spec.whatwg.org/#names-and-labels). */
export function isEncoding(name: string): boolean {
  try {
    new TextDecoder(name);
    return true;
  } catch {
    return false;
  }
}

/** Converts text to UTF-8. @throws RecordingError if the bytes are not valid in the encoding */
export async function* recoded(file: string, chunks: AsyncIterable<Buffer>, encoding: string): AsyncGenerator<Buffer> {
  const decoder = new TextDecoder(encoding, { fatal: true, ignoreBOM: false });
  try {
    for await (const chunk of chunks) yield Buffer.from(decoder.decode(chunk, { stream: true }));
    yield Buffer.from(decoder.decode());
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ERR_ENCODING_INVALID_ENCODED_DATA") throw error;
    throw new RecordingError([`${file}: is not valid ${encoding}. Name its encoding: --encoding NAME.`]);
  }
}

/** Passes UTF-8 through. @throws RecordingError with the line of the first byte that is not UTF-8 */
export async function* utf8Only(file: string, chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  let line = 1;
  // A character that is split between two chunks is checked with the next chunk.
  let rest: Buffer = Buffer.alloc(0);
  for await (const chunk of chunks) {
    const bytes = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
    const end = bytes.length - unfinished(bytes);
    const whole = bytes.subarray(0, end);
    if (!isUtf8(whole)) throw notUtf8(file, whole, line);
    rest = bytes.subarray(end);
    for (let at = whole.indexOf(0x0a); at !== -1; at = whole.indexOf(0x0a, at + 1)) line++;
    if (whole.length > 0) yield whole;
  }
  if (rest.length > 0) throw notUtf8(file, rest, line);
}

/** Number of bytes at the end that are the beginning of an incomplete character. */
function unfinished(bytes: Buffer): number {
  for (let back = 1; back <= Math.min(3, bytes.length); back++) {
    const byte = bytes[bytes.length - back]!;
    if (byte < 0x80) return 0;
    if (byte >= 0xc0) return (byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2) > back ? back : 0;
  }
  return 0;
}

function notUtf8(file: string, bytes: Buffer, firstLine: number): RecordingError {
  const good = firstInvalid(bytes);
  const before = bytes.subarray(0, good);
  let line = firstLine;
  for (let at = before.indexOf(0x0a); at !== -1; at = before.indexOf(0x0a, at + 1)) line++;
  const start = Math.max(before.lastIndexOf(0x0a) + 1, good - 12);
  const around = before
    .subarray(start)
    .toString()
    .replace(/^\ufffd+/, "");
  const byte = bytes[good]!.toString(16).toUpperCase().padStart(2, "0");
  return new RecordingError([
    `${file}: line ${line}: the byte 0x${byte} after ${JSON.stringify(around)} is not UTF-8. Name the file's encoding: --encoding windows-1252 (Western European, also for Latin-1), --encoding utf-16le, or another name of https://encoding.spec.whatwg.org.`,
  ]);
}

/** Offset of the first bytes that are not valid UTF-8. */
function firstInvalid(bytes: Buffer): number {
  let at = 0;
  while (at < bytes.length) {
    const lead = bytes[at]!;
    const length = lead < 0xc0 ? 1 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
    if (!isUtf8(bytes.subarray(at, at + length))) return at;
    at += length;
  }
  return at;
}
