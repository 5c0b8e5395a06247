import { decimalText, doubleText, integerText } from "./number-text";

/** A row that cannot be written as DMS would; it is logged and left out, as DataErrorPolicy LOG_ERROR has it. */
export class RowError extends Error {}

/** How values of a column are written. */
export interface WriteOptions {
  /** UseLargeIntegerValue */
  large: boolean;
  /** MapBooleanAsBoolean */
  booleans: boolean;
  /** MapUnboundedNumericAsString */
  numericAsText: boolean;
  /** LobMaxSize in characters */
  lobCharacters: number;
}

/** PostgreSQL's text of a value to JSON. @throws RowError */
export type WriteValue = (text: string) => string;

const quoted: WriteValue = (text) => JSON.stringify(text);
const integer =
  ({ large }: WriteOptions): WriteValue =>
  (text) =>
    integerText(text, large);
const double = (): WriteValue => (text) => {
  const value = Number(text);
  if (!Number.isFinite(value)) throw new RowError(`the number ${text} has no form in JSON`);
  return doubleText(value);
};
/** "2026-11-01 10:00:00.5+00" to "2026-11-01T10:00:00.500000Z" */
const timestamp = (): WriteValue => (text) => {
  const match = /^(\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d)(?:\.(\d+))?(?:\+00)?$/.exec(text);
  if (match === null) throw new RowError(`the time ${text} is none that DMS writes`);
  const [, day, time, fraction = ""] = match;
  return `"${day}T${time}${/[1-9]/.test(fraction) ? `.${fraction.padEnd(6, "0")}` : ""}Z"`;
};
const lob =
  ({ lobCharacters }: WriteOptions): WriteValue =>
  (text) =>
    JSON.stringify(text.length > lobCharacters ? text.slice(0, lobCharacters) : text);

/**
 * By the type's name in PostgreSQL. https://docs.aws.amazon.com/dms/latest/userguide/CHAP_Source.PostgreSQL.html#CHAP_Source-PostgreSQL-DataTypes
 */
const TYPES: Readonly<Record<string, (options: WriteOptions, bounded: boolean) => WriteValue>> = {
  int2: integer,
  int4: integer,
  int8: integer,
  float4: double,
  float8: double,
  numeric: (options, bounded) => {
    if (!bounded && options.numericAsText) return quoted;
    return (text) => {
      if (!Number.isFinite(Number(text))) throw new RowError(`the number ${text} has no form in JSON`);
      return decimalText(text, options.large);
    };
  },
  bool: ({ booleans }) =>
    booleans ? (text) => (text === "t" ? "true" : "false") : (text) => (text === "t" ? '"true"' : '"false"'),
  timestamp,
  timestamptz: timestamp,
  ...Object.fromEntries(
    ["bpchar", "varchar", "char", "name", "date", "time", "timetz", "interval", "uuid", "inet", "cidr", "macaddr"].map(
      (name) => [name, () => quoted],
    ),
  ),
  text: lob,
  citext: lob,
  json: lob,
  jsonb: lob,
};

/** Types whose values DMS takes for LOBs, which it leaves out of tables without a primary key. */
const LOBS = ["text", "citext", "json", "jsonb"];

/** Whether a type's values are LOBs. */
export function isLob(type: string): boolean {
  return LOBS.includes(type);
}

/**
 * @param type PostgreSQL's name of the type
 * @param isEnum of an enumeration, which is a text
 * @param bounded whether a NUMERIC has a precision
 * @returns undefined for a type that is not replicated here
 */
export function valueWriter(
  { type, isEnum, bounded }: { type: string; isEnum: boolean; bounded: boolean },
  options: WriteOptions,
): WriteValue | undefined {
  if (isEnum) return quoted;
  return Object.hasOwn(TYPES, type) ? TYPES[type]!(options, bounded) : undefined;
}
