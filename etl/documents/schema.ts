/**
 * Strict schemas. A schema looks at a value and reports everything that is wrong with it, each with its JSON path, the
 * value seen, the rule and the way out; a member that the schema does not know is an error.
 */
import { nearest } from "../expressions";

export type Report = (path: string, message: string) => void;
export type Schema = (value: unknown, path: string, report: Report) => void;

interface Members {
  readonly [name: string]: { readonly schema: Schema; readonly required: boolean };
}

export function required(schema: Schema): { schema: Schema; required: true } {
  return { schema, required: true };
}

export function optional(schema: Schema): { schema: Schema; required: false } {
  return { schema, required: false };
}

/** A value as JSON, not longer than a line can bear. */
export function show(value: unknown): string {
  const text = JSON.stringify(value) ?? "undefined";
  return text.length > 60 ? `${text.slice(0, 57)}...` : text;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** `path.name`, or `path["odd name"]` */
export function memberPath(path: string, name: string): string {
  return /^[A-Za-z_][A-Za-z0-9_]*$/.test(name) ? `${path}.${name}` : `${path}[${JSON.stringify(name)}]`;
}

function list(names: readonly string[]): string {
  return names.length < 2 ? names.join("") : `${names.slice(0, -1).join(", ")} or ${names[names.length - 1]}`;
}

/** `exactlyOne`: of these members there must be one and no more. */
export function object(members: Members, exactlyOne: readonly string[] = []): Schema {
  const known = Object.keys(members);
  return (value, path, report) => {
    if (!isRecord(value)) return report(path, `${show(value)} is not an object; write { ... }`);
    for (const name of Object.keys(value)) {
      const member = Object.hasOwn(members, name) ? members[name] : undefined;
      if (member === undefined) report(memberPath(path, name), unknown(name, known));
      else member.schema(value[name], memberPath(path, name), report);
    }
    for (const name of known) {
      if (members[name]?.required === true && !Object.hasOwn(value, name)) {
        report(memberPath(path, name), "it is missing, and must be there");
      }
    }
    const present = exactlyOne.filter((name) => Object.hasOwn(value, name));
    if (exactlyOne.length > 0 && present.length !== 1) {
      const seen = present.length === 0 ? "none of them is there" : `there are ${present.join(" and ")}`;
      report(path, `exactly one of ${list(exactlyOne)} must be there; ${seen}`);
    }
  };
}

function unknown(name: string, known: readonly string[]): string {
  const near = nearest(name, known);
  if (near !== undefined) return `there is no member "${name}" here; did you mean "${near}"?`;
  return known.length === 0
    ? `there is no member "${name}" here; it must be {}`
    : `there is no member "${name}" here; there are ${known.join(", ")}`;
}

export interface TextRule {
  readonly min: number;
  readonly max: number;
  readonly pattern?: RegExp;
  /** the pattern in words: "letters, digits and underscores" */
  readonly words?: string;
}

export function text({ min, max, pattern, words }: TextRule): Schema {
  return (value, path, report) => {
    if (typeof value !== "string") return report(path, `${show(value)} is not a text; write it in double quotes`);
    const length = [...value].length;
    if (length < min || length > max) {
      report(path, `${show(value)} has ${length} characters; there must be ${min} to ${max}`);
    } else if (pattern !== undefined && !pattern.test(value)) {
      report(path, `${show(value)} does not fit: ${words}`);
    }
  };
}

export function oneOf(...values: readonly string[]): Schema {
  return (value, path, report) => {
    if (typeof value !== "string" || !values.includes(value)) report(path, `${show(value)} must be ${list(values)}`);
  };
}

export function whole(min: number, max: number = Number.MAX_SAFE_INTEGER): Schema {
  const range = max === Number.MAX_SAFE_INTEGER ? `of at least ${min}` : `from ${min} to ${max}`;
  return (value, path, report) => {
    if (typeof value !== "number" || !Number.isInteger(value) || value < min || value > max) {
      report(path, `${show(value)} is not a whole number ${min === -Number.MAX_SAFE_INTEGER ? "" : range}`.trimEnd());
    }
  };
}

export const anyWhole: Schema = whole(-Number.MAX_SAFE_INTEGER);

export const number: Schema = (value, path, report) => {
  if (typeof value !== "number") report(path, `${show(value)} is not a number`);
};

export const boolean: Schema = (value, path, report) => {
  if (typeof value !== "boolean") report(path, `${show(value)} is not true or false`);
};

export function array(item: Schema, min: number, max: number): Schema {
  return (value, path, report) => {
    if (!Array.isArray(value)) return report(path, `${show(value)} is not a list; write [ ... ]`);
    if (value.length < min || value.length > max) {
      const wanted = min === max ? `exactly ${min}` : `${min} to ${max}`;
      report(path, `the list has ${value.length} entries; there must be ${wanted}`);
    }
    value.forEach((entry: unknown, index) => item(entry, `${path}[${index}]`, report));
  };
}

/** An object whose names are the user's. */
export function map(name: Schema, item: Schema, min: number, max: number): Schema {
  return (value, path, report) => {
    if (!isRecord(value)) return report(path, `${show(value)} is not an object; write { "name": ... }`);
    const entries = Object.entries(value);
    if (entries.length < min || entries.length > max) {
      report(path, `there are ${entries.length} entries; there must be ${min} to ${max}`);
    }
    for (const [key, entry] of entries) {
      name(key, memberPath(path, key), report);
      item(entry, memberPath(path, key), report);
    }
  };
}

/** Two members that exclude each other: `unlimited: true` and a number. */
export function notWithUnlimited(schema: Schema, member: string): Schema {
  return (value, path, report) => {
    schema(value, path, report);
    if (isRecord(value) && value.unlimited === true && value[member] !== undefined) {
      report(path, `unlimited is true, and ${member} is ${show(value[member])}; keep one of the two`);
    }
  };
}
