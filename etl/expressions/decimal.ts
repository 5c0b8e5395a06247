/** Exact decimal numbers: what a numeral means, without going through a double. */

/** unscaled x 10^-scale */
export interface Decimal {
  readonly unscaled: bigint;
  readonly scale: number;
}

const NUMERAL = /^(-?)(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d+))?$/;
/** Numerals whose point lies further away than this are as good as zero, or beyond every type. */
const FAR = 1000;

/** Reads a JSON number, or a text of one that may have leading zeros; undefined for any other text and huge ones. */
export function parseDecimal(text: string): Decimal | undefined {
  const [, sign, whole, fraction = "", exponent = "0"] = NUMERAL.exec(text) ?? [];
  if (whole === undefined) return undefined;
  const digits = (whole + fraction).replace(/^0+/, "");
  if (digits === "") return { unscaled: 0n, scale: 0 };
  const scale = fraction.length - Number(exponent);
  // the number has digits.length - scale digits before its point
  if (digits.length - scale > FAR) return undefined;
  if (scale - digits.length > FAR) return { unscaled: 0n, scale: 0 };
  const unscaled = BigInt(digits);
  return { unscaled: sign === "-" ? -unscaled : unscaled, scale };
}

/** The nearest multiple of 10^-scale, halves away from zero: its unscaled value. */
export function roundTo(decimal: Decimal, scale: number): bigint {
  const { unscaled } = decimal;
  if (decimal.scale <= scale) return unscaled * 10n ** BigInt(scale - decimal.scale);
  const divisor = 10n ** BigInt(decimal.scale - scale);
  const quotient = unscaled / divisor;
  const rest = unscaled % divisor;
  const twice = (rest < 0n ? -rest : rest) * 2n;
  return twice < divisor ? quotient : quotient + (unscaled < 0n ? -1n : 1n);
}

/** `-12.30` for -1230 and scale 2 */
export function formatDecimal(unscaled: bigint, scale: number): string {
  const digits = (unscaled < 0n ? -unscaled : unscaled).toString().padStart(scale + 1, "0");
  const point = digits.length - scale;
  return `${unscaled < 0n ? "-" : ""}${digits.slice(0, point)}${scale > 0 ? `.${digits.slice(point)}` : ""}`;
}
