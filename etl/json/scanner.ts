/**
 * A strict JSON scanner over bytes (RFC 8259). It finds where values begin and end and what they are, and decodes
 * nothing but short numbers, so that whoever copies a span copies every digit as it was sent. It never throws: a
 * position of -1 is a failure, described by `at` and `expected`.
 */
import { ARRAY, ESCAPED, FALSE, INTEGER, NULL, NUMBER, OBJECT, TEXT, TRUE, type Kind } from "./token-kinds";

/** Levels of objects and arrays a message may have: a column may have 100, and some to spare. */
export const DEFAULT_DEPTH = 128;

/** The most that a caller may set: values are decoded recursively. */
export const MAX_DEPTH = 1000;

const SPACE = 0x20;
const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const MINUS = 0x2d;
const ZERO = 0x30;
const NINE = 0x39;
const OPEN_OBJECT = 0x7b;
const CLOSE_OBJECT = 0x7d;
const OPEN_ARRAY = 0x5b;
const CLOSE_ARRAY = 0x5d;
const COMMA = 0x2c;
const COLON = 0x3a;

/** Bytes within a text: ordinary 0, and those that need a look: quote 1, backslash 2, control 3, beyond ASCII 4. */
const TEXT_CLASS = new Uint8Array(256);
TEXT_CLASS.fill(3, 0, 0x20);
TEXT_CLASS.fill(4, 0x80);
TEXT_CLASS[QUOTE] = 1;
TEXT_CLASS[BACKSLASH] = 2;

const ESCAPES = new Set([...'"\\/bfnrt'].map((character) => character.charCodeAt(0)));
const POWERS = Array.from({ length: 16 }, (_, exponent) => 10 ** exponent);
const TRUE_BYTES = [...Buffer.from("true")];
const FALSE_BYTES = [...Buffer.from("false")];
const NULL_BYTES = [...Buffer.from("null")];

/** Scans values in `bytes`, up to `end`. */
export class Scanner {
  bytes: Uint8Array = new Uint8Array(0);
  /** offset of the first byte that does not belong to the text */
  end = 0;
  /** kind of the value that was scanned last */
  kind: Kind = NULL;
  /** its value when it is a number of at most 15 digits without exponent, else NaN */
  number = NaN;
  /** whether a byte beyond ASCII was seen since this was last cleared; only within texts can one stand */
  beyondAscii = false;
  /** whether an escape of half a surrogate pair was seen since this was last cleared; its other half may follow */
  surrogates = false;
  /** where it failed, and what was expected there */
  at = 0;
  expected = "";

  private readonly stack: Uint8Array;

  constructor(readonly maxDepth: number = DEFAULT_DEPTH) {
    if (maxDepth > MAX_DEPTH) throw new RangeError(`a depth limit of ${maxDepth} is over ${MAX_DEPTH}`);
    this.stack = new Uint8Array(maxDepth);
  }

  fail(at: number, expected: string): -1 {
    this.at = at;
    this.expected = expected;
    return -1;
  }

  skipBlanks(from: number): number {
    const { bytes, end } = this;
    let at = from;
    while (at < end) {
      const byte = bytes[at] as number;
      if (byte > SPACE || (byte !== SPACE && byte !== 0x0a && byte !== 0x0d && byte !== 0x09)) break;
      at++;
    }
    return at;
  }

  /** The value that begins at `at`; returns the offset behind it. `depth` is how many containers are open around it. */
  value(at: number, depth: number): number {
    const byte = at < this.end ? (this.bytes[at] as number) : 0;
    if (byte === QUOTE) return this.text(at + 1);
    if (byte === MINUS || (byte >= ZERO && byte <= NINE)) return this.numeral(at);
    if (byte === OPEN_OBJECT || byte === OPEN_ARRAY) {
      const next = this.container(at, depth);
      this.kind = byte === OPEN_OBJECT ? OBJECT : ARRAY;
      return next;
    }
    if (byte === 0x74) return this.literal(at, TRUE_BYTES, TRUE);
    if (byte === 0x66) return this.literal(at, FALSE_BYTES, FALSE);
    if (byte === 0x6e) return this.literal(at, NULL_BYTES, NULL);
    return this.fail(at, "a value");
  }

  /** The rest of a text whose opening quote stands before `from`. */
  text(from: number): number {
    const { bytes, end } = this;
    let at = from;
    let kind = TEXT;
    for (;;) {
      while (at < end && TEXT_CLASS[bytes[at] as number] === 0) at++;
      if (at >= end) return this.fail(end, "the closing quote of a text");
      const byte = bytes[at] as number;
      if (byte === QUOTE) {
        this.kind = kind;
        return at + 1;
      }
      kind = ESCAPED;
      if (byte === BACKSLASH) {
        at = this.escape(at + 1);
        if (at < 0) return -1;
      } else if (byte >= 0x80) {
        this.beyondAscii = true;
        at++;
      } else {
        return this.fail(at, "an escape in place of a control character");
      }
    }
  }

  private escape(at: number): number {
    const { bytes, end } = this;
    const byte = at < end ? (bytes[at] as number) : 0;
    if (ESCAPES.has(byte)) return at + 1;
    if (byte !== 0x75) return this.fail(at, 'one of the escapes \\" \\\\ \\/ \\b \\f \\n \\r \\t \\u');
    for (let index = 1; index <= 4; index++) {
      if (at + index >= end || !isHex(bytes[at + index] as number)) return this.fail(at + index, "four hex digits");
    }
    // \ud800 to \udfff
    if (((bytes[at + 1] as number) | 0x20) === 0x64 && (bytes[at + 2] as number) >= 0x38) this.surrogates = true;
    return at + 5;
  }

  private numeral(from: number): number {
    const { bytes, end } = this;
    const negative = bytes[from] === MINUS;
    let at = negative ? from + 1 : from;
    const first = at;
    let mantissa = 0;
    let byte = at < end ? (bytes[at] as number) : 0;
    if (byte === ZERO) {
      at++;
    } else {
      while (byte >= ZERO && byte <= NINE) {
        mantissa = mantissa * 10 + (byte - ZERO);
        byte = ++at < end ? (bytes[at] as number) : 0;
      }
      if (at === first) return this.fail(at, "a digit");
    }
    byte = at < end ? (bytes[at] as number) : 0;
    let digits = at - first;
    if (byte !== 0x2e && byte !== 0x65 && byte !== 0x45) {
      const short = digits <= 15;
      // -0 is not how a whole number is written elsewhere, so it does not count as canonical
      this.kind = short && !(negative && mantissa === 0) ? INTEGER : NUMBER;
      this.number = short ? (negative ? 0 - mantissa : mantissa) : NaN;
      return at;
    }
    this.kind = NUMBER;
    this.number = NaN;
    let scale = 0;
    if (byte === 0x2e) {
      const point = at;
      byte = ++at < end ? (bytes[at] as number) : 0;
      while (byte >= ZERO && byte <= NINE) {
        mantissa = mantissa * 10 + (byte - ZERO);
        byte = ++at < end ? (bytes[at] as number) : 0;
      }
      scale = at - point - 1;
      if (scale === 0) return this.fail(at, "a digit after the point");
      digits += scale;
    }
    if (byte === 0x65 || byte === 0x45) return this.exponent(at + 1);
    // both are exact below 2^53, so the one division rounds as reading the text would
    if (digits <= 15) this.number = (negative ? 0 - mantissa : mantissa) / (POWERS[scale] as number);
    return at;
  }

  private exponent(from: number): number {
    const { bytes, end } = this;
    const sign = from < end ? bytes[from] : 0;
    let at = sign === 0x2b || sign === MINUS ? from + 1 : from;
    const first = at;
    while (at < end && (bytes[at] as number) >= ZERO && (bytes[at] as number) <= NINE) at++;
    return at === first ? this.fail(at, "a digit in the exponent") : at;
  }

  private literal(from: number, text: readonly number[], kind: Kind): number {
    for (let index = 0; index < text.length; index++) {
      if (from + index >= this.end || this.bytes[from + index] !== text[index]) return this.fail(from, "a value");
    }
    this.kind = kind;
    return from + text.length;
  }

  /** Iterative, so no depth can overflow the stack. */
  private container(from: number, outer: number): number {
    const { bytes, stack } = this;
    let at = from;
    let depth = 0;
    for (;;) {
      const open = at < this.end ? (bytes[at] as number) : 0;
      if (open === OPEN_OBJECT || open === OPEN_ARRAY) {
        if (outer + depth >= this.maxDepth) return this.fail(at, `at most ${this.maxDepth} levels`);
        const close = open + 2;
        stack[depth++] = close;
        at = this.skipBlanks(at + 1);
        if (at < this.end && bytes[at] === close) {
          at++;
          depth--;
        } else {
          if (close === CLOSE_OBJECT) at = this.key(at);
          if (at < 0) return -1;
          continue;
        }
      } else {
        at = this.value(at, outer + depth);
        if (at < 0) return -1;
      }
      for (;;) {
        if (depth === 0) return at;
        at = this.skipBlanks(at);
        const close = stack[depth - 1] as number;
        const byte = at < this.end ? (bytes[at] as number) : 0;
        if (byte === COMMA) {
          at = this.skipBlanks(at + 1);
          if (close === CLOSE_OBJECT) at = this.key(at);
          if (at < 0) return -1;
          break;
        }
        if (byte !== close) return this.fail(at, close === CLOSE_ARRAY ? '"," or "]"' : '"," or "}"');
        at++;
        depth--;
      }
    }
  }

  /** A member's name and the colon; returns where its value begins. */
  key(at: number): number {
    if (at >= this.end || this.bytes[at] !== QUOTE) return this.fail(at, "a member's name in double quotes");
    const behind = this.text(at + 1);
    return behind < 0 ? -1 : this.colon(behind);
  }

  colon(from: number): number {
    const at = this.skipBlanks(from);
    return at < this.end && this.bytes[at] === COLON ? this.skipBlanks(at + 1) : this.fail(at, '":"');
  }
}

function isHex(byte: number): boolean {
  return (byte >= ZERO && byte <= NINE) || (byte >= 0x41 && byte <= 0x46) || (byte >= 0x61 && byte <= 0x66);
}
