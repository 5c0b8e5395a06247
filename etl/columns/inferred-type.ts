/**
 * Types of columns that nobody declared: a datastore in JSON format has the columns that arrive (reference 3.1). Of
 * every value the narrowest type that reads it back as it was sent; of several values a type that reads them all.
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
import { formatColumnType, type ColumnType } from "./type";

/** A value, as far as its type goes; `big` for one that was computed. */
export interface Arrived extends Readonly<Span> {
  readonly big: bigint | undefined;
}

/** What is known of a column by its values. */
export type ArrivingType =
  /** by null alone */
  | { readonly kind: "nothing" }
  | { readonly kind: "boolean" | "bigint" | "double" | "string" }
  | { readonly kind: "array"; readonly element: ArrivingType }
  | { readonly kind: "struct"; readonly fields: readonly { readonly name: string; readonly type: ArrivingType }[] }
  /** a type that values do not come to by themselves, such as a `timestamp` that somebody set in the catalog: it stays */
  | { readonly kind: "set"; readonly type: ColumnType };

/** Fields that one column may have at all levels; an object with names for ever (`{"sensor-17": ...}`) is a text. */
const MAX_FIELDS = 200;
/** Levels of a column (reference 3.2). */
const MAX_DEPTH = 100;
/** What a field of a struct may be named so that the type can be written down. */
const FIELD = /^[a-z_][a-z0-9_]{0,254}$/;

export const NOTHING: ArrivingType = { kind: "nothing" };
const TEXT_TYPE: ArrivingType = { kind: "string" };
const BIGINT: ArrivingType = { kind: "bigint" };
const DOUBLE: ArrivingType = { kind: "double" };
const BOOLEAN: ArrivingType = { kind: "boolean" };

const LEAST_BIGINT = -(2n ** 63n);
const GREATEST_BIGINT = 2n ** 63n - 1n;

/** The narrowest type of a value. */
export function typeOfValue(value: Arrived): ArrivingType {
  return limited(typeAt(value, 0));
}

function limited(type: ArrivingType): ArrivingType {
  return countFields(type) > MAX_FIELDS ? TEXT_TYPE : type;
}

function typeAt(value: Arrived, depth: number): ArrivingType {
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
function wholeType(whole: bigint): ArrivingType {
  return whole >= LEAST_BIGINT && whole <= GREATEST_BIGINT ? BIGINT : TEXT_TYPE;
}

function numberType(numeral: string): ArrivingType {
  if (/[.eE]/.test(numeral)) return DOUBLE;
  return numeral.length > 40 ? TEXT_TYPE : wholeType(BigInt(numeral));
}

function arrayType(value: Arrived, depth: number): ArrivingType {
  let element = NOTHING;
  eachElement(value, (span) => {
    element = widestOf(element, typeAt({ ...span, big: undefined }, depth + 1));
  });
  return { kind: "array", element };
}

/** An object with a name that no field can have is a text, its JSON. */
function structType(value: Arrived, depth: number): ArrivingType {
  const fields = new Map<string, ArrivingType>();
  let nameable = true;
  eachMember(value, (name, span) => {
    const lower = name.toLowerCase();
    nameable &&= FIELD.test(lower);
    if (nameable) fields.set(lower, typeAt({ ...span, big: undefined }, depth + 1));
  });
  return nameable ? structOf(fields) : TEXT_TYPE;
}

function structOf(fields: ReadonlyMap<string, ArrivingType>): ArrivingType {
  return { kind: "struct", fields: [...fields].map(([name, type]) => ({ name, type })) };
}

/** A type that reads whatever one of two reads. Fields keep their order, new ones come last. */
export function widest(a: ArrivingType, b: ArrivingType): ArrivingType {
  return limited(widestOf(a, b));
}

function widestOf(a: ArrivingType, b: ArrivingType): ArrivingType {
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
export function reads(type: ArrivingType, value: Arrived): boolean {
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

export function sameType(a: ArrivingType, b: ArrivingType): boolean {
  if (a === b) return true;
  if (a.kind === "array") return b.kind === "array" && sameType(a.element, b.element);
  if (a.kind === "struct") {
    return (
      b.kind === "struct" &&
      a.fields.length === b.fields.length &&
      a.fields.every(({ name, type }, index) => {
        const other = b.fields[index];
        return name === other?.name && sameType(type, other.type);
      })
    );
  }
  if (a.kind === "set") return b.kind === "set" && formatColumnType(a.type) === formatColumnType(b.type);
  return a.kind === b.kind;
}

function countFields(type: ArrivingType): number {
  switch (type.kind) {
    case "array":
      return countFields(type.element);
    case "struct":
      return type.fields.reduce((sum, field) => sum + 1 + countFields(field.type), 0);
    default:
      return 0;
  }
}

/** The type as the catalog has it, without what nothing is known of; undefined when that is all of it. */
export function columnTypeOf(type: ArrivingType): ColumnType | undefined {
  switch (type.kind) {
    case "nothing":
      return undefined;
    case "set":
      return type.type;
    case "array": {
      const element = columnTypeOf(type.element);
      return element === undefined ? undefined : { kind: "array", element };
    }
    case "struct": {
      const fields = type.fields.flatMap(({ name, type: of }) => {
        const field = columnTypeOf(of);
        return field === undefined ? [] : [{ name, type: field }];
      });
      return fields.length === 0 ? undefined : { kind: "struct", fields };
    }
    default:
      return type;
  }
}

/** A type of the catalog as values would come to it, or as one that stays. */
export function arrivingTypeOf(type: ColumnType): ArrivingType {
  switch (type.kind) {
    case "boolean":
    case "bigint":
    case "double":
    case "string":
      return { kind: type.kind };
    case "array":
      return { kind: "array", element: arrivingTypeOf(type.element) };
    case "struct":
      return structOf(new Map(type.fields.map((field) => [field.name, arrivingTypeOf(field.type)])));
    default:
      return { kind: "set", type };
  }
}
