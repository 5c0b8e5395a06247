import type * as glue from "@pulumi/aws/glue";
import * as pulumi from "@pulumi/pulumi";
import { partitionScheme, rowsView, type CatalogView, type DatastoreDocument, type ViewColumn } from "../../../etl";
import { deployedTable } from "./deployed-table";

/** How rows lie in the files of the table. */
export interface TableFormat {
  inputFormat: string;
  outputFormat: string;
  serDe: { name: string; library: string; parameters: Record<string, string> };
  /** parameters of the table beside those of its partitions */
  parameters: Record<string, string>;
  /**
   * @param database, table names in the catalog
   * @param before a table whose columns it begins with
   */
  columns(
    database: pulumi.Output<string>,
    table: string,
    before?: string,
  ): pulumi.Input<pulumi.Input<{ name: string; type: string }>[]>;
}

/** What the table of a version is made of. */
export interface TableSettings {
  /** name in the catalog */
  name: string;
  description: string;
  databaseName: pulumi.Output<string>;
  bucket: pulumi.Output<string>;
  prefix: string;
  document: DatastoreDocument;
  format: TableFormat;
  firstDay: string;
  /** the table that columns and a projection are taken over from, where this one is not deployed yet */
  before?: string;
}

/** The arguments of a table over the rows at a prefix. */
export function tableArgs(settings: TableSettings): glue.CatalogTableArgs {
  const { name, databaseName, bucket, prefix, document, format, firstDay, before } = settings;
  const scheme = partitionScheme(document);
  const location = pulumi.interpolate`s3://${bucket}/${prefix}`;
  return {
    name,
    databaseName,
    description: settings.description,
    tableType: "EXTERNAL_TABLE",
    parameters: pulumi
      .all([location, scheme.dynamic ? deployedProjection(databaseName, name) : {}])
      .apply(([at, deployed]) => ({
        EXTERNAL: "TRUE",
        ...format.parameters,
        ...scheme.projection(firstDay),
        ...deployed,
        // Where a partition lies: registered ones are put there, and the repair reads their values from it.
        "storage.location.template": scheme.locationTemplate(at),
      })),
    partitionKeys: scheme.keys.map(({ name: key, type }) => ({ name: key, type })),
    storageDescriptor: {
      location,
      columns: format.columns(databaseName, name, before),
      inputFormat: format.inputFormat,
      outputFormat: format.outputFormat,
      serDeInfo: {
        name: format.serDe.name,
        serializationLibrary: format.serDe.library,
        parameters: format.serDe.parameters,
      },
    },
  };
}

/** The arguments of a view that shows the rows of a table. */
export function viewArgs(name: string, description: string, table: TableSettings): glue.CatalogTableArgs {
  const { databaseName, document, format } = table;
  const keys = partitionScheme(document).keys.map(({ name: key, type }) => ({ name: key, type }));
  const view = pulumi
    .all([databaseName, format.columns(databaseName, table.name, table.before)])
    .apply(([database, columns]) => rowsView(database, table.name, [...(columns as ViewColumn[]), ...keys]));
  return { name, databaseName, description, ...viewMembers(view) };
}

/** What makes an entry of the catalog a view. */
export function viewMembers(view: pulumi.Output<CatalogView>) {
  return {
    tableType: "VIRTUAL_VIEW",
    parameters: view.parameters,
    partitionKeys: [],
    viewOriginalText: view.viewOriginalText,
    viewExpandedText: view.viewExpandedText,
    // A view has no files; the provider wants a descriptor all the same.
    storageDescriptor: { columns: view.columns, serDeInfo: { name: "-", serializationLibrary: "-" } },
  };
}

/** The arguments of one form or the other, which is known when the program has asked the catalog. */
export function eitherArgs(
  isView: pulumi.Output<boolean>,
  view: glue.CatalogTableArgs,
  table: glue.CatalogTableArgs,
): glue.CatalogTableArgs {
  const names = Object.keys({ ...view, ...table }) as (keyof glue.CatalogTableArgs)[];
  const members = names.map((name) => [name, isView.apply((chosen) => (chosen ? view : table)[name])] as const);
  return { ...(Object.fromEntries(members) as object), databaseName: table.databaseName, name: table.name };
}

/**
 * The projection with which a table of an earlier version of this package is deployed. It stays until npm run repair has registered every
 * partition and takes it away, so that no query loses sight of a row; only then is it no longer declared.
 */
function deployedProjection(
  database: pulumi.Output<string>,
  table: string,
): pulumi.Output<Record<string, string> | undefined> {
  return database.apply(async (name) => {
    const parameters = (await deployedTable(name, table))?.parameters ?? {};
    if (parameters["projection.enabled"] !== "true") return undefined;
    return Object.fromEntries(Object.entries(parameters).filter(([key]) => key.startsWith("projection.")));
  });
}
