/**
 * The types of columns that nobody declared: a datastore in JSON format has the columns that its messages have. Of every
 * value the narrowest type that reads it back as it was sent; of several values a type that reads them all.
 */
import { eachElement, eachMember, type Span } from "../json/decode";
import {
  ARRAY,
  COMPUTED,
  COMPUTED_BIG,
  ESCAPED,
  FALSE,
  INTEGER,
  NUMBER,
  OBJECT,
  TEXT,
  TRUE,
} from "../json/token-kinds";
import { isPlain } from "./plain";
import { NOTHING, sameType, structOf, type InferredType } from "./inferred-type";

/** A value, as far as its type goes; `big` for one that was computed. */
export interface ObservedValue extends Readonly<Span> {
  readonly big: bigint | undefined;
}

/** Fields that one column may have at all levels; an object with names for ever (`{"sensor-17": ...}`) is a text. */
const MAX_FIELDS = 200;
/** Levels of a column. */
const MAX_DEPTH = 100;
/** What a field of a struct may be named so that the type can be written down. */
const FIELD = /^[a-z_][a-z0-9_]{0,254}$/;

const TEXT_TYPE: InferredType = { kind: "string" };
const BIGINT: InferredType = { kind: "bigint" };
const DOUBLE: InferredType = { kind: "double" };
const BOOLEAN: InferredType = { kind: "boolean" };

const LEAST_BIGINT = -(2n ** 63n);
const GREATEST_BIGINT = 2n ** 63n - 1n;

/** The narrowest type of a value. */
export function typeOfValue(value: ObservedValue): InferredType {
  return limited(typeAt(value, 0));
}

function limited(type: InferredType): InferredType {
  return countFields(type) > MAX_FIELDS ? TEXT_TYPE : type;
}

function typeAt(value: ObservedValue, depth: number): InferredType {
  switch (value.kind) {
    case TRUE:
    case FALSE:
      return BOOLEAN;
    case TEXT:
    case ESCAPED:
      return TEXT_TYPE;
    case INTEGER:
      return BIGINT;
    case NUMBER:
      return numberType(value.bytes.toString("latin1", value.start, value.end));
    case COMPUTED:
      return Number.isSafeInteger(value.number) ? BIGINT : DOUBLE;
    case COMPUTED_BIG:
      return wholeType(value.big as bigint);
    case ARRAY:
      return depth >= MAX_DEPTH ? TEXT_TYPE : arrayType(value, depth);
    case OBJECT:
      return depth >= MAX_DEPTH ? TEXT_TYPE : structType(value, depth);
    default:
      return NOTHING;
  }
}

/** A whole number that 64 bits do not hold is a text: a double would change its digits. */
function wholeType(whole: bigint): InferredType {
  return whole >= LEAST_BIGINT && whole <= GREATEST_BIGINT ? BIGINT : TEXT_TYPE;
}

function numberType(numeral: string): InferredType {
  if (/[.eE]/.test(numeral)) return DOUBLE;
  return numeral.length > 40 ? TEXT_TYPE : wholeType(BigInt(numeral));
}

function arrayType(value: ObservedValue, depth: number): InferredType {
  let element = NOTHING;
  eachElement(value, (span) => {
    element = widestOf(element, typeAt({ ...span, big: undefined }, depth + 1));
  });
  return { kind: "array", element };
}

/** An object with a name that no field can have is a text, its JSON. */
function structType(value: ObservedValue, depth: number): InferredType {
  const fields = new Map<string, InferredType>();
  let nameable = true;
  eachMember(value, (name, span) => {
    const lower = name.toLowerCase();
    nameable &&= FIELD.test(lower);
    if (nameable) fields.set(lower, typeAt({ ...span, big: undefined }, depth + 1));
  });
  return nameable ? structOf(fields) : TEXT_TYPE;
}

/** A type that reads whatever one of two reads. Fields keep their order, new ones come last. */
export function widest(a: InferredType, b: InferredType): InferredType {
  return limited(widestOf(a, b));
}

function widestOf(a: InferredType, b: InferredType): InferredType {
  if (a.kind === "set" || b.kind === "nothing") return a;
  if (a.kind === "nothing") return b;
  if (a.kind === "array" && b.kind === "array") return { kind: "array", element: widestOf(a.element, b.element) };
  if (a.kind === "struct" && b.kind === "struct") {
    const fields = new Map(a.fields.map(({ name, type }) => [name, type]));
    for (const { name, type } of b.fields) fields.set(name, widestOf(fields.get(name) ?? NOTHING, type));
    return structOf(fields);
  }
  if (a.kind === b.kind) return a;
  const numbers = (a.kind === "bigint" || a.kind === "double") && (b.kind === "bigint" || b.kind === "double");
  return numbers ? DOUBLE : TEXT_TYPE;
}

/** Whether a column of the type reads the value as it was sent, so that the type need not change. */
export function reads(type: InferredType, value: ObservedValue): boolean {
  const { kind } = value;
  switch (type.kind) {
    case "set":
    case "string":
      return true;
    case "bigint":
      if (kind === INTEGER) return true;
      break;
    case "double":
      if (kind === INTEGER || kind === COMPUTED) return true;
      if (kind === NUMBER && isPlain(type, value.bytes, value.start, value.end)) return true;
      break;
    case "boolean":
      if (kind === TRUE || kind === FALSE) return true;
      break;
  }
  return sameType(widest(type, typeOfValue(value)), type);
}

function countFields(type: InferredType): number {
  switch (type.kind) {
    case "array":
      return countFields(type.element);
    case "struct":
      return type.fields.reduce((sum, field) => sum + 1 + countFields(field.type), 0);
    default:
      return 0;
  }
}
