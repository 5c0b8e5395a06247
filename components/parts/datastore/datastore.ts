import * as glue from "@pulumi/aws/glue";
import * as pulumi from "@pulumi/pulumi";
import { partitionScheme, rowsPrefix, type DatastoreDocument } from "../../../etl";
import type { BucketTransforms, BucketNodes } from "../storage/bucket";
import { show, type Checks } from "../common/checks";
import { PARTITION, type PartitionArgs } from "./document";
import { lift } from "../common/inputs";
import { input, list, matching, text, type Shape } from "../common/shape";
import { KMS_KEY_ARN, TAGS } from "../component-args";
import { deployedTable } from "./deployed-table";
import { catalogName, takeName, uniqueName } from "../common/names";
import { scopeOf } from "../common/scope";
import { checkDataArgs, DATA, type DataSettings } from "../storage/storage-args";
import { createStore } from "../storage/store";
import { transformed, type Transform } from "../common/transform";

/** The resources of a datastore. */
export interface DatastoreNodes {
  /** absent for a bucket of yours */
  readonly bucket?: BucketNodes;
  /** absent for an existing database */
  readonly database?: glue.CatalogDatabase;
  readonly table: glue.CatalogTable;
}

/** Changes to the arguments of its children. */
export interface DatastoreTransforms {
  bucket?: BucketTransforms;
  database?: Transform<glue.CatalogDatabaseArgs>;
  table?: Transform<glue.CatalogTableArgs>;
}

/** Options of a datastore: those of every component, and changes to its children. */
export interface DatastoreOptions extends pulumi.ComponentResourceOptions {
  transform?: DatastoreTransforms;
}

/** The arguments that both formats have; the components document them with examples. */
export interface DatastoreSettings extends DataSettings {
  partitions?: PartitionArgs[];
  firstDay?: string;
  database?: pulumi.Input<string>;
  kmsKeyArn?: pulumi.Input<string>;
  tags?: pulumi.Input<Record<string, pulumi.Input<string>>>;
}

/** How rows lie in the files of the table. */
export interface TableFormat {
  inputFormat: string;
  outputFormat: string;
  serDe: { name: string; library: string; parameters: Record<string, string> };
  /** parameters of the table beside those of its partitions */
  parameters: Record<string, string>;
  /** @param database, table names in the catalog */
  columns(database: pulumi.Output<string>, table: string): pulumi.Input<pulumi.Input<{ name: string; type: string }>[]>;
}

/** What was created for a datastore, and where its rows are. */
export interface DatastoreResources {
  nodes: DatastoreNodes;
  bucket: pulumi.Output<string>;
  rootPrefix: string;
  prefix: string;
  kmsKeyArn: pulumi.Output<string> | undefined;
}

/** First day of arrival by default: of the year in which AWS IoT Analytics ended, before which nobody can have used this. */
const FIRST_DAY = "2025-01-01";

/** Creates bucket, database and table. */
export function createDatastore(
  component: pulumi.ComponentResource,
  document: DatastoreDocument,
  args: DatastoreSettings,
  format: TableFormat,
  transforms: DatastoreTransforms,
): DatastoreResources {
  const { datastoreName: name } = document;
  const { tags } = args;
  const scheme = partitionScheme(document);
  const store = createStore(scopeOf(component, name, args), {
    purpose: "data",
    days: args.retention?.days,
    args,
    transforms: transforms.bucket,
  });
  const prefix = rowsPrefix(store.prefix, name);
  const database = args.database === undefined ? createDatabase() : undefined;
  const databaseName = pulumi.output(database?.name ?? lift<[string], string>([args.database!], takeTable));
  const table = createTable();
  return {
    nodes: { bucket: store.nodes, database, table },
    bucket: store.bucket,
    rootPrefix: store.prefix,
    prefix,
    kmsKeyArn: store.kmsKeyArn === undefined ? undefined : pulumi.output(store.kmsKeyArn),
  };

  /** Two datastores in one database have two tables. */
  function takeTable(given: string): string {
    takeName(component, "table", name, catalogName(name), given);
    return given;
  }

  function createDatabase(): glue.CatalogDatabase {
    const own = { name: uniqueName(component, "database", name), description: `Datastore ${name}`, tags };
    return new glue.CatalogDatabase(
      ...transformed(transforms.database, `${name}-database`, own, { parent: component }),
    );
  }

  function createTable(): glue.CatalogTable {
    const location = pulumi.interpolate`s3://${store.bucket}/${prefix}`;
    const own: glue.CatalogTableArgs = {
      name: catalogName(name),
      databaseName,
      description: `Datastore ${name}`,
      tableType: "EXTERNAL_TABLE",
      parameters: pulumi
        .all([location, scheme.dynamic ? deployedProjection(databaseName, catalogName(name)) : {}])
        .apply(([at, deployed]) => ({
          EXTERNAL: "TRUE",
          ...format.parameters,
          ...scheme.projection(args.firstDay ?? FIRST_DAY),
          ...deployed,
          // Where a partition lies: registered ones are put there, and the repair reads their values from it.
          "storage.location.template": scheme.locationTemplate(at),
        })),
      partitionKeys: scheme.keys.map(({ name: key, type }) => ({ name: key, type })),
      storageDescriptor: {
        location,
        columns: format.columns(databaseName, catalogName(name)),
        inputFormat: format.inputFormat,
        outputFormat: format.outputFormat,
        serDeInfo: {
          name: format.serDe.name,
          serializationLibrary: format.serDe.library,
          parameters: format.serDe.parameters,
        },
      },
    };
    // Whoever writes rows refers to the table, and must find the bucket configured.
    const opts = { parent: component, dependsOn: store.ready };
    return new glue.CatalogTable(...transformed(transforms.table, `${name}-table`, own, opts));
  }
}

/** The arguments that both formats have. */
export const DATASTORE: Shape<DatastoreSettings> = {
  partitions: list(PARTITION, "partitions", { max: 25 }),
  firstDay: text(),
  database: input(
    matching(/^[a-z0-9_]{1,255}$/, "a database's name has 1-255 lower-case letters, digits and underscores"),
  ),
  kmsKeyArn: KMS_KEY_ARN,
  tags: TAGS,
  ...DATA,
};

/**
 * The projection with which a table of an earlier version is deployed. It stays until npm run repair has registered every
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

/** Checks what the arguments that both formats have say together. */
export function checkDatastore(checks: Checks, args: DatastoreSettings): void {
  checkPartitions(checks, args.partitions);
  if (args.firstDay !== undefined && checks.shaped("firstDay"))
    checkFirstDay(checks, args.firstDay, args.partitions ?? []);
  checkDataArgs(checks, args);
}

function checkFirstDay(checks: Checks, firstDay: string, partitions: readonly PartitionArgs[]): void {
  const time = Date.parse(`${firstDay}T00:00:00Z`);
  const isDay = /^\d{4}-\d{2}-\d{2}$/.test(firstDay) && !Number.isNaN(time);
  if (!isDay || !new Date(time).toISOString().startsWith(firstDay))
    checks.add("firstDay", `saw ${show(firstDay)}; a day, written yyyy-MM-dd`);
  else if (partitions.length > 0)
    checks.add(
      "firstDay",
      `saw ${show(firstDay)} beside partitions, which are registered as they arrive; leave one of them out`,
    );
}

function checkPartitions(checks: Checks, partitions: readonly PartitionArgs[] | undefined): void {
  const seen = new Set<string>();
  for (const [at, { attributePartition, timestampPartition }] of checks.entries("partitions", partitions)) {
    if ((attributePartition === undefined) === (timestampPartition === undefined)) {
      checks.add(at, "has neither or both; give exactly one of attributePartition and timestampPartition");
      continue;
    }
    const kind = attributePartition === undefined ? "timestampPartition" : "attributePartition";
    // Only one of them can be __year, __month, __day and __hour.
    const key =
      attributePartition === undefined ? "time" : `attribute ${attributePartition.attributeName.toLowerCase()}`;
    if (seen.has(key)) checks.add(`${at}.${kind}`, `is the second partition by ${key}; one is enough`);
    seen.add(key);
  }
}
