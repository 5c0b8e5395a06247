import * as glue from "@pulumi/aws/glue";
import * as pulumi from "@pulumi/pulumi";
import {
  datastoreColumns,
  formatColumnType,
  parseColumnType,
  parseTimestampFormat,
  partitionScheme,
  type PartitionScheme,
} from "../etl";
import type { BucketHooks, BucketNodes } from "./bucket";
import { Checks, show } from "./checks";
import { datastoreDocument, type ColumnArgs, type PartitionArgs } from "./document";
import { catalogName, physicalName } from "./names";
import { placeOf } from "./place";
import { checkRetention, checkStorage, storeOf, type RetentionArgs, type StorageArgs } from "./storage";
import { hooked, type Transform } from "./transform";

/** The years of event time that the table's partitions are projected for. */
export interface ProjectionArgs {
  /** First year, 1970 to 9999. Default: 2010. Example: 2020. */
  fromYear?: number;
  /** Last year, not before the first. Default: 2035. Example: 2030. */
  toYear?: number;
}

export interface ParquetDatastoreArgs {
  /** Columns of the table, 1 to 100. Example: [{ name: "device_id", type: "string" }, { name: "temperature", type: "double" }]. */
  columns: ColumnArgs[];
  /** Partitions in the order of the path, at most 25. Default: `__dt`, the day of arrival. Example: [{ timestampPartition: { attributeName: "ts" } }]. */
  partitions?: PartitionArgs[];
  /** Years of event time that queries see. Default: 2010 to 2035. Example: { fromYear: 2020, toYear: 2030 }. */
  projection?: ProjectionArgs;
  /** Name of an existing Glue database. Default: one of the datastore's own. Example: "telemetry". */
  database?: pulumi.Input<string>;
  /** What becomes of a value that does not fit its column: "null" (and counted) or "fail" (the message fails). Default: "null". Example: "fail". */
  onMismatch?: string;
  /** How long rows are kept, in a bucket of the datastore's own. Default: for ever. Example: { days: 730 }. */
  retention?: RetentionArgs;
  /** A bucket of yours for the rows. Default: one of the datastore's own. Example: { bucket: "plant", prefix: "iot/" }. */
  storage?: StorageArgs;
  /** ARN of a KMS key of yours for the objects. Default: keys of AWS. Example: "arn:aws:kms:eu-central-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab". */
  kmsKeyArn?: pulumi.Input<string>;
  /** Tags of every resource that takes tags. Default: none. Example: { plant: "north" }. */
  tags?: pulumi.Input<Record<string, pulumi.Input<string>>>;
  /**
   * First of the two keys that let the bucket be deleted with its objects; the second is `allowDataDeletion` in the stack's
   * configuration. Default: false. Example: true.
   */
  allowDataDeletion?: boolean;
}

export interface ParquetDatastoreNodes {
  /** absent for a bucket of yours */
  readonly bucket?: BucketNodes;
  /** absent for an existing database */
  readonly database?: glue.CatalogDatabase;
  readonly table: glue.CatalogTable;
}

/** Hooks that change a child before it is created. */
export interface ParquetDatastoreHooks {
  bucket?: BucketHooks;
  database?: Transform<glue.CatalogDatabaseArgs>;
  table?: Transform<glue.CatalogTableArgs>;
}

export interface ParquetDatastoreOptions extends pulumi.ComponentResourceOptions {
  transform?: ParquetDatastoreHooks;
}

/** Year range of event time that is projected unless told. */
const YEARS = { fromYear: 2010, toYear: 2035 };
const PARQUET = "org.apache.hadoop.hive.ql.io.parquet";

/**
 * A datastore: typed Parquet on S3 and the Glue table that queries find it by. Its partitions are projected: no crawler, no repair.
 *
 * The smallest use:
 * ```ts
 * const readings = new ParquetDatastore("readings", { columns: [{ name: "device_id", type: "string" }, { name: "temperature", type: "int" }] });
 * ```
 * The richest:
 * ```ts
 * const readings = new ParquetDatastore("readings", {
 *   columns: [{ name: "device_id", type: "string" }, { name: "temperature", type: "decimal(6,2)" }, { name: "timestamp", type: "string" }],
 *   partitions: [
 *     { attributePartition: { attributeName: "site" } },
 *     { timestampPartition: { attributeName: "timestamp", timestampFormat: "yyyy-MM-dd HH:mm:ss" } },
 *   ],
 *   projection: { fromYear: 2020, toYear: 2030 },
 *   database: "telemetry",
 *   onMismatch: "fail",
 *   retention: { days: 730 },
 *   kmsKeyArn: key.arn,
 *   allowDataDeletion: true,
 * }, { transform: { table: (args) => { args.description = "Readings of the press shop"; } } });
 * ```
 * A query of a datastore with an attribute partition names the values it wants: `WHERE __partition_site = 'north'`.
 */
export class ParquetDatastore extends pulumi.ComponentResource {
  readonly nodes: ParquetDatastoreNodes;
  /** the name it was given */
  readonly name: string;
  readonly columns: ColumnArgs[];
  readonly partitions: PartitionArgs[];
  readonly onMismatch: string;
  /** name of the bucket with the rows */
  readonly bucket: pulumi.Output<string>;
  /** "" or the prefix of a bucket of yours */
  readonly rootPrefix: string;
  /** rows lie below it, by partition */
  readonly prefix: string;
  /** the customer's key that objects are encrypted with, if there is one */
  readonly kmsKeyArn?: pulumi.Output<string>;

  /** @throws InputPropertiesError with every wrong argument */
  constructor(name: string, args: ParquetDatastoreArgs, opts: ParquetDatastoreOptions = {}) {
    check(name, args);
    const { transform: hooks = {}, ...options } = opts;
    super("iot-telemetry-etl:index:ParquetDatastore", name, args, options);
    const { kmsKeyArn, tags, storage, allowDataDeletion } = args;
    const place = placeOf(this);
    const document = datastoreDocument(name, args.columns, args.partitions ?? []);
    const scheme = partitionScheme(document);

    const store = storeOf(this, name, place, {
      purpose: "data",
      storage,
      days: args.retention?.days,
      kmsKeyArn,
      allowDataDeletion,
      tags,
      hooks: hooks.bucket ?? {},
    });
    const prefix = `${store.prefix}data/${name}/`;
    const location = pulumi.interpolate`s3://${store.bucket}/${prefix}`;
    const database =
      args.database === undefined
        ? new glue.CatalogDatabase(
            ...hooked(
              hooks.database,
              `${name}-database`,
              { name: physicalName("database", name), description: `Datastore ${name}`, tags },
              { parent: this },
            ),
          )
        : undefined;
    const table = new glue.CatalogTable(
      ...hooked(
        hooks.table,
        `${name}-table`,
        {
          name: catalogName(name),
          databaseName: database?.name ?? (args.database as pulumi.Input<string>),
          description: `Datastore ${name}`,
          tableType: "EXTERNAL_TABLE",
          parameters: tableParameters(scheme, location, { ...YEARS, ...args.projection }),
          partitionKeys: scheme.keys.map(({ name: key, type }) => ({ name: key, type })),
          storageDescriptor: {
            location,
            columns: datastoreColumns(document).map((column) => ({
              name: column.name,
              type: formatColumnType(column.type),
            })),
            inputFormat: `${PARQUET}.MapredParquetInputFormat`,
            outputFormat: `${PARQUET}.MapredParquetOutputFormat`,
            serDeInfo: {
              name: "parquet",
              serializationLibrary: `${PARQUET}.serde.ParquetHiveSerDe`,
              parameters: { "serialization.format": "1" },
            },
          },
        },
        // Whoever writes rows refers to the table, and must find the bucket as it is meant to be.
        { parent: this, dependsOn: store.ready },
      ),
    );

    this.nodes = { bucket: store.nodes, database, table };
    this.name = name;
    this.columns = args.columns;
    this.partitions = args.partitions ?? [];
    this.onMismatch = args.onMismatch ?? "null";
    this.bucket = store.bucket;
    this.rootPrefix = store.prefix;
    this.prefix = prefix;
    this.kmsKeyArn = kmsKeyArn === undefined ? undefined : pulumi.output(kmsKeyArn);
    this.registerOutputs({ bucket: store.bucket, database: this.databaseName, table: this.tableName });
  }

  /** name of the Glue database */
  get databaseName(): pulumi.Output<string> {
    return this.nodes.table.databaseName;
  }

  /** name of the Glue table, which SQL selects from */
  get tableName(): pulumi.Output<string> {
    return this.nodes.table.name;
  }
}

function tableParameters(
  scheme: PartitionScheme,
  location: pulumi.Output<string>,
  years: { fromYear: number; toYear: number },
): Record<string, pulumi.Input<string>> {
  return {
    EXTERNAL: "TRUE",
    classification: "parquet",
    "parquet.compression": "SNAPPY",
    "projection.enabled": "true",
    ...scheme.projection(years),
    "storage.location.template": location.apply((at) => scheme.locationTemplate(at)),
  };
}

function check(name: string, args: ParquetDatastoreArgs): void {
  const checks = new Checks("ParquetDatastore", name);
  checkColumns(checks, args.columns);
  checkPartitions(checks, args.partitions ?? []);
  const { fromYear = YEARS.fromYear, toYear = YEARS.toYear } = args.projection ?? {};
  checks.whole("projection.fromYear", fromYear, 1970, 9999, "years");
  checks.whole("projection.toYear", toYear, 1970, 9999, "years");
  if (fromYear > toYear) checks.add("projection.toYear", `saw ${toYear}, which is before fromYear ${fromYear}`);
  checks.oneOf("onMismatch", args.onMismatch, ["null", "fail"]);
  checks.input("database", args.database, (database) =>
    /^[a-z0-9_]{1,255}$/.test(database)
      ? undefined
      : `saw ${show(database)}; a database's name has 1-255 lower-case letters, digits and underscores`,
  );
  checkRetention(checks, "retention", args.retention);
  checkStorage(checks, args.storage, args.retention, args.allowDataDeletion);
  checks.kmsKey("kmsKeyArn", args.kmsKeyArn);
  checks.tags("tags", args.tags);
  checks.throwIfWrong();
}

function checkColumns(checks: Checks, columns: readonly ColumnArgs[]): void {
  if (columns.length < 1 || columns.length > 100)
    checks.add("columns", `saw ${columns.length}; a datastore has 1-100 columns`);
  const seen = new Set<string>();
  columns.forEach(({ name, type }, index) => {
    const at = `columns[${index}]`;
    const lower = name.toLowerCase();
    if (!/^(?!__)[a-z_][a-z0-9_]{0,254}$/.test(lower))
      checks.add(
        `${at}.name`,
        `saw ${show(name)}; it begins with a letter or one underscore and has at most 255 letters, digits and underscores`,
      );
    if (seen.has(lower))
      checks.add(`${at}.name`, `saw ${show(name)}, which is there already; Glue does not tell upper from lower case`);
    seen.add(lower);
    try {
      parseColumnType(type);
    } catch (error) {
      checks.add(`${at}.type`, `saw ${show(type)}; ${(error as Error).message}`);
    }
  });
}

function checkPartitions(checks: Checks, partitions: readonly PartitionArgs[]): void {
  if (partitions.length > 25) checks.add("partitions", `saw ${partitions.length}; a datastore has at most 25`);
  const seen = new Set<string>();
  partitions.forEach(({ attributePartition, timestampPartition }, index) => {
    const at = `partitions[${index}]`;
    if ((attributePartition === undefined) === (timestampPartition === undefined)) {
      checks.add(at, "wants exactly one of attributePartition and timestampPartition");
      return;
    }
    const kind = attributePartition === undefined ? "timestampPartition" : "attributePartition";
    const attribute = (attributePartition ?? timestampPartition)?.attributeName ?? "";
    if (!/^[a-zA-Z0-9_]{1,128}$/.test(attribute))
      checks.add(`${at}.${kind}.attributeName`, `saw ${show(attribute)}; it has 1-128 letters, digits and underscores`);
    // Only one of them can be __year, __month, __day and __hour.
    const key = attributePartition === undefined ? "time" : `attribute ${attribute.toLowerCase()}`;
    if (seen.has(key)) checks.add(`${at}.${kind}`, `is the second partition by ${key}; one is enough`);
    seen.add(key);
    checkFormat(checks, `${at}.timestampPartition.timestampFormat`, timestampPartition?.timestampFormat);
  });
}

function checkFormat(checks: Checks, path: string, format: string | undefined): void {
  if (format === undefined) return;
  try {
    parseTimestampFormat(format);
  } catch (error) {
    checks.add(path, `saw ${show(format)}; ${(error as Error).message}`);
  }
}
