/** Digits of a double as DMS writes it: whole numbers of more have an exponent. See docs/sources.md: dms-numbers. */
const DIGITS = 16;

/** A double as JSON, as C's %.16g writes it. */
export function doubleText(value: number): string {
  if (value === 0) return Object.is(value, -0) ? "-0" : "0";
  const [mantissa = "", exponentText = "0"] = value.toExponential(DIGITS - 1).split("e");
  const exponent = Number(exponentText);
  if (exponent >= -4 && exponent < DIGITS) return trimmed(value.toFixed(Math.max(0, DIGITS - 1 - exponent)));
  const sign = exponent < 0 ? "-" : "+";
  return `${trimmed(mantissa)}e${sign}${String(Math.abs(exponent)).padStart(2, "0")}`;
}

/** A whole number as JSON. @param large whether up to 18 digits stay as they are (UseLargeIntegerValue) */
export function integerText(text: string, large: boolean): string {
  const digits = text.replace("-", "").length;
  return digits <= (large ? 18 : DIGITS) ? text : doubleText(Number(text));
}

/** A number with a precision: as it is if a double holds it, without the zeros at its end. */
export function decimalText(text: string, large: boolean): string {
  return text.includes(".") ? doubleText(Number(text)) : integerText(text, large);
}

function trimmed(text: string): string {
  return text.includes(".") ? text.replace(/\.?0+$/, "") : text;
}
