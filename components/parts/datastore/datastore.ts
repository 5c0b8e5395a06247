import * as glue from "@pulumi/aws/glue";
import * as pulumi from "@pulumi/pulumi";
import { partitionScheme, rowsPrefix, type DatastoreDocument } from "../../../etl";
import type { BucketTransforms, BucketNodes } from "../storage/bucket";
import { show, type Checks } from "../common/checks";
import { PARTITION, type PartitionArgs } from "./document";
import { lift } from "../common/inputs";
import { input, list, matching, object, record, text, whole, type Shape } from "../common/shape";
import { KMS_KEY_ARN, TAGS } from "../component-args";
import { catalogName, takeName, uniqueName } from "../common/names";
import { scopeOf } from "../common/scope";
import { checkDataArgs, DATA, type DataSettings } from "../storage/storage-args";
import { createStore } from "../storage/store";
import { transformed, type Transform } from "../common/transform";

/** What the table's partitions are projected for; queries do not find others. */
export interface ProjectionArgs {
  /** First year, 1970 to 9999. Default: 2010. Example: 2020. */
  fromYear?: number;
  /** Last year, not before the first. Default: 2035. Example: 2030. */
  toYear?: number;
  /**
   * Values of attribute partitions, by attribute, for queries that name none; rows with other values are stored, and no query finds
   * them. Default: queries name the values that they want. Example: { site: ["north", "south"] }.
   */
  values?: Record<string, string[]>;
}

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
  projection?: ProjectionArgs;
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

/** Years of event time that are projected by default. */
const YEARS = { fromYear: 2010, toYear: 2035 };

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
      parameters: {
        EXTERNAL: "TRUE",
        ...format.parameters,
        "projection.enabled": "true",
        ...scheme.projection({ ...YEARS, ...args.projection }),
        "storage.location.template": location.apply((at) => scheme.locationTemplate(at)),
      },
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
  projection: object<ProjectionArgs>({
    fromYear: whole(1970, 9999, "years"),
    toYear: whole(1970, 9999, "years"),
    values: record(list(text(), "values"), "lists of values by attribute"),
  }),
  database: input(
    matching(/^[a-z0-9_]{1,255}$/, "a database's name has 1-255 lower-case letters, digits and underscores"),
  ),
  kmsKeyArn: KMS_KEY_ARN,
  tags: TAGS,
  ...DATA,
};

/** Checks what the arguments that both formats have say together. */
export function checkDatastore(checks: Checks, args: DatastoreSettings): void {
  checkPartitions(checks, args.partitions);
  const { fromYear = YEARS.fromYear, toYear = YEARS.toYear, values = {} } = args.projection ?? {};
  if (fromYear > toYear) checks.add("projection.toYear", `saw ${toYear}, which is before fromYear ${fromYear}`);
  if (checks.shaped("projection.values")) checkValues(checks, values, args.partitions ?? []);
  checkDataArgs(checks, args);
}

/** Athena reads them between commas; AWS recommends a few dozen, and the table's description has 1 MB. */
const MOST_VALUES = 1000;

function checkValues(checks: Checks, values: Record<string, string[]>, partitions: readonly PartitionArgs[]): void {
  const attributes = partitions.flatMap(
    (partition) => partition?.attributePartition?.attributeName?.toLowerCase() ?? [],
  );
  for (const [attribute, list] of Object.entries(values)) {
    const at = `projection.values.${attribute}`;
    if (!attributes.includes(attribute.toLowerCase()))
      checks.add(
        at,
        `is no attribute that the datastore is partitioned by; there is ${attributes.join(", ") || "none"}`,
      );
    if (list.length < 1 || list.length > MOST_VALUES)
      checks.add(at, `saw ${list.length} values; it has 1-${MOST_VALUES}`);
    for (const value of list)
      if (value === "" || /[,\p{Cc}]/u.test(value))
        checks.add(at, `saw ${show(value)}; a value is not empty and has neither commas nor control characters`);
  }
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
