import type { DuckDBConnection } from "@duckdb/node-api";
import { formatType, isWhole, type Type } from "../../etl/athena-sql/types/type";
import type { CatalogTable, PartitionFile } from "./catalog";
import { sqlType } from "./duck/storage";
import { literal } from "./duck/text";
import { columnType } from "./types";

/** An element of a Parquet file's schema. */
interface Element {
  readonly name: string;
  /** as Parquet calls it, `DOUBLE`; null of a group */
  readonly physical: string | null;
  /** as DuckDB reads it */
  readonly type: string | null;
  readonly children: readonly Element[];
}

/** A column of some files whose values the table's type cannot take. */
export interface Mismatch {
  readonly column: string;
  /** Athena's words, without the code */
  readonly message: string;
}

/** The columns of files by their place and size; objects are replaced, never changed. */
export type FileSchemas = Map<string, readonly Element[]>;

/** Schemas that are kept, so that each file is looked at once. */
const MOST = 200_000;

/**
 * Files in groups that differ from the table's columns in the same way; most tables have one group, without a mismatch.
 * Athena reads each Parquet file by its own types, and fails a query that reads a column whose type it does not convert:
 * https://docs.aws.amazon.com/athena/latest/ug/handling-schema-updates-chapter.html
 */
export async function groupByMismatch(
  connection: DuckDBConnection,
  { columns }: Pick<CatalogTable, "columns">,
  files: readonly PartitionFile[],
  schemas: FileSchemas,
): Promise<{ files: PartitionFile[]; mismatches: Mismatch[] }[]> {
  await readSchemas(connection, files, schemas);
  const types = columns.map(({ name, type }) => ({ name, type: columnType(type) }));
  const groups = new Map<string, { files: PartitionFile[]; mismatches: Mismatch[] }>();
  const decided = new Map<readonly Element[], string>();
  for (const file of files) {
    const elements = schemas.get(keyOf(file)) ?? [];
    let wrong = decided.get(elements);
    let mismatches: Mismatch[] = [];
    if (wrong === undefined || wrong !== "") {
      mismatches = types.flatMap(({ name, type }) => mismatchOf(name, type, elements, file));
      wrong = mismatches.map(({ column }) => column).join("\0");
      decided.set(elements, wrong);
    }
    const group = groups.get(wrong);
    if (group === undefined) groups.set(wrong, { files: [file], mismatches });
    else group.files.push(file);
  }
  return [...groups.values()];
}

const keyOf = ({ path, bytes }: PartitionFile): string => `${bytes} ${path}`;

function mismatchOf(
  name: string,
  type: Type,
  elements: readonly Element[],
  { bucket, key }: PartitionFile,
): Mismatch[] {
  const element = elements.find((one) => one.name.toLowerCase() === name.toLowerCase());
  if (element === undefined) return [];
  const wrong = unreadable(element, type);
  if (wrong === undefined) return [];
  const message = `Field ${name}'s type ${wrong} in parquet file s3://${bucket}/${key} is incompatible with type ${formatType(type)} defined in table schema`;
  return [{ column: name, message }];
}

/** Reads the schemas of files that were not seen before. */
async function readSchemas(
  connection: DuckDBConnection,
  files: readonly PartitionFile[],
  schemas: FileSchemas,
): Promise<void> {
  const unseen = new Map(files.filter((file) => !schemas.has(keyOf(file))).map((file) => [file.path, file]));
  if (unseen.size === 0) return;
  if (schemas.size + unseen.size > MOST) schemas.clear();
  const list = [...unseen.keys()].map(literal).join(", ");
  const found = await connection.runAndReadAll(
    `SELECT file_name, name, type, num_children, duckdb_type FROM parquet_schema([${list}])`,
  );
  const byFile = new Map<string, Row[]>();
  for (const row of found.getRows() as unknown as Row[]) {
    const rows = byFile.get(row[0]);
    if (rows === undefined) byFile.set(row[0], [row]);
    else rows.push(row);
  }
  // Files of one writer have one schema, which is kept once.
  const same = new Map<string, readonly Element[]>();
  for (const [path, rows] of byFile) {
    const text = JSON.stringify(rows.map((row) => [row[1], row[2], Number(row[3] ?? 0), row[4]]));
    const elements = same.get(text) ?? elementsOf(rows);
    same.set(text, elements);
    const file = unseen.get(path);
    if (file !== undefined) schemas.set(keyOf(file), elements);
  }
}

type Row = [file: string, name: string, type: string | null, children: bigint | null, duckType: string | null];

function elementsOf(rows: readonly Row[]): readonly Element[] {
  let at = 0;
  const next = (): Element => {
    const [, name, physical, children, type] = rows[at++]!;
    return { name, physical, type, children: Array.from({ length: Number(children ?? 0) }, next) };
  };
  return next().children;
}

/** What of an element the type cannot take, as Parquet calls it; undefined if it can. */
function unreadable(element: Element, type: Type): string | undefined {
  const group = element.physical === null;
  switch (type.kind) {
    case "array": {
      const inner = element.children[0]?.children[0];
      if (!group || inner === undefined) return nameOf(element);
      return unreadable(inner, type.element);
    }
    case "map": {
      const [key, value] = element.children[0]?.children ?? [];
      if (!group || key === undefined || value === undefined) return nameOf(element);
      return unreadable(key, type.key) ?? unreadable(value, type.value);
    }
    case "row":
      if (!group) return nameOf(element);
      for (const { name, type: field } of type.fields) {
        const inner = element.children.find((one) => one.name.toLowerCase() === name?.toLowerCase());
        const wrong = inner && unreadable(inner, field);
        if (wrong !== undefined) return wrong;
      }
      return undefined;
    default:
      return !group && readsAs(element, type) ? undefined : nameOf(element);
  }
}

const nameOf = ({ physical }: Element): string => (physical === "BYTE_ARRAY" ? "BINARY" : (physical ?? "GROUP"));

const WHOLE = ["TINYINT", "SMALLINT", "INTEGER", "BIGINT"];
const WHOLE_KINDS = ["tinyint", "smallint", "integer", "bigint"];

/** Wider whole numbers, double for float, a wider decimal, and texts among themselves; nothing else is converted. */
function readsAs({ type: stored }: Element, to: Type): boolean {
  const from = stored ?? "";
  if (isWhole(to)) return WHOLE.includes(from) && WHOLE.indexOf(from) <= WHOLE_KINDS.indexOf(to.kind);
  switch (to.kind) {
    case "boolean":
      return from === "BOOLEAN";
    case "real":
      return from === "FLOAT";
    case "double":
      return from === "FLOAT" || from === "DOUBLE";
    case "varchar":
    case "char":
    case "varbinary":
      return from === "VARCHAR" || from === "BLOB" || from.startsWith("ENUM");
    case "date":
      return from === "DATE";
    case "timestamp":
      return from.startsWith("TIMESTAMP");
    case "decimal": {
      const [, precision = "", scale = ""] = /^DECIMAL\((\d+),\s*(\d+)\)$/.exec(from) ?? [];
      return (
        precision !== "" && Number(scale) <= to.scale && Number(precision) - Number(scale) <= to.precision - to.scale
      );
    }
    default:
      return false;
  }
}

/** What DuckDB reads from a column that was written as a type. */
function elementOf(name: string, type: Type): Element {
  switch (type.kind) {
    case "array":
      return group(name, group("list", elementOf("element", type.element)));
    case "map":
      return group(name, group("key_value", elementOf("key", type.key), elementOf("value", type.value)));
    case "row":
      return group(name, ...type.fields.map((field) => elementOf(field.name ?? "", field.type)));
    default:
      return { name, physical: type.kind, type: sqlType(type).replace(", ", ","), children: [] };
  }
}

const group = (name: string, ...children: Element[]): Element => ({ name, physical: null, type: null, children });

/** Whether Athena reads Parquet files with a column of one Hive type as another, value for value. */
export function convertsStored(from: string, to: string): boolean {
  try {
    return unreadable(elementOf("", columnType(from)), columnType(to)) === undefined;
  } catch {
    // A type that no query reads fails in its own words.
    return true;
  }
}
