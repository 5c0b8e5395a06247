import type { NormalizedSchema } from "@smithy/core/schema";
import { requiredMembers } from "./model";

/** A value that does not have its member's type. */
export class DecodeError extends Error {}

/** A member that is required and missing, or that the operation does not have. */
export class MemberError extends Error {}

/** How a protocol writes scalars. @throws DecodeError for a value of another type, without the path */
export interface Scalars {
  text(value: unknown): string;
  number(value: unknown): number;
  boolean(value: unknown): boolean;
  blob(value: unknown): Uint8Array;
  timestamp(value: unknown, schema: NormalizedSchema): Date;
}

/** Levels of a request; no operation has a shape of more than ten, attribute values aside. */
const MAX_DEPTH = 60;

/**
 * Reads a value of JSON or CBOR by its shape, strictly: members must be of their type, and every one must be the shape's.
 * null stands for an absent member.
 * @param jsonNames whether members have the names of the trait jsonName, as in REST
 * @throws DecodeError, MemberError with the member's path
 */
export function decode(schema: NormalizedSchema, value: unknown, scalars: Scalars, jsonNames: boolean): unknown {
  return new Decoder(scalars, jsonNames).value(schema, value, "", 0);
}

class Decoder {
  constructor(
    private readonly scalars: Scalars,
    private readonly jsonNames: boolean,
  ) {}

  value(schema: NormalizedSchema, value: unknown, path: string, depth: number): unknown {
    if (depth > MAX_DEPTH) throw new DecodeError(`${path} is nested more than ${MAX_DEPTH} levels deep`);
    if (schema.isDocumentSchema()) return value;
    if (schema.isStructSchema()) return this.struct(schema, value, path, depth);
    if (schema.isListSchema()) {
      if (!Array.isArray(value)) throw wrong(path, value, "a list");
      return value.map((item, i) => this.value(schema.getValueSchema(), item, `${path}[${i}]`, depth + 1));
    }
    if (schema.isMapSchema()) {
      const member = schema.getValueSchema();
      return Object.fromEntries(
        Object.entries(objectOf(value, path)).flatMap(([key, each]) =>
          each === null ? [] : [[key, this.value(member, each, `${path}.${key}`, depth + 1)]],
        ),
      );
    }
    return scalar(schema, value, path, this.scalars);
  }

  private struct(schema: NormalizedSchema, value: unknown, path: string, depth: number): Record<string, unknown> {
    const given = objectOf(value, path);
    const result: Record<string, unknown> = {};
    const known = new Set<string>();
    for (const [name, member] of schema.structIterator()) {
      const wire = this.jsonNames ? (member.getMergedTraits().jsonName ?? name) : name;
      known.add(wire);
      const each = Object.hasOwn(given, wire) ? given[wire] : undefined;
      if (each !== undefined && each !== null) result[name] = this.value(member, each, join(path, name), depth + 1);
    }
    for (const name of Object.keys(given))
      if (!known.has(name) && given[name] !== null && name !== "__type")
        throw new MemberError(
          `${join(path, name)} is not a member of ${schema.getName() ?? "the input"}, which has ${[...known].join(", ")}`,
        );
    if (path !== "") checkRequired(schema, result, path);
    return result;
  }
}

/** Reads one scalar. @throws DecodeError with the path */
export function scalar(schema: NormalizedSchema, value: unknown, path: string, scalars: Scalars): unknown {
  try {
    if (schema.isStringSchema()) return scalars.text(value);
    if (schema.isBooleanSchema()) return scalars.boolean(value);
    if (schema.isTimestampSchema()) return scalars.timestamp(value, schema);
    if (schema.isBlobSchema()) return scalars.blob(value);
    return scalars.number(value);
  } catch (error) {
    if (error instanceof DecodeError) throw new DecodeError(`${path}: ${error.message}`);
    throw error;
  }
}

/** @throws MemberError naming every member that is required and missing, in AWS's words */
export function checkRequired(schema: NormalizedSchema, value: Readonly<Record<string, unknown>>, path = ""): void {
  const missing = requiredMembers(schema).filter((name) => value[name] === undefined);
  if (missing.length === 0) return;
  const each = missing.map(
    (name) => `Value null at '${lowerFirst(join(path, name))}' failed to satisfy constraint: Member must not be null`,
  );
  throw new MemberError(
    `${missing.length} validation error${missing.length === 1 ? "" : "s"} detected: ${each.join("; ")}`,
  );
}

/** AWS names members in such messages with a small first letter. */
function lowerFirst(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1);
}

function join(path: string, name: string): string {
  return path === "" ? name : `${path}.${name}`;
}

function objectOf(value: unknown, path: string): Record<string, unknown> {
  if (typeof value !== "object" || value === null || Array.isArray(value) || value instanceof Uint8Array)
    throw wrong(path, value, "a structure");
  return value as Record<string, unknown>;
}

function wrong(path: string, value: unknown, what: string): DecodeError {
  return new DecodeError(`${path === "" ? "the body" : path} is ${kindOf(value)}, not ${what}`);
}

/** What a value is, in words. */
export function kindOf(value: unknown): string {
  if (value === null || value === undefined) return "null";
  if (Array.isArray(value)) return "a list";
  if (value instanceof Uint8Array) return "bytes";
  if (typeof value === "string") return "text";
  if (typeof value === "object") return "a structure";
  return `${typeof value === "boolean" ? "" : "the number "}${String(value as number)}`;
}

const TIMESTAMP_DATE_TIME = 5;
const TIMESTAMP_HTTP_DATE = 6;
const TIMESTAMP_EPOCH = 7;

/** Scalars as JSON writes them: blobs in base64, timestamps as seconds unless the shape says otherwise. */
export const JSON_SCALARS: Scalars = {
  text: (value) => (typeof value === "string" ? value : fail(value, "text")),
  number: (value) => {
    if (typeof value === "number") return value;
    if (value === "NaN" || value === "Infinity" || value === "-Infinity") return Number(value);
    return fail(value, "a number");
  },
  boolean: (value) => (typeof value === "boolean" ? value : fail(value, "true or false")),
  blob: (value) => {
    if (typeof value !== "string" || !isBase64(value)) return fail(value, "base64");
    return Buffer.from(value, "base64");
  },
  timestamp: (value, schema) => timestampOf(value, schema, TIMESTAMP_EPOCH),
};

/** Scalars as CBOR writes them; timestamps are seconds under tag 1. */
export const CBOR_SCALARS: Scalars = {
  text: JSON_SCALARS.text,
  boolean: JSON_SCALARS.boolean,
  number: (value) => (typeof value === "bigint" ? Number(value) : JSON_SCALARS.number(value)),
  blob: (value) => (value instanceof Uint8Array ? value : fail(value, "bytes")),
  timestamp: (value) => {
    if (value instanceof Date) return value;
    const tagged = value as { tag?: number; value?: number } | null;
    return tagged?.tag === 1 && typeof tagged.value === "number"
      ? new Date(tagged.value * 1000)
      : fail(value, "a timestamp");
  },
};

/** Scalars as text, in queries, headers and XML. @param format the number of the timestamp's format where its shape has none */
export function textScalars(format: number): Scalars {
  return {
    text: JSON_SCALARS.text,
    number: (value) =>
      typeof value === "string" && value.trim() !== "" && !Number.isNaN(Number(value))
        ? Number(value)
        : fail(value, "a number"),
    boolean: (value) => {
      const text = typeof value === "string" ? value.toLowerCase() : undefined;
      return text === "true" || text === "false" ? text === "true" : fail(value, "true or false");
    },
    blob: JSON_SCALARS.blob,
    timestamp: (value, schema) => timestampOf(value, schema, format),
  };
}

/** Scalars of queries and XML bodies. */
export const QUERY_SCALARS = textScalars(TIMESTAMP_DATE_TIME);
/** Scalars of headers. */
export const HEADER_SCALARS = textScalars(TIMESTAMP_HTTP_DATE);

/** The format is only whether a number or a text is the default: a client may send a timestamp as either. */
function timestampOf(value: unknown, schema: NormalizedSchema, byDefault: number): Date {
  const own = schema.getSchema() as unknown;
  const format = typeof own === "number" && own >= TIMESTAMP_DATE_TIME && own <= TIMESTAMP_EPOCH ? own : byDefault;
  const number = typeof value === "number" ? value : format === TIMESTAMP_EPOCH ? Number(value) : NaN;
  const date = Number.isNaN(number) ? new Date(String(value)) : new Date(number * 1000);
  return Number.isNaN(date.getTime()) ? fail(value, "a timestamp") : date;
}

function isBase64(text: string): boolean {
  return /^[A-Za-z0-9+/]*={0,2}$/.test(text.replace(/[\r\n]/g, ""));
}

function fail(value: unknown, what: string): never {
  const seen = typeof value === "string" ? JSON.stringify(value.slice(0, 100)) : kindOf(value);
  throw new DecodeError(`${seen} is not ${what}`);
}
