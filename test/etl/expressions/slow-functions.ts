/** The functions of IoT SQL for the slow evaluator, from their descriptions (https://docs.aws.amazon.com/iot/latest/developerguide/iot-sql-functions.html). */
import type { Value } from "../../../etl/expressions";
import {
  bool,
  made,
  num,
  ofExact,
  tag,
  text,
  truth,
  UNDEFINED,
  untag,
  wholeOf,
  type Num,
  type Slow,
} from "./slow-values";

const DOUBLES: Readonly<Record<string, (...x: number[]) => number>> = {
  acos: Math.acos,
  asin: Math.asin,
  atan: Math.atan,
  atan2: Math.atan2,
  cos: Math.cos,
  cosh: Math.cosh,
  exp: Math.exp,
  ln: Math.log,
  log: Math.log10,
  power: Math.pow,
  sin: Math.sin,
  sinh: Math.sinh,
  sqrt: Math.sqrt,
  tan: Math.tan,
  tanh: Math.tanh,
};

export const DOUBLE_PRECISION: ReadonlySet<string> = new Set(Object.keys(DOUBLES));

const ofText = (value: string): Slow => ({ type: "String", value });
const ofInt = (value: number | bigint): Slow => made(false, BigInt(value), NaN);
const ofDouble = (value: number): Slow => made(true, wholeOf(value + 0), value);

/** The next whole number in a direction, of a double of any size. */
function wholePart(x: Num, round: (magnitude: number, rest: number, negative: boolean) => number): Slow {
  if (x.whole !== undefined) return ofInt(x.whole);
  if (x.long) {
    const size = x.exact.abs();
    const more = round(0, size.minus(size.trunc()).toNumber(), x.exact.isNegative());
    const whole = BigInt(size.trunc().toFixed(0)) + BigInt(more);
    return ofInt(x.exact.isNegative() ? -whole : whole);
  }
  const size = Math.abs(x.double);
  const magnitude = size - (size % 1);
  return ofInt(BigInt(round(magnitude, size % 1, x.double < 0)) * (x.double < 0 ? -1n : 1n));
}

/** Cuts a number's decimal text to places behind the point. */
function cut(x: Num, places: number): Slow {
  if (x.long) return ofExact(true, x.exact.toDecimalPlaces(Math.min(34, Math.max(0, Math.floor(places))), 1));
  if (x.whole !== undefined || x.double % 1 === 0) return made(x.decimal, x.whole, x.double);
  const [digits, exponent = "0"] = x.double.toString().replace(/^-/, "").split("e") as [string, string?];
  const [whole, fraction = ""] = digits.split(".") as [string, string?];
  const shift = Number(exponent);
  const all = "0".repeat(400) + whole + fraction + "0".repeat(400);
  const point = 400 + whole.length + shift;
  const kept = `${all.slice(0, point)}.${all.slice(point, point + Math.min(34, Math.max(0, Math.floor(places))))}`;
  return ofDouble(Number(kept) * (x.double < 0 ? -1 : 1));
}

/** A number among arguments, without the mark of a Decimal. */
function numbers(args: readonly Slow[]): Num[] | undefined {
  const found = args.map(num);
  return found.some((one) => one === undefined) ? undefined : (found as Num[]);
}

function mathCall(name: string, args: readonly Slow[]): Slow {
  const all = numbers(args);
  if (all === undefined) return UNDEFINED;
  const [x, y] = all as [Num, Num];
  const double = DOUBLES[name];
  if (double !== undefined)
    return ofDouble(double(...all.map((one) => (one.whole === undefined ? one.double : Number(one.whole)))));
  switch (name) {
    case "abs":
      if (x.long) return ofExact(true, x.exact.abs());
      return made(x.decimal, x.whole === undefined ? undefined : x.whole < 0n ? -x.whole : x.whole, Math.abs(x.double));
    case "sign":
      return ofInt(x.exact.isZero() ? 0 : x.exact.isNegative() ? -1 : 1);
    case "ceil":
      return wholePart(x, (magnitude, rest, negative) => magnitude + (rest > 0 && !negative ? 1 : 0));
    case "floor":
      return wholePart(x, (magnitude, rest, negative) => magnitude + (rest > 0 && negative ? 1 : 0));
    case "round":
      return wholePart(x, (magnitude, rest) => magnitude + (rest >= 0.5 ? 1 : 0));
    case "trunc":
      return cut(x, y.double);
    default:
      return remainderOf(x, y);
  }
}

/** The remainder, which has the dividend's sign. */
export function remainderOf(x: Num, y: Num): Slow {
  if (y.exact.isZero()) return UNDEFINED;
  const decimal = x.decimal || y.decimal;
  if (x.whole !== undefined && y.whole !== undefined) return made(decimal, x.whole % y.whole, NaN);
  if ((x.rough || y.rough) && isDouble(x) && isDouble(y)) return made(decimal, undefined, x.double % y.double);
  return ofExact(decimal, x.exact.minus(y.exact.times(x.exact.div(y.exact).trunc())));
}

/** Whether it is kept as a double. */
export function isDouble(x: Num): boolean {
  return !x.long && (x.whole === undefined || Number.isSafeInteger(x.double));
}

/** How many arguments in front are texts. */
const TEXTS: Readonly<Record<string, (...texts: string[]) => Slow>> = {
  lower: (value) => ofText(value.toLowerCase()),
  upper: (value) => ofText(value.toUpperCase()),
  trim: (value) => ofText(value.replace(/^\s+|\s+$/g, "")),
  ltrim: (value) => ofText(value.replace(/^\s+/, "")),
  rtrim: (value) => ofText(value.replace(/\s+$/, "")),
  length: (value) => ofInt(value.split("").length),
  indexof: (value, part) => {
    for (let at = 0; at <= value.length - part.length; at++)
      if (value.slice(at, at + part.length) === part) return ofInt(at);
    return ofInt(-1);
  },
  startswith: (value, part) => bool(value.slice(0, part.length) === part),
  endswith: (value, part) => bool(part === "" || value.slice(-part.length) === part),
  regexp_matches: (value, pattern) => {
    const regexp = regular(pattern);
    return regexp === undefined ? UNDEFINED : bool(regexp.test(value));
  },
  regexp_substr: (value, pattern) => {
    const found = regular(pattern)?.exec(value);
    return found ? ofText(found[0]) : UNDEFINED;
  },
  replace: (value, part, other) => ofText(part === "" ? value : value.split(part).join(other)),
  regexp_replace: (value, pattern, other) => {
    const regexp = regular(pattern, "g");
    return regexp === undefined ? UNDEFINED : ofText(value.replace(regexp, other));
  },
  numbytes: (value) => ofInt(new TextEncoder().encode(value).length),
};

function regular(pattern: string, more = ""): RegExp | undefined {
  try {
    return new RegExp(pattern, `u${more}`);
  } catch {
    return undefined;
  }
}

function concat(args: readonly Slow[]): Slow {
  if (args.some(({ type }) => type === "Array")) {
    const kept = args.filter(({ type }) => type !== "Undefined");
    return { type: "Array", value: kept.flatMap((arg) => (arg.type === "Array" ? arg.value : [untag(arg)])) };
  }
  const parts = args.map(text);
  return args.length === 0 || parts.includes(undefined) ? UNDEFINED : ofText(parts.join(""));
}

function substring(value: string | undefined, args: readonly Slow[]): Slow {
  const bounds = numbers(args.slice(1));
  if (value === undefined || bounds === undefined) return UNDEFINED;
  const [from, to = value.length] = bounds.map(({ double }) => Math.floor(double)) as [number, number?];
  return ofText(
    value
      .split("")
      .filter((_, at) => at >= from && at < to)
      .join(""),
  );
}

function pad(args: readonly Slow[], left: boolean): Slow {
  const [value, count] = [text(args[0] as Slow), num(args[1] as Slow)?.double];
  if (value === undefined || count === undefined) return UNDEFINED;
  let spaces = "";
  while (spaces.length + 1 <= count && spaces.length < 1000) spaces += " ";
  return ofText(left ? spaces + value : value + spaces);
}

/** The standard conversion to an Int. */
function place(key: Slow): number | undefined {
  const number = num(key)?.double;
  if (number === undefined) return undefined;
  return key.type === "String" ? Math.trunc(number) : Math.sign(number) * Math.floor(Math.abs(number) + 0.5);
}

function get(container: Slow, key: Slow): Slow {
  const at = place(key);
  if (container.type === "String") return at === undefined ? UNDEFINED : tag(container.value[at]);
  if (container.type === "Array") return at === undefined ? UNDEFINED : tag(container.value[at]);
  if (container.type !== "Object" || key.type !== "String") return UNDEFINED;
  const entry = Object.entries(container.value).find(([name]) => name === key.value);
  return entry === undefined ? UNDEFINED : tag(entry[1] as Value);
}

function cast(value: Slow, type: string): Slow {
  if (type === "string") {
    const result = text(value);
    return result === undefined ? UNDEFINED : ofText(result);
  }
  if (type === "boolean" || type === "bool") {
    if (value.type === "Int" || value.type === "Decimal") return bool(num(value)?.exact.isZero() === false);
    return bool(truth(value));
  }
  if (value.type === "Boolean") return made(type === "decimal", value.value ? 1n : 0n, NaN);
  const x = num(value);
  if (x === undefined) return UNDEFINED;
  if (type === "decimal") return x.rough ? made(true, x.whole, x.double) : ofExact(true, x.exact);
  // a text is cut, a number rounded
  return wholePart(x, (magnitude, rest) => magnitude + (value.type !== "String" && rest >= 0.5 ? 1 : 0));
}

/** What a function yields. With `decimal` a whole number keeps the mark of a Decimal where its table says so. */
export function slowCall(name: string, args: readonly Slow[]): Slow {
  const [first = UNDEFINED, second = UNDEFINED] = args;
  const ofTexts = TEXTS[name];
  if (ofTexts !== undefined) {
    const texts = args.map(text);
    return texts.includes(undefined) ? UNDEFINED : ofTexts(...(texts as string[]));
  }
  switch (name) {
    case "isnull":
      return bool(first.type === "Null");
    case "isundefined":
      return bool(first.type === "Undefined");
    case "nanvl":
      return first.type === "Undefined" || first.type === "Null" ? second : first;
    case "get":
      return get(first, second);
    case "concat":
      return concat(args);
    case "substring":
      return substring(text(first), args);
    case "lpad":
    case "rpad":
      return pad(args, name === "lpad");
    case "chr": {
      const code = num(first)?.double;
      return code === undefined || code < 0 || code >= 128 ? UNDEFINED : ofText(String.fromCodePoint(Math.floor(code)));
    }
    case "cast":
      return cast(first, (second as Slow & { type: "String" }).value);
    default:
      return mathCall(name, args);
  }
}
