const MINUS = 0x2d;
const POINT = 0x2e;
const ZERO = 0x30;

/** Bytes that grow: where rows are written. */
export class RowBuffer {
  bytes: Buffer;
  length = 0;

  constructor(capacity = 65_536) {
    this.bytes = Buffer.allocUnsafe(capacity);
  }

  /** Makes room for so many more bytes. */
  reserve(count: number): void {
    const needed = this.length + count;
    if (needed <= this.bytes.length) return;
    const larger = Buffer.allocUnsafe(Math.max(needed, this.bytes.length * 2));
    this.bytes.copy(larger, 0, 0, this.length);
    this.bytes = larger;
  }

  byte(byte: number): void {
    this.reserve(1);
    this.bytes[this.length++] = byte;
  }

  /** Appends bytes [start, end) of another buffer. */
  copy(from: Uint8Array, start: number, end: number): void {
    this.reserve(end - start);
    const { bytes } = this;
    let { length } = this;
    // a loop beats the built-in copy for spans as short as most attributes
    if (end - start < 64) for (let at = start; at < end; at++) bytes[length++] = from[at] as number;
    else {
      bytes.set(from.subarray(start, end), length);
      length += end - start;
    }
    this.length = length;
  }

  /** Appends a text that is ASCII. */
  ascii(text: string): void {
    this.reserve(text.length);
    const { bytes } = this;
    let { length } = this;
    for (let at = 0; at < text.length; at++) bytes[length++] = text.charCodeAt(at);
    this.length = length;
  }

  /** Appends a whole number within 2^53. */
  integer(value: number): void {
    if (value < 0 || value > 999_999_999) {
      this.ascii(String(value));
      return;
    }
    let power = 1;
    while (power * 10 <= value) power *= 10;
    this.reserve(10);
    const { bytes } = this;
    let { length } = this;
    for (let rest = value; power >= 1; power = Math.trunc(power / 10)) {
      const digit = Math.trunc(rest / power);
      rest -= digit * power;
      bytes[length++] = ZERO + digit;
    }
    this.length = length;
  }

  /**
   * Appends a finite double as the shortest numeral that reads back as it. One of at most three decimals is written digit
   * by digit: a numeral of at most 15 digits that reads as the double is its shortest, for no two of them read alike.
   */
  number(value: number): void {
    const size = Math.abs(value);
    const thousandths = Math.round(size * 1000);
    // what is left is written as the language writes it: fractions beyond, exponents, huge ones
    if (!(size <= 900_000_000) || thousandths / 1000 !== size) {
      this.ascii(String(value));
      return;
    }
    const whole = Math.trunc(thousandths / 1000);
    const rest = thousandths - whole * 1000;
    this.reserve(16);
    if (value < 0) this.bytes[this.length++] = MINUS;
    this.integer(whole);
    if (rest === 0) return;
    const { bytes } = this;
    const first = Math.trunc(rest / 100);
    const second = Math.trunc((rest - first * 100) / 10);
    const third = rest - first * 100 - second * 10;
    bytes[this.length++] = POINT;
    bytes[this.length++] = ZERO + first;
    if (second + third > 0) bytes[this.length++] = ZERO + second;
    if (third > 0) bytes[this.length++] = ZERO + third;
  }

  /** Appends a text as UTF-8. */
  utf8(text: string): void {
    this.reserve(text.length * 3);
    this.length += this.bytes.write(text, this.length, "utf8");
  }

  text(from: number): string {
    return this.bytes.toString("utf8", from, this.length);
  }
}
