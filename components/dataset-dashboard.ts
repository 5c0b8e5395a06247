import type * as athena from "@pulumi/aws/athena";
import * as cloudcontrol from "@pulumi/aws/cloudcontrol";
import * as quicksight from "@pulumi/aws/quicksight";
import * as pulumi from "@pulumi/pulumi";
import { queryInDatabase } from "../etl";
import { quickSightDefinition, refreshFrequency, withLatest, type RefreshFrequency } from "../etl/dashboard";
import { Checks } from "./parts/common/checks";
import { uniqueName } from "./parts/common/names";
import { allow, createRole, type RoleNodes, type RoleTransforms } from "./parts/common/role";
import { scopeOf } from "./parts/common/scope";
import { input, list, matching, among, required, takeArgs, text, whole, type Shape } from "./parts/common/shape";
import { transformed, type Transform } from "./parts/common/transform";
import { OPERATIONS } from "./parts/component-args";
import { checkDashboard, DIRECT_QUERY, SPICE, type Describe } from "./parts/dashboard/dashboard-args";
import { RUNS } from "./parts/dataset/dataset-args";
import { createWorkgroup } from "./parts/dataset/workgroup";
import type { DatasetSource } from "./parts/dataset/dataset-source";
import { queryStatements } from "./parts/dataset/query-permissions";
import type { BucketNodes, BucketTransforms } from "./parts/storage/bucket";
import { checkDataArgs, DATA, type RetentionArgs, type StorageArgs } from "./parts/storage/storage-args";
import { createStore } from "./parts/storage/store";

/** Arguments of a DatasetDashboard. */
export interface DatasetDashboardArgs {
  /** SQL of the dataset, one SELECT, known before the deployment: the columns follow from it. Example: "SELECT * FROM readings". */
  query: string;
  /** Name of the Glue database that it is in. Example: readings.databaseName. */
  database: pulumi.Input<string>;
  /** What the query reads, with its columns. Example: [readings]. */
  sources: DatasetSource[];
  /** Name of the QuickSight group that sees the dashboard; nobody else does. It must exist. Example: "engineers". */
  group: string;
  /** Namespace of the group. Default: "default". Example: "north". */
  namespace?: string;
  /** Region in which QuickSight has the account's users and groups, its identity region. Default: the stack's region. Example: "us-east-1". */
  identityRegion?: string;
  /** Schedules of the dataset, which the refresh of SPICE follows. Default: none. Example: ["cron(0 12 * * ? *)"]. */
  schedules?: string[];
  /** "SPICE": rows are copied into QuickSight's memory at each refresh; "DIRECT_QUERY": each look runs queries. Default: SPICE with schedules, else DIRECT_QUERY. Example: "DIRECT_QUERY". */
  mode?: string;
  /** SQL over the dataset's columns that gives a row's time. Default: found in the columns, see docs/dashboards.md. Example: "from_unixtime(time)". */
  time?: string;
  /** The same of the dataset's delta window, which counts if `time` is not given and the dataset has its columns. Default: none. Example: "from_unixtime(time)". */
  timeExpression?: string;
  /** Column that tells devices apart. Default: one that is called after a device, such as device_id. Example: "pump". */
  device?: string;
  /** Columns that are charted, 1 to 20 of numbers. Default: the first six columns of numbers. Example: ["temperature"]. */
  values?: string[];
  /** MB that one query may scan before it is stopped, 10 to 10,000,000. Default: 10,240. Example: 1024. */
  scanLimitMegabytes?: number;
  /** How long results of its queries are kept, in a bucket of its own. Default: 1 day. Example: { days: 7 }. */
  retention?: RetentionArgs;
  /** A bucket of yours for the results. Default: one of its own. Example: { bucket: "plant", prefix: "dashboards/" }. */
  storage?: StorageArgs;
  /** ARN of a KMS key of yours for the results. Default: keys of AWS. Example: "arn:aws:kms:eu-central-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab". */
  kmsKeyArn?: pulumi.Input<string>;
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
  /** ARN of a managed policy that bounds what its role may do. Default: none. Example: "arn:aws:iam::123456789012:policy/boundary". */
  permissionsBoundaryArn?: pulumi.Input<string | undefined>;
  /** Tags of every resource that takes tags. Default: none. Example: { plant: "north" }. */
  tags?: pulumi.Input<Record<string, pulumi.Input<string>>>;
}

const SHAPE: Shape<DatasetDashboardArgs> = {
  query: required(text("the SQL of the dataset, a text that is known before the deployment")),
  database: required(input(text())),
  sources: required(RUNS.sources),
  group: required(
    matching(
      /^(?!arn:)[^\s/:*]{1,256}$/,
      "the name of a group in QuickSight, without ARN and namespace: of arn:aws:quicksight:REGION:ACCOUNT:group/default/engineers it is engineers. A user or everybody cannot be named",
    ),
  ),
  namespace: matching(/^[a-zA-Z0-9._-]{1,64}$/, "the name of a namespace"),
  identityRegion: matching(/^[a-z]{2}(-[a-z]+)+-\d$/, "a region such as us-east-1"),
  schedules: RUNS.schedules,
  mode: among([SPICE, DIRECT_QUERY]),
  time: text(),
  timeExpression: text(),
  device: text(),
  values: list(text(), "names of columns", { min: 1, max: 20 }),
  scanLimitMegabytes: whole(10, 10_000_000, "MB"),
  retention: DATA.retention,
  storage: DATA.storage,
  allowDataDeletion: DATA.allowDataDeletion,
  stackAllowsDataDeletion: DATA.stackAllowsDataDeletion,
  kmsKeyArn: OPERATIONS.kmsKeyArn,
  permissionsBoundaryArn: OPERATIONS.permissionsBoundaryArn,
  tags: OPERATIONS.tags,
};

/** The resources of a DatasetDashboard. */
export interface DatasetDashboardNodes {
  /** absent for a bucket of yours */
  readonly bucket?: BucketNodes;
  readonly workgroup: athena.Workgroup;
  /** of the data source */
  readonly role: RoleNodes;
  readonly dataSource: quicksight.DataSource;
  readonly dataSet: quicksight.DataSet;
  /** absent for direct queries */
  readonly refresh?: quicksight.RefreshSchedule;
  /** AWS::QuickSight::Dashboard */
  readonly dashboard: cloudcontrol.Resource;
}

/** Changes to the arguments of its children. */
export interface DatasetDashboardTransforms {
  bucket?: BucketTransforms;
  workgroup?: Transform<athena.WorkgroupArgs>;
  role?: RoleTransforms;
  dataSource?: Transform<quicksight.DataSourceArgs>;
  dataSet?: Transform<quicksight.DataSetArgs>;
  refresh?: Transform<quicksight.RefreshScheduleArgs>;
  dashboard?: Transform<cloudcontrol.ResourceArgs>;
}

/** Options of a DatasetDashboard: those of every component, and changes to its children. */
export interface DatasetDashboardOptions extends pulumi.ComponentResourceOptions {
  transform?: DatasetDashboardTransforms;
}

/** What somebody who looks at a dashboard may do. https://docs.aws.amazon.com/quicksight/latest/developerguide/share-dashboard.html */
const VIEW = ["quicksight:DescribeDashboard", "quicksight:ListDashboardVersions", "quicksight:QueryDashboard"];

/**
 * A dashboard of a dataset in Amazon QuickSight for one group: charts of values by time for each device, the latest value of each device, and the rows.
 * Its data source queries Athena through a workgroup and a role of its own. The account needs a subscription to QuickSight, and the group must exist.
 *
 * The smallest use:
 * ```ts
 * new DatasetDashboard("readings", {
 *   query: "SELECT * FROM readings",
 *   database: readings.databaseName,
 *   sources: [readings],
 *   group: "engineers",
 *   time: "from_iso8601_timestamp(time)",
 * });
 * ```
 * The richest:
 * ```ts
 * new DatasetDashboard("readings", {
 *   query: "SELECT device_id, temperature, time FROM readings",
 *   database: readings.databaseName,
 *   sources: [readings],
 *   group: "engineers",
 *   namespace: "default",
 *   identityRegion: "us-east-1",
 *   schedules: ["cron(0 12 * * ? *)"],
 *   mode: "SPICE",
 *   time: "from_iso8601_timestamp(time)",
 *   device: "device_id",
 *   values: ["temperature"],
 *   scanLimitMegabytes: 1024,
 *   retention: { days: 7 },
 *   allowDataDeletion: true,
 *   stackAllowsDataDeletion: config.getBoolean("allowDataDeletion"),
 *   kmsKeyArn: key.arn,
 * }, { transform: { dataSet: (args) => { args.name = "Readings of the north"; } } });
 * ```
 */
export class DatasetDashboard extends pulumi.ComponentResource {
  readonly nodes: DatasetDashboardNodes;
  /** SPICE or DIRECT_QUERY */
  readonly mode: string;

  /** @throws InputPropertiesError with every wrong argument */
  constructor(name: string, args: DatasetDashboardArgs, opts: DatasetDashboardOptions = {}) {
    const checked = check(name, args);
    args = checked.args;
    const { describe } = checked;
    const description = describe(args.query);
    const { transform = {}, ...options } = opts;
    super("iot-telemetry-etl:index:DatasetDashboard", name, {}, options);
    const { query, database, sources, schedules = [], tags, retention = {} } = args;
    const scope = scopeOf(this, name, args);
    const { aws } = scope;
    const parent = { parent: this };
    const frequency = refreshFrequency(schedules);
    const mode = args.mode ?? (frequency === undefined ? DIRECT_QUERY : SPICE);

    const store = createStore(scope, {
      purpose: "results",
      days: retention.unlimited === true ? undefined : (retention.days ?? 1),
      args,
      transforms: transform.bucket,
    });
    const prefix = `${store.prefix}dashboards/${name}/`;
    const location = pulumi.interpolate`s3://${store.bucket}/${prefix}`;
    const workgroup = createWorkgroup(
      scope,
      { store, location, purpose: "dashboard", ...args, description: `Dashboard ${name}` },
      transform.workgroup,
    );
    const role = createRole(scope, {
      service: "quicksight",
      actor: "quicksight",
      description: `Reads what the dashboard ${name} shows`,
      statements: [
        ...queryStatements(aws, { database, workgroup: workgroup.name, store, prefix, sources }),
        // QuickSight reads the result, and looks at the workgroup when the data source is made
        allow(
          "ReadResults",
          ["athena:GetQueryResults", "athena:GetQueryResultsStream", "athena:GetWorkGroup"],
          [aws.arn("athena", pulumi.interpolate`workgroup/${workgroup.name}`)],
        ),
        allow("ReadResultObjects", ["s3:GetObject"], [aws.bucket(store.bucket, `${prefix}*`)]),
      ],
      transforms: transform.role ?? {},
    });
    const dataSource = createDataSource();
    const arnOf = (kind: string, id: pulumi.Input<string>): pulumi.Output<string> =>
      aws.arn("quicksight", pulumi.interpolate`${kind}/${id}`);
    const sourceArn = arnOf("datasource", dataSource.dataSourceId);
    const dataSet = createDataSet();
    const refresh = mode === SPICE && frequency !== undefined ? createRefresh(frequency) : undefined;
    const dashboard = createDashboard();

    this.mode = mode;
    this.nodes = {
      bucket: store.nodes,
      workgroup,
      role: { role: role.role, policy: role.policy },
      dataSource,
      dataSet,
      refresh,
      dashboard,
    };
    this.registerOutputs({ workgroup: workgroup.name, dashboard: this.dashboardId });

    function createDataSource(): quicksight.DataSource {
      const sourceArgs: quicksight.DataSourceArgs = {
        dataSourceId: uniqueName(scope.component, "quickSight", name, "athena"),
        name: `${name} in Athena`,
        type: "ATHENA",
        parameters: { athena: { workGroup: workgroup.name, roleArn: role.arn } },
        sslProperties: { disableSsl: false },
        tags,
      };
      // QuickSight tries the role when the data source is made.
      const sourceOptions = { ...parent, dependsOn: [role.policy, ...store.ready] };
      return new quicksight.DataSource(
        ...transformed(transform.dataSource, `${name}-data-source`, sourceArgs, sourceOptions),
      );
    }

    /** Queries of QuickSight have no database of their own. */
    function createDataSet(): quicksight.DataSet {
      const { columns } = withLatest(description);
      const sqlQuery = pulumi
        .output(database)
        .apply((known) => withLatest(describe(queryInDatabase(query, known))).sql);
      const setArgs: quicksight.DataSetArgs = {
        dataSetId: uniqueName(scope.component, "quickSight", name, "rows"),
        name,
        importMode: mode,
        physicalTableMaps: [
          {
            physicalTableMapId: "rows",
            customSql: {
              dataSourceArn: sourceArn,
              name: "rows",
              sqlQuery,
              columns: columns.map((each) => ({ ...each })),
            },
          },
        ],
        tags,
      };
      return new quicksight.DataSet(...transformed(transform.dataSet, `${name}-data-set`, setArgs, { ...parent }));
    }

    function createRefresh({
      interval,
      timeOfTheDay,
      dayOfWeek,
      dayOfMonth,
    }: RefreshFrequency): quicksight.RefreshSchedule {
      const day = dayOfWeek === undefined && dayOfMonth === undefined ? undefined : { dayOfWeek, dayOfMonth };
      const refreshArgs: quicksight.RefreshScheduleArgs = {
        dataSetId: dataSet.dataSetId,
        scheduleId: "dataset",
        schedule: {
          refreshType: "FULL_REFRESH",
          scheduleFrequency: { interval, timeOfTheDay, timezone: "UTC", refreshOnDay: day },
        },
      };
      return new quicksight.RefreshSchedule(
        ...transformed(transform.refresh, `${name}-refresh`, refreshArgs, { ...parent }),
      );
    }

    function createDashboard(): cloudcontrol.Resource {
      const { group, namespace = "default", identityRegion } = args;
      const principal = pulumi.output(groupArn(scope.component, group, namespace, identityRegion));
      const id = uniqueName(scope.component, "quickSight", name);
      const dashboardArgs: cloudcontrol.ResourceArgs = {
        typeName: "AWS::QuickSight::Dashboard",
        desiredState: pulumi
          .all([aws.account, principal, arnOf("dataset", dataSet.dataSetId), tags ?? {}])
          .apply(([account, reader, setArn, ownTags]) =>
            JSON.stringify({
              AwsAccountId: account,
              DashboardId: id,
              Name: name,
              VersionDescription: "iot-telemetry-etl",
              Permissions: [{ Principal: reader, Actions: VIEW }],
              Definition: quickSightDefinition(description, name, setArn),
              ...(Object.keys(ownTags).length > 0 && {
                Tags: Object.entries(ownTags).map(([Key, Value]) => ({ Key, Value })),
              }),
            }),
          ),
      };
      return new cloudcontrol.Resource(
        ...transformed(transform.dashboard, `${name}-dashboard`, dashboardArgs, { ...parent }),
      );
    }
  }

  /** name of the Athena workgroup */
  get workgroupName(): pulumi.Output<string> {
    return this.nodes.workgroup.name;
  }

  /** id of the data set */
  get dataSetId(): pulumi.Output<string> {
    return this.nodes.dataSet.dataSetId;
  }

  /** id of the dashboard, which ends the address of its page */
  get dashboardId(): pulumi.Output<string> {
    return this.nodes.dashboard.desiredState.apply(
      (state) => (JSON.parse(state) as { DashboardId: string }).DashboardId,
    );
  }
}

function check(name: string, given: DatasetDashboardArgs): { args: DatasetDashboardArgs; describe: Describe } {
  const checks = new Checks("DatasetDashboard", name);
  const args = takeArgs(SHAPE, given, checks);
  checkDataArgs(checks, args);
  const describe = checkDashboard(checks, args);
  checks.throwIfWrong();
  return { args, describe: describe! };
}

/** A group that does not exist, or an account without QuickSight, ends the preview. @returns the group's ARN */
async function groupArn(
  parent: pulumi.Resource,
  groupName: string,
  namespace: string,
  region: string | undefined,
): Promise<string> {
  try {
    const given = { groupName, namespace, ...(region !== undefined && { region }) };
    return (await quicksight.getQuicksightGroup(given, { parent })).arn;
  } catch (error) {
    // The engine's answer comes with gRPC's details.
    const { message, details = "" } = error as Error & { details?: string };
    throw new pulumi.RunError(
      `QuickSight does not give the group ${groupName} of the namespace ${namespace} in ${region ?? "the stack's region"}: ${details === "" ? message : details}. ` +
        "The account needs a subscription to QuickSight and the group; if users and groups are in another region, set identityRegion (docs/dashboards.md)",
    );
  }
}
