import type { StatementKind } from "./statement-kind";

/**
 * A column of a result as GetQueryResults and the file beside the result describe it.
 * @see https://docs.aws.amazon.com/athena/latest/APIReference/API_ColumnInfo.html
 */
export interface ResultColumn {
  name: string;
  /** base name of the type: `varchar`, `decimal`, `float` for a real */
  type: string;
  precision: number;
  scale: number;
  caseSensitive: boolean;
}

/** Precision that Athena gives for types without one of their own (measured: https://github.com/aoyagikouhei/athena-local). */
const PRECISION: Readonly<Record<string, number>> = {
  tinyint: 3,
  smallint: 5,
  integer: 10,
  bigint: 19,
  float: 17,
  double: 17,
  timestamp: 3,
  time: 3,
  "timestamp with time zone": 3,
  "time with time zone": 3,
  varbinary: 1_073_741_824,
};
/** Length of a varchar without one. */
const UNBOUNDED = 2_147_483_647;

/** The columns of a statement's result, by the types as Trino writes them: `decimal(10,2)`, `timestamp(3) with time zone`. */
export function resultColumns(
  { subtype, form }: Pick<StatementKind, "subtype" | "form">,
  columns: readonly { name: string; type: string }[],
  rows: readonly unknown[][],
): ResultColumn[] {
  return columns.map(({ name, type }) => {
    if (form === "csv" || form === "files") return columnOf(name, type);
    if (subtype === "EXPLAIN")
      return { ...columnOf(name, type), ...(type === "varchar" && { precision: String(rows[0]?.[0] ?? "").length }) };
    const isOfView = subtype === "SHOW_VIEWS" || subtype === "SHOW_CREATE_VIEW";
    return {
      name: subtype === "SHOW_CREATE_VIEW" ? name.toLowerCase() : name,
      type: isOfView ? "varchar" : "string",
      precision: 0,
      scale: 0,
      caseSensitive: false,
    };
  });
}

function columnOf(name: string, text: string): ResultColumn {
  const [, base = text, inner = "", rest = ""] = /^([a-z ]+?)(?:\((.*)\))?( with time zone)?$/.exec(text) ?? [];
  const type = base === "real" ? "float" : `${base}${rest}`;
  const caseSensitive = type === "varchar" || type === "char";
  if (type === "decimal") {
    const [precision = 0, scale = 0] = inner.split(",").map(Number);
    return { name, type, precision, scale, caseSensitive };
  }
  const precision = caseSensitive ? (inner === "" ? UNBOUNDED : Number(inner)) : (PRECISION[type] ?? 0);
  return { name, type, precision, scale: 0, caseSensitive };
}

/** How a column of the file beside a result names its members. */
const FIELD = { catalog: 1, name: 4, label: 5, type: 6, precision: 7, scale: 8, nullable: 9, caseSensitive: 10 };
const UNKNOWN = 3;

/**
 * The file beside a result, `ID.csv.metadata`, by which drivers know the columns: a protocol buffer without a published definition. Its fields
 * are those that https://github.com/burtcorp/athena-jdbc reads (AthenaMetaDataParser): the id, and of each column catalog, name, label, type,
 * precision, scale, nullable and case. Which of them a type leaves out, and the kind and number of rows of statements that write, is as
 * https://github.com/aoyagikouhei/athena-local found it in files of Athena. Athena puts its engine's own id first, or the query's.
 */
export function metadataFile(
  id: string,
  columns: readonly ResultColumn[],
  update?: { type: string | undefined; count: number },
): Buffer {
  return Buffer.concat([
    text(1, id),
    ...(update?.type === undefined ? [] : [text(2, update.type)]),
    ...(update === undefined ? [] : [number(3, update.count)]),
    ...columns.map((column) => bytes(4, columnMessage(column))),
  ]);
}

function columnMessage({ name, type, precision, scale, caseSensitive }: ResultColumn): Buffer {
  const isPlain = type === "boolean" || type.startsWith("interval");
  const hasPrecision = Object.hasOwn(PRECISION, type) || ["decimal", "varchar", "char"].includes(type);
  return Buffer.concat([
    text(FIELD.catalog, "hive"),
    text(FIELD.name, name),
    text(FIELD.label, name),
    text(FIELD.type, type),
    ...(hasPrecision ? [number(FIELD.precision, precision)] : []),
    ...(hasPrecision || type === "date" ? [number(FIELD.scale, scale)] : []),
    number(FIELD.nullable, UNKNOWN),
    ...(hasPrecision || isPlain || type === "date" ? [number(FIELD.caseSensitive, Number(caseSensitive))] : []),
  ]);
}

const VARINT = 0;
const LENGTH_DELIMITED = 2;

/** https://protobuf.dev/programming-guides/encoding/ */
function varint(value: number): Buffer {
  const out: number[] = [];
  let rest = BigInt(value);
  for (; rest >= 0x80n; rest >>= 7n) out.push(Number(rest & 0x7fn) | 0x80);
  return Buffer.from([...out, Number(rest)]);
}

const number = (field: number, value: number): Buffer => Buffer.concat([varint(field * 8 + VARINT), varint(value)]);
const bytes = (field: number, value: Buffer): Buffer =>
  Buffer.concat([varint(field * 8 + LENGTH_DELIMITED), varint(value.length), value]);
const text = (field: number, value: string): Buffer => bytes(field, Buffer.from(value));
