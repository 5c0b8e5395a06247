/** Functions of bits, bases and buckets. https://trino.io/docs/current/functions/bitwise.html, https://trino.io/docs/current/functions/math.html */
import { SqlError } from "../syntax/error";
import { scalar } from "./registry";
import type { MapValue } from "../values/value";

const invalid = (text: string): never => {
  throw new SqlError("INVALID_FUNCTION_ARGUMENT", text);
};
const signed = (value: bigint): bigint => BigInt.asIntN(64, value);

scalar("bitwise_and(bigint, bigint): bigint", (a: bigint, b: bigint) => a & b);
scalar("bitwise_or(bigint, bigint): bigint", (a: bigint, b: bigint) => a | b);
scalar("bitwise_xor(bigint, bigint): bigint", (a: bigint, b: bigint) => a ^ b);
scalar("bitwise_not(bigint): bigint", (a: bigint) => ~a);
scalar("bit_count(bigint, bigint): bigint", (value: bigint, bits: bigint) => {
  if (bits < 2n || bits > 64n) invalid(`Bits specified in bit_count must be between 2 and 64, got ${bits}`);
  const most = 1n << (bits - 1n);
  if (value < -most || value >= most)
    invalid(`Number must be representable with the bits specified. ${value} cannot be represented with ${bits} bits`);
  return BigInt([...BigInt.asUintN(Number(bits), value).toString(2)].filter((bit) => bit === "1").length);
});

const WIDTHS = [
  ["tinyint", 8],
  ["smallint", 16],
  ["integer", 32],
  ["bigint", 64],
] as const;

for (const [type, bits] of WIDTHS) {
  const wide = type === "bigint";
  const give = (value: bigint): bigint | number => (wide ? signed(value) : Number(BigInt.asIntN(bits, value)));
  const signature = (name: string): string => `${name}(${type}, integer): ${type}`;
  scalar(signature("bitwise_left_shift"), (value: bigint | number, by: number) =>
    by < 0 || by >= 64 ? give(0n) : give(BigInt(value) << BigInt(by)),
  );
  scalar(signature("bitwise_right_shift"), (value: bigint | number, by: number) =>
    by < 0 || by >= 64 ? give(0n) : give(BigInt.asUintN(bits, BigInt(value)) >> BigInt(by)),
  );
  scalar(signature("bitwise_right_shift_arithmetic"), (value: bigint | number, by: number) =>
    by < 0 || by >= 64 ? give(BigInt(value) < 0n ? -1n : 0n) : give(BigInt(value) >> BigInt(by)),
  );
}

function checkRadix(radix: bigint): number {
  if (radix < 2n || radix > 36n) invalid("Radix must be between 2 and 36");
  return Number(radix);
}

scalar("to_base(bigint, bigint): varchar(64)", (value: bigint, radix: bigint) => value.toString(checkRadix(radix)));
scalar("from_base(varchar(x), bigint): bigint", (text: string, radix: bigint) => {
  const base = checkRadix(radix);
  const wrong = (): never => invalid(`Not a valid base-${base} number: ${text}`);
  const [, sign = "", digits = ""] = /^([+-]?)([0-9a-z]+)$/i.exec(text) ?? wrong();
  let value = 0n;
  for (const digit of digits) {
    const one = parseInt(digit, 36);
    if (one >= base) wrong();
    value = value * radix + BigInt(one);
  }
  if (sign === "-") value = -value;
  return value === signed(value) ? value : wrong();
});

scalar(
  "width_bucket(double, double, double, bigint): bigint",
  (operand: number, from: number, to: number, count: bigint) => {
    if (count <= 0n) invalid("bucketCount must be greater than 0");
    if (Number.isNaN(operand)) invalid("operand must not be NaN");
    if (!Number.isFinite(from)) invalid("first bound must be finite");
    if (!Number.isFinite(to)) invalid("second bound must be finite");
    if (from === to) invalid("bounds cannot equal each other");
    const [lower, upper] = [Math.min(from, to), Math.max(from, to)];
    let bucket: bigint;
    if (operand < lower) bucket = 0n;
    else if (operand >= upper) bucket = count + 1n;
    else bucket = BigInt(Math.trunc((Number(count) * (operand - lower)) / (upper - lower) + 1));
    return from > to ? count - bucket + 1n : bucket;
  },
);
scalar("width_bucket(double, array(double)): bigint", (operand: number, bins: (number | null)[]) => {
  if (bins.length === 0) invalid("Bins cannot be an empty array");
  if (Number.isNaN(operand)) invalid("Operand cannot be NaN");
  let [low, high] = [0, bins.length];
  while (low < high) {
    const first = bins[low];
    const last = bins[high - 1];
    if (first === null || last === null || !Number.isFinite(first) || !Number.isFinite(last))
      invalid("Bin values must be finite");
    if (first! > last!) invalid("Bin values are not sorted in ascending order");
    const middle = (low + high) >> 1;
    if (operand < bins[middle]!) high = middle;
    else low = middle + 1;
  }
  return BigInt(low);
});

scalar("cosine_similarity(map(varchar,double), map(varchar,double)): double", (left: MapValue, right: MapValue) => {
  const values = (map: MapValue): Map<string, number | null> =>
    new Map(map.entries.map(([key, value]) => [key as string, value as number | null]));
  const [a, b] = [values(left), values(right)];
  if ([...a.values(), ...b.values()].includes(null)) return null;
  const norm = (map: Map<string, number | null>): number =>
    Math.sqrt([...map.values()].reduce((sum: number, value) => sum + value! * value!, 0));
  const [normA, normB] = [norm(a), norm(b)];
  if (normA === 0 || normB === 0) return null;
  let dot = 0;
  for (const [key, value] of a) if (b.has(key)) dot += value! * b.get(key)!;
  return dot / (normA * normB);
});

const UNITS = [
  ["week", 604800],
  ["day", 86400],
  ["hour", 3600],
  ["minute", 60],
  ["second", 1],
] as const;

scalar("human_readable_seconds(double): varchar", (seconds: number) => {
  if (!Number.isFinite(seconds))
    invalid(
      `Invalid argument found: ${seconds === Infinity ? "Infinity" : seconds === -Infinity ? "-Infinity" : "NaN"}`,
    );
  let left = Math.floor(Math.abs(seconds) + 0.5);
  const parts: string[] = [];
  for (const [unit, size] of UNITS) {
    const count = Math.floor(left / size);
    left -= count * size;
    if (count > 0) parts.push(`${count} ${unit}${count === 1 ? "" : "s"}`);
  }
  return parts.length === 0 ? "0 seconds" : parts.join(", ");
});

const SIZES = ["", "K", "M", "B", "T", "Q"];

/** `1.23M`, as Trino's web page shows a count. */
function formatCount(value: number): string {
  let size = Math.abs(value);
  let unit = 0;
  while (size >= 1000 && unit < SIZES.length - 1) {
    size /= 1000;
    unit++;
  }
  const digits = size < 10 || size >= 1000 ? 2 : size < 100 ? 1 : 0;
  const text = size
    .toFixed(digits)
    .replace(/(\.\d*?)0+$/, "$1")
    .replace(/\.$/, "");
  return (value < 0 ? "-" : "") + text + SIZES[unit];
}

scalar("format_number(bigint): varchar", (value: bigint) => formatCount(Number(value)));
scalar("format_number(double): varchar", (value: number) => formatCount(value));

const DATA_UNITS: Readonly<Record<string, bigint>> = {
  B: 1n,
  kB: 1n << 10n,
  MB: 1n << 20n,
  GB: 1n << 30n,
  TB: 1n << 40n,
  PB: 1n << 50n,
  EB: 1n << 60n,
  ZB: 1n << 70n,
  YB: 1n << 80n,
};

for (const name of ["parse_data_size", "parse_presto_data_size"])
  scalar(`${name}(varchar(x)): decimal(38,0)`, (text: string) => {
    const match = /^(\d+)(?:\.(\d+))?([A-Za-z]+)$/.exec(text);
    const unit = match === null ? undefined : DATA_UNITS[match[3]!];
    if (match === null || unit === undefined) return invalid(`Invalid data size: '${text}'`);
    const fraction = match[2] ?? "";
    return (BigInt(match[1]! + fraction) * unit) / 10n ** BigInt(fraction.length);
  });

const DURATIONS: Readonly<Record<string, number>> = {
  ns: 1e-6,
  us: 1e-3,
  ms: 1,
  s: 1000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
};

scalar("parse_duration(varchar(x)): interval day to second", (text: string) => {
  const [, number, unit = ""] = /^\s*(\d+(?:\.\d+)?)\s*([A-Za-z]+)\s*$/.exec(text) ?? [];
  const size = DURATIONS[unit];
  if (number === undefined || size === undefined)
    return invalid(`duration is not a valid data duration string: ${text}`);
  return BigInt(Math.round(Number(number) * size));
});
