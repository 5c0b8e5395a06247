import type * as cloudwatch from "@pulumi/aws/cloudwatch";
import * as sfn from "@pulumi/aws/sfn";
import * as ssm from "@pulumi/aws/ssm";
import * as pulumi from "@pulumi/pulumi";
import { datasetStates, NO_WINDOW_YET, PLACEHOLDER, type WindowStates } from "./dataset-states";
import { readsObjects, writesObjects } from "../kms";
import { logGroup, type LogSettings } from "../logs";
import { physicalName } from "../names";
import type { Place } from "../aws-context";
import { actorRole, type RoleHooks, type RoleNodes, type Statement } from "../role";
import type { Store } from "../storage/storage";
import { hooked, type Transform } from "../transform";

/** What a dataset's query reads; a ParquetDatastore is one. */
export interface DatasetSource {
  /** Name of the Glue table. */
  tableName: pulumi.Input<string>;
  /** Bucket and prefix of its objects. */
  bucket: pulumi.Input<string>;
  prefix: string;
  /** The key that they are encrypted with. Default: keys of AWS. */
  kmsKeyArn?: pulumi.Input<string>;
}

export interface MachineNodes {
  readonly machine: sfn.StateMachine;
  readonly role: RoleNodes;
  readonly logGroup: cloudwatch.LogGroup;
  /** absent without a delta window */
  readonly window?: ssm.Parameter;
}

export interface MachineHooks {
  machine?: Transform<sfn.StateMachineArgs>;
  role?: RoleHooks;
  logGroup?: Transform<cloudwatch.LogGroupArgs>;
  window?: Transform<ssm.ParameterArgs>;
}

export interface MachineSettings {
  place: Place;
  query: string;
  database: pulumi.Input<string>;
  workgroup: pulumi.Output<string>;
  store: Store;
  /** of the contents, within the store's bucket */
  prefix: string;
  sources: readonly DatasetSource[];
  keep: number | undefined;
  window: Omit<WindowStates, "parameter"> | undefined;
  deliveries: readonly { bucket: pulumi.Input<string>; key: string }[];
  kmsKeyArn: pulumi.Input<string> | undefined;
  logs: LogSettings;
  hooks: MachineHooks;
}

/** The state machine that makes a content: the window, the query, the deliveries, and the end of superseded contents. */
export function datasetMachine(
  component: pulumi.ComponentResource,
  name: string,
  settings: MachineSettings,
): MachineNodes {
  const { place, store, hooks, logs } = settings;
  const window =
    settings.window === undefined
      ? undefined
      : new ssm.Parameter(
          ...hooked(
            hooks.window,
            `${name}-window`,
            {
              name: `/${physicalName("parameter", name, "window")}`,
              description: `Dataset ${name}: the end of its last delta window`,
              type: "String",
              insecureValue: NO_WINDOW_YET,
              tags: logs.tags,
            },
            // From the first run on it is the state machine's.
            { parent: component, ignoreChanges: ["insecureValue", "value"] },
          ),
        );
  // Groups of this prefix share one resource policy of AWS's; others have one each, and a region has room for few.
  const group = logGroup(
    component,
    `${name}-executions-log`,
    `/aws/vendedlogs/states/${physicalName("stateMachine", name)}`,
    logs,
    hooks.logGroup,
  );
  const role = actorRole(component, name, place, {
    service: "states",
    actor: "contents",
    description: `Makes the contents of the dataset ${name}`,
    statements: statements(settings, window?.name),
    tags: logs.tags,
    hooks: hooks.role ?? {},
  });
  const machine = new sfn.StateMachine(
    ...hooked(
      hooks.machine,
      `${name}-contents`,
      {
        name: physicalName("stateMachine", name),
        type: "STANDARD",
        roleArn: role.arn,
        definition: definition(name, settings, window?.name),
        loggingConfiguration: {
          level: "ERROR",
          includeExecutionData: true,
          logDestination: pulumi.interpolate`${place.arn("logs", pulumi.interpolate`log-group:${group.name}`)}:*`,
        },
        tags: logs.tags,
      },
      // It is refused as long as its role may not set its log up; and the bucket must be as it is meant to be.
      { parent: component, dependsOn: [role.policy, group, ...store.ready] },
    ),
  );
  return { machine, role: { role: role.role, policy: role.policy }, logGroup: group, window };
}

function definition(
  name: string,
  { query, database, workgroup, store, prefix, keep, window, deliveries }: MachineSettings,
  parameter: pulumi.Output<string> | undefined,
): pulumi.Output<string> {
  return pulumi
    .all([database, workgroup, store.bucket, parameter ?? "", pulumi.all(deliveries.map(({ bucket }) => bucket))])
    .apply(([ownDatabase, ownWorkgroup, bucket, ownParameter, buckets]) =>
      JSON.stringify(
        datasetStates({
          name,
          query,
          workgroup: ownWorkgroup,
          database: ownDatabase,
          bucket,
          prefix,
          keep,
          window: window === undefined ? undefined : { ...window, parameter: ownParameter },
          deliveries: deliveries.map(({ key }, index) => ({ bucket: buckets[index]!, key })),
        }),
      ),
    );
}

function statements(settings: MachineSettings, parameter: pulumi.Output<string> | undefined): Statement[] {
  const { place, database, workgroup, store, prefix, sources, keep, deliveries, kmsKeyArn } = settings;
  const allow = (Sid: string, Action: string[], Resource: pulumi.Input<string>[]): Statement => ({
    Sid,
    Effect: "Allow",
    Action,
    Resource,
  });
  const delivered = deliveries.map(({ bucket, key }) => place.bucket(bucket, key.replace(PLACEHOLDER, "*")));
  return [
    // the query: started, looked at until it ends, stopped when its execution is
    allow(
      "RunQuery",
      ["athena:StartQueryExecution", "athena:GetQueryExecution", "athena:StopQueryExecution"],
      [place.arn("athena", pulumi.interpolate`workgroup/${workgroup}`)],
    ),
    allow("FindCatalog", ["athena:GetDataCatalog"], [place.arn("athena", "datacatalog/AwsDataCatalog")]),
    // Athena, as the role: the tables' columns and places. Partitions are projected, not asked for
    allow(
      "ReadDatabase",
      ["glue:GetDatabase"],
      [place.arn("glue", "catalog"), place.arn("glue", pulumi.interpolate`database/${database}`)],
    ),
    allow(
      "ReadTables",
      ["glue:GetTable"],
      [
        place.arn("glue", "catalog"),
        place.arn("glue", pulumi.interpolate`database/${database}`),
        ...sources.map(({ tableName }) => place.arn("glue", pulumi.interpolate`table/${database}/${tableName}`)),
      ],
    ),
    // Athena, as the role: rows
    allow(
      "ReadRows",
      ["s3:GetObject"],
      sources.map(({ bucket, prefix: data }) => place.bucket(bucket, `${data}*`)),
    ),
    ...sources.map(({ bucket, prefix: data }, index): Statement => ({
      ...allow(`ListRows${index + 1}`, ["s3:ListBucket"], [place.bucket(bucket)]),
      Condition: { StringLike: { "s3:prefix": [`${data}*`] } },
    })),
    allow(
      "FindBuckets",
      ["s3:GetBucketLocation"],
      [place.bucket(store.bucket), ...sources.map(({ bucket }) => place.bucket(bucket))],
    ),
    // Athena, as the role: the content, in parts if it is large
    allow(
      "WriteContents",
      ["s3:PutObject", "s3:AbortMultipartUpload", "s3:ListMultipartUploadParts"],
      [place.bucket(store.bucket, `${prefix}*`)],
    ),
    ...(parameter === undefined
      ? []
      : [
          // the window's start, and its end for the next run
          allow(
            "KeepWindow",
            ["ssm:GetParameter", "ssm:PutParameter"],
            [place.arn("ssm", pulumi.interpolate`parameter${parameter}`)],
          ),
        ]),
    ...(delivered.length === 0
      ? []
      : [
          // CopyObject
          allow("ReadContents", ["s3:GetObject"], [place.bucket(store.bucket, `${prefix}*`)]),
          allow("Deliver", ["s3:PutObject"], delivered),
        ]),
    ...(keep === undefined
      ? []
      : [
          // contents that newer ones have superseded
          {
            ...allow("ListContents", ["s3:ListBucket"], [place.bucket(store.bucket)]),
            Condition: { StringLike: { "s3:prefix": [prefix] } },
          },
          allow("DeleteSuperseded", ["s3:DeleteObject"], [place.bucket(store.bucket, `${prefix}*`)]),
        ]),
    // the machine's log, which is set up when the machine is created; these have no resources
    allow(
      "SetUpLog",
      [
        "logs:CreateLogDelivery",
        "logs:GetLogDelivery",
        "logs:UpdateLogDelivery",
        "logs:DeleteLogDelivery",
        "logs:ListLogDeliveries",
        "logs:PutResourcePolicy",
        "logs:DescribeResourcePolicies",
        "logs:DescribeLogGroups",
      ],
      ["*"],
    ),
    ...writesObjects(kmsKeyArn, place, store.bucket, [prefix]),
    ...sources.flatMap((source, index) =>
      readsObjects(source.kmsKeyArn, place, source.bucket, source.prefix, `${index + 1}`),
    ),
  ];
}
