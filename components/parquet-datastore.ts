import * as pulumi from "@pulumi/pulumi";
import { datastoreColumns, formatColumnType, type DatastoreDocument } from "../etl";
import { Checks, show } from "./parts/common/checks";
import { among, list, required, takeArgs, type Shape } from "./parts/common/shape";
import { keepWaits } from "./parts/delivery/waits";
import {
  checkDatastore,
  DATASTORE,
  createDatastore,
  type DatastoreNodes,
  type DatastoreCandidate,
  type DatastoreOptions,
  type DatastoreVersion,
} from "./parts/datastore/datastore";
import type { TableFormat } from "./parts/datastore/tables";
import type { CandidateArgs, FormerVersionArgs } from "./parts/datastore/versions";
import { COLUMN, datastoreDocument, OnMismatch, type ColumnArgs, type PartitionArgs } from "./parts/datastore/document";
import type { RetentionArgs, StorageArgs } from "./parts/storage/storage-args";

/** Arguments of a ParquetDatastore. */
export interface ParquetDatastoreArgs {
  /** Columns of the table, 1 to 100. Example: [{ name: "device_id", type: "string" }, { name: "temperature", type: "double" }]. */
  columns: ColumnArgs[];
  /** Partitions in the order of the path, at most 25. Default: `__dt`, the day of arrival. Example: [{ timestampPartition: { attributeName: "ts" } }]. */
  partitions?: PartitionArgs[];
  /** First day of arrival that queries find, of a datastore without partitions. Default: "2025-01-01". Example: "2026-03-01". */
  firstDay?: string;
  /** Name of an existing Glue database. Default: one of the datastore's own. Example: "telemetry". */
  database?: pulumi.Input<string>;
  /** What becomes of a value that does not fit its column: "null" (and counted) or "fail" (the message fails). Default: "null". Example: "fail". */
  onMismatch?: OnMismatch;
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
   * A version that is tried on the same messages beside the one that readers see. Its pipeline writes to `datastore.candidate`. Default: none.
   * Example: { version: "v2" }.
   */
  candidate?: CandidateArgs;
  /** The version whose rows the pipeline writes and readers see, which was a candidate before. Default: the one that it begins with. Example: "v2". */
  version?: string;
  /** Keeps the datastore's name a view, as it is since a candidate was promoted that is no more. Default: false. Example: true. */
  view?: boolean;
  /** Versions that readers do not see any more and whose rows end, in a bucket of the datastore's own. Default: none. Example: [{ version: "rows", until: "2026-12-31" }]. */
  formerVersions?: FormerVersionArgs[];
  /**
   * Protects the bucket, if it is the datastore's own, from deletion and replacement by Pulumi (option `protect`), until this is taken back. Default: false.
   * Example: true.
   */
  protectData?: boolean;
}

const SHAPE: Shape<ParquetDatastoreArgs> = {
  columns: required(list(COLUMN, "columns", { min: 1, max: 100 })),
  onMismatch: among(Object.values(OnMismatch)),
  ...DATASTORE,
};

const PARQUET = "org.apache.hadoop.hive.ql.io.parquet";

/**
 * A datastore: typed Parquet on S3 and the Glue table that queries find it by. Its partitions are
 * registered in the catalog when their first row arrives, so that queries plan what exists; the day of arrival is projected.
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
 *   database: "telemetry",
 *   onMismatch: "fail",
 *   retention: { days: 730 },
 *   kmsKeyArn: key.arn,
 *   allowDataDeletion: true,
 *   stackAllowsDataDeletion: config.getBoolean("allowDataDeletion"),
 * }, { transform: { table: (args) => { args.description = "Readings of the press shop"; } } });
 * ```
 */
export class ParquetDatastore extends pulumi.ComponentResource {
  readonly nodes: DatastoreNodes;
  /** the name it was given */
  readonly name: string;
  readonly columns: ColumnArgs[];
  readonly partitions: PartitionArgs[];
  readonly onMismatch: OnMismatch;
  /** name of the bucket with the rows */
  readonly bucket: pulumi.Output<string>;
  /** "" or the prefix of a bucket of yours */
  readonly rootPrefix: string;
  /** rows lie below it, by partition */
  readonly prefix: string;
  /** the customer's key that objects are encrypted with, if there is one */
  readonly kmsKeyArn?: pulumi.Output<string>;
  /** what the pipeline of the candidate writes to */
  readonly candidate?: DatastoreCandidate;
  /** the tables that the name is a view of, or becomes one of when the candidate is promoted */
  readonly versions: DatastoreVersion[];
  /** name of the table in which others than the pipeline register partitions */
  readonly physicalTable: pulumi.Output<string>;
  /** a name whose partitions the table of the rows has to get before readers are led there */
  readonly copiesFrom?: string;
  /** other names of the rows, which follow what the pipeline changes of their table */
  readonly readers: string[];

  /** @throws InputPropertiesError with every wrong argument */
  constructor(name: string, args: ParquetDatastoreArgs, opts: DatastoreOptions = {}) {
    args = check(name, args);
    const { transform = {}, ...options } = opts;
    super("iot-telemetry-etl:index:ParquetDatastore", name, args, options);
    keepWaits(this, options);
    const document = datastoreDocument(name, args.columns, args.partitions ?? []);
    const made = createDatastore(this, document, args, parquet, transform);
    this.nodes = made.nodes;
    this.name = name;
    this.columns = args.columns;
    this.partitions = args.partitions ?? [];
    this.onMismatch = args.onMismatch ?? "null";
    this.bucket = made.bucket;
    this.rootPrefix = made.rootPrefix;
    this.prefix = made.prefix;
    this.kmsKeyArn = made.kmsKeyArn;
    this.candidate = made.candidate;
    this.versions = made.versions;
    this.physicalTable = made.physicalTable;
    this.copiesFrom = made.copiesFrom;
    this.readers = made.readers;
    this.registerOutputs({ bucket: made.bucket, database: this.databaseName, table: this.tableName });
  }

  /** name of the Glue database */
  get databaseName(): pulumi.Output<string> {
    return (this.nodes.rowsTable ?? this.nodes.table).databaseName;
  }

  /** name of the Glue table, which SQL selects from */
  get tableName(): pulumi.Output<string> {
    return this.nodes.table.name;
  }

  /** name of the table with the rows, where `tableName` is a view of it, or may become one */
  get rowsTable(): pulumi.Output<string> | undefined {
    return this.nodes.rowsTable?.name;
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

function check(name: string, given: ParquetDatastoreArgs): ParquetDatastoreArgs {
  const checks = new Checks("ParquetDatastore", name);
  const args = takeArgs(SHAPE, given, checks);
  const seen = new Set<string>();
  for (const [at, column] of checks.entries("columns", args.columns)) {
    const lower = column.name.toLowerCase();
    if (seen.has(lower))
      checks.add(
        `${at}.name`,
        `saw ${show(column.name)}, which is there already; Glue does not tell upper from lower case`,
      );
    seen.add(lower);
  }
  checkDatastore(checks, args);
  checks.throwIfWrong();
  return args;
}
