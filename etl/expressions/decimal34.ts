/**
 * Decimals of 34 significant digits, as IoT SQL has them, for what a double cannot stand for.
 * https://docs.aws.amazon.com/iot/latest/developerguide/iot-sql-data-types.html
 */

/** Significant digits of a Decimal. AWS does not document how the last one is rounded; here as IEEE 754's decimal128, half to even. */
const DIGITS = 34;
/** Magnitudes of a Decimal: 1E-999 to 9.99...E999. */
const MAX_EXPONENT = 999;
/** A double stands for any decimal of so many digits: its shortest text is that decimal. */
export const DOUBLE_DIGITS = 15;

/**
 * A Decimal that has more digits than a double stands for, or lies beyond its range. Whole numbers of up to 34 digits are Ints, and
 * decimals of up to 15 digits are doubles, so equal numbers are represented alike.
 */
export class Decimal34 {
  readonly #unscaled: bigint;
  readonly #scale: number;

  /** unscaled x 10^-scale; made by `decimal` only */
  constructor(unscaled: bigint, scale: number) {
    this.#unscaled = unscaled;
    this.#scale = scale;
  }

  get unscaled(): bigint {
    return this.#unscaled;
  }

  /** digits behind the point; may be negative */
  get scale(): number {
    return this.#scale;
  }

  /** The nearest double; infinite beyond its range. */
  toNumber(): number {
    return Number(`${this.#unscaled}e${-this.#scale}`);
  }

  /** The numeral, as JSON has it. */
  toString(): string {
    const sign = this.#unscaled < 0n ? "-" : "";
    const digits = (this.#unscaled < 0n ? -this.#unscaled : this.#unscaled).toString();
    const exponent = digits.length - 1 - this.#scale;
    if (exponent >= -7 && this.#scale >= 0) {
      const padded = digits.padStart(this.#scale + 1, "0");
      const point = padded.length - this.#scale;
      return `${sign}${padded.slice(0, point)}${this.#scale > 0 ? `.${padded.slice(point)}` : ""}`;
    }
    return `${sign}${digits[0]}${digits.length > 1 ? `.${digits.slice(1)}` : ""}e${exponent}`;
  }
}

export type Numeric = number | bigint | Decimal34;

/** A number as unscaled x 10^-scale. */
interface Parts {
  readonly unscaled: bigint;
  readonly scale: number;
}

const SHORT_LIMIT = 10n ** BigInt(DOUBLE_DIGITS);

/** 10^exponent, of which small ones are asked for all the time. */
const POWERS = Array.from({ length: 80 }, (_, exponent) => 10n ** BigInt(exponent));
function power(exponent: number): bigint {
  return POWERS[exponent] ?? 10n ** BigInt(exponent);
}

/** The number in its usual representation, rounded to 34 digits; Undefined beyond the magnitudes of a Decimal. */
export function decimal(unscaled: bigint, scale: number): Numeric | undefined {
  if (unscaled === 0n) return 0;
  const size = digitsOf(unscaled);
  if (size > DIGITS) {
    unscaled = rounded(unscaled, size - DIGITS);
    scale -= size - DIGITS;
  }
  // zeros at the end mean nothing
  while (unscaled % 10n === 0n && scale > 0) {
    unscaled /= 10n;
    scale--;
  }
  if (scale <= 0 && digitsOf(unscaled) - scale <= DIGITS) return whole(unscaled * power(-scale));
  while (unscaled % 10n === 0n) {
    unscaled /= 10n;
    scale--;
  }
  const exponent = digitsOf(unscaled) - 1 - scale;
  if (exponent > MAX_EXPONENT) return undefined;
  if (exponent < -MAX_EXPONENT) return 0;
  if (unscaled < SHORT_LIMIT && unscaled > -SHORT_LIMIT && exponent > -300 && exponent < 300)
    return scale >= 0 && scale <= 22 ? Number(unscaled) / 10 ** scale : Number(`${unscaled}e${-scale}`);
  return new Decimal34(unscaled, scale);
}

function whole(value: bigint): number | bigint {
  return value >= -9007199254740991n && value <= 9007199254740991n ? Number(value) : value;
}

function digitsOf(value: bigint): number {
  return value.toString().length - (value < 0n ? 1 : 0);
}

/** Cuts so many digits off, half to even. */
function rounded(value: bigint, digits: number): bigint {
  const divisor = power(digits);
  const quotient = value / divisor;
  const rest = value - quotient * divisor;
  const twice = (rest < 0n ? -rest : rest) * 2n;
  if (twice < divisor || (twice === divisor && quotient % 2n === 0n)) return quotient;
  return quotient + (value < 0n ? -1n : 1n);
}

const NUMERAL = /^(-?)(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d+))?$/;

/** A numeral in its usual representation; Undefined for one beyond the magnitudes of a Decimal. */
export function parseNumeral(text: string): Numeric | undefined {
  const [, sign, integer = "0", fraction = "", exponent = "0"] = NUMERAL.exec(text) ?? [];
  const digits = (integer + fraction).replace(/^0+/, "");
  if (digits === "") return 0;
  const scale = fraction.length - Number(exponent);
  const magnitude = digits.length - 1 - scale;
  if (magnitude > MAX_EXPONENT) return undefined;
  if (magnitude < -MAX_EXPONENT) return 0;
  const unscaled = BigInt(digits);
  return decimal(sign === "-" ? -unscaled : unscaled, scale);
}

/**
 * A double as the decimal that it stands for, when that has at most 15 digits; undefined for one with more, which only functions of
 * double precision yield. Its arithmetic stays that of doubles.
 */
function shortParts(value: number): Parts | undefined {
  if (Number.isSafeInteger(value)) return { unscaled: BigInt(value), scale: 0 };
  const scale = DOUBLE_DIGITS - 1 - Math.floor(Math.log10(Math.abs(value)));
  if (scale >= 0 && scale <= 22) {
    const scaled = Math.round(value * 10 ** scale);
    if (Math.abs(scaled) <= 1e15 && scaled / 10 ** scale === value) return { unscaled: BigInt(scaled), scale };
  }
  return partsOfText(value);
}

function partsOfText(value: number): Parts | undefined {
  const [mantissa = "", exponent = "0"] = String(value).split("e");
  const [integer = "", fraction = ""] = mantissa.split(".");
  const digits = integer + fraction;
  if (digits.replace(/^-?0*/, "").length > DOUBLE_DIGITS) return undefined;
  return { unscaled: BigInt(digits), scale: fraction.length - Number(exponent) };
}

/** What a number stands for; undefined for a result of double precision. */
function partsOf(value: Numeric): Parts | undefined {
  if (typeof value === "bigint") return { unscaled: value, scale: 0 };
  return typeof value === "number" ? shortParts(value) : value;
}

/** As `partsOf`, for an operand beside one that is no double: by its shortest text. */
function exactParts(value: Numeric): Parts {
  const parts = partsOf(value);
  if (parts !== undefined) return parts;
  const [mantissa = "", exponent = "0"] = String(value).split("e");
  const [integer = "", fraction = ""] = mantissa.split(".");
  return { unscaled: BigInt(integer + fraction), scale: fraction.length - Number(exponent) };
}

type Exact = (a: Parts, b: Parts) => Numeric | undefined;

/** Applies an exact operator, or one of doubles when both are doubles and one is of double precision. */
function apply(a: Numeric, b: Numeric, exact: Exact, double: (a: number, b: number) => number): Numeric | undefined {
  if (typeof a === "number" && typeof b === "number") {
    const x = partsOf(a);
    const y = x && partsOf(b);
    if (x === undefined || y === undefined) {
      const result = double(a, b);
      return Number.isFinite(result) ? result + 0 : undefined;
    }
    return exact(x, y);
  }
  return exact(exactParts(a), exactParts(b));
}

/** Both at the scale of the finer one; undefined when they are so far apart that the smaller one is as good as nothing. */
function aligned(a: Parts, b: Parts): { a: bigint; b: bigint; scale: number } {
  const scale = Math.max(a.scale, b.scale);
  return { a: a.unscaled * power(scale - a.scale), b: b.unscaled * power(scale - b.scale), scale };
}

/** The sum to 34 digits. */
export function addExactly(a: Numeric, b: Numeric): Numeric | undefined {
  return apply(
    a,
    b,
    (x, y) => {
      const both = aligned(x, y);
      return decimal(both.a + both.b, both.scale);
    },
    (x, y) => x + y,
  );
}

/** The difference to 34 digits. */
export function subtractExactly(a: Numeric, b: Numeric): Numeric | undefined {
  return apply(
    a,
    b,
    (x, y) => {
      const both = aligned(x, y);
      return decimal(both.a - both.b, both.scale);
    },
    (x, y) => x - y,
  );
}

/** The product to 34 digits. */
export function multiplyExactly(a: Numeric, b: Numeric): Numeric | undefined {
  return apply(
    a,
    b,
    (x, y) => decimal(x.unscaled * y.unscaled, x.scale + y.scale),
    (x, y) => x * y,
  );
}

/** The quotient to 34 digits; Undefined for a divisor of 0. */
export function divideExactly(a: Numeric, b: Numeric): Numeric | undefined {
  return apply(
    a,
    b,
    (x, y) => {
      if (y.unscaled === 0n) return undefined;
      // three digits more than are kept, and a last one that tells a tie from more than one
      const shift = Math.max(0, DIGITS + 3 + digitsOf(y.unscaled) - digitsOf(x.unscaled));
      const dividend = x.unscaled * power(shift);
      const quotient = dividend / y.unscaled;
      const sticky = quotient * y.unscaled === dividend ? 0n : dividend < 0n === y.unscaled < 0n ? 1n : -1n;
      return decimal(quotient * 10n + sticky, x.scale - y.scale + shift + 1);
    },
    (x, y) => (y === 0 ? NaN : x / y),
  );
}

/** The remainder, with the sign of the dividend; Undefined for a divisor of 0. */
export function remainderExactly(a: Numeric, b: Numeric): Numeric | undefined {
  return apply(
    a,
    b,
    (x, y) => {
      if (y.unscaled === 0n) return undefined;
      const both = aligned(x, y);
      return decimal(both.a % both.b, both.scale);
    },
    (x, y) => x % y,
  );
}

/** -1, 0 or 1. */
export function compareExactly(a: Numeric, b: Numeric): number {
  if (!(a instanceof Decimal34) && !(b instanceof Decimal34)) return a < b ? -1 : a > b ? 1 : 0;
  const both = aligned(exactParts(a), exactParts(b));
  return both.a < both.b ? -1 : both.a > both.b ? 1 : 0;
}

/** Cuts to so many places behind the point; towards `-Infinity` for "floor", away from it for "ceil", to the nearest for "round". */
export function roundTo(
  value: Decimal34,
  places: number,
  how: "cut" | "floor" | "ceil" | "round",
): Numeric | undefined {
  const { unscaled, scale } = value;
  if (scale <= places) return value;
  const divisor = power(scale - places);
  const cut = unscaled / divisor;
  const rest = unscaled - cut * divisor;
  const sign = unscaled < 0n ? -1n : 1n;
  const away =
    how === "round"
      ? rest * sign * 2n >= divisor
      : rest !== 0n && ((how === "floor" && sign < 0n) || (how === "ceil" && sign > 0n));
  return decimal(away ? cut + sign : cut, places);
}

/** The number with the other sign. */
export function negateDecimal(value: Decimal34): Decimal34 {
  return new Decimal34(-value.unscaled, value.scale);
}
