import { randomUUID } from "node:crypto";
import * as fs from "node:fs";
import * as path from "node:path";
import { fillTemplate, NO_PARTITION_VALUE } from "../../aws/limits/glue-partitions";
import type { Property, StatementOf } from "../../etl/athena-sql/syntax/ast";
import { SqlError } from "../../etl/athena-sql/syntax/error";
import { canCoerce } from "../../etl/athena-sql/types/coerce";
import { formatType, UNBOUNDED, type Type } from "../../etl/athena-sql/types/type";
import type { CatalogTable, Column } from "./catalog";
import type { CompiledQuery } from "./compile";
import { databases, qualifiedName, tableOf, type MetadataScope } from "./metadata";
import type { NewPartition, QuerySession } from "./session";
import { literal, quoted } from "./duck/text";
import { columnType, duckType } from "./types";
import {
  copyOptions,
  fileFormat,
  readProperties,
  tableFormat,
  WRITE_COMPRESSION,
  type FileFormat,
} from "./write-format";
import type { Workspace } from "./workspace";

/** Rows of a query on their way into files. */
export interface Source {
  readonly query: CompiledQuery;
  readonly workspace: Workspace;
}

/** What a statement that writes needs of its workspace and its caller. */
export interface WriteScope extends MetadataScope {
  readonly session: QuerySession;
}

/** CREATE TABLE AS: writes the rows and makes the table. @returns how many rows. https://docs.aws.amazon.com/athena/latest/ug/create-table-as.html */
export async function createTableAs(
  statement: StatementOf<"createTableAs">,
  { query, workspace }: Source,
  scope: WriteScope,
): Promise<number> {
  const { at, withData } = statement;
  const { session, tables } = scope;
  const { database, table: name } = qualifiedName(statement.table, scope.database);
  const { keys, rest: further } = partitionedBy(statement.properties);
  const { buckets, rest } = bucketedBy(further);
  const properties = readProperties(rest, ["format", "external_location", "write_compression", "parquet_compression"]);
  const format = fileFormat(properties, ["PARQUET", "JSON"], ["write_compression", "parquet_compression"]);
  const all = hiveColumns(
    query,
    statement.columns?.map((column) => column.name.toLowerCase()),
    at,
  );
  const { columns, partitionKeys } = splitColumns(all, keys, at);
  checkBuckets(buckets, columns, partitionKeys, at);
  session.onCatalog("glue:GetTable", database, name);
  checkDatabase(database, scope, at);
  if (tables.has(`${database}.${name}`)) {
    if (statement.ifNotExists) return 0;
    throw new SqlError("TABLE_ALREADY_EXISTS", `Table 'awsdatacatalog.${database}.${name}' already exists`, at);
  }
  session.onCatalog("glue:CreateTable", database, name);
  const location = folderOf(properties.get("external_location") ?? session.tableLocation);
  if (session.isOccupied(location))
    throw new SqlError(
      "HIVE_PATH_ALREADY_EXISTS",
      `Target directory for table '${database}.${name}' already exists: ${location}`,
    );
  const select = query.columns.map((_, i) => `c${i} AS ${quoted(all[i]!.name)}`).join(", ");
  const place = { location, columns, partitionKeys, parameters: {} };
  const written = withData
    ? await writeRows(place, `SELECT ${select} FROM (${query.sql})`, format, { workspace, session, buckets })
    : { rows: 0, partitions: [] };
  const parameters = { [WRITE_COMPRESSION]: format.compression };
  session.createTable({ database, name, columns, partitionKeys, location, format: format.format, parameters });
  if (partitionKeys.length > 0 && written.partitions.length > 0) {
    session.onCatalog("glue:BatchCreatePartition", database, name);
    session.createPartitions(database, name, written.partitions);
  }
  return written.rows;
}

/** How rows are divided into files. */
interface Buckets {
  column: string;
  count: number;
}

/** The properties bucketed_by and bucket_count, and the others. https://docs.aws.amazon.com/athena/latest/ug/ctas-bucketing-guidance.html @throws SqlError */
function bucketedBy(properties: readonly Property[]): { buckets: Buckets | undefined; rest: Property[] } {
  const own = (wanted: string): Property | undefined => properties.find(({ name }) => name === wanted);
  const by = own("bucketed_by")?.value;
  const count = own("bucket_count")?.value;
  const rest = properties.filter(({ name }) => name !== "bucketed_by" && name !== "bucket_count");
  if (by === undefined && count === undefined) return { buckets: undefined, rest };
  const columns = by?.kind === "array" ? by.items : [];
  const [first] = columns;
  if (columns.length !== 1 || first?.kind !== "string")
    throw new SqlError("NOT_SUPPORTED", "bucketed_by is executed by the local cloud with one column: ARRAY['column']");
  const number = count?.kind === "number" ? Number(count.text) : NaN;
  if (!Number.isInteger(number) || number < 1 || number > MOST_PARTITIONS)
    throw new SqlError("INVALID_TABLE_PROPERTY", `bucket_count is a whole number from 1 to ${MOST_PARTITIONS}`);
  return { buckets: { column: first.value.toLowerCase(), count: number }, rest };
}

function checkBuckets(
  buckets: Buckets | undefined,
  columns: readonly Column[],
  partitionKeys: readonly Column[],
  at: { line: number; column: number },
): void {
  if (buckets === undefined) return;
  if (partitionKeys.length > 0)
    throw new SqlError("NOT_SUPPORTED", "bucketed_by with partitioned_by is not executed by the local cloud", at);
  if (!columns.some(({ name }) => name === buckets.column))
    throw new SqlError("INVALID_TABLE_PROPERTY", `Bucketing columns [${buckets.column}] not present in schema`, at);
}

/** Writes a file for each bucket that has rows. Which bucket a row is in is not Hive's choice here; nobody reads by buckets. */
async function writeBuckets(
  table: Place,
  select: string,
  format: FileFormat,
  { column, count }: Buckets,
  { workspace, session }: { workspace: Workspace; session: QuerySession },
): Promise<number> {
  const columns = table.columns.map(({ name }) => quoted(name)).join(", ");
  let rows = 0;
  for (let bucket = 0; bucket < count; bucket++) {
    const where = count === 1 ? "" : ` WHERE hash(${quoted(column)}) % ${count} = ${bucket}`;
    const part = `SELECT ${columns} FROM (${select})${where}`;
    rows += await copy(workspace, session, part, `${folderOf(table.location)}${randomUUID()}`, format);
  }
  return rows;
}

/** The property partitioned_by, and the others. @throws SqlError */
function partitionedBy(properties: readonly Property[]): { keys: string[]; rest: Property[] } {
  const keys = properties
    .filter(({ name }) => name === "partitioned_by")
    .flatMap(({ value }) => {
      if (value.kind === "array" && value.items.length > 0 && value.items.every(({ kind }) => kind === "string"))
        return value.items.map((item) => (item as { value: string }).value.toLowerCase());
      throw new SqlError(
        "INVALID_TABLE_PROPERTY",
        "Invalid value for property 'partitioned_by': it is ARRAY['column', ...]",
      );
    });
  return { keys, rest: properties.filter(({ name }) => name !== "partitioned_by") };
}

/** Partition keys are the last columns. @throws SqlError in Trino's words */
function splitColumns(
  all: readonly Column[],
  keys: readonly string[],
  at: { line: number; column: number },
): { columns: Column[]; partitionKeys: Column[] } {
  const missing = keys.filter((key) => !all.some(({ name }) => name === key));
  if (missing.length > 0)
    throw new SqlError("INVALID_TABLE_PROPERTY", `Partition columns [${missing.join(", ")}] not present in schema`, at);
  if (keys.length === all.length && keys.length > 0)
    throw new SqlError("INVALID_TABLE_PROPERTY", "Table contains only partition columns", at);
  const count = all.length - keys.length;
  if (!keys.every((key, i) => all[count + i]!.name === key))
    throw new SqlError(
      "HIVE_COLUMN_ORDER_MISMATCH",
      `Partition keys must be the last columns in the table and in the same order as the table properties: [${keys.join(", ")}]`,
      at,
    );
  return { columns: all.slice(0, count), partitionKeys: all.slice(count) };
}

/** Where rows of a table belong. */
type Place = Pick<CatalogTable, "location" | "columns" | "partitionKeys" | "parameters" | "registered">;

/** Writes rows where they belong by their partition keys, an object for each partition. @param select has the table's columns by their names */
async function writeRows(
  table: Place,
  select: string,
  format: FileFormat,
  { workspace, session, buckets }: { workspace: Workspace; session: QuerySession; buckets?: Buckets | undefined },
): Promise<{ rows: number; partitions: NewPartition[] }> {
  if (buckets !== undefined)
    return { rows: await writeBuckets(table, select, format, buckets, { workspace, session }), partitions: [] };
  if (table.partitionKeys.length === 0) {
    const file = `${folderOf(table.location)}${randomUUID()}`;
    return { rows: await copy(workspace, session, select, file, format), partitions: [] };
  }
  const { connection } = workspace;
  const rows = quoted("rows to write");
  await connection.run(`CREATE OR REPLACE TEMP TABLE ${rows} AS ${select}`);
  try {
    const columns = table.columns.map(({ name }) => quoted(name)).join(", ");
    const partitions = await partitionsOf(table, workspace, rows);
    let written = 0;
    for (const { location, where } of partitions) {
      const part = `SELECT ${columns} FROM ${rows}${where}`;
      written += await copy(workspace, session, part, `${location}${randomUUID()}`, format);
    }
    return { rows: written, partitions };
  } finally {
    await connection.run(`DROP TABLE IF EXISTS ${rows}`);
  }
}

/** INSERT INTO: another object of the table, one for each partition. https://docs.aws.amazon.com/athena/latest/ug/insert-into.html */
export async function insertInto(
  statement: StatementOf<"insert">,
  { query, workspace }: Source,
  scope: WriteScope,
): Promise<number> {
  const { at } = statement;
  const { session } = scope;
  const table = tableOf(statement.table, scope);
  if (table.view !== undefined) throw new SqlError("NOT_SUPPORTED", `Inserting into views is not supported`, at);
  const all = [...table.columns, ...table.partitionKeys];
  const named = statement.columns?.map(({ name }) => name.toLowerCase()) ?? all.map(({ name }) => name.toLowerCase());
  for (const name of named)
    if (!all.some((column) => column.name.toLowerCase() === name))
      throw new SqlError("COLUMN_NOT_FOUND", `Insert column name does not exist in target table: ${name}`, at);
  const wanted = named.map((name) => columnType(all.find((column) => column.name.toLowerCase() === name)!.type));
  const given = query.columns.map(({ type }) => type);
  if (wanted.length !== given.length || !wanted.every((type, i) => fits(given[i]!, type)))
    throw new SqlError(
      "TYPE_MISMATCH",
      `Insert query has mismatched column types: Table: [${wanted.map(formatType).join(", ")}], Query: [${given.map(formatType).join(", ")}]`,
      at,
    );
  const value = ({ name, type }: Column): string => {
    const place = named.indexOf(name.toLowerCase());
    return `CAST(${place < 0 ? "NULL" : `c${place}`} AS ${duckType(type)}) AS ${quoted(name)}`;
  };
  const select = `SELECT ${all.map(value).join(", ")} FROM (${query.sql})`;
  const { rows, partitions } = await writeRows(table, select, tableFormat(table), { workspace, session });
  registerNew(table, session, partitions);
  return rows;
}

/** Partitions that the catalog does not have yet, unless projection leads to them. */
function registerNew(table: CatalogTable, session: QuerySession, partitions: readonly NewPartition[]): void {
  if (table.partitionKeys.length === 0 || table.parameters["projection.enabled"] === "true") return;
  const created = partitions.filter(({ values }) => table.registered?.get(values) === undefined);
  if (created.length === 0) return;
  session.onCatalog("glue:BatchCreatePartition", table.database, table.name);
  session.createPartitions(table.database, table.name, created);
}

/** A text column takes texts of any length. */
function fits(given: Type, wanted: Type): boolean {
  return (
    canCoerce(given, wanted) || (given.kind === "varchar" && wanted.kind === "varchar" && wanted.length === UNBOUNDED)
  );
}

/** Partitions that one INSERT may write. */
const MOST_PARTITIONS = 100;

/** Where rows belong by their partition keys, and the condition that finds them. */
async function partitionsOf(
  table: Place,
  { connection }: Workspace,
  rows: string,
): Promise<(NewPartition & { where: string })[]> {
  const keys = table.partitionKeys.map(({ name }) => name);
  const texts = keys.map((key) => `CAST(${quoted(key)} AS VARCHAR)`);
  const found = (await connection.runAndReadAll(`SELECT DISTINCT ${texts.join(", ")} FROM ${rows}`)).getRows() as (
    string | null
  )[][];
  if (found.length > MOST_PARTITIONS)
    throw new SqlError(
      "HIVE_TOO_MANY_OPEN_PARTITIONS",
      `Exceeded limit of ${MOST_PARTITIONS} open writers for partitions/buckets`,
    );
  const template =
    table.parameters["storage.location.template"] ??
    `${folderOf(table.location)}${keys.map((key) => `${key}=\${${key}}`).join("/")}/`;
  return found.map((given) => {
    const values = given.map((value) => value ?? NO_PARTITION_VALUE);
    // Rows of a partition that was moved lie where it is now.
    const registered =
      table.parameters["projection.enabled"] === "true" ? undefined : table.registered?.get(values)?.descriptor;
    const location =
      typeof registered?.Location === "string" ? registered.Location : fillTemplate(template, keys, values);
    const condition = texts.map(
      (text, i) => `${text} IS NOT DISTINCT FROM ${given[i] === null ? "NULL" : literal(given[i]!)}`,
    );
    return { values, location: folderOf(location), where: ` WHERE ${condition.join(" AND ")}` };
  });
}

/** UNLOAD: the rows as files at a place that is empty. https://docs.aws.amazon.com/athena/latest/ug/unload.html */
export async function unload(
  statement: StatementOf<"unload">,
  { query, workspace }: Source,
  { session }: WriteScope,
): Promise<number> {
  const properties = readProperties(statement.properties, ["format", "compression", "field_delimiter"]);
  if (!properties.has("format")) throw new SqlError("SYNTAX_ERROR", "UNLOAD needs the property format", statement.at);
  const format = fileFormat(properties, ["PARQUET", "JSON", "TEXTFILE"], ["compression"]);
  const columns = hiveColumns(query, undefined, statement.at);
  const location = folderOf(statement.location);
  if (session.isOccupied(location))
    throw new SqlError("HIVE_PATH_ALREADY_EXISTS", `Target directory for the query result is not empty: ${location}`);
  const select = query.columns.map((_, i) => `c${i} AS ${quoted(columns[i]!.name)}`).join(", ");
  return copy(workspace, session, `SELECT ${select} FROM (${query.sql})`, `${location}${randomUUID()}`, format);
}

/** CREATE VIEW: the catalog keeps the query. https://docs.aws.amazon.com/athena/latest/ug/create-view.html */
export function createView(statement: StatementOf<"createView">, query: CompiledQuery, scope: WriteScope): void {
  const { at, text, replace } = statement;
  const { session, tables } = scope;
  const { database, table: name } = qualifiedName(statement.view, scope.database);
  const columns = query.columns.map(({ name: column, type }) => ({ name: column.toLowerCase(), type: viewType(type) }));
  checkNames(query, columns, at);
  session.onCatalog("glue:GetTable", database, name);
  checkDatabase(database, scope, at);
  const known = tables.get(`${database}.${name}`);
  if (known !== undefined && (!replace || known.view === undefined))
    throw new SqlError(
      "TABLE_ALREADY_EXISTS",
      `${known.view === undefined ? "Table" : "View"} already exists: 'awsdatacatalog.${database}.${name}'`,
      at,
    );
  session.onCatalog(known === undefined ? "glue:CreateTable" : "glue:UpdateTable", database, name);
  session.createView({ database, name, columns, sql: text, schema: scope.database.toLowerCase() });
}

/** @throws SqlError for a database that is not there */
function checkDatabase(name: string, scope: WriteScope, at: { line: number; column: number }): void {
  if (!databases(scope).includes(name)) throw new SqlError("SCHEMA_NOT_FOUND", `Schema ${name} not found`, at);
}

/** Writes rows into an object. @returns how many there are */
async function copy(
  { connection, folder }: Workspace,
  session: QuerySession,
  select: string,
  location: string,
  format: FileFormat,
): Promise<number> {
  const { options, suffix } = copyOptions(format);
  const file = path.join(folder, randomUUID());
  try {
    const written = await connection.runAndReadAll(`COPY (${select}) TO ${literal(file)} (${options})`);
    const rows = Number(written.getRows()[0]?.[0] ?? 0);
    if (rows > 0) {
      const temporary = session.temporaryFile();
      fs.copyFileSync(file, temporary);
      session.put(`${location}${suffix}`, temporary);
    }
    return rows;
  } finally {
    fs.rmSync(file, { force: true });
  }
}

const folderOf = (location: string): string => (location.endsWith("/") ? location : `${location}/`);

function hiveColumns(
  query: CompiledQuery,
  names: readonly string[] | undefined,
  at: { line: number; column: number },
): Column[] {
  if (names !== undefined && names.length !== query.columns.length)
    throw new SqlError(
      "MISMATCHED_COLUMN_ALIASES",
      `Column alias list has ${names.length} entries but relation has ${query.columns.length} columns`,
      at,
    );
  const columns = query.columns.map(({ name, type }, i) => {
    const own = names?.[i] ?? name.toLowerCase();
    return { name: own, type: hiveText(type, own) };
  });
  if (names === undefined) checkNames(query, columns, at);
  return columns;
}

/** @throws SqlError for a column without a name, and for a name that two have */
function checkNames({ plan }: CompiledQuery, columns: readonly Column[], at: { line: number; column: number }): void {
  plan.output.forEach(({ name }, i) => {
    if (name === undefined)
      throw new SqlError("MISSING_COLUMN_NAME", `Column name not specified at position ${i + 1}`, at);
    if (columns.findIndex((column) => column.name === columns[i]!.name) !== i)
      throw new SqlError("DUPLICATE_COLUMN_NAME", `Column name '${columns[i]!.name}' specified more than once`, at);
  });
}

/** A type as a Hive table has it. @throws SqlError for one that none can have */
function hiveText(type: Type, column: string): string {
  const inner = (one: Type): string => hiveText(one, column);
  switch (type.kind) {
    case "varchar":
      return type.length === UNBOUNDED ? "string" : `varchar(${type.length})`;
    case "char":
      return `char(${type.length})`;
    case "integer":
      return "int";
    case "real":
      return "float";
    case "varbinary":
      return "binary";
    case "decimal":
      return `decimal(${type.precision},${type.scale})`;
    case "timestamp":
      if (type.precision !== 3)
        throw new SqlError(
          "NOT_SUPPORTED",
          `Incorrect timestamp precision for timestamp(${type.precision}); the configured precision is MILLISECONDS; column name: ${column}`,
        );
      return "timestamp";
    case "array":
      return `array<${inner(type.element)}>`;
    case "map":
      return `map<${inner(type.key)},${inner(type.value)}>`;
    case "row":
      return `struct<${type.fields
        .map(({ name, type: field }) => {
          if (name === undefined)
            throw new SqlError(
              "NOT_SUPPORTED",
              `Anonymous row type is not supported in Hive. Please give each field a name: ${formatType(type)}`,
            );
          return `${name}:${inner(field)}`;
        })
        .join(",")}>`;
    case "boolean":
    case "tinyint":
    case "smallint":
    case "bigint":
    case "double":
    case "date":
      return type.kind;
    default:
      throw new SqlError("NOT_SUPPORTED", `Unsupported Hive type: ${formatType(type)}`);
  }
}

/** A view may have columns that no table can. */
function viewType(type: Type): string {
  try {
    return hiveText(type, "");
  } catch {
    return "string";
  }
}
