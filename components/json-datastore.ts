import * as pulumi from "@pulumi/pulumi";
import { Checks } from "./parts/common/checks";
import { keepWaits } from "./parts/delivery/waits";
import { takeArgs } from "./parts/common/shape";
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
import { deployedTable } from "./parts/datastore/deployed-table";
import { datastoreDocument, type PartitionArgs } from "./parts/datastore/document";
import type { RetentionArgs, StorageArgs } from "./parts/storage/storage-args";

/** Arguments of a JsonDatastore. */
export interface JsonDatastoreArgs {
  /** Partitions in the order of the path, at most 25. Default: `__dt`, the day of arrival. Example: [{ timestampPartition: { attributeName: "ts" } }]. */
  partitions?: PartitionArgs[];
  /** First day of arrival that queries find, of a datastore without partitions. Default: "2025-01-01". Example: "2026-03-01". */
  firstDay?: string;
  /** Name of an existing Glue database. Default: one of the datastore's own. Example: "telemetry". */
  database?: pulumi.Input<string>;
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

/**
 * A datastore in the retired service's own format: lines of JSON, gzipped, and a Glue table whose columns are those that arrive. The
 * pipelines that write to it add each new attribute to the table before its first line is stored, and widen a column's type when its
 * values ask for it (bigint to double, anything to string). Until the first message there are the partitions alone.
 *
 * The columns belong to the pipelines: the program asks the catalog for those that are there and declares them, so a deployment that
 * changes the table never takes one away.
 *
 * The smallest use:
 * ```ts
 * const readings = new JsonDatastore("readings");
 * ```
 * The richest:
 * ```ts
 * const readings = new JsonDatastore("readings", {
 *   partitions: [
 *     { attributePartition: { attributeName: "site" } },
 *     { timestampPartition: { attributeName: "timestamp", timestampFormat: "yyyy-MM-dd HH:mm:ss" } },
 *   ],
 *   database: "telemetry",
 *   retention: { days: 730 },
 *   kmsKeyArn: key.arn,
 *   allowDataDeletion: true,
 *   stackAllowsDataDeletion: config.getBoolean("allowDataDeletion"),
 * }, { transform: { table: (args) => { args.description = "Readings of the press shop"; } } });
 * ```
 */
export class JsonDatastore extends pulumi.ComponentResource {
  readonly nodes: DatastoreNodes;
  /** the name it was given */
  readonly name: string;
  /** none are declared */
  readonly columns: undefined;
  readonly partitions: PartitionArgs[];
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
  constructor(name: string, args: JsonDatastoreArgs = {}, opts: DatastoreOptions = {}) {
    args = check(name, args);
    const { transform = {}, ...options } = opts;
    super("iot-telemetry-etl:index:JsonDatastore", name, args, options);
    keepWaits(this, options);
    const document = datastoreDocument(name, undefined, args.partitions ?? []);
    const made = createDatastore(this, document, args, () => JSON_LINES, transform);
    this.nodes = made.nodes;
    this.name = name;
    this.partitions = args.partitions ?? [];
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

/** Athena's defaults: names without regard to case, and a line that is no JSON fails the query. */
const JSON_LINES: TableFormat = {
  inputFormat: "org.apache.hadoop.mapred.TextInputFormat",
  outputFormat: "org.apache.hadoop.hive.ql.io.HiveIgnoreKeyTextOutputFormat",
  serDe: {
    name: "json",
    library: "org.openx.data.jsonserde.JsonSerDe",
    parameters: { "serialization.format": "1" },
  },
  parameters: { classification: "json", compressionType: "gzip" },
  columns: (database, table, before) =>
    database.apply(async (name) => {
      const deployed = (await deployedTable(name, table)) ?? (before && (await deployedTable(name, before)));
      return deployed === undefined || deployed === "" ? [] : deployed.columns;
    }),
};

function check(name: string, given: JsonDatastoreArgs): JsonDatastoreArgs {
  const checks = new Checks("JsonDatastore", name);
  const args = takeArgs<JsonDatastoreArgs>(DATASTORE, given, checks);
  checkDatastore(checks, args);
  checks.throwIfWrong();
  return args;
}
