import { createHash, randomUUID } from "node:crypto";
import {
  functionTable,
  MATH_FUNCTIONS,
  member,
  toNumber,
  toText,
  type FunctionSpec,
  type FunctionTable,
  type Value,
} from "../../etl/expressions";
import { toBoolean, toDouble } from "../../etl/expressions/values";
import { parseTimestampFormat, timestampWriter } from "../../etl";

/** What a rule's expressions can know besides the message. */
export interface RuleContext {
  topic: string;
  clientId: string;
  principal: string;
  account: string;
  traceId: string;
  /** ms since 1970-01-01 UTC, of the local clock */
  time: number;
  /** the payload, if the statement looks into it */
  message: Value;
}

type Spec = FunctionSpec<RuleContext>;
type Entry = readonly [string, Spec];

function define(
  signature: string,
  min: number,
  max: number,
  result: Spec["result"],
  evaluate: Spec["evaluate"],
): Entry {
  return [signature.slice(0, signature.indexOf("(")), { signature, min, max, result, evaluate }];
}

/** A function of texts: an argument that has no text makes it Undefined. */
function ofTexts(signature: string, min: number, max: number, evaluate: (...texts: string[]) => Value): Entry {
  return define(signature, min, max, "String", (args) => {
    const texts = args.map(toText);
    return texts.includes(undefined) ? undefined : evaluate(...(texts as string[]));
  });
}

function ofNumbers(signature: string, count: number, evaluate: (...numbers: number[]) => Value): Entry {
  return define(signature, count, count, "Decimal", (args) => {
    const numbers = args.map(toDouble);
    return numbers.includes(undefined) ? undefined : evaluate(...(numbers as number[]));
  });
}

const CONTEXT: Entry[] = [
  define("topic(n)", 0, 1, "String", ([n], { topic }) => {
    if (n === undefined) return topic;
    const level = toDouble(n);
    return level === undefined ? undefined : topic.split("/")[level - 1];
  }),
  define("timestamp()", 0, 0, "Int", (_, { time }) => Math.floor(time)),
  define("clientid()", 0, 0, "String", (_, { clientId }) => clientId),
  define("principal()", 0, 0, "String", (_, { principal }) => principal),
  define("accountid()", 0, 0, "String", (_, { account }) => account),
  define("traceid()", 0, 0, "String", (_, { traceId }) => traceId),
  define("newuuid()", 0, 0, "String", () => randomUUID()),
  define("sql_version()", 0, 0, "String", () => "2016-03-23"),
];

const TEXTS: Entry[] = [
  ofTexts("concat(a, ...)", 1, 50, (...texts) => texts.join("")),
  ofTexts("lower(s)", 1, 1, (s) => s!.toLowerCase()),
  ofTexts("upper(s)", 1, 1, (s) => s!.toUpperCase()),
  ofTexts("trim(s)", 1, 1, (s) => s!.trim()),
  ofTexts("ltrim(s)", 1, 1, (s) => s!.trimStart()),
  ofTexts("rtrim(s)", 1, 1, (s) => s!.trimEnd()),
  ofTexts("length(s)", 1, 1, (s) => s!.length),
  ofTexts("numbytes(s)", 1, 1, (s) => Buffer.byteLength(s!)),
  ofTexts("indexof(s, part)", 2, 2, (s, part) => s!.indexOf(part!)),
  ofTexts("startswith(s, part)", 2, 2, (s, part) => s!.startsWith(part!)),
  ofTexts("endswith(s, part)", 2, 2, (s, part) => s!.endsWith(part!)),
  ofTexts("replace(s, part, by)", 3, 3, (s, part, by) => s!.replaceAll(part!, by!)),
  ofTexts("substring(s, start, end)", 2, 3, (s, start, end) =>
    s!.substring(Number(start), end === undefined ? undefined : Number(end)),
  ),
  ofTexts("lpad(s, n)", 2, 2, (s, n) => " ".repeat(Math.min(1000, Math.max(0, Number(n)))) + s!),
  ofTexts("rpad(s, n)", 2, 2, (s, n) => s! + " ".repeat(Math.min(1000, Math.max(0, Number(n))))),
  ofTexts("regexp_matches(s, pattern)", 2, 2, (s, pattern) => regexp(pattern!).test(s!)),
  ofTexts("regexp_replace(s, pattern, by)", 3, 3, (s, pattern, by) => s!.replace(regexp(pattern!, "g"), by!)),
  ofTexts("regexp_substr(s, pattern)", 2, 2, (s, pattern) => regexp(pattern!).exec(s!)?.[0]),
  ofTexts("chr(n)", 1, 1, (n) => (Number(n) > 0 && Number(n) <= 0x10ffff ? String.fromCodePoint(Number(n)) : "")),
  ...["md5", "sha1", "sha224", "sha256", "sha384", "sha512"].map((name) =>
    ofTexts(`${name}(s)`, 1, 1, (s) => createHash(name).update(s!).digest("hex")),
  ),
  define("encode(x, 'base64')", 2, 2, "String", ([x, scheme]) =>
    scheme === "base64" ? Buffer.from(toText(x) ?? "").toString("base64") : undefined,
  ),
  define("decode(x, 'base64')", 2, 2, "String", ([x, scheme]) =>
    scheme === "base64" && typeof x === "string" ? Buffer.from(x, "base64").toString("utf8") : undefined,
  ),
];

const NUMBERS: Entry[] = [
  ofNumbers("floor(x)", 1, (x) => Math.floor(x)),
  ofNumbers("remainder(a, b)", 2, (a, b) => (b === 0 ? undefined : a! % b!)),
  ofNumbers("bitand(a, b)", 2, (a, b) => Number(BigInt.asIntN(64, BigInt(Math.trunc(a!)) & BigInt(Math.trunc(b!))))),
  ofNumbers("bitor(a, b)", 2, (a, b) => Number(BigInt.asIntN(64, BigInt(Math.trunc(a!)) | BigInt(Math.trunc(b!))))),
  ofNumbers("bitxor(a, b)", 2, (a, b) => Number(BigInt.asIntN(64, BigInt(Math.trunc(a!)) ^ BigInt(Math.trunc(b!))))),
  define("rand()", 0, 0, "Decimal", () => Math.random()),
];

const VALUES: Entry[] = [
  define("get(container, key)", 2, 2, "Any", ([container, key]) => {
    if (typeof container === "string") return typeof key === "number" ? container[key] : undefined;
    return member(container, typeof key === "number" ? key : (toText(key) ?? ""));
  }),
  define("isnull(x)", 1, 1, "Boolean", ([x]) => x === null),
  define("isundefined(x)", 1, 1, "Boolean", ([x]) => x === undefined),
  define("cast(x AS type)", 2, 2, "Any", ([x, type]) => cast(x, String(type))),
];

const TIMES: Entry[] = [
  define("parse_time(pattern, ms)", 2, 2, "String", ([pattern, ms]) => {
    const time = toDouble(ms);
    return typeof pattern === "string" && time !== undefined ? timestampWriter(pattern)(time) : undefined;
  }),
  define("time_to_epoch(text, pattern)", 2, 2, "Int", ([text, pattern]) =>
    typeof text === "string" && typeof pattern === "string" ? parseTimestampFormat(pattern).parse(text) : undefined,
  ),
];

/** The functions of rule SQL that the local cloud runs; any other is refused by name when the program is loaded. */
export const RULE_FUNCTIONS: FunctionTable<RuleContext> = functionTable<RuleContext>(
  MATH_FUNCTIONS as FunctionTable<RuleContext>,
  CONTEXT,
  TEXTS,
  NUMBERS,
  VALUES,
  TIMES,
);

function cast(value: Value, type: string): Value {
  switch (type) {
    case "string":
      return toText(value);
    case "int":
    case "integer": {
      if (typeof value === "boolean") return value ? 1 : 0;
      const number = toNumber(value);
      // Decimals are rounded, texts cut (building blocks 1.5).
      return typeof number !== "number" ? number : typeof value === "string" ? Math.trunc(number) : Math.round(number);
    }
    case "decimal":
      return typeof value === "boolean" ? (value ? 1 : 0) : toNumber(value);
    case "boolean":
    case "bool": {
      const number = typeof value === "number" ? value : undefined;
      return number === undefined ? toBoolean(value) : number !== 0;
    }
    default:
      return undefined;
  }
}

const patterns = new Map<string, RegExp>();

function regexp(pattern: string, flags = ""): RegExp {
  const key = `${flags}/${pattern}`;
  let compiled = patterns.get(key);
  if (compiled === undefined) {
    compiled = new RegExp(pattern, flags);
    patterns.set(key, compiled);
  }
  compiled.lastIndex = 0;
  return compiled;
}
