/** Numbers as Java and Trino print and read them. */

/** As CAST to varchar prints a double: always with an exponent (`1.5E0`). */
export function castDouble(value: number): string {
  return scientific(value, value.toExponential());
}

/** As CAST to varchar prints a real, with seven digits. */
export function castReal(value: number): string {
  return scientific(value, value.toExponential(6));
}

function scientific(value: number, text: string): string {
  if (!Number.isFinite(value)) return Number.isNaN(value) ? "NaN" : value < 0 ? "-Infinity" : "Infinity";
  if (value === 0) return Object.is(value, -0) ? "-0E0" : "0E0";
  const [mantissa = "", exponent = "0"] = text.split("e");
  const [whole = "", fraction = ""] = mantissa.split(".");
  return `${whole}.${fraction.replace(/0+$/, "") || "0"}E${Number(exponent)}`;
}

/** `1.0`, `1.0E10`, `NaN`, `-Infinity`. */
export function formatDouble(value: number): string {
  return javaForm(value, String(value));
}

/** As formatDouble, with the digits that a float needs. */
export function formatReal(value: number): string {
  for (let digits = 1; digits < 9; digits++) {
    const text = value.toPrecision(digits);
    if (Math.fround(Number(text)) === value) return javaForm(value, text);
  }
  return javaForm(value, value.toPrecision(9));
}

function javaForm(value: number, shortest: string): string {
  if (!Number.isFinite(value)) return Number.isNaN(value) ? "NaN" : value < 0 ? "-Infinity" : "Infinity";
  if (value === 0) return Object.is(value, -0) ? "-0.0" : "0.0";
  const [mantissa = "", exponentText = "0"] = Number(shortest).toExponential().split("e");
  const sign = mantissa.startsWith("-") ? "-" : "";
  const digits = mantissa.replace(/[-.]/g, "");
  const exponent = Number(exponentText);
  if (exponent < -3 || exponent >= 7) return `${sign}${digits[0]!}.${digits.slice(1) || "0"}E${exponent}`;
  if (exponent < 0) return `${sign}0.${"0".repeat(-exponent - 1)}${digits}`;
  const whole = digits.slice(0, exponent + 1).padEnd(exponent + 1, "0");
  return `${sign}${whole}.${digits.slice(exponent + 1) || "0"}`;
}

/** A text as Java's Double.parseDouble reads it; undefined for what is no number. */
export function parseDouble(text: string): number | undefined {
  const trimmed = text.trim();
  if (/^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?[dDfF]?$/.test(trimmed)) return Number(trimmed.replace(/[dDfF]$/, ""));
  const hex = /^([+-]?)0[xX]([0-9a-fA-F]*)(?:\.([0-9a-fA-F]*))?[pP]([+-]?\d+)[dDfF]?$/.exec(trimmed);
  if (hex !== null && `${hex[2]}${hex[3] ?? ""}` !== "") {
    const digits = Number(BigInt(`0x0${hex[2]}${hex[3] ?? ""}`));
    return (hex[1] === "-" ? -1 : 1) * digits * 2 ** (Number(hex[4]) - 4 * (hex[3] ?? "").length);
  }
  const special = /^([+-]?)(NaN|Infinity)$/.exec(trimmed);
  if (special === null) return undefined;
  return special[2] === "NaN" ? NaN : special[1] === "-" ? -Infinity : Infinity;
}

/** The unscaled digits and scale of a decimal text, exponents included; undefined for what is none. */
export function parseDecimal(text: string): { unscaled: bigint; scale: number } | undefined {
  const match = /^([+-]?)(\d*)(?:\.(\d*))?(?:[eE]([+-]?\d{1,6}))?$/.exec(asciiDigits(text));
  if (match === null) return undefined;
  const [, sign = "", whole = "", fraction = "", exponent = "0"] = match;
  if (whole + fraction === "") return undefined;
  const unscaled = BigInt(whole + fraction);
  return { unscaled: sign === "-" ? -unscaled : unscaled, scale: fraction.length - Number(exponent) };
}

/** Java reads the decimal digits of every script, such as fullwidth ones. */
export function asciiDigits(text: string): string {
  return text.replace(/(?![0-9])\p{Nd}/gu, (digit) => {
    const code = digit.codePointAt(0)!;
    let start = code;
    while (code - start < 9 && /\p{Nd}/u.test(String.fromCodePoint(start - 1))) start--;
    return String(code - start);
  });
}
