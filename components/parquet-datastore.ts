import * as pulumi from "@pulumi/pulumi";
import { datastoreColumns, formatColumnType, parseColumnType, type DatastoreDocument } from "../etl";
import { Checks, show } from "./parts/common/checks";
import {
  checkDatastore,
  createDatastore,
  type DatastoreNodes,
  type DatastoreOptions,
  type ProjectionArgs,
  type TableFormat,
} from "./parts/datastore/datastore";
import { datastoreDocument, type ColumnArgs, type PartitionArgs } from "./parts/datastore/document";
import type { RetentionArgs, StorageArgs } from "./parts/storage/storage-args";

/** Arguments of a ParquetDatastore. */
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
   * First of the two keys that let the bucket be deleted with its objects: this component's. The second is `stackAllowsDataDeletion`.
   * Default: false. Example: true.
   */
  allowDataDeletion?: boolean;
  /**
   * Second of the two keys that let the bucket be deleted with its objects: what the stack as a whole allows. Default: false.
   * Example: new pulumi.Config().getBoolean("allowDataDeletion").
   */
  stackAllowsDataDeletion?: boolean;
  /**
   * Protects the bucket, if it is the datastore's own, from deletion and replacement by Pulumi (option `protect`), until this is taken back. Default: false.
   * Example: true.
   */
  protectData?: boolean;
}

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
 *   stackAllowsDataDeletion: config.getBoolean("allowDataDeletion"),
 * }, { transform: { table: (args) => { args.description = "Readings of the press shop"; } } });
 * ```
 * A query of a datastore with an attribute partition names the values it wants: `WHERE __partition_site = 'north'`.
 */
export class ParquetDatastore extends pulumi.ComponentResource {
  readonly nodes: DatastoreNodes;
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
  constructor(name: string, args: ParquetDatastoreArgs, opts: DatastoreOptions = {}) {
    check(name, args);
    const { transform = {}, ...options } = opts;
    super("iot-telemetry-etl:index:ParquetDatastore", name, args, options);
    const document = datastoreDocument(name, args.columns, args.partitions ?? []);
    const made = createDatastore(this, document, args, parquet(document), transform);
    this.nodes = made.nodes;
    this.name = name;
    this.columns = args.columns;
    this.partitions = args.partitions ?? [];
    this.onMismatch = args.onMismatch ?? "null";
    this.bucket = made.bucket;
    this.rootPrefix = made.rootPrefix;
    this.prefix = made.prefix;
    this.kmsKeyArn = made.kmsKeyArn;
    this.registerOutputs({ bucket: made.bucket, database: this.databaseName, table: this.tableName });
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

function parquet(document: DatastoreDocument): TableFormat {
  return {
    inputFormat: `${PARQUET}.MapredParquetInputFormat`,
    outputFormat: `${PARQUET}.MapredParquetOutputFormat`,
    serDe: {
      name: "parquet",
      library: `${PARQUET}.serde.ParquetHiveSerDe`,
      parameters: { "serialization.format": "1" },
    },
    parameters: { classification: "parquet", "parquet.compression": "SNAPPY" },
    columns: () => datastoreColumns(document).map(({ name, type }) => ({ name, type: formatColumnType(type) })),
  };
}

function check(name: string, args: ParquetDatastoreArgs): void {
  const checks = new Checks("ParquetDatastore", name);
  checkColumns(checks, args.columns);
  checkDatastore(checks, args);
  checks.oneOf("onMismatch", args.onMismatch, ["null", "fail"]);
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
