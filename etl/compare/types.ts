/** How values of a column are compared, which may have another type on each side. */
import type { ColumnType } from "../columns";

/** What both sides of a column are read as. */
export interface CommonType {
  /** Trino's type, as a person reads it */
  readonly name: string;
  readonly kind: "number" | "text" | "boolean" | "time" | "day" | "bytes" | "nested";
  /** whether `--tolerance` applies */
  readonly inexact: boolean;
  /** a value that stands for NULL where two keys are matched */
  readonly zero: string;
  /** the column's expression on a side, in Athena's SQL */
  read(column: string, of: ColumnType): string;
}

const WIDTH: Readonly<Record<string, number>> = { tinyint: 1, smallint: 2, int: 3, bigint: 4 };

const as =
  (type: string) =>
  (column: string): string =>
    `CAST(${column} AS ${type})`;
const plain = (column: string): string => column;

/** Text that means the value: of a nested one its JSON, of bytes their hexadecimal digits. */
function textOf(column: string, type: ColumnType): string {
  switch (type.kind) {
    case "string":
    case "varchar":
      return column;
    case "array":
    case "map":
    case "struct":
      return `json_format(CAST(${column} AS JSON))`;
    case "binary":
      return `to_hex(${column})`;
    default:
      return `CAST(${column} AS varchar)`;
  }
}

const TEXT: CommonType = { name: "varchar", kind: "text", inexact: false, zero: "''", read: textOf };
const DOUBLE: CommonType = { name: "double", kind: "number", inexact: true, zero: "0E0", read: as("double") };

const isNested = ({ kind }: ColumnType): boolean => kind === "array" || kind === "map" || kind === "struct";
const isText = ({ kind }: ColumnType): boolean => kind === "string" || kind === "varchar";

/** The type that two types of one column are compared in; their own if it is the same. */
export function commonType(before: ColumnType, after: ColumnType): CommonType {
  if (isNested(before) || isNested(after)) return { ...TEXT, name: "JSON as text", kind: "nested" };
  if (isText(before) && isText(after)) return TEXT;
  const [a, b] = [before.kind, after.kind];
  if (a in WIDTH && b in WIDTH) {
    const wider = WIDTH[a]! >= WIDTH[b]! ? a : b;
    const name = wider === "int" ? "integer" : wider;
    return { name, kind: "number", inexact: false, zero: "0", read: a === b ? plain : as(name) };
  }
  const scales = [before, after].map((type) => (type.kind === "decimal" ? type.scale : type.kind in WIDTH ? 0 : NaN));
  if (!scales.some(Number.isNaN)) {
    const name = `decimal(38,${Math.max(...scales)})`;
    return { name, kind: "number", inexact: false, zero: `CAST(0 AS ${name})`, read: as(name) };
  }
  const isNumber = ({ kind }: ColumnType): boolean =>
    kind in WIDTH || kind === "decimal" || kind === "double" || kind === "float";
  if (isNumber(before) && isNumber(after)) {
    if (a === "float" && b === "float")
      return { name: "real", kind: "number", inexact: true, zero: "CAST(0 AS real)", read: plain };
    return a === b ? { ...DOUBLE, read: plain } : DOUBLE;
  }
  if (a === "boolean" && b === "boolean")
    return { name: "boolean", kind: "boolean", inexact: false, zero: "false", read: plain };
  if (a === "binary" && b === "binary")
    return { name: "varbinary", kind: "bytes", inexact: false, zero: "''", read: textOf };
  if (a === "date" && b === "date")
    return { name: "date", kind: "day", inexact: false, zero: "DATE '1970-01-01'", read: plain };
  if ((a === "date" || a === "timestamp") && (b === "date" || b === "timestamp"))
    return {
      name: "timestamp(3)",
      kind: "time",
      inexact: false,
      zero: "TIMESTAMP '1970-01-01 00:00:00.000'",
      read: a === b ? plain : as("timestamp(3)"),
    };
  return TEXT;
}
