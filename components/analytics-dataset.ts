import * as athena from "@pulumi/aws/athena";
import type * as glue from "@pulumi/aws/glue";
import * as pulumi from "@pulumi/pulumi";
import {
  Alarms,
  deadLetterAlarm,
  executionAlarms,
  scheduleAlarms,
  type AlarmNodes,
  type AlarmTransform,
} from "./parts/alarms/alarms";
import type { AlarmsArgs } from "./parts/alarms/alarms-args";
import { Checks } from "./parts/common/checks";
import { lift } from "./parts/common/inputs";
import { physicalName } from "./parts/common/names";
import {
  createDeadLetters,
  createSchedules,
  type ScheduleNodes,
  type ScheduleTransforms,
} from "./parts/common/schedules";
import { scopeOf } from "./parts/common/scope";
import { takeArgs, whole, type Shape } from "./parts/common/shape";
import { transformed, type Transform } from "./parts/common/transform";
import {
  checkRuns,
  RUNS,
  runsByItself,
  type DeliveryArgs,
  type DeltaWindowArgs,
  type InputEventArgs,
  type VersionsArgs,
} from "./parts/dataset/dataset-args";
import { createContentMachine, type MachineNodes, type MachineTransforms } from "./parts/dataset/dataset-machine";
import type { DatasetSource } from "./parts/dataset/dataset-source";
import {
  createDeliveryTables,
  type DeliveryTableNodes,
  type DeliveryTableTransforms,
} from "./parts/dataset/delivery-table";
import { createView } from "./parts/dataset/view";
import { OPERATIONS } from "./parts/component-args";
import type { BucketNodes, BucketTransforms } from "./parts/storage/bucket";
import { checkDataArgs, DATA, type RetentionArgs, type StorageArgs } from "./parts/storage/storage-args";
import { windowOf, type ContentWindow } from "./parts/dataset/window";
import { createWorkgroup } from "./parts/dataset/workgroup";
import { createStore } from "./parts/storage/store";

/** Arguments of an AnalyticsDataset. */
export interface AnalyticsDatasetArgs {
  /** SQL of Athena, one SELECT; tables without a database are those of `database`, and those of another are named with theirs. Example: "SELECT * FROM readings". */
  query: pulumi.Input<string>;
  /** Name of the Glue database. Example: readings.databaseName. */
  database: pulumi.Input<string>;
  /** What the query reads; wanted as soon as it runs by itself, for its role may read nothing else. Default: none. Example: [readings]. */
  sources?: DatasetSource[];
  /** When it runs, `cron(...)` with six fields or `rate(...)`, UTC, at most 5. Default: never by itself. Example: ["cron(0 12 * * ? *)"]. */
  schedules?: string[];
  /** The rows that a run sees. Default: all. Example: { timeExpression: "from_unixtime(time)", offsetSeconds: -180 }. */
  window?: DeltaWindowArgs;
  /** How many contents are kept. Default: the newest one, or all if nothing runs the query but you. Example: { max: 10 }. */
  versions?: VersionsArgs;
  /** Where each content is copied to, at most 20. Default: nowhere. Example: [{ bucket: "reports", key: "daily/!{iotanalytics:versionId}.csv" }]. */
  deliveries?: DeliveryArgs[];
  /** Events that a content puts in the place of deliveries to AWS IoT Events, at most 20. Default: none. Example: [{ inputName: "overheated" }]. */
  inputEvents?: InputEventArgs[];
  /** ARNs of the state machines of datasets that each content starts, at most 10. Default: none. Example: ["arn:aws:states:eu-central-1:123456789012:stateMachine:report"]. */
  starts?: pulumi.Input<string>[];
  /** Whether another dataset starts it, for which it has a state machine even without a schedule. Default: false. Example: true. */
  triggered?: boolean;
  /**
   * Whether SQL finds its rows under its name in `database`: a view of the query, by which other tools read it. The sources say their columns, and
   * the query has no delta window. Default: false. Example: true.
   */
  view?: boolean;
  /** Days that log events are kept, one of CloudWatch's steps. Default: 30. Example: 90. */
  logRetentionDays?: number;
  /** MB that one query may scan before it is stopped, 10 to 10,000,000. Default: 10,240. Example: 1024. */
  scanLimitMegabytes?: number;
  /** How long contents are kept, in a bucket of the dataset's own. Default: 90 days. Example: { unlimited: true }. */
  retention?: RetentionArgs;
  /** A bucket of yours for the contents. Default: one of the dataset's own. Example: { bucket: "plant", prefix: "iot/" }. */
  storage?: StorageArgs;
  /** ARN of a KMS key of yours for the contents; whoever queries must be allowed to use it. Default: keys of AWS. Example: "arn:aws:kms:eu-central-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab". */
  kmsKeyArn?: pulumi.Input<string>;
  /** ARN of a managed policy that bounds what its roles may do. Default: none. Example: "arn:aws:iam::123456789012:policy/boundary". */
  permissionsBoundaryArn?: pulumi.Input<string | undefined>;
  /** Tags of every resource that takes tags. Default: none. Example: { plant: "north" }. */
  tags?: pulumi.Input<Record<string, pulumi.Input<string>>>;
  /** Its alarms, if it runs by itself: contents that were not made, runs that were not started. Default: all of them, without notification. Example: { topicArn: onCall.arn }. */
  alarms?: AlarmsArgs;
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
   * Protects the bucket, if it is the dataset's own, from deletion and replacement by Pulumi (option `protect`), until this is taken back. Default: false.
   * Example: true.
   */
  protectData?: boolean;
}

const SHAPE: Shape<AnalyticsDatasetArgs> = {
  ...RUNS,
  scanLimitMegabytes: whole(10, 10_000_000, "MB"),
  ...DATA,
  ...OPERATIONS,
};

/** The resources of an AnalyticsDataset. */
export interface AnalyticsDatasetNodes {
  /** absent for a bucket of yours */
  readonly bucket?: BucketNodes;
  readonly workgroup: athena.Workgroup;
  /** of the queries that count late rows; absent without */
  readonly countsWorkgroup?: athena.Workgroup;
  readonly namedQuery: athena.NamedQuery;
  /** absent unless asked for */
  readonly view?: glue.CatalogTable;
  /** of the deliveries that have a table, in their order */
  readonly deliveryTables: readonly DeliveryTableNodes[];
  /** absent for a dataset that nothing runs but a person: no schedule, window, versions, deliveries, events, datasets before or after it */
  readonly contents?: MachineNodes;
  /** absent without schedules */
  readonly schedule?: ScheduleNodes;
  /** by logical name; none for a dataset that only a person runs */
  readonly alarms: AlarmNodes;
}

/** Changes to the arguments of its children. */
export interface AnalyticsDatasetTransforms {
  bucket?: BucketTransforms;
  workgroup?: Transform<athena.WorkgroupArgs>;
  countsWorkgroup?: Transform<athena.WorkgroupArgs>;
  namedQuery?: Transform<athena.NamedQueryArgs>;
  view?: Transform<glue.CatalogTableArgs>;
  /** of every delivery's table */
  deliveryTable?: DeliveryTableTransforms;
  contents?: MachineTransforms;
  schedule?: ScheduleTransforms;
  /** of every alarm */
  alarm?: AlarmTransform;
}

/** Options of an AnalyticsDataset: those of every component, and changes to its children. */
export interface AnalyticsDatasetOptions extends pulumi.ComponentResourceOptions {
  transform?: AnalyticsDatasetTransforms;
}

/** Days that the retired service kept contents. */
const CONTENT_DAYS = 90;

/**
 * A dataset: a query with a workgroup of its own, which limits what it may scan and keeps its encrypted contents. A schedule, a delta
 * window, versions or deliveries make a state machine of it, each execution of which makes a content: EventBridge Scheduler
 * starts it, or a person does.
 *
 * The smallest use:
 * ```ts
 * new AnalyticsDataset("all", { database: readings.databaseName, query: "SELECT * FROM readings" });
 * ```
 * The richest:
 * ```ts
 * new AnalyticsDataset("daily", {
 *   database: readings.databaseName,
 *   query: "SELECT device_id, avg(temperature) AS mean FROM readings GROUP BY device_id",
 *   sources: [readings],
 *   schedules: ["cron(0 12 * * ? *)"],
 *   window: { timeExpression: "from_iso8601_timestamp(time)", offsetSeconds: -180 },
 *   versions: { max: 30 },
 *   deliveries: [{ bucket: "reports", key: "daily/!{iotanalytics:scheduleTime}_!{iotanalytics:versionId}.csv" }],
 *   scanLimitMegabytes: 1024,
 *   retention: { days: 365 },
 *   kmsKeyArn: key.arn,
 *   allowDataDeletion: true,
 *   stackAllowsDataDeletion: config.getBoolean("allowDataDeletion"),
 * }, { transform: { workgroup: (args) => { args.description = "Reports"; } } });
 * ```
 */
export class AnalyticsDataset extends pulumi.ComponentResource {
  readonly nodes: AnalyticsDatasetNodes;
  /** `s3://BUCKET/results/NAME/`, where Athena leaves each content as CSV */
  readonly resultsLocation: pulumi.Output<string>;
  /** of its name: a policy can decide about it before the machine is there */
  private readonly machineArn: pulumi.Output<string> | undefined;
  /** its name, bucket, prefix and key, by which a ContainerDataset reads its contents */
  readonly datasetName: string;
  readonly contentBucket: pulumi.Output<string>;
  readonly contentPrefix: string;
  readonly kmsKeyArn: pulumi.Input<string> | undefined;

  /** @throws InputPropertiesError with every wrong argument */
  constructor(name: string, args: AnalyticsDatasetArgs, opts: AnalyticsDatasetOptions = {}) {
    args = check(name, args);
    const { transform = {}, ...options } = opts;
    super("iot-telemetry-etl:index:AnalyticsDataset", name, args, options);
    const { query, database, schedules = [], retention = {} } = args;
    const scope = scopeOf(this, name, args);

    const store = createStore(scope, {
      purpose: "results",
      days: retention.unlimited === true ? undefined : (retention.days ?? CONTENT_DAYS),
      args,
      transforms: transform.bucket,
    });
    const prefix = `${store.prefix}results/${name}/`;
    const resultsLocation = pulumi.interpolate`s3://${store.bucket}/${prefix}`;
    const workgroup = createWorkgroup(scope, { store, location: resultsLocation, ...args }, transform.workgroup);
    const namedQuery = createNamedQuery();
    // Every result of the dataset's own workgroup is a content.
    const latePrefix = `${store.prefix}late/${name}/`;
    const countsWorkgroup =
      args.window?.lateData === undefined
        ? undefined
        : createWorkgroup(
            scope,
            { store, location: pulumi.interpolate`s3://${store.bucket}/${latePrefix}`, purpose: "late", ...args },
            transform.countsWorkgroup,
          );
    const view =
      args.view === true ? createView(scope, query, database, args.sources ?? [], transform.view) : undefined;
    const deliveryTables = createDeliveryTables(
      scope,
      args.deliveries ?? [],
      query,
      args.sources ?? [],
      transform.deliveryTable ?? {},
    );
    const contents = runsByItself(args) ? createContents() : undefined;
    const machineArn = contents && scope.aws.arn("states", pulumi.interpolate`stateMachine:${contents.machine.name}`);
    const schedule =
      machineArn !== undefined && schedules.length > 0
        ? createSchedules(scope, {
            subject: `dataset ${name}`,
            expressions: schedules,
            target: {
              arn: machineArn,
              action: "states:StartExecution",
              // A late retry is for the time that it was scheduled for.
              input: JSON.stringify({ scheduledTime: "<aws.scheduler.scheduled-time>" }),
            },
            deadLetters: createDeadLetters(scope, transform.schedule?.deadLetters),
            transforms: transform.schedule ?? {},
          })
        : undefined;
    const alarms = createAlarms();

    this.resultsLocation = resultsLocation;
    this.machineArn = machineArn;
    this.datasetName = name;
    this.contentBucket = store.bucket;
    this.contentPrefix = prefix;
    this.kmsKeyArn = store.kmsKeyArn;
    this.nodes = {
      bucket: store.nodes,
      workgroup,
      countsWorkgroup,
      namedQuery,
      view,
      deliveryTables,
      contents,
      schedule,
      alarms,
    };
    this.registerOutputs({
      workgroup: workgroup.name,
      query,
      resultsLocation,
      stateMachine: this.stateMachineArn,
    });

    function createNamedQuery(): athena.NamedQuery {
      const queryArgs: athena.NamedQueryArgs = {
        name: physicalName("namedQuery", name),
        description: `Dataset ${name}`,
        database,
        workgroup: workgroup.name,
        query,
      };
      return new athena.NamedQuery(
        ...transformed(transform.namedQuery, `${name}-query`, queryArgs, { parent: scope.component }),
      );
    }

    function createContents(): MachineNodes {
      const { lateData } = args.window ?? {};
      return createContentMachine(scope, {
        query,
        database,
        workgroup: workgroup.name,
        store,
        prefix,
        sources: args.sources ?? [],
        keep: args.versions?.unlimited === true ? undefined : (args.versions?.max ?? 1),
        window: args.window && lift<[string], ContentWindow>([query], (sql) => windowOf(sql, args.window!, schedules)),
        late: lateData && {
          ruleName: lateData.ruleName ?? "",
          timeoutMinutes: lateData.timeoutMinutes ?? 0,
          prefix: latePrefix,
          workgroup: countsWorkgroup!.name,
        },
        deliveries: args.deliveries ?? [],
        inputs: args.inputEvents ?? [],
        starts: args.starts ?? [],
        transforms: transform.contents ?? {},
      });
    }

    function createAlarms(): AlarmNodes {
      const created = new Alarms(scope, args.alarms, transform.alarm);
      const subject = `Dataset ${name}`;
      if (machineArn !== undefined) executionAlarms(created, subject, name, machineArn);
      if (schedule !== undefined) {
        scheduleAlarms(created, subject, name, schedule.group.name);
        deadLetterAlarm(created, subject, name, schedule.deadLetters.name);
      }
      return created.nodes;
    }
  }

  /** name of the Athena workgroup */
  get workgroupName(): pulumi.Output<string> {
    return this.nodes.workgroup.name;
  }

  /** id of the named query */
  get namedQueryId(): pulumi.Output<string> {
    return this.nodes.namedQuery.id;
  }

  /** ARN of the state machine that makes contents; its metric of failures is AWS/States ExecutionsFailed, dimension StateMachineArn */
  get stateMachineArn(): pulumi.Output<string> | undefined {
    return this.machineArn;
  }

  /** name of the log group with the failed executions */
  get executionLogGroup(): pulumi.Output<string> | undefined {
    return this.nodes.contents?.logGroup.name;
  }

  /** name of the group of the schedules, dimension ScheduleGroup of the metrics of AWS/Scheduler */
  get scheduleGroupName(): pulumi.Output<string> | undefined {
    return this.nodes.schedule?.group.name;
  }

  /** name of the queue with runs that could not be started, dimension QueueName of the metrics of AWS/SQS */
  get deadLetterQueueName(): pulumi.Output<string> | undefined {
    return this.nodes.schedule?.deadLetters.name;
  }

  /** name of the parameter that holds the end of the last delta window */
  get windowParameterName(): pulumi.Output<string> | undefined {
    return this.nodes.contents?.window?.name;
  }

  /** name of its view in the database */
  get viewName(): pulumi.Output<string> | undefined {
    return this.nodes.view?.name;
  }

  /** name of the Glue database that the query runs in */
  get databaseName(): pulumi.Output<string> {
    return this.nodes.namedQuery.database;
  }
}

function check(name: string, given: AnalyticsDatasetArgs): AnalyticsDatasetArgs {
  const checks = new Checks("AnalyticsDataset", name);
  const args = takeArgs(SHAPE, given, checks);
  const query = checkRuns(checks, name, args);
  checkDataArgs(checks, args);
  checks.throwIfWrong();
  return { ...args, query };
}
