import type * as cloudwatch from "@pulumi/aws/cloudwatch";
import * as sfn from "@pulumi/aws/sfn";
import * as ssm from "@pulumi/aws/ssm";
import * as pulumi from "@pulumi/pulumi";
import { PLACEHOLDER } from "./after-content";
import { datasetStates, NO_WINDOW_YET, type WindowStates } from "./dataset-states";
import { LATE_METRIC_CONDITION, NOTHING_WATCHED, type LateStates } from "./late-data";
import { EVENT_CONDITION } from "./lifecycle-events";
import { writesObjects } from "../common/kms";
import { createLogGroup } from "../common/logs";
import { logsFailures, setsUpLog } from "../common/machine-log";
import { uniqueName } from "../common/names";
import { allow, createRole, type RoleTransforms, type RoleNodes, type Statement } from "../common/role";
import type { Scope } from "../common/scope";
import type { DatasetSource } from "./dataset-source";
import { queryStatements } from "./query-permissions";
import type { Store } from "../storage/store";
import { transformed, type Transform } from "../common/transform";

/** The state machine of a dataset and what belongs to it. */
export interface MachineNodes {
  readonly machine: sfn.StateMachine;
  readonly role: RoleNodes;
  readonly logGroup: cloudwatch.LogGroup;
  /** absent without a delta window */
  readonly window?: ssm.Parameter;
  /** the windows that are looked at for late rows; absent without */
  readonly counts?: ssm.Parameter;
}

/** Changes to the state machine of a dataset and what belongs to it. */
export interface MachineTransforms {
  machine?: Transform<sfn.StateMachineArgs>;
  role?: RoleTransforms;
  logGroup?: Transform<cloudwatch.LogGroupArgs>;
  window?: Transform<ssm.ParameterArgs>;
  counts?: Transform<ssm.ParameterArgs>;
}

/** What a state machine does for its dataset. */
export interface MachineSettings {
  query: pulumi.Input<string>;
  database: pulumi.Input<string>;
  workgroup: pulumi.Output<string>;
  store: Store;
  /** of the contents, within the store's bucket */
  prefix: string;
  sources: readonly DatasetSource[];
  keep: number | undefined;
  window: pulumi.Input<Omit<WindowStates, "parameter" | "late">> | undefined;
  /** absent unless late rows are found; its workgroup leaves results below `prefix` */
  late: (Pick<LateStates, "ruleName" | "timeoutMinutes" | "prefix"> & { workgroup: pulumi.Output<string> }) | undefined;
  deliveries: readonly { bucket: pulumi.Input<string>; key: string; rule?: number }[];
  inputs: readonly { inputName: string; rule?: number }[];
  starts: readonly pulumi.Input<string>[];
  transforms: MachineTransforms;
}

/** Creates the state machine that makes a content: the window, the query, the deliveries, and the deletion of superseded contents. */
export function createContentMachine(scope: Scope, settings: MachineSettings): MachineNodes {
  const { component, name, aws, tags } = scope;
  const { store, transforms } = settings;
  const window =
    settings.window === undefined
      ? undefined
      : createParameter("window", "the end of its last delta window", NO_WINDOW_YET, transforms.window);
  const counts =
    settings.late === undefined
      ? undefined
      : createParameter("counts", "rows of its last delta windows", NOTHING_WATCHED, transforms.counts);
  const machineName = uniqueName(component, "stateMachine", name);
  // Groups of this prefix share one resource policy of AWS's; others have one each, and a region has room for few.
  const logGroup = createLogGroup(
    scope,
    `${name}-executions-log`,
    `/aws/vendedlogs/states/${machineName}`,
    transforms.logGroup,
  );
  const role = createRole(scope, {
    service: "states",
    actor: "contents",
    description: `Makes the contents of the dataset ${name}`,
    statements: statements(
      scope,
      settings,
      [window, counts].flatMap((each) => each?.name ?? []),
    ),
    transforms: transforms.role ?? {},
  });
  const machine = createMachine();
  return { machine, role: { role: role.role, policy: role.policy }, logGroup, window, counts };

  function createParameter(
    what: string,
    description: string,
    value: string,
    transform: Transform<ssm.ParameterArgs> | undefined,
  ): ssm.Parameter {
    const args = {
      name: `/${uniqueName(component, "parameter", name, what)}`,
      description: `Dataset ${name}: ${description}`,
      type: "String",
      insecureValue: value,
      tags,
    };
    // From the first run on, the value belongs to the state machine.
    const opts = { parent: component, ignoreChanges: ["insecureValue", "value"] };
    return new ssm.Parameter(...transformed(transform, `${name}-${what}`, args, opts));
  }

  function createMachine(): sfn.StateMachine {
    const args: sfn.StateMachineArgs = {
      name: machineName,
      type: "STANDARD",
      roleArn: role.arn,
      definition: definition(name, settings, window?.name, counts?.name),
      loggingConfiguration: logsFailures(logGroup, aws),
      tags,
    };
    // Step Functions refuses it as long as its role may not set its log up; and the bucket must be configured.
    const opts = { parent: component, dependsOn: [role.policy, logGroup, ...store.ready] };
    return new sfn.StateMachine(...transformed(transforms.machine, `${name}-contents`, args, opts));
  }
}

function definition(
  name: string,
  { query, database, workgroup, store, prefix, keep, window, late, deliveries, inputs, starts }: MachineSettings,
  parameter: pulumi.Output<string> | undefined,
  counts: pulumi.Output<string> | undefined,
): pulumi.Output<string> {
  const buckets = deliveries.map(({ bucket }) => bucket);
  return pulumi
    .all([
      pulumi.all([query, database, workgroup, store.bucket, parameter ?? ""]),
      pulumi.all(buckets),
      pulumi.output(window),
      pulumi.all([...starts]),
      pulumi.all([counts ?? "", late?.workgroup ?? ""]),
    ])
    .apply(([[sql, ownDatabase, ownWorkgroup, bucket, ownParameter], ownBuckets, ownWindow, machines, counting]) =>
      JSON.stringify(
        datasetStates({
          name,
          query: sql,
          workgroup: ownWorkgroup,
          database: ownDatabase,
          bucket,
          prefix,
          keep,
          window:
            ownWindow === undefined ? undefined : { ...ownWindow, parameter: ownParameter, late: lateOf(counting) },
          deliveries: deliveries.map(({ key, rule }, index) => ({
            bucket: ownBuckets[index]!,
            key,
            index: rule ?? index,
          })),
          inputs: inputs.map(({ inputName, rule }, index) => ({
            name: inputName,
            index: rule ?? deliveries.length + index,
          })),
          starts: machines,
        }),
      ),
    );

  function lateOf([ownCounts, ownGroup]: [string, string]): LateStates | undefined {
    return late && { ...late, parameter: ownCounts, workgroup: ownGroup };
  }
}

function statements(
  { aws }: Scope,
  settings: MachineSettings,
  parameters: readonly pulumi.Output<string>[],
): Statement[] {
  const { store, prefix, keep, deliveries, starts, late } = settings;
  const delivered = deliveries.map(({ bucket, key }) => aws.bucket(bucket, key.replace(PLACEHOLDER, "*")));
  return [
    ...queryStatements(aws, settings),
    ...(late === undefined ? [] : lateStatements(aws, store, late)),
    ...(parameters.length === 0
      ? []
      : [
          // the window's start, and its end for the next run; what was counted of earlier ones
          allow(
            "KeepWindow",
            ["ssm:GetParameter", "ssm:PutParameter"],
            parameters.map((parameter) => aws.arn("ssm", pulumi.interpolate`parameter${parameter}`)),
          ),
        ]),
    ...(delivered.length === 0
      ? []
      : [
          // CopyObject
          allow("ReadContents", ["s3:GetObject"], [aws.bucket(store.bucket, `${prefix}*`)]),
          allow("Deliver", ["s3:PutObject"], delivered),
        ]),
    // what became of the content, for whoever listens
    { ...allow("Notify", ["events:PutEvents"], [aws.arn("events", "event-bus/default")]), Condition: EVENT_CONDITION },
    // datasets that a content starts
    ...(starts.length === 0 ? [] : [allow("StartNext", ["states:StartExecution"], [...starts])]),
    ...(keep === undefined
      ? []
      : [
          // contents that newer ones have superseded
          {
            ...allow("ListContents", ["s3:ListBucket"], [aws.bucket(store.bucket)]),
            Condition: { StringLike: { "s3:prefix": [prefix] } },
          },
          allow("DeleteSuperseded", ["s3:DeleteObject"], [aws.bucket(store.bucket, `${prefix}*`)]),
        ]),
    setsUpLog(),
  ];
}

/** The query that counts, its result, which is read and deleted, and the metric. */
function lateStatements(
  aws: Scope["aws"],
  store: Store,
  { workgroup, prefix }: NonNullable<MachineSettings["late"]>,
): Statement[] {
  const results = aws.bucket(store.bucket, `${prefix}*`);
  return [
    allow(
      "CountRows",
      ["athena:StartQueryExecution", "athena:GetQueryExecution", "athena:GetQueryResults", "athena:StopQueryExecution"],
      [aws.arn("athena", pulumi.interpolate`workgroup/${workgroup}`)],
    ),
    allow(
      "KeepCounts",
      ["s3:PutObject", "s3:GetObject", "s3:DeleteObject", "s3:AbortMultipartUpload", "s3:ListMultipartUploadParts"],
      [results],
    ),
    // Metrics are no resources; the condition names the namespace.
    { ...allow("CountLateRows", ["cloudwatch:PutMetricData"], ["*"]), Condition: LATE_METRIC_CONDITION },
    ...writesObjects(store.kmsKeyArn, aws, store.bucket, [prefix]).map((each) => ({ ...each, Sid: "EncryptCounts" })),
  ];
}
