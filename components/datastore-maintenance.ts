import type * as athena from "@pulumi/aws/athena";
import * as pulumi from "@pulumi/pulumi";
import { partitionScheme } from "../etl";
import {
  Alarms,
  deadLetterAlarm,
  maintenanceAlarms,
  type AlarmNodes,
  type AlarmTransform,
} from "./parts/alarms/alarms";
import type { AlarmsArgs } from "./parts/alarms/alarms-args";
import { Checks } from "./parts/common/checks";
import {
  createDeadLetters,
  createSchedules,
  type ScheduleNodes,
  type ScheduleTransforms,
} from "./parts/common/schedules";
import { scopeOf } from "./parts/common/scope";
import { input, list, reference, required, takeArgs, text, whole, type Shape } from "./parts/common/shape";
import type { Transform } from "./parts/common/transform";
import { OPERATIONS } from "./parts/component-args";
import { COLUMN, datastoreDocument, PARTITION, type ColumnArgs, type PartitionArgs } from "./parts/datastore/document";
import type { FunctionNodes, FunctionTransforms } from "./parts/functions/transform-function";
import { checkCompaction, COMPACTION, createCompaction, type CompactionArgs } from "./parts/maintenance/compaction";
import { createMaintenanceFunction } from "./parts/functions/maintenance-function";

/** What the maintenance needs of its datastore; a ParquetDatastore is one, and a JsonDatastore. */
export interface MaintainedDatastore {
  /** Name of the datastore. Example: "readings". */
  readonly name: string;
  /** Its columns. Default: none, it is in JSON format. Example: datastore.columns. */
  readonly columns?: ColumnArgs[] | undefined;
  /** Its partitions. Example: datastore.partitions. */
  readonly partitions: PartitionArgs[];
  /** Name of its bucket. Example: datastore.bucket. */
  readonly bucket: pulumi.Input<string>;
  /** Prefix of all that is in the bucket. Example: datastore.rootPrefix. */
  readonly rootPrefix: string;
  /** Prefix of the rows. Example: datastore.prefix. */
  readonly prefix: string;
  /** Name of the Glue database. Example: datastore.databaseName. */
  readonly databaseName: pulumi.Input<string>;
  /** Name of the Glue table, a physical one and no view. Example: datastore.tableName. */
  readonly tableName: pulumi.Input<string>;
  /** ARN of the customer's key of the objects. Default: a key of AWS. Example: datastore.kmsKeyArn. */
  readonly kmsKeyArn?: pulumi.Input<string>;
}

/** Arguments of a DatastoreMaintenance. */
export interface DatastoreMaintenanceArgs {
  /** The datastore, with partitions. Example: readings. */
  datastore: MaintainedDatastore;
  /** Hours from one look over all objects and partitions to the next, 1 to 168. Default: 24. Example: 6. */
  scanHours?: number;
  /** Days after which the datastore's rows expire, 1 to 100,000. Default: never. Example: 730. */
  retentionDays?: number;
  /**
   * Rewrites partitions that no delivery writes to any more as few large objects; of a datastore of Parquet. Default: partitions stay as they are
   * delivered. Example: { quietHours: 48 }.
   */
  compaction?: CompactionArgs;
  /** ARN of a KMS key of yours for the log and the queue. Default: keys of AWS. Example: "arn:aws:kms:eu-central-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab". */
  kmsKeyArn?: pulumi.Input<string>;
  /** Days that log events are kept, one of CloudWatch's steps. Default: 30. Example: 90. */
  logRetentionDays?: number;
  /** Its alarms: a run that failed, partitions that could not be registered, runs that were not started. Default: all of them, without notification. Example: { topicArn: onCall.arn }. */
  alarms?: AlarmsArgs;
  /** ARN of a managed policy that bounds what its roles may do. Default: none. Example: "arn:aws:iam::123456789012:policy/boundary". */
  permissionsBoundaryArn?: pulumi.Input<string | undefined>;
  /** Tags of every resource that takes tags. Default: none. Example: { plant: "north" }. */
  tags?: pulumi.Input<Record<string, pulumi.Input<string>>>;
}

const DATASTORE: Shape<MaintainedDatastore> = {
  name: required(text("the name of a datastore")),
  columns: list(COLUMN, "columns", { min: 1 }),
  partitions: required(list(PARTITION, "partitions")),
  bucket: required(input(text("the name of a bucket"))),
  rootPrefix: required(text("a prefix")),
  prefix: required(text("a prefix")),
  databaseName: required(input(text("the name of a database"))),
  tableName: required(input(text("the name of a table"))),
  kmsKeyArn: input(text("the ARN of a key")),
};

const SHAPE: Shape<DatastoreMaintenanceArgs> = {
  datastore: required(reference("a ParquetDatastore, a JsonDatastore, or an object with their members", DATASTORE)),
  scanHours: whole(1, 168, "hours"),
  retentionDays: whole(1, 100_000, "days"),
  compaction: COMPACTION,
  ...OPERATIONS,
};

/** The resources of a DatastoreMaintenance. */
export interface DatastoreMaintenanceNodes {
  readonly maintenance: FunctionNodes;
  /** absent without compaction */
  readonly workgroup?: athena.Workgroup;
  readonly schedule: ScheduleNodes;
  /** by logical name */
  readonly alarms: AlarmNodes;
}

/** Changes to the arguments of its children. */
export interface DatastoreMaintenanceTransforms {
  maintenance?: FunctionTransforms;
  workgroup?: Transform<athena.WorkgroupArgs>;
  schedule?: ScheduleTransforms;
  /** of every alarm */
  alarm?: AlarmTransform;
}

/** Options of a DatastoreMaintenance: those of every component, and changes to its children. */
export interface DatastoreMaintenanceOptions extends pulumi.ComponentResourceOptions {
  transform?: DatastoreMaintenanceTransforms;
}

/** Runs from one look over the datastore to the next: a look over a large one takes several, and one that failed is tried again. */
const RUNS_A_LOOK = 6;

/**
 * The maintenance of a datastore with partitions, as a scheduled function: partitions that have objects and are not in the catalog are registered,
 * so that queries find their rows, and partitions whose objects have all expired are removed, so that no query asks for them. With `compaction`,
 * partitions that no delivery writes to any more are rewritten as few large objects.
 *
 * The smallest use:
 * ```ts
 * new DatastoreMaintenance("readings", { datastore: readings });
 * ```
 * The richest:
 * ```ts
 * new DatastoreMaintenance("readings", {
 *   datastore: readings,
 *   scanHours: 6,
 *   retentionDays: 730,
 *   compaction: { quietHours: 48, leastObjects: 8, graceMinutes: 90 },
 *   logRetentionDays: 365,
 *   alarms: { topicArn: onCall.arn },
 * }, { transform: { maintenance: { function: (args) => { args.memorySize = 1024; } } } });
 * ```
 */
export class DatastoreMaintenance extends pulumi.ComponentResource {
  readonly nodes: DatastoreMaintenanceNodes;

  /** @throws InputPropertiesError with every wrong argument */
  constructor(name: string, args: DatastoreMaintenanceArgs, opts: DatastoreMaintenanceOptions = {}) {
    args = check(name, args);
    const { transform = {}, ...options } = opts;
    super("iot-telemetry-etl:index:DatastoreMaintenance", name, {}, options);
    const { datastore, scanHours = 24, retentionDays } = args;
    // A dataset of the same name has schedules, too.
    const scope = scopeOf(this, `${name}-maintenance`, args);
    const deadLetters = createDeadLetters(scope, transform.schedule?.deadLetters);
    const maintained = {
      name: datastore.name,
      bucket: datastore.bucket,
      prefix: datastore.prefix,
      notesPrefix: `${datastore.rootPrefix}maintenance/${datastore.name}/`,
      databaseName: datastore.databaseName,
      tableName: datastore.tableName,
      kmsKeyArn: datastore.kmsKeyArn,
    };
    const compaction =
      args.compaction === undefined
        ? undefined
        : createCompaction(scope, maintained, args.compaction, transform.workgroup);
    const { arn, ...maintenance } = createMaintenanceFunction(scope, {
      datastore: maintained,
      scanHours,
      retentionDays,
      compaction,
      deadLetters,
      transforms: transform.maintenance ?? {},
    });
    const hours = Math.max(1, Math.floor(scanHours / RUNS_A_LOOK));
    // A row that arrives in a partition while queries read its rewritten objects is hidden until the next run.
    const rate = compaction === undefined ? `${hours} ${hours === 1 ? "hour" : "hours"}` : "15 minutes";
    const schedule = createSchedules(scope, {
      subject: `maintenance of the datastore ${datastore.name}`,
      expressions: [`rate(${rate})`],
      target: { arn, action: "lambda:InvokeFunction", input: "{}" },
      deadLetters,
      transforms: transform.schedule ?? {},
    });
    const alarms = new Alarms(scope, args.alarms, transform.alarm);
    maintenanceAlarms(alarms, `Datastore ${datastore.name}`, name, maintenance.function.name);
    deadLetterAlarm(alarms, `Maintenance of the datastore ${datastore.name}`, scope.name, deadLetters.name);
    this.nodes = { maintenance, workgroup: compaction?.workgroup, schedule, alarms: alarms.nodes };
    this.registerOutputs({ function: this.functionName });
  }

  /** name of the function */
  get functionName(): pulumi.Output<string> {
    return this.nodes.maintenance.function.name;
  }

  /** name of the queue with runs that could not be started, or failed */
  get deadLetterQueueName(): pulumi.Output<string> {
    return this.nodes.schedule.deadLetters.name;
  }
}

function check(name: string, given: DatastoreMaintenanceArgs): DatastoreMaintenanceArgs {
  const checks = new Checks("DatastoreMaintenance", name);
  const args = takeArgs(SHAPE, given, checks);
  const { datastore } = args;
  if (
    checks.shaped("datastore") &&
    !partitionScheme(datastoreDocument(datastore.name, undefined, datastore.partitions)).dynamic
  )
    checks.add(
      "datastore",
      `saw ${datastore.name}, which has no partitions but the day of arrival; those are projected, and nothing has to be kept up`,
    );
  if (args.compaction !== undefined && checks.shaped("datastore")) checkCompaction(checks, datastore.columns);
  checks.throwIfWrong();
  return args;
}
