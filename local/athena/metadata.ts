import type { Identifier, StatementOf } from "../../etl/athena-sql/syntax/ast";
import { declarationsOf, functionNames } from "../../etl/athena-sql/builtins";
import { SqlError } from "../../etl/athena-sql/syntax/error";
import type { CatalogTable, Column } from "./catalog";
import type { QuerySession, StatementResult } from "./session";

/** The catalog as SHOW and DESCRIBE see it. */
export interface MetadataScope {
  readonly tables: ReadonlyMap<string, CatalogTable>;
  /** of tables that are named without one */
  readonly database: string;
  /** the catalog's databases; without them those that tables are in, and the one above */
  readonly databases?: readonly string[];
  readonly session: QuerySession | undefined;
}

/** SHOW ... @throws SqlError. https://docs.aws.amazon.com/athena/latest/ug/ddl-reference.html */
export function showStatement(statement: StatementOf<"show">, scope: MetadataScope): StatementResult {
  const { what, target, like, text, at } = statement;
  const { session, tables } = scope;
  switch (what) {
    case "DATABASES":
    case "SCHEMAS": {
      session?.onCatalog("glue:GetDatabases");
      return list("database_name", databases(scope).filter(matcher(like)));
    }
    case "TABLES":
    case "VIEWS": {
      const database = databaseOf(target, scope);
      session?.onCatalog("glue:GetTables", database);
      const names = [...tables.values()]
        .filter((table) => table.database === database && (what === "TABLES" || table.view !== undefined))
        .map(({ name }) => name)
        .filter(matcher(like));
      return list(what === "TABLES" ? "tab_name" : "views", names.sort());
    }
    case "COLUMNS": {
      const table = tableOf(target!, scope);
      return list(
        "field",
        columnsOf(table).map(({ name }) => name),
      );
    }
    case "PARTITIONS": {
      const table = tableOf(target!, scope);
      session?.onCatalog("glue:GetPartitions", table.database, table.name);
      if (table.partitionKeys.length === 0)
        throw new SqlError("INVALID_TABLE", `Table ${table.database}.${table.name} is not a partitioned table`, at);
      return list("partition", registeredPartitions(table));
    }
    case "CREATE TABLE": {
      const table = tableOf(target!, scope);
      if (table.view !== undefined)
        throw new SqlError("GENERIC_USER_ERROR", `'${table.name}' is a view; use SHOW CREATE VIEW`, at);
      return list("createtab_stmt", createTable(table));
    }
    case "CREATE VIEW": {
      const table = tableOf(target!, scope);
      if (table.view === undefined)
        throw new SqlError("GENERIC_USER_ERROR", `'${table.name}' is a base table, not a view`, at);
      return list("Create View", [`CREATE VIEW ${table.database}.${table.name} AS`, table.view]);
    }
    case "TBLPROPERTIES": {
      const all = Object.entries(tableOf(target!, scope).parameters).filter(([name]) => text === "" || name === text);
      return result(
        ["prpt_name", "prpt_value"],
        all.sort(([a], [b]) => (a < b ? -1 : 1)),
      );
    }
    case "FUNCTIONS":
      return functions(matcher(like, true));
    case "CATALOGS":
      return list("Catalog", ["awsdatacatalog"]);
  }
}

/** DESCRIBE table: its columns, then its partition keys again, as Hive shows them. @throws SqlError */
export function describeStatement({ target }: StatementOf<"describe">, scope: MetadataScope): StatementResult {
  const table = tableOf(target, scope);
  const names = ["col_name", "data_type", "comment"];
  const line = ({ name, type }: Column): string[] => [name, type, ""];
  const rows = columnsOf(table).map(line);
  if (table.partitionKeys.length === 0) return result(names, rows);
  const title = [
    ["", "", ""],
    ["# Partition Information", "", ""],
    ["# col_name", "data_type", "comment"],
    ["", "", ""],
  ];
  return result(names, [...rows, ...title, ...table.partitionKeys.map(line)]);
}

const result = (names: readonly string[], rows: unknown[][]): StatementResult => ({
  columns: names.map((name) => ({ name, type: "varchar" })),
  rows,
});
const list = (name: string, values: readonly string[]): StatementResult =>
  result(
    [name],
    values.map((value) => [value]),
  );

const columnsOf = ({ columns, partitionKeys }: CatalogTable): Column[] => [...columns, ...partitionKeys];

/** The databases that a catalog has, for SHOW DATABASES and information_schema. */
export function databases({
  tables,
  database,
  databases: known,
}: Pick<MetadataScope, "tables" | "database" | "databases">): string[] {
  const own = known ?? (database === "" ? [] : [database.toLowerCase()]);
  return [...new Set([...own, ...[...tables.values()].map((table) => table.database)])].sort();
}

function databaseOf(target: readonly Identifier[] | undefined, scope: MetadataScope): string {
  const name = (target?.[target.length - 1]?.name ?? scope.database).toLowerCase();
  if (!databases(scope).includes(name))
    throw new SqlError("SCHEMA_NOT_FOUND", `Database ${name} not found`, target?.[0]?.at);
  return name;
}

/** `db.table`, or a table of the default database. @throws SqlError */
export function tableOf(target: readonly Identifier[], { tables, database, session }: MetadataScope): CatalogTable {
  const name = qualifiedName(target, database);
  const table = tables.get(`${name.database}.${name.table}`);
  session?.onCatalog("glue:GetTable", name.database, name.table);
  if (table === undefined)
    throw new SqlError("TABLE_NOT_FOUND", `Table '${name.database}.${name.table}' not found`, target[0]!.at);
  return table;
}

/** @throws SqlError for a catalog that is none */
export function qualifiedName(target: readonly Identifier[], database: string): { database: string; table: string } {
  const names = target.map(({ name }) => name.toLowerCase());
  if (names.length === 3 && names[0] !== "awsdatacatalog")
    throw new SqlError("CATALOG_NOT_FOUND", `Catalog '${names[0]}' does not exist`, target[0]!.at);
  if (names.length > 3)
    throw new SqlError("SYNTAX_ERROR", `Too many dots in table name: ${names.join(".")}`, target[0]!.at);
  return { database: names[names.length - 2] ?? database.toLowerCase(), table: names[names.length - 1]! };
}

/** Partitions that projection finds are not in the catalog. https://docs.aws.amazon.com/athena/latest/ug/partition-projection.html */
function registeredPartitions({ registered, partitionKeys }: CatalogTable): string[] {
  const texts = (registered?.list() ?? []).map(({ values }) =>
    partitionKeys.map(({ name }, index) => `${name}=${values[index]}`).join("/"),
  );
  return texts.sort();
}

/** Athena's regular expressions of names: `*` is any text, `|` is or. SHOW FUNCTIONS has LIKE's pattern. */
function matcher(pattern: string | undefined, like = false): (name: string) => boolean {
  if (pattern === undefined) return () => true;
  const escaped = pattern.replace(/[.+?^${}()[\]\\]/g, "\\$&");
  const source = like
    ? escaped.replace(/[*|]/g, "\\$&").replace(/%/g, ".*").replace(/_/g, ".")
    : escaped.replace(/\*/g, ".*");
  const regex = new RegExp(`^(?:${source})$`, "i");
  return (name) => regex.test(name);
}

function functions(matches: (name: string) => boolean): StatementResult {
  const rows = functionNames()
    .filter(matches)
    .flatMap((name) =>
      declarationsOf(name).map(({ kind, signature, volatile }) => {
        const [, args = ""] = /^\w+\((.*)\)$/.exec(signature.text) ?? [];
        return [name, args, kind, volatile === true ? "false" : "true"];
      }),
    );
  return result(["Function", "Argument Types", "Function Type", "Deterministic"], rows);
}

/** The lines of a statement that would make the table. https://docs.aws.amazon.com/athena/latest/ug/show-create-table.html */
function createTable(table: CatalogTable): string[] {
  const columns = (all: readonly Column[]): string[] =>
    all.map(({ name, type }, i) => `  \`${name}\` ${type}${i + 1 < all.length ? ", " : ")"}`);
  const lines = table.json === true || table.csv === true;
  const parquet = "org.apache.hadoop.hive.ql.io.parquet";
  const serDe =
    table.json === true
      ? "org.openx.data.jsonserde.JsonSerDe"
      : table.csv === true
        ? "org.apache.hadoop.hive.serde2.OpenCSVSerde"
        : `${parquet}.serde.ParquetHiveSerDe`;
  const properties = Object.entries(table.parameters).sort(([a], [b]) => (a < b ? -1 : 1));
  return [
    `CREATE EXTERNAL TABLE \`${table.database}.${table.name}\`(`,
    ...columns(table.columns),
    ...(table.partitionKeys.length === 0 ? [] : ["PARTITIONED BY ( ", ...columns(table.partitionKeys)]),
    "ROW FORMAT SERDE ",
    `  '${serDe}' `,
    "STORED AS INPUTFORMAT ",
    `  '${lines ? "org.apache.hadoop.mapred.TextInputFormat" : `${parquet}.MapredParquetInputFormat`}' `,
    "OUTPUTFORMAT ",
    `  '${lines ? "org.apache.hadoop.hive.ql.io.HiveIgnoreKeyTextOutputFormat" : `${parquet}.MapredParquetOutputFormat`}'`,
    "LOCATION",
    `  '${table.location}'`,
    ...(properties.length === 0
      ? []
      : [
          "TBLPROPERTIES (",
          ...properties.map(([name, value], i) => `  '${name}'='${value}'${i + 1 < properties.length ? ", " : ")"}`),
        ]),
  ];
}
