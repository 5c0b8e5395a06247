/**
 * The messages in an object of a channel's archive. A delivery stream writes records one after the other: with a newline behind each if it
 * appends a delimiter, as the archive of a TelemetryChannel does, else with nothing between them.
 * https://docs.aws.amazon.com/firehose/latest/dev/data-transformation.html
 *
 * What the first message is followed by says which of the two an object is:
 * - with newlines, a message is a JSON value and ends at a newline. A value may have newlines within. What is no JSON ends at the next newline.
 * - without, a message is one JSON value. What is no JSON ends before the next `}{`, `}[`, `]{` or `][`.
 * Every byte that is no blank is part of exactly one message.
 */
import { Scanner } from "../json/scanner";

/** Told of a message in bytes [from, to), which are overwritten later. */
export type OnMessage = (bytes: Buffer, from: number, to: number) => void;

const NEWLINE = 0x0a;
const OPEN = new Set([0x7b, 0x5b]);
const CLOSE = new Set([0x7d, 0x5d]);
const BLANKS = new Set([0x20, 0x09, 0x0a, 0x0d]);

/** Cuts bytes that come in pieces into messages. */
export class ArchiveSplitter {
  /** bytes of messages so far */
  bytes = 0;
  private rest: Buffer = Buffer.alloc(0);
  /** whether a newline ends each message; undefined until the first one shows it */
  private delimited: boolean | undefined;
  private readonly scanner = new Scanner();
  /** bytes of the rest that are known to end no message, so that a long one is not scanned at each piece */
  private waitFor = 0;

  constructor(private readonly onMessage: OnMessage) {}

  /** The next piece of the object. */
  push(piece: Buffer): void {
    const all = this.rest.length === 0 ? piece : Buffer.concat([this.rest, piece]);
    this.rest = all;
    if (all.length < this.waitFor) return;
    const used = this.split(all, false);
    this.rest = used === 0 ? all : all.subarray(used);
    // Doubling: each byte of a message that comes in many pieces is scanned twice at most.
    this.waitFor = this.rest.length * 2;
  }

  /** The object ends here. */
  end(): void {
    this.split(this.rest, true);
    this.rest = Buffer.alloc(0);
  }

  /** @returns how many bytes are done with */
  private split(bytes: Buffer, last: boolean): number {
    let at = 0;
    for (;;) {
      while (at < bytes.length && BLANKS.has(bytes[at]!)) at++;
      if (at === bytes.length) return at;
      const end = this.endOf(bytes, at, last);
      if (end === undefined) return at;
      const to = withoutBlanks(bytes, at, end);
      this.bytes += to - at;
      this.onMessage(bytes, at, to);
      at = end;
    }
  }

  /** Where the message that begins here ends; undefined if it may go on in the next piece. */
  private endOf(bytes: Buffer, from: number, last: boolean): number | undefined {
    if (this.delimited === true) {
      // Behind the end of a value, no JSON goes on with a bracket that opens: this newline is not within one.
      const newline = bytes.indexOf(NEWLINE, from);
      if (newline > from && CLOSE.has(bytes[newline - 1]!) && OPEN.has(bytes[newline + 1]!)) return newline;
    }
    const { scanner } = this;
    scanner.bytes = bytes;
    scanner.end = bytes.length;
    const end = scanner.value(from, 0);
    const whole = last || bytes.length - from > LONGEST_MESSAGE;
    // It may go on: a text, or a number whose last digit this need not be.
    if (!whole && (end === bytes.length || (end < 0 && scanner.at >= bytes.length - LONGEST_WORD))) return undefined;
    this.delimited ??= isDelimited(bytes, from, end, whole);
    if (this.delimited === undefined) return undefined;
    if (this.delimited) return endOfLine(bytes, from, end, whole);
    if (end >= 0) return end;
    const boundary = nextBoundary(bytes, from);
    if (boundary !== undefined) return boundary;
    return whole ? bytes.length : undefined;
  }
}

/** Whether the first message of an object ends with a newline; undefined if the next piece shows it. */
function isDelimited(bytes: Buffer, from: number, end: number, whole: boolean): boolean | undefined {
  if (end < 0)
    return bytes.indexOf(NEWLINE, from) >= 0 || (whole || nextBoundary(bytes, from) !== undefined ? false : undefined);
  let at = end;
  while (at < bytes.length && bytes[at] !== NEWLINE && BLANKS.has(bytes[at]!)) at++;
  return at === bytes.length && !whole ? undefined : bytes[at] === NEWLINE;
}

function endOfLine(bytes: Buffer, from: number, end: number, whole: boolean): number | undefined {
  // Something behind a value on its line belongs to the message, which is no JSON then.
  const newline = bytes.indexOf(NEWLINE, end < 0 ? from : end);
  if (newline >= 0) return newline;
  return whole ? bytes.length : undefined;
}

/** A record of a stream has 10 MiB at most; what is longer and does not end is no message, and must not fill the memory. */
const LONGEST_MESSAGE = 32 * 1024 * 1024;
/** `false`: a word may be cut where a piece ends, and the scanner fails at its beginning. */
const LONGEST_WORD = 6;

/** Where the next object or array begins directly behind another one. */
function nextBoundary(bytes: Buffer, from: number): number | undefined {
  for (let at = from + 1; at < bytes.length; at++) if (OPEN.has(bytes[at]!) && CLOSE.has(bytes[at - 1]!)) return at;
  return undefined;
}

function withoutBlanks(bytes: Buffer, from: number, end: number): number {
  let to = end;
  while (to > from && BLANKS.has(bytes[to - 1]!)) to--;
  return to;
}
