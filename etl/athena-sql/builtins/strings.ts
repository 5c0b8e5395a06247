/** Functions of texts. https://trino.io/docs/current/functions/string.html */
import { SqlError } from "../syntax/error";
import { varchar, type TypeOf } from "../types/type";
import { codePointCount, codePointIndex, codePoints, codePointSlice } from "../values/code-points";
import { MapValue } from "../values/value";
import { scalar, type CallTypes } from "./registry";

const invalid = (text: string): never => {
  throw new SqlError("INVALID_FUNCTION_ARGUMENT", text);
};

/** Code points that a text made by padding or repeating may have; Trino's memory for a value ends not far above. */
const MOST = 64 * 1024 * 1024;

/** @throws SqlError for more than a query may hold */
export function checkSize(size: number): void {
  if (size > MOST) throw new SqlError("EXCEEDED_LOCAL_MEMORY_LIMIT", "Query exceeded per-node memory limit");
}

const ASCII = /^[\0-\x7f]*$/;

/** One code point becomes one code point, as in Java's Character. */
function byCodePoint(text: string, convert: (one: string) => string, single: (one: string) => string): string {
  if (ASCII.test(text)) return convert(text);
  return codePoints(text)
    .map((one) => {
      const converted = convert(one);
      return codePointCount(converted) === 1 ? converted : single(one);
    })
    .join("");
}

export const lower = (text: string): string =>
  byCodePoint(
    text,
    (one) => one.toLowerCase(),
    (one) => (one === "İ" ? "i" : one),
  );
export const upper = (text: string): string =>
  byCodePoint(
    text,
    (one) => one.toUpperCase(),
    (one) => one,
  );

for (const type of ["varchar(x)", "char(x)"]) {
  scalar(`lower(${type}): ${type}`, lower);
  scalar(`upper(${type}): ${type}`, upper);
}
scalar("length(varchar(x)): bigint", (text: string) => BigInt(codePointCount(text)));
scalar("length(char(x)): bigint", undefined, {
  make:
    ({ args }) =>
    () =>
      BigInt((args[0] as TypeOf<"char">).length),
});
scalar("length(varbinary): bigint", (bytes: Uint8Array) => BigInt(bytes.length));
scalar("reverse(varchar(x)): varchar(x)", (text: string) => codePoints(text).reverse().join(""));
scalar("reverse(varbinary): varbinary", (bytes: Uint8Array) => Uint8Array.from(bytes).reverse());
scalar("codepoint(varchar(1)): integer", (text: string) =>
  codePointCount(text) === 1 ? text.codePointAt(0)! : invalid("Input string must be a single character string"),
);
scalar("chr(bigint): varchar(1)", (code: bigint) =>
  code >= 0n && code <= 0x10ffffn
    ? String.fromCodePoint(Number(code))
    : invalid(`Not a valid Unicode code point: ${code}`),
);

const SPACES = "\\t-\\r\\x1c-\\x20\\u1680\\u2000-\\u2006\\u2008-\\u200a\\u2028\\u2029\\u205f\\u3000";
const LEADING = new RegExp(`^[${SPACES}]+`);
const TRAILING = new RegExp(`[${SPACES}]+$`);

function trimSet(text: string, characters: string, leading: boolean, trailing: boolean): string {
  const points = codePoints(text);
  const set = new Set(codePoints(characters));
  let start = 0;
  let end = points.length;
  if (leading) while (start < end && set.has(points[start]!)) start++;
  if (trailing) while (end > start && set.has(points[end - 1]!)) end--;
  return points.slice(start, end).join("");
}

for (const [name, leading, trailing] of [
  ["trim", true, true],
  ["ltrim", true, false],
  ["rtrim", false, true],
] as const)
  for (const type of ["varchar(x)", "char(x)"]) {
    // What is left of a char ends without spaces.
    const end = (text: string): string => (type === "char(x)" ? text.replace(/ +$/, "") : text);
    scalar(`${name}(${type}): varchar(x)`, (text: string) => {
      const started = leading ? text.replace(LEADING, "") : text;
      return end(trailing ? started.replace(TRAILING, "") : started);
    });
    scalar(`${name}(${type}, varchar(y)): varchar(x)`, (text: string, characters: string) =>
      end(trimSet(text, characters, leading, trailing)),
    );
  }

/** From Trino's place, which counts from 1 and from the end below 0; undefined for none. */
function startOf(start: bigint, length: number): number | undefined {
  if (start === 0n) return undefined;
  const from = start > 0n ? Number(start) - 1 : length + Number(start);
  return from < 0 || from >= length ? undefined : from;
}

function substring(text: string, start: bigint, length?: bigint): string {
  const from = startOf(start, codePointCount(text));
  if (from === undefined || (length !== undefined && length <= 0n)) return "";
  return codePointSlice(text, from, length === undefined ? undefined : from + Number(length));
}

function subBytes(bytes: Uint8Array, start: bigint, length?: bigint): Uint8Array {
  const from = startOf(start, bytes.length);
  if (from === undefined || (length !== undefined && length <= 0n)) return new Uint8Array();
  return bytes.slice(from, length === undefined ? undefined : from + Number(length));
}

for (const name of ["substr", "substring"]) {
  scalar(`${name}(varchar(x), bigint): varchar(x)`, substring);
  scalar(`${name}(varchar(x), bigint, bigint): varchar(x)`, substring);
  for (const rest of ["", ", bigint"])
    scalar(`${name}(char(x), bigint${rest}): varchar(x)`, undefined, {
      make:
        ({ args }) =>
        (text: string, start: bigint, length?: bigint) =>
          substring(text.padEnd((args[0] as TypeOf<"char">).length), start, length),
    });
}
scalar("substr(varbinary, bigint): varbinary", subBytes);
scalar("substr(varbinary, bigint, bigint): varbinary", subBytes);

/** What fills up a text. */
function padding(missing: number, by: string): string {
  const points = codePoints(by);
  return by.repeat(Math.floor(missing / points.length)) + points.slice(0, missing % points.length).join("");
}

function checkPad(size: bigint, by: number): number {
  if (size < 0n || size > 2147483647n) invalid("Target length must be in the range [0..2147483647]");
  if (by === 0) invalid("Padding string must not be empty");
  checkSize(Number(size));
  return Number(size);
}

for (const [name, before] of [
  ["lpad", true],
  ["rpad", false],
] as const) {
  scalar(`${name}(varchar(x), bigint, varchar(y)): varchar`, (text: string, size: bigint, by: string) => {
    const wanted = checkPad(size, by.length);
    const length = codePointCount(text);
    if (length >= wanted) return codePointSlice(text, 0, wanted);
    const filled = padding(wanted - length, by);
    return before ? filled + text : text + filled;
  });
  scalar(`${name}(varbinary, bigint, varbinary): varbinary`, (bytes: Uint8Array, size: bigint, by: Uint8Array) => {
    if (size < 0n || size > 2147483647n) invalid("Target length must be in the range [0..2147483647]");
    if (by.length === 0) invalid("Padding bytes must not be empty");
    checkSize(Number(size));
    if (bytes.length >= Number(size)) return bytes.slice(0, Number(size));
    const filled = Uint8Array.from({ length: Number(size) - bytes.length }, (_, i) => by[i % by.length]!);
    return Uint8Array.from(before ? [...filled, ...bytes] : [...bytes, ...filled]);
  });
}

const lengthOf = (type: unknown): number => (type as TypeOf<"varchar">).length;

scalar("replace(varchar(x), varchar(y)): varchar(x)", (text: string, search: string) => text.replaceAll(search, ""));
scalar(
  "replace(varchar(x), varchar(y), varchar(z)): varchar",
  (text: string, search: string, by: string) =>
    search === ""
      ? by +
        codePoints(text)
          .map((one) => one + by)
          .join("")
      : text.split(search).join(by),
  { result: ({ args: [x, , z] }) => varchar(lengthOf(x) + lengthOf(z) * (lengthOf(x) + 1)) },
);
scalar("translate(varchar(x), varchar(y), varchar(z)): varchar", (text: string, from: string, to: string) => {
  const replacements = codePoints(to);
  const changed = new Map<string, string>();
  codePoints(from).forEach((one, i) => {
    if (!changed.has(one)) changed.set(one, replacements[i] ?? "");
  });
  return codePoints(text)
    .map((one) => changed.get(one) ?? one)
    .join("");
});

function position(text: string, part: string, instance: bigint): bigint {
  if (instance === 0n) invalid("'instance' must be a positive or negative number.");
  if (part === "") return 1n;
  let found = instance > 0n ? -1 : text.length;
  for (let left = instance > 0n ? instance : -instance; left > 0n; left--) {
    if (instance < 0n && found === 0) return 0n;
    found = instance > 0n ? text.indexOf(part, found + 1) : text.lastIndexOf(part, found - 1);
    if (found < 0) return 0n;
  }
  return BigInt(codePointIndex(text, found) + 1);
}

scalar("strpos(varchar(x), varchar(y)): bigint", (text: string, part: string) => position(text, part, 1n));
scalar("strpos(varchar(x), varchar(y), bigint): bigint", position);
scalar("starts_with(varchar(x), varchar(y)): boolean", (text: string, start: string) => text.startsWith(start));

// Concatenation. `||` is concat, too.

scalar("concat(char(x), char(y)): char(x)", undefined, {
  result: ({ args: [a, b] }) => ({ kind: "char", length: Math.min(65536, lengthOf(a) + lengthOf(b)) }),
  make:
    ({ args: [a] }) =>
    (left: string, right: string) =>
      (left.padEnd(lengthOf(a)) + right).replace(/ +$/, ""),
});

function checkSeveral({ args }: CallTypes): void {
  if (args.length < 2) invalid("There must be two or more concatenation arguments");
}

scalar("concat(varchar...): varchar", undefined, {
  make: (types) => {
    checkSeveral(types);
    return (...texts: string[]) => texts.join("");
  },
});
scalar("concat(varbinary...): varbinary", undefined, {
  make: (types) => {
    checkSeveral(types);
    return (...all: Uint8Array[]) => new Uint8Array(Buffer.concat(all));
  },
});
scalar("concat_ws(varchar, array(varchar)): varchar", (by: string, texts: (string | null)[]) =>
  texts.filter((text) => text !== null).join(by),
);
scalar("concat_ws(varchar, varchar...): varchar", undefined, {
  calledOnNull: true,
  make: (types) => {
    checkSeveral(types);
    return (by: string | null, ...texts: (string | null)[]) =>
      by === null ? null : texts.filter((text) => text !== null).join(by);
  },
});

// Splitting

const delimiter = (by: string): string => (by === "" ? invalid("The delimiter may not be the empty string") : by);

scalar("split(varchar(x), varchar(y)): array(varchar(x))", (text: string, by: string) => text.split(delimiter(by)));
scalar("split(varchar(x), varchar(y), bigint): array(varchar(x))", (text: string, by: string, limit: bigint) => {
  if (limit <= 0n) invalid("Limit must be positive");
  if (limit > 2147483647n) invalid("Limit is too large");
  const parts = text.split(delimiter(by));
  if (BigInt(parts.length) <= limit) return parts;
  const first = parts.slice(0, Number(limit) - 1);
  return [...first, parts.slice(Number(limit) - 1).join(by)];
});
scalar("split_part(varchar(x), varchar(y), bigint): varchar(x)", (text: string, by: string, index: bigint) => {
  if (index <= 0n) invalid("Index must be greater than zero");
  const parts = by === "" ? codePoints(text) : text.split(by);
  return parts[Number(index) - 1] ?? null;
});

/** `a=1,b=2` as pairs. */
function entries(text: string, entry: string, pair: string): [string, string][] {
  if (entry === "") invalid("entryDelimiter is empty");
  if (pair === "") invalid("keyValueDelimiter is empty");
  if (entry === pair) invalid("entryDelimiter and keyValueDelimiter must not be the same");
  if (text === "") return [];
  const parts = text.split(entry);
  if (parts[parts.length - 1] === "") parts.pop();
  return parts.map((part) => {
    const at = part.indexOf(pair);
    if (at < 0) invalid(`Key-value delimiter must appear exactly once in each entry. Bad input: '${part}'`);
    const value = part.slice(at + pair.length);
    if (value.includes(pair))
      invalid(`Key-value delimiter must appear exactly once in each entry. Bad input: '${text}'`);
    return [part.slice(0, at), value];
  });
}

scalar("split_to_map(varchar, varchar, varchar): map(varchar,varchar)", (text: string, entry: string, pair: string) => {
  const found = new Map<string, string>();
  for (const [key, value] of entries(text, entry, pair)) {
    if (found.has(key)) invalid(`Duplicate keys (${key}) are not allowed`);
    found.set(key, value);
  }
  return new MapValue([...found]);
});
scalar(
  "split_to_multimap(varchar, varchar, varchar): map(varchar,array(varchar))",
  (text: string, entry: string, pair: string) => {
    const found = new Map<string, string[]>();
    for (const [key, value] of entries(text, entry, pair)) found.set(key, [...(found.get(key) ?? []), value]);
    return new MapValue([...found]);
  },
);

// Distances and sounds

scalar("levenshtein_distance(varchar(x), varchar(y)): bigint", (left: string, right: string) => {
  const [a, b] = [codePoints(left), codePoints(right)];
  if (a.length * b.length > 1_000_000) invalid("The combined inputs size exceeded max Levenshtein distance supported");
  let row = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (const [i, one] of a.entries()) {
    const next = [i + 1];
    for (const [j, other] of b.entries())
      next.push(Math.min(next[j]! + 1, row[j + 1]! + 1, row[j]! + (one === other ? 0 : 1)));
    row = next;
  }
  return BigInt(row[b.length]!);
});
scalar("hamming_distance(varchar(x), varchar(y)): bigint", (left: string, right: string) => {
  const [a, b] = [codePoints(left), codePoints(right)];
  if (a.length !== b.length) invalid("The input strings to hamming_distance function must have the same length");
  return BigInt(a.filter((one, i) => one !== b[i]).length);
});
scalar("luhn_check(varchar): boolean", (text: string) => {
  if (text === "") return false;
  if (!/^\d+$/.test(text)) invalid("Input contains non-digit character");
  const sum = [...text].reverse().reduce((total, digit, i) => {
    const value = Number(digit) * (i % 2 === 1 ? 2 : 1);
    return total + (value > 9 ? value - 9 : value);
  }, 0);
  return sum % 10 === 0;
});

const SOUNDS = "01230120022455012623010202";

/** American Soundex. */
scalar("soundex(varchar): varchar(4)", (text: string) => {
  const letters = text
    .toUpperCase()
    .replace(/[^A-Z]/gu, (one) =>
      /\p{L}/u.test(one) ? invalid(`The character is not mapped: ${one} (index=${one.codePointAt(0)})`) : "",
    );
  if (letters === "") return "";
  const codes = [...letters].map((letter) => SOUNDS[letter.charCodeAt(0) - 65]!);
  let result = letters[0]!;
  let last = codes[0]!;
  for (let i = 1; i < letters.length && result.length < 4; i++) {
    if (letters[i] === "H" || letters[i] === "W") continue;
    if (codes[i] !== "0" && codes[i] !== last) result += codes[i]!;
    last = codes[i]!;
  }
  return result.padEnd(4, "0");
});

scalar("normalize(varchar(x), varchar(y)): varchar", (text: string, form: string) => text.normalize(form));
