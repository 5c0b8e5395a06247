import * as glue from "@pulumi/aws/glue";
import * as pulumi from "@pulumi/pulumi";
import { show } from "../../../aws/text/show";
import { catalogView, queryColumns, type ResultColumn } from "../../../etl";
import { quoted } from "../../../etl/athena-sql/quoted";
import { hiveType } from "../../../etl/athena-sql/types/hive";
import { formatType } from "../../../etl/athena-sql/types/type";
import { lift } from "../common/inputs";
import { catalogName } from "../common/names";
import type { Scope } from "../common/scope";
import { transformed, type Transform } from "../common/transform";
import { viewMembers } from "../datastore/tables";
import { PLACEHOLDER } from "./after-content";
import type { DatasetSource } from "./dataset-source";
import { tablesOfSources } from "./view";

/** A table over the contents that a delivery leaves. */
export interface DeliveryTableArgs {
  /** Its name, lower case in the catalog. Example: "daily_report". */
  tableName: string;
  /** Name of the Glue database. Example: "reports". */
  databaseName: pulumi.Input<string>;
}

/** A delivery, with or without a table. */
interface Delivery {
  bucket: pulumi.Input<string>;
  key: string;
  table?: DeliveryTableArgs;
}

/** The two entries of the catalog. */
export interface DeliveryTableNodes {
  /** the files as they are: every column a text */
  readonly files: glue.CatalogTable;
  /** what SQL selects from: the columns with the query's types */
  readonly view: glue.CatalogTable;
}

/** Changes to their arguments. */
export interface DeliveryTableTransforms {
  files?: Transform<glue.CatalogTableArgs>;
  view?: Transform<glue.CatalogTableArgs>;
}

/** The folder that a delivery's contents are in, `daily/`: what stands before the first placeholder, up to its last slash. */
export function deliveryFolder(key: string): string {
  const literal = key.split(PLACEHOLDER)[0]!;
  return literal.slice(0, literal.lastIndexOf("/") + 1);
}

/** The name of the table with the files, behind that of the view. */
export function filesTable(tableName: string): string {
  return `${catalogName(tableName)}__csv`;
}

/** Why there can be no table over the contents of a query that are delivered to a key; undefined if there can. */
export function deliveryTableProblem(
  key: string,
  query: string,
  sources: readonly DatasetSource[],
): string | undefined {
  if (deliveryFolder(key) === "")
    return `saw the key ${show(key)}, which has no folder, so that every object of the bucket would be taken for rows; write FOLDER/${key}`;
  const tables = tablesOfSources(sources);
  if (tables === undefined)
    return "a table needs the query's columns, and those of a datastore that it reads are known only when rows arrive; leave the table out, or give the datastore columns (Parquet)";
  const found = queryColumns(query, tables);
  return "problem" in found ? found.problem : undefined;
}

/** Types whose values SQL reads from the text that Athena writes of them. */
const READ_FROM_TEXT = /^(boolean|tinyint|smallint|int|bigint|float|double|date|timestamp|decimal\(.*)$/;

/** Stands for the escape character: a backslash in a value is one, and no value has a character for private use. */
const NO_ESCAPE = "\uE000";

/** The tables of the deliveries that have one; a number distinguishes those of one name in several databases. */
export function createDeliveryTables(
  scope: Scope,
  deliveries: readonly Delivery[],
  query: pulumi.Input<string>,
  sources: readonly DatasetSource[],
  transforms: DeliveryTableTransforms,
): DeliveryTableNodes[] {
  const counts = new Map<string, number>();
  return deliveries.flatMap(({ bucket, key, table }) => {
    if (table === undefined) return [];
    const own = catalogName(table.tableName);
    const count = (counts.get(own) ?? 0) + 1;
    counts.set(own, count);
    const logical = count === 1 ? own : `${own}-${count}`;
    return [createDeliveryTable(scope, logical, { bucket, key, table }, query, sources, transforms)];
  });
}

/**
 * A table over the CSV files that a delivery leaves, and the view by which SQL reads them with the query's types: the SerDe reads numbers that
 * are missing and times as Athena writes them in no other way. https://docs.aws.amazon.com/athena/latest/ug/csv-serde.html
 */
function createDeliveryTable(
  { component, name }: Scope,
  logical: string,
  { bucket, key, table }: Required<Delivery>,
  query: pulumi.Input<string>,
  sources: readonly DatasetSource[],
  transforms: DeliveryTableTransforms,
): DeliveryTableNodes {
  const tables = tablesOfSources(sources) ?? [];
  const columns = pulumi.output(
    lift<[string], ResultColumn[]>([query], (sql) => {
      const found = queryColumns(sql, tables);
      if ("problem" in found) throw new pulumi.RunError(`dataset ${name}: there can be no table: ${found.problem}`);
      return found.columns;
    }),
  );
  const { databaseName } = table;
  const own = catalogName(table.tableName);
  const opts = { parent: component };
  const files: glue.CatalogTableArgs = {
    name: filesTable(table.tableName),
    databaseName,
    description: `Contents of the dataset ${name} as they are delivered`,
    tableType: "EXTERNAL_TABLE",
    parameters: { EXTERNAL: "TRUE", classification: "csv", "skip.header.line.count": "1" },
    partitionKeys: [],
    storageDescriptor: {
      location: pulumi.interpolate`s3://${bucket}/${deliveryFolder(key)}`,
      columns: columns.apply((all) => all.map((column) => ({ name: column.name, type: "string" }))),
      inputFormat: "org.apache.hadoop.mapred.TextInputFormat",
      outputFormat: "org.apache.hadoop.hive.ql.io.HiveIgnoreKeyTextOutputFormat",
      serDeInfo: {
        name: "csv",
        serializationLibrary: "org.apache.hadoop.hive.serde2.OpenCSVSerde",
        parameters: { separatorChar: ",", quoteChar: '"', escapeChar: NO_ESCAPE },
      },
    },
  };
  const view = pulumi
    .all([columns, databaseName])
    .apply(([all, database]) => typedView(all, database, files.name as string));
  const viewed: glue.CatalogTableArgs = {
    name: own,
    databaseName,
    description: `Contents of the dataset ${name} with the types of its query`,
    ...viewMembers(view),
  };
  return {
    files: new glue.CatalogTable(...transformed(transforms.files, `${name}-${logical}-csv`, files, opts)),
    view: new glue.CatalogTable(...transformed(transforms.view, `${name}-${logical}`, viewed, opts)),
  };
}

/** A value that is missing is an empty text in the file; what is no text then is NULL. */
function typedView(columns: readonly ResultColumn[], database: string, files: string) {
  const types = columns.map(({ name, type }) => ({
    name,
    type: type !== undefined && READ_FROM_TEXT.test(type) ? type : "string",
  }));
  const selected = types.map(({ name, type }) =>
    type === "string"
      ? quoted(name)
      : `CAST(NULLIF(${quoted(name)}, '') AS ${formatType(hiveType(type))}) AS ${quoted(name)}`,
  );
  return catalogView(`SELECT ${selected.join(", ")} FROM ${quoted(database)}.${quoted(files)}`, database, types);
}
