import * as fs from "node:fs";
import * as path from "node:path";
import type { TableInput } from "@aws-sdk/client-glue";
import type { Column, NewTable, NewView } from "../../athena";
import { isObject, readDataFile, replaceFile } from "../../core/data-file";
import { JSON_SERDE, type Properties } from "../../core/model";

/** A table or view that clients and statements have made. */
export interface ClientTable {
  database: string;
  name: string;
  /** what it is and was, the latest last; there is one at least */
  versions: { id: number; input: TableInput; at: number }[];
  /** ms since 1970-01-01 UTC, of the local clock */
  created: number;
  /** ARN of who made it */
  creator: string;
}

/** Versions that are kept of a table; AWS keeps more (https://docs.aws.amazon.com/general/latest/gr/glue.html). */
const KEPT_VERSIONS = 100;
const PARQUET = "org.apache.hadoop.hive.ql.io.parquet";

/** Tables and views beside those of the program. They outlive a restart. */
export class ClientTables {
  private readonly file: string;
  private readonly tables = new Map<string, ClientTable>();

  /** @param folder the catalog's, in the data folder @throws DataFileError */
  constructor(
    folder: string,
    private readonly now: () => number,
  ) {
    this.file = path.join(folder, "created-tables.json");
    for (const table of readDataFile(this.file, isTables) ?? [])
      this.tables.set(keyOf(table.database, table.name), table);
    this.takeOver(path.join(folder, "created-by-statements.json"));
  }

  all(): Iterable<ClientTable> {
    return this.tables.values();
  }

  get(database: string, name: string): ClientTable | undefined {
    return this.tables.get(keyOf(database, name));
  }

  /** Makes a table in the place of what has its name. */
  create(database: string, input: TableInput, creator: string): ClientTable {
    const at = this.now();
    const name = input.Name!;
    const table = { database, name, versions: [{ id: 0, input, at }], created: at, creator };
    this.tables.set(keyOf(database, name), table);
    this.save();
    return table;
  }

  /** @param archive whether the version before is kept */
  update(table: ClientTable, input: TableInput, archive: boolean): ClientTable {
    const { versions } = table;
    const latest = { id: versions[versions.length - 1]!.id + 1, input, at: this.now() };
    const before = archive ? versions : versions.slice(0, -1);
    const updated = { ...table, versions: [...before, latest].slice(-KEPT_VERSIONS) };
    this.tables.set(keyOf(table.database, table.name), updated);
    this.save();
    return updated;
  }

  delete(database: string, name: string): void {
    this.tables.delete(keyOf(database, name));
    this.save();
  }

  private save(): void {
    replaceFile(this.file, `${JSON.stringify([...this.tables.values()])}\n`);
  }

  /** Data folders of before kept the tables of statements in another form. */
  private takeOver(file: string): void {
    const stored = readDataFile(file, isOfStatements);
    for (const { databaseName, name, parameters, storageDescriptor } of stored?.tables ?? []) {
      const { location, columns, serDeInfo } = storageDescriptor as Properties;
      const json = serDeInfo.serializationLibrary === JSON_SERDE;
      if (this.get(databaseName, name) !== undefined) continue;
      const format = json ? "JSON" : "PARQUET";
      this.create(
        databaseName,
        tableInput({ database: databaseName, name, columns, location, format, parameters }),
        "",
      );
    }
    for (const view of stored?.views ?? [])
      if (this.get(view.database, view.name) === undefined)
        this.create(view.database, viewInput({ ...view, schema: view.database }), "");
    if (stored !== undefined) fs.rmSync(file);
  }
}

const keyOf = (database: string, name: string): string => `${database}.${name}`;

/** What CREATE TABLE AS puts into the catalog. */
export function tableInput({ name, columns, location, format, parameters, partitionKeys }: NewTable): TableInput {
  const json = format === "JSON";
  return {
    Name: name,
    TableType: "EXTERNAL_TABLE",
    Parameters: { EXTERNAL: "TRUE", has_encrypted_data: "false", ...parameters },
    PartitionKeys: (partitionKeys ?? []).map(columnInput),
    StorageDescriptor: {
      Columns: columns.map(columnInput),
      Location: location,
      InputFormat: json ? "org.apache.hadoop.mapred.TextInputFormat" : `${PARQUET}.MapredParquetInputFormat`,
      OutputFormat: json
        ? "org.apache.hadoop.hive.ql.io.HiveIgnoreKeyTextOutputFormat"
        : `${PARQUET}.MapredParquetOutputFormat`,
      SerdeInfo: { SerializationLibrary: json ? JSON_SERDE : `${PARQUET}.serde.ParquetHiveSerDe` },
    },
  };
}

/** What CREATE VIEW puts into the catalog: the query under the name that Athena and Presto read. */
export function viewInput({ name, columns, sql, schema }: NewView): TableInput {
  const definition = { originalSql: sql, catalog: "awsdatacatalog", schema };
  return {
    Name: name,
    TableType: "VIRTUAL_VIEW",
    Parameters: { presto_view: "true", comment: "Presto View" },
    PartitionKeys: [],
    StorageDescriptor: { Columns: columns.map(columnInput), Location: "", SerdeInfo: {} },
    ViewOriginalText: `/* Presto View: ${Buffer.from(JSON.stringify(definition)).toString("base64")} */`,
    ViewExpandedText: "/* Presto View */",
  };
}

const columnInput = ({ name, type }: Column): { Name: string; Type: string } => ({ Name: name, Type: type });

/** The query of a view, and the database in which its names are looked up; undefined for a table, and for views of other engines. */
export function viewQuery({
  ViewOriginalText: text,
}: Pick<TableInput, "ViewOriginalText">): { sql: string; database: string } | undefined {
  const [, encoded] = /^\/\* Presto View: ([A-Za-z0-9+/=]+) \*\/$/.exec(text ?? "") ?? [];
  if (encoded === undefined) return undefined;
  try {
    const { originalSql, schema } = JSON.parse(Buffer.from(encoded, "base64").toString("utf8")) as Record<
      string,
      unknown
    >;
    return typeof originalSql === "string" ? { sql: originalSql, database: String(schema ?? "") } : undefined;
  } catch {
    return undefined;
  }
}

function isTables(value: unknown): value is ClientTable[] {
  return (
    Array.isArray(value) &&
    value.every(
      (one) =>
        isObject(one) &&
        ["database", "name", "creator"].every((name) => typeof one[name] === "string") &&
        typeof one.created === "number" &&
        Array.isArray(one.versions) &&
        one.versions.length > 0 &&
        one.versions.every(
          (version) => isObject(version) && isObject(version.input) && Number.isSafeInteger(version.id),
        ),
    )
  );
}

function isOfStatements(value: unknown): value is { tables: Properties[]; views: NewView[] } {
  if (!isObject(value) || !Array.isArray(value.tables) || !Array.isArray(value.views)) return false;
  const isNamed = (...names: unknown[]): boolean => names.every((name) => typeof name === "string");
  const isTable = (one: unknown): boolean =>
    isObject(one) &&
    isNamed(one.databaseName, one.name) &&
    isObject(one.storageDescriptor) &&
    isNamed(one.storageDescriptor.location) &&
    Array.isArray(one.storageDescriptor.columns) &&
    isObject(one.storageDescriptor.serDeInfo);
  const isView = (one: unknown): boolean =>
    isObject(one) && isNamed(one.database, one.name, one.sql) && Array.isArray(one.columns);
  return value.tables.every(isTable) && value.views.every(isView);
}
