/** The quotient, rounded down. */
export function floorDiv(a: bigint, b: bigint): bigint {
  const quotient = a / b;
  return a % b !== 0n && a < 0n !== b < 0n ? quotient - 1n : quotient;
}

/** What floorDiv leaves; it has the sign of the divisor. */
export function floorMod(a: bigint, b: bigint): bigint {
  return a - floorDiv(a, b) * b;
}

/** Divides and rounds half away from zero. */
export function divideHalfUp(a: bigint, b: bigint): bigint {
  const quotient = a / b;
  const rest = a % b;
  const double = (rest < 0n ? -rest : rest) * 2n;
  const size = b < 0n ? -b : b;
  if (double < size) return quotient;
  return a < 0n !== b < 0n ? quotient - 1n : quotient + 1n;
}

const POWERS = Array.from({ length: 80 }, (_, i) => 10n ** BigInt(i));

/** 10 to the power of a whole number that is not negative. */
export function powerOf10(exponent: number): bigint {
  return POWERS[exponent] ?? 10n ** BigInt(exponent);
}

/** Digits with the point in its place: `-1.50`. */
export function formatDecimal(unscaled: bigint, scale: number): string {
  const sign = unscaled < 0n ? "-" : "";
  const digits = String(unscaled < 0n ? -unscaled : unscaled).padStart(scale + 1, "0");
  return scale === 0 ? sign + digits : `${sign}${digits.slice(0, -scale)}.${digits.slice(-scale)}`;
}
