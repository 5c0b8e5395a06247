/** Functions of regular expressions. https://trino.io/docs/current/functions/regexp.html */
import { SqlError } from "../syntax/error";
import { varchar, type TypeOf } from "../types/type";
import { codePointIndex } from "../values/code-points";
import { javaRegex, type JavaRegex } from "../values/java-regex";
import { bounded, RegexTooSlow } from "../../regex/bounded";
import { scalar } from "./registry";

const invalid = (text: string): never => {
  throw new SqlError("INVALID_FUNCTION_ARGUMENT", text);
};

/** Matches from an index on, empty ones too. */
function* matches({ regex }: JavaRegex, text: string): Generator<RegExpExecArray> {
  regex.lastIndex = 0;
  for (;;) {
    const at = regex.lastIndex;
    const match = regex.exec(text);
    if (match === null) return;
    const end = regex.lastIndex;
    yield match;
    regex.lastIndex = match[0] === "" ? end + (text.codePointAt(end)! > 0xffff ? 2 : 1) : end;
    if (regex.lastIndex > text.length || regex.lastIndex < at) return;
  }
}

/** Runs what looks for a pattern in a text. */
function within<T>({ regex, pattern }: JavaRegex, text: string, run: () => T): T {
  try {
    return bounded(regex, text, run, pattern);
  } catch (error) {
    // Athena has no limit for one text; its query would end after 30 minutes.
    if (error instanceof RegexTooSlow) throw new SqlError("EXCEEDED_TIME_LIMIT", error.message);
    throw error;
  }
}

/** Every match. */
function all(compiled: JavaRegex, text: string): RegExpExecArray[] {
  return within(compiled, text, () => [...matches(compiled, text)]);
}

/** A group's text; null of one that took no part. */
const groupOf = (match: RegExpExecArray, group: number): string | null =>
  group === 0 ? match[0] : (match.groups?.[`g${group}`] ?? null);

function checkGroup({ groups }: JavaRegex, group: bigint): number {
  if (group < 0n) invalid("Group cannot be negative");
  if (group > BigInt(groups)) invalid(`Pattern has ${groups} groups. Cannot access group ${group}`);
  return Number(group);
}

scalar("regexp_like(varchar(x), varchar(y)): boolean", (text: string, pattern: string) => {
  const compiled = javaRegex(pattern);
  return within(compiled, text, () => {
    compiled.regex.lastIndex = 0;
    return compiled.regex.test(text);
  });
});

function extract(text: string, pattern: string, group = 0n): string | null {
  const compiled = javaRegex(pattern);
  const number = checkGroup(compiled, group);
  return within(compiled, text, () => {
    for (const match of matches(compiled, text)) return groupOf(match, number);
    return null;
  });
}

function extractAll(text: string, pattern: string, group = 0n): (string | null)[] {
  const compiled = javaRegex(pattern);
  const number = checkGroup(compiled, group);
  return all(compiled, text).map((match) => groupOf(match, number));
}

for (const rest of ["", ", bigint"]) {
  scalar(`regexp_extract(varchar(x), varchar(y)${rest}): varchar(x)`, extract);
  scalar(`regexp_extract_all(varchar(x), varchar(y)${rest}): array(varchar(x))`, extractAll);
}

scalar("regexp_split(varchar(x), varchar(y)): array(varchar(x))", (text: string, pattern: string) => {
  const parts: string[] = [];
  let from = 0;
  for (const match of all(javaRegex(pattern), text)) {
    parts.push(text.slice(from, match.index));
    from = match.index + match[0].length;
  }
  return [...parts, text.slice(from)];
});
scalar("regexp_count(varchar(x), varchar(y)): bigint", (text: string, pattern: string) =>
  BigInt(all(javaRegex(pattern), text).length),
);

function position(text: string, pattern: string, start = 1, occurrence = 1): number {
  if (start < 1) invalid("start position cannot be smaller than 1");
  if (occurrence < 1) invalid("occurrence cannot be smaller than 1");
  const from = [...text].slice(0, start - 1).join("").length;
  if (start > [...text].length) return -1;
  const rest = text.slice(from);
  let seen = 0;
  for (const match of all(javaRegex(pattern), rest))
    if (++seen === occurrence) return codePointIndex(text, from + match.index) + 1;
  return -1;
}

scalar("regexp_position(varchar(x), varchar(y)): integer", position);
scalar("regexp_position(varchar(x), varchar(y), integer): integer", position);
scalar("regexp_position(varchar(x), varchar(y), integer, integer): integer", position);

type Part = string | { readonly group: number };

/** `$1`, `${name}` and `\$` of a replacement. */
function replacementOf(text: string, { groups, names }: JavaRegex): Part[] {
  const parts: Part[] = [];
  for (let i = 0; i < text.length; i++) {
    const one = text[i]!;
    if (one === "\\") {
      if (++i >= text.length) invalid(`Illegal replacement sequence: ${text}`);
      parts.push(text[i]!);
      continue;
    }
    if (one !== "$") {
      parts.push(one);
      continue;
    }
    const named = /^\$\{([^}]*)\}/.exec(text.slice(i));
    if (named !== null) {
      const group = names.get(named[1]!);
      parts.push({ group: group ?? invalid(`Illegal replacement sequence: unknown group { ${named[1]} }`) });
      i += named[0].length - 1;
      continue;
    }
    let digits = /^\d+/.exec(text.slice(i + 1))?.[0] ?? invalid(`Illegal replacement sequence: ${text}`);
    while (digits.length > 1 && Number(digits) > groups) digits = digits.slice(0, -1);
    if (Number(digits) > groups) invalid(`Illegal replacement sequence: unknown group ${digits}`);
    parts.push({ group: Number(digits) });
    i += digits.length;
  }
  return parts;
}

function replace(text: string, pattern: string, replacement = ""): string {
  const compiled = javaRegex(pattern);
  let parts: Part[] | undefined;
  let result = "";
  let from = 0;
  for (const match of all(compiled, text)) {
    parts ??= replacementOf(replacement, compiled);
    result += text.slice(from, match.index);
    for (const part of parts) result += typeof part === "string" ? part : (groupOf(match, part.group) ?? "");
    from = match.index + match[0].length;
  }
  return result + text.slice(from);
}

scalar("regexp_replace(varchar(x), varchar(y)): varchar(x)", replace);
scalar("regexp_replace(varchar(x), varchar(y), varchar(z)): varchar", replace, {
  result: ({ args: [x, , z] }) => {
    const [text, by] = [(x as TypeOf<"varchar">).length, (z as TypeOf<"varchar">).length];
    return varchar(text + Math.max(Math.floor((text * by) / 2), by) * (text + 1));
  },
});

/** A text cut at the matches of a pattern: what stands before each match with the match's groups, and the rest with null. */
export function regexpSegments(text: string, pattern: string): [before: string, groups: (string | null)[] | null][] {
  const compiled = javaRegex(pattern);
  const segments: [string, (string | null)[] | null][] = [];
  let from = 0;
  for (const match of all(compiled, text)) {
    segments.push([
      text.slice(from, match.index),
      Array.from({ length: compiled.groups }, (_, i) => groupOf(match, i + 1)),
    ]);
    from = match.index + match[0].length;
  }
  return [...segments, [text.slice(from), null]];
}
