import { RecordingError } from "./error";

/** Maximum bytes of one message of a recording; a longer value has lost its end. */
const LONGEST = 16 * 1024 * 1024;

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COMMA = 0x2c;
const OPEN_ARRAY = 0x5b;
const CLOSE_ARRAY = 0x5d;
const OPEN_OBJECT = 0x7b;
const CLOSE_OBJECT = 0x7d;

/** Finds the ends of JSON values without parsing them; it tracks only brackets and strings. */
export class ValueEnds {
  private depth = 0;
  private inText = false;
  private escaped = false;

  /** whether a bracket or a string is open */
  get open(): boolean {
    return this.depth > 0 || this.inText;
  }

  /** Processes the next byte of a value; true if it is the last of an object or an array. */
  take(byte: number): boolean {
    if (this.inText) {
      if (this.escaped) this.escaped = false;
      else if (byte === BACKSLASH) this.escaped = true;
      else if (byte === QUOTE) this.inText = false;
      return false;
    }
    if (byte === QUOTE) this.inText = true;
    else if (byte === OPEN_OBJECT || byte === OPEN_ARRAY) this.depth++;
    else if ((byte === CLOSE_OBJECT || byte === CLOSE_ARRAY) && this.depth > 0) return --this.depth === 0;
    return false;
  }
}

/** Whether a byte is JSON white space. */
export function isBlank(byte: number): boolean {
  return byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09;
}

/**
 * Concatenated JSON values, over several lines or without a delimiter, as Firehose writes objects, in one batch per chunk. Text outside of
 * brackets is a message up to the end of its line.
 */
export async function* sequenceBatches(file: string, chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer[]> {
  const parts = new Parts(file);
  const ends = new ValueEnds();
  let outside = false;
  for await (const chunk of chunks) {
    const found: Buffer[] = [];
    let start = -1;
    if (parts.pending) start = 0;
    for (let at = 0; at < chunk.length; at++) {
      const byte = chunk[at] as number;
      if (start < 0) {
        if (isBlank(byte)) continue;
        start = at;
        outside = byte !== OPEN_OBJECT && byte !== OPEN_ARRAY;
      }
      if (outside) {
        if (byte !== 0x0a) continue;
        found.push(parts.join(chunk.subarray(start, chunk[at - 1] === 0x0d ? at - 1 : at)));
        start = -1;
      } else if (ends.take(byte)) {
        found.push(parts.join(chunk.subarray(start, at + 1)));
        start = -1;
      }
    }
    if (start >= 0) parts.keep(chunk.subarray(start));
    if (found.length > 0) yield found;
  }
  // A truncated value is a message too; the pipeline reports the error.
  if (parts.pending) yield [parts.join(Buffer.alloc(0))];
}

/** The elements of a JSON array, in one batch per chunk. @throws RecordingError if it is not an array */
export async function* elementBatches(file: string, chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer[]> {
  const parts = new Parts(file);
  const ends = new ValueEnds();
  let [began, ended, wanted, taken, offset] = [false, false, false, 0, 0];
  const broken = (at: number, what: string): RecordingError =>
    new RecordingError([`${file}: begins as a JSON array and is no valid JSON; ${what} at byte ${offset + at}.`]);
  for await (const chunk of chunks) {
    const found: Buffer[] = [];
    let start = parts.pending ? 0 : -1;
    for (let at = 0; at < chunk.length; at++) {
      const byte = chunk[at] as number;
      if (start < 0) {
        if (isBlank(byte)) continue;
        if (ended) throw broken(at, "something follows its end");
        if (!began) began = true;
        else if (byte === COMMA && !wanted && taken > 0) wanted = true;
        else if (byte === CLOSE_ARRAY && !wanted) ended = true;
        else if (byte === COMMA || byte === CLOSE_ARRAY) throw broken(at, "an element is missing");
        else if (taken > 0 && !wanted) throw broken(at, "a comma is missing");
        else {
          start = at;
          at--;
        }
        continue;
      }
      const ending = !ends.open && (byte === COMMA || byte === CLOSE_ARRAY || isBlank(byte));
      if (!ending && !ends.take(byte)) continue;
      found.push(parts.join(chunk.subarray(start, ending ? at : at + 1)));
      taken++;
      wanted = false;
      start = -1;
      if (ending) at--;
    }
    if (start >= 0) parts.keep(chunk.subarray(start));
    offset += chunk.length;
    if (found.length > 0) yield found;
  }
  if (!ended) throw broken(0, "it breaks off");
}

/** The part of a value from earlier chunks. */
class Parts {
  private parts: Buffer[] = [];
  private length = 0;

  constructor(private readonly file: string) {}

  get pending(): boolean {
    return this.parts.length > 0;
  }

  keep(part: Buffer): void {
    this.parts.push(part);
    this.length += part.length;
    if (this.length > LONGEST)
      throw new RecordingError([
        `${this.file}: a message is longer than ${LONGEST / 1024 / 1024} MB, so a bracket or a quote is probably not closed; it begins ${JSON.stringify(
          Buffer.concat(this.parts).toString("utf8", 0, 60),
        )}.`,
      ]);
  }

  join(last: Buffer): Buffer {
    if (this.parts.length === 0) return last;
    const whole = Buffer.concat([...this.parts, last]);
    this.parts = [];
    this.length = 0;
    return whole;
  }
}
