/**
 * Strict schemas. A schema looks at a value and reports everything that is wrong with it, each with its JSON path, the
 * value seen, the rule and the way out; a member that the schema does not know is an error.
 */
import { mistakeAnyway } from "../../read/placeholders";
import { memberPath } from "../../../../aws/text/json-path";
import { nearest } from "../../../../aws/text/nearest";
import { isRecord } from "../../../../aws/text/record";
import { oneOf as oneOfRule, TRUE_OR_FALSE, wholeNumber, type Rule } from "../../../../aws/text/rule";
import { show } from "../../../../aws/text/show";

/** Takes what a schema finds. Paths begin with `$`, the document. */
export interface Reporter {
  error(path: string, message: string): void;
  /** A member's name as this document spells it: CloudFormation's begin with a capital. */
  spell(member: string): string;
  /** Whether a value stands at `path` that somebody else fills in; nothing is known of it, so nothing is wrong with it. */
  placeholder(path: string): boolean;
  /** What is wrong whatever somebody fills in for the placeholder at `path`. */
  errorAnyway(path: string, message: string): void;
  /** Something is missing or of another kind, so that what relies on the shape cannot go on. */
  unshaped(): void;
}

/** Reports everything that is wrong with the value at a path. */
export type Schema = (value: unknown, path: string, reporter: Reporter) => void;

interface Members {
  readonly [name: string]: { readonly schema: Schema; readonly required: boolean };
}

/** A member that must be there. */
export function required(schema: Schema): { schema: Schema; required: true } {
  return { schema, required: true };
}

/** A member that may be left out. */
export function optional(schema: Schema): { schema: Schema; required: false } {
  return { schema, required: false };
}

function list(names: readonly string[]): string {
  return names.length < 2 ? names.join("") : `${names.slice(0, -1).join(", ")} or ${names[names.length - 1]}`;
}

/** `exactlyOne`: of these members there must be one and no more. */
export function object(members: Members, exactlyOne: readonly string[] = []): Schema {
  const known = Object.keys(members);
  return (value, path, reporter) => {
    if (!isRecord(value)) return misshapen(value, path, reporter, "is not an object; write { ... }");
    for (const name of Object.keys(value)) {
      const member = Object.hasOwn(members, name) ? members[name] : undefined;
      if (member === undefined) reporter.error(memberPath(path, name), unknown(name, known, reporter));
      else member.schema(value[name], memberPath(path, name), reporter);
    }
    for (const name of known) {
      if (members[name]?.required === true && !Object.hasOwn(value, name)) {
        reporter.unshaped();
        reporter.error(memberPath(path, name), "it is missing, and must be there");
      }
    }
    const present = exactlyOne.filter((name) => Object.hasOwn(value, name)).map((name) => reporter.spell(name));
    if (exactlyOne.length > 0 && present.length !== 1) {
      const seen = present.length === 0 ? "none of them is there" : `there are ${present.join(" and ")}`;
      const names = list(exactlyOne.map((name) => reporter.spell(name)));
      reporter.unshaped();
      reporter.error(path, `exactly one of ${names} must be there; ${seen}`);
    }
  };
}

/**
 * A value of another kind: an error, unless somebody else fills it in. A placeholder for an object or a list takes the shape away from further
 * checks; one for a number or a truth value takes nothing, since no check relies on it.
 */
function misshapen(value: unknown, path: string, reporter: Reporter, reason: string, scalar = false): void {
  const placeholder = reporter.placeholder(path);
  if (!placeholder || !scalar) reporter.unshaped();
  if (placeholder) return;
  reporter.error(
    path,
    value === null ? "null is not allowed here; leave the member out, or give it a value" : `${show(value)} ${reason}`,
  );
}

function unknown(name: string, members: readonly string[], reporter: Reporter): string {
  const known = members.map((member) => reporter.spell(member));
  const written = reporter.spell(name);
  const near = nearest(written, known);
  if (near !== undefined) return `there is no member "${written}" here; did you mean "${near}"?`;
  return known.length === 0
    ? `there is no member "${written}" here; it must be {}`
    : `there is no member "${written}" here; there are ${known.join(", ")}`;
}

/** Each rule of a text takes one of these, if what stands around it fits. */
const FILL_INS = ["a", "", "aaa", "a/", "a".repeat(20)];

/** What a text must be; lengths in characters. */
export interface TextRule {
  readonly min: number;
  readonly max: number;
  readonly pattern?: RegExp;
  /** the pattern in words: "letters, digits and underscores" */
  readonly words?: string;
}

/** A text of a length and a pattern. */
export function text({ min, max, pattern, words }: TextRule): Schema {
  return (value, path, reporter) => {
    if (typeof value !== "string") return misshapen(value, path, reporter, "is not a text; write it in double quotes");
    const mistakeOf = (written: string): string | undefined => {
      const length = [...written].length;
      if (length < min || length > max)
        return `${show(written)} has ${length} characters; there must be ${min} to ${max}`;
      return pattern !== undefined && !pattern.test(written) ? `${show(written)} does not fit: ${words}` : undefined;
    };
    const mistake = mistakeOf(value);
    if (mistake === undefined) return;
    if (!reporter.placeholder(path)) return reporter.error(path, mistake);
    const anyway = mistakeAnyway(value, FILL_INS, mistakeOf, false);
    if (anyway !== undefined) reporter.errorAnyway(path, anyway);
  };
}

/** What is right but for its quotes. */
function quoted(value: unknown): string {
  if (typeof value !== "string") return "";
  return /^(?:-?\d+(?:\.\d+)?|true|false)$/.test(value.trim()) ? "; write it without quotes" : "";
}

/** A value of the rule's kind: what is of another kind has no shape that further checks can rely on. */
function keeping(rule: Rule<unknown>, kind: "string" | "number" | "boolean"): Schema {
  return (value, path, reporter) => {
    if (rule.accepts(value) || (kind === "string" && reporter.placeholder(path))) return;
    const reason = `is not ${rule.words}`;
    if (typeof value !== kind)
      misshapen(value, path, reporter, `${reason}${kind === "string" ? "" : quoted(value)}`, true);
    else reporter.error(path, `${show(value)} ${reason}`);
  };
}

/** One of the given texts. */
export function oneOf(...values: readonly string[]): Schema {
  return keeping(oneOfRule(values), "string");
}

/** A whole number of a range; without a greatest one up to 2^53. */
export function whole(min: number, max?: number): Schema {
  return keeping(wholeNumber(min, max), "number");
}

/** Any whole number within 2^53. */
export const anyWhole: Schema = whole(-Number.MAX_SAFE_INTEGER);

/** Any number. */
export const number: Schema = keeping(
  { words: "a number", accepts: (value): value is number => typeof value === "number" },
  "number",
);

/** true or false. */
export const boolean: Schema = keeping(TRUE_OR_FALSE, "boolean");

/** A list with a number of entries, each of one schema. */
export function array(item: Schema, min: number, max: number): Schema {
  return (value, path, reporter) => {
    if (!Array.isArray(value)) return misshapen(value, path, reporter, "is not a list; write [ ... ]");
    if (value.length < min || value.length > max) {
      const wanted = min === max ? `exactly ${min}` : `${min} to ${max}`;
      reporter.error(path, `the list has ${value.length} entries; there must be ${wanted}`);
    }
    value.forEach((entry: unknown, index) => item(entry, `${path}[${index}]`, reporter));
  };
}

/** An object whose names are the user's. */
export function map(name: Schema, item: Schema, min: number, max: number): Schema {
  return (value, path, reporter) => {
    if (!isRecord(value)) return misshapen(value, path, reporter, 'is not an object; write { "name": ... }');
    const entries = Object.entries(value);
    if (entries.length < min || entries.length > max) {
      reporter.error(path, `there are ${entries.length} entries; there must be ${min} to ${max}`);
    }
    for (const [key, entry] of entries) {
      name(key, memberPath(path, key), reporter);
      item(entry, memberPath(path, key), reporter);
    }
  };
}

/** Two members that exclude each other: `unlimited: true` and a number. */
export function notWithUnlimited(schema: Schema, member: string): Schema {
  return (value, path, reporter) => {
    schema(value, path, reporter);
    if (isRecord(value) && value.unlimited === true && value[member] !== undefined) {
      reporter.error(
        path,
        `${reporter.spell("unlimited")} is true, and ${reporter.spell(member)} is ${show(value[member])}; keep one of the two`,
      );
    }
  };
}
