/**
 * IoT SQL's functions over texts and values that depend on nothing but their arguments. Numbers
 * and Booleans become texts, arrays and objects their JSON; Null and Undefined arguments yield Undefined.
 */
import type { Node } from "./ast";
import { Decimal34 } from "./decimal34";
import { bounded } from "../regex/bounded";
import { javaPattern, javaReplace, RegexError, type JavaPattern } from "./java-regex";
import { functionTable, type FunctionSpec, type ResultType } from "./functions";
import {
  elementOf,
  isArray,
  toBoolean,
  toDouble,
  toExact,
  toInt,
  toText,
  wholeNumber,
  wholeOf,
  type Value,
} from "./values";
import { MATH_FUNCTIONS } from "./math-functions";

type Entry = readonly [string, FunctionSpec];

function ofTexts(
  signature: string,
  result: ResultType,
  count: number,
  apply: (...texts: string[]) => Value,
  check?: FunctionSpec["check"],
): Entry {
  const evaluate = (args: readonly Value[]): Value => {
    const texts: string[] = [];
    for (const arg of args) {
      const text = toText(arg);
      if (text === undefined) return undefined;
      texts.push(text);
    }
    return apply(...texts);
  };
  const name = signature.slice(0, signature.indexOf("("));
  return [name, { min: count, max: count, signature, result, takes: "texts", evaluate, check }];
}

const patterns = new Map<string, JavaPattern | undefined>();

/** The compiled form of a regular expression; undefined when it is none. The latest hundred are kept. */
function regularExpression(source: string): JavaPattern | undefined {
  let pattern = patterns.get(source);
  if (pattern === undefined && !patterns.has(source)) {
    try {
      pattern = javaPattern(source);
    } catch (error) {
      if (!(error instanceof SyntaxError)) throw error;
      pattern = undefined;
    }
    if (patterns.size >= 100) patterns.clear();
    patterns.set(source, pattern);
  }
  return pattern;
}

function checkPattern(args: readonly Node[]): string | undefined {
  const pattern = args[1];
  if (pattern?.kind !== "string") return undefined;
  try {
    javaPattern(pattern.value);
    return undefined;
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    return error instanceof RegexError
      ? `the regular expression '${pattern.value}' cannot be used: ${error.message}`
      : `'${pattern.value}' is not a regular expression`;
  }
}

/** Spaces that padding adds at most. */
const MOST_SPACES = 1000;

function padding(name: string, left: boolean): Entry {
  return [
    name,
    {
      min: 2,
      max: 2,
      signature: `${name}(text, spaces)`,
      result: "String",
      evaluate: ([first, second]) => {
        const text = toText(first);
        const count = toDouble(second);
        if (text === undefined || count === undefined) return undefined;
        const spaces = " ".repeat(Math.min(MOST_SPACES, Math.max(0, Math.floor(count))));
        return left ? spaces + text : text + spaces;
      },
    },
  ];
}

/** Places before the text's begin are its begin, those behind its end are its end. */
function substring(text: string, from: Value, to: Value, hasEnd: boolean): Value {
  const start = toDouble(from);
  const end = hasEnd ? toDouble(to) : text.length;
  if (start === undefined || end === undefined) return undefined;
  const first = Math.max(0, Math.floor(start));
  const last = Math.max(0, Math.floor(end));
  return first >= last ? "" : text.slice(first, last);
}

/** Arrays as soon as one argument is one: the elements of arrays, and the other arguments. Else texts. */
function concat(args: readonly Value[]): Value {
  if (args.some(isArray)) return args.flatMap((arg) => (isArray(arg) ? arg : arg === undefined ? [] : [arg]));
  let result = "";
  for (const arg of args) {
    const text = toText(arg);
    if (text === undefined) return undefined;
    result += text;
  }
  return result;
}

/** What an expression finds in a text; Undefined without either. @throws RegexTooSlow */
function matching<T>(pattern: unknown, text: unknown, find: (regexp: RegExp) => T): T | undefined {
  const regexp = regularExpression(pattern as string)?.regexp;
  return regexp === undefined ? undefined : bounded(regexp, text as string, () => find(regexp), pattern as string);
}

/** A text that grows with the square of the message may be longer than any text can be: then it is Undefined. */
function withinLength(make: () => string | undefined): string | undefined {
  try {
    return make();
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

/** What the filter language needs beside the math functions. */
const TEXTS: readonly Entry[] = [
  ofTexts("lower(text)", "String", 1, (text) => text?.toLowerCase()),
  ofTexts("upper(text)", "String", 1, (text) => text?.toUpperCase()),
  ofTexts("trim(text)", "String", 1, (text) => text?.trim()),
  ofTexts("ltrim(text)", "String", 1, (text) => text?.trimStart()),
  ofTexts("rtrim(text)", "String", 1, (text) => text?.trimEnd()),
  ofTexts("length(text)", "Int", 1, (text) => text?.length),
  ofTexts("indexof(text, part)", "Int", 2, (text, part) => text?.indexOf(part as string)),
  ofTexts("startswith(text, part)", "Boolean", 2, (text, part) => text?.startsWith(part as string)),
  ofTexts("endswith(text, part)", "Boolean", 2, (text, part) => text?.endsWith(part as string)),
  ofTexts(
    "regexp_matches(text, pattern)",
    "Boolean",
    2,
    (text, pattern) => matching(pattern, text, (regexp) => regexp.test(text as string)),
    checkPattern,
  ),
  ofTexts(
    "regexp_substr(text, pattern)",
    "String",
    2,
    (text, pattern) => matching(pattern, text, (regexp) => regexp.exec(text as string)?.[0]),
    checkPattern,
  ),
  [
    "concat",
    { min: 1, max: Infinity, signature: "concat(a, b, ...)", result: "Any", evaluate: (args) => concat(args) },
  ],
  [
    "substring",
    {
      min: 2,
      max: 3,
      signature: "substring(text, start, end)",
      result: "String",
      evaluate: (args) => {
        const text = toText(args[0]);
        return text === undefined ? undefined : substring(text, args[1], args[2], args.length === 3);
      },
    },
  ],
];

const VALUES: readonly Entry[] = [
  ["isnull", { min: 1, max: 1, signature: "isNull(x)", result: "Boolean", evaluate: ([x]) => x === null }],
  [
    "isundefined",
    { min: 1, max: 1, signature: "isUndefined(x)", result: "Boolean", evaluate: ([x]) => x === undefined },
  ],
  ["nanvl", { min: 2, max: 2, signature: "nanvl(x, otherwise)", result: "Any", evaluate: ([x, other]) => x ?? other }],
  [
    "get",
    {
      min: 2,
      max: 2,
      signature: "get(container, key)",
      result: "Any",
      evaluate: ([container, key]) => elementOf(container, key),
    },
  ],
];

/** IoT SQL's further pure functions. */
const MORE: readonly Entry[] = [
  padding("lpad", true),
  padding("rpad", false),
  ofTexts("replace(text, part, other)", "String", 3, (text, part, other) =>
    part === "" ? text : withinLength(() => (text as string).split(part as string).join(other as string)),
  ),
  ofTexts(
    "regexp_replace(text, pattern, other)",
    "String",
    3,
    (text, pattern, other) => {
      const expression = regularExpression(pattern as string);
      return (
        expression &&
        withinLength(() =>
          bounded(
            expression.regexp,
            text as string,
            () => javaReplace(text as string, expression, other as string),
            pattern as string,
          ),
        )
      );
    },
    checkPattern,
  ),
  ofTexts("numbytes(text)", "Int", 1, (text) => Buffer.byteLength(text as string)),
  [
    "chr",
    {
      min: 1,
      max: 1,
      signature: "chr(code)",
      result: "String",
      evaluate: ([code]) => {
        const point = toDouble(code);
        return point !== undefined && point >= 0 && point < 128 ? String.fromCodePoint(Math.floor(point)) : undefined;
      },
    },
  ],
  [
    "floor",
    {
      min: 1,
      max: 1,
      signature: "floor(x)",
      result: "Int",
      evaluate: ([x]) => {
        const number = toExact(x);
        if (number instanceof Decimal34) return wholeOf(number, "floor");
        return typeof number === "number" ? wholeNumber(Math.floor(number)) : number;
      },
    },
  ],
  [
    "cast",
    {
      min: 2,
      max: 2,
      signature: "cast(x AS type)",
      result: "Any",
      yieldsDecimal: ([, type]) => CAST_TYPES.get(String(type)) === "Decimal",
      evaluate: cast,
      check: checkCast,
    },
  ],
];

/** https://docs.aws.amazon.com/iot/latest/developerguide/iot-sql-functions.html#iot-sql-function-cast */
const CAST_TYPES: ReadonlyMap<string, "Int" | "Decimal" | "String" | "Boolean"> = new Map([
  ["int", "Int"],
  ["integer", "Int"],
  ["decimal", "Decimal"],
  ["double", "Decimal"],
  ["string", "String"],
  ["nvarchar", "String"],
  ["text", "String"],
  ["ntext", "String"],
  ["varchar", "String"],
  ["bool", "Boolean"],
  ["boolean", "Boolean"],
]);

function checkCast(args: readonly Node[]): string | undefined {
  const type = args[1];
  return type?.kind === "string" && CAST_TYPES.has(type.value)
    ? undefined
    : "cast supports the types Int, Decimal, String and Boolean, and their other names in AWS's guide";
}

/** The standard conversions; Boolean and number change into each other only here. */
function cast([value, name]: readonly Value[]): Value {
  const type = CAST_TYPES.get(String(name));
  if (type === "String") return toText(value);
  if (type === "Boolean") {
    if (value instanceof Decimal34) return true;
    return typeof value === "number" || typeof value === "bigint" ? Number(value) !== 0 : toBoolean(value);
  }
  const number = typeof value === "boolean" ? Number(value) : value;
  return type === "Int" ? toInt(number) : toExact(number);
}

/**
 * The filter language: the 21 math functions, and IoT SQL's other functions whose result follows from their arguments. The
 * guide names none of them for filters; what a published filter may call is therefore all of them.
 */
export const FILTER_FUNCTIONS = functionTable<unknown>(MATH_FUNCTIONS, TEXTS, VALUES, MORE);

/** All functions whose result follows from their arguments, for languages that have further ones. */
export const PURE_FUNCTIONS = FILTER_FUNCTIONS;
