import type * as cloudwatch from "@pulumi/aws/cloudwatch";
import * as sfn from "@pulumi/aws/sfn";
import * as pulumi from "@pulumi/pulumi";
import { PLACEHOLDER } from "../dataset/after-content";
import { EVENT_CONDITION } from "../dataset/lifecycle-events";
import { createLogGroup } from "../common/logs";
import { logsFailures, setsUpLog } from "../common/machine-log";
import { readsObjects } from "../common/kms";
import { uniqueName } from "../common/names";
import { allow, createRole, type RoleNodes, type RoleTransforms, type Statement } from "../common/role";
import type { Scope } from "../common/scope";
import { transformed, type Transform } from "../common/transform";
import type { Store } from "../storage/store";
import type { ContainerRuns, ContentSource } from "./container-args";
import { containerStates, type ContainerStates } from "./container-states";
import type { ContainerTask } from "./container-task";

/** The state machine of a container dataset and what belongs to it. */
export interface ContainerMachineNodes {
  readonly machine: sfn.StateMachine;
  readonly role: RoleNodes;
  readonly logGroup: cloudwatch.LogGroup;
}

/** Changes to the state machine of a container dataset and what belongs to it. */
export interface ContainerMachineTransforms {
  machine?: Transform<sfn.StateMachineArgs>;
  role?: RoleTransforms;
  logGroup?: Transform<cloudwatch.LogGroupArgs>;
}

interface MachineSettings {
  args: ContainerRuns;
  store: Store;
  prefix: string;
  task: ContainerTask;
  sources: readonly ContentSource[];
  transforms: ContainerMachineTransforms;
}

/** Creates the state machine that runs the container, looks at its output, delivers files of it and deletes superseded contents. */
export function createContainerMachine(
  scope: Scope,
  settings: MachineSettings,
): ContainerMachineNodes & { arn: pulumi.Output<string> } {
  const { component, name, aws, tags } = scope;
  const { args, store, task, transforms } = settings;
  const machineName = uniqueName(component, "stateMachine", name);
  const logGroup = createLogGroup(
    scope,
    `${name}-executions-log`,
    `/aws/vendedlogs/states/${machineName}`,
    transforms.logGroup,
  );
  const clusterArn = aws.arn("ecs", pulumi.interpolate`cluster/${args.cluster.clusterName}`);
  const role = createRole(scope, {
    service: "states",
    actor: "contents",
    description: `Makes the contents of the dataset ${name}`,
    statements: statements(scope, settings, clusterArn),
    transforms: transforms.role ?? {},
  });
  const machineArgs: sfn.StateMachineArgs = {
    name: machineName,
    type: "STANDARD",
    roleArn: role.arn,
    definition: definition(name, settings, clusterArn),
    loggingConfiguration: logsFailures(logGroup, aws),
    tags,
  };
  // Step Functions refuses it as long as its role may not set its log up; and the bucket must be configured.
  const opts = { parent: component, dependsOn: [role.policy, logGroup, task.definition, ...store.ready] };
  const made = transformed(transforms.machine, `${name}-contents`, machineArgs, opts);
  const machine = new sfn.StateMachine(...made);
  // Of its arguments: a dataset that starts this one must not wait for it, for this one waits for that one's bucket.
  const arn = aws.arn("states", pulumi.interpolate`stateMachine:${made[1].name ?? machineName}`);
  return { machine, role: { role: role.role, policy: role.policy }, logGroup, arn };
}

function definition(
  name: string,
  { args, store, prefix, task, sources }: MachineSettings,
  clusterArn: pulumi.Output<string>,
): pulumi.Output<string> {
  const { network, deliveries = [], variables = [], versions } = args;
  return pulumi
    .all([
      clusterArn,
      task.definitionArn,
      task.logGroup.name,
      store.bucket,
      pulumi.all(sources.map(({ contentBucket }) => contentBucket)),
      pulumi.all(deliveries.map(({ bucket }) => bucket)),
    ])
    .apply(([cluster, taskDefinition, logGroup, bucket, sourceBuckets, deliveryBuckets]) =>
      JSON.stringify(
        containerStates({
          ...{ name, cluster, taskDefinition, logGroup, bucket, prefix },
          network: {
            subnetIds: network.subnetIds,
            securityGroupIds: network.securityGroupIds ?? [],
            assignPublicIp: network.assignPublicIp === true,
          },
          sources: sources.map(({ datasetName, contentPrefix }, index) => ({
            dataset: datasetName,
            bucket: sourceBuckets[index]!,
            prefix: contentPrefix,
          })),
          variables: variables.flatMap(({ name: variable, content, outputFile }): ContainerStates["variables"] => {
            if (outputFile !== undefined) return [{ name: variable, file: outputFile }];
            return content === undefined ? [] : [{ name: variable, source: indexOf(sources, content) }];
          }),
          timeoutMinutes: args.timeoutMinutes ?? 60,
          retries: args.retries ?? 1,
          outputLimitMegabytes: args.outputLimitMegabytes ?? 1024,
          keep: versions?.unlimited === true ? undefined : (versions?.max ?? 1),
          deliveries: deliveries.map(({ file, key, rule }, index) => ({
            ...{ file, key, bucket: deliveryBuckets[index]! },
            index: rule ?? index,
          })),
        }),
      ),
    );
}

/** The datasets whose contents the container reads, each once. */
export function sourcesOf({ variables = [] }: ContainerRuns): ContentSource[] {
  const all = variables.flatMap(({ content }) => content ?? []);
  return all.filter((source, index) => indexOf(all, source) === index);
}

function indexOf(sources: readonly ContentSource[], source: ContentSource): number {
  return sources.findIndex(({ datasetName }) => datasetName === source.datasetName);
}

function statements(
  { aws }: Scope,
  { args, store, prefix, task, sources }: MachineSettings,
  clusterArn: pulumi.Output<string>,
): Statement[] {
  const lists = (Sid: string, bucket: pulumi.Input<string>, own: string): Statement => ({
    ...allow(Sid, ["s3:ListBucket"], [aws.bucket(bucket)]),
    Condition: { StringLike: { "s3:prefix": [`${own}*`] } },
  });
  const ofCluster = { ArnEquals: { "ecs:cluster": clusterArn } };
  const deliveries = (args.deliveries ?? []).map(({ bucket, key }) =>
    aws.bucket(bucket, key.replace(PLACEHOLDER, "*")),
  );
  const keeps = args.versions?.unlimited !== true;
  return [
    // the container: started, looked at until it ends, stopped when its time is over
    {
      ...allow("RunContainer", ["ecs:RunTask"], [pulumi.interpolate`${task.definitionArn}:*`]),
      Condition: ofCluster,
    },
    {
      ...allow(
        "WatchContainer",
        ["ecs:DescribeTasks", "ecs:StopTask"],
        [aws.arn("ecs", pulumi.interpolate`task/${args.cluster.clusterName}/*`)],
      ),
      Condition: ofCluster,
    },
    // RunTask: the roles of the task
    {
      ...allow("PassRoles", ["iam:PassRole"], [task.taskRoleArn, task.executionRoleArn]),
      Condition: { StringEquals: { "iam:PassedToService": "ecs-tasks.amazonaws.com" } },
    },
    // the rule by which Step Functions learns that the container has ended
    allow(
      "LearnOfEnd",
      ["events:PutTargets", "events:PutRule", "events:DescribeRule"],
      [aws.arn("events", "rule/StepFunctionsGetEventsForECSTaskRule")],
    ),
    // the newest contents of the datasets that the container reads
    ...sources.map(({ contentBucket, contentPrefix }, index) =>
      lists(`FindContent${index + 1}`, contentBucket, contentPrefix),
    ),
    // what the container wrote, and contents that newer ones have superseded
    lists("ListContents", store.bucket, prefix),
    ...(keeps ? [allow("DeleteSuperseded", ["s3:DeleteObject"], [aws.bucket(store.bucket, `${prefix}*`)])] : []),
    ...(deliveries.length === 0
      ? []
      : [
          // CopyObject
          allow("ReadContents", ["s3:GetObject"], [aws.bucket(store.bucket, `${prefix}*`)]),
          allow("Deliver", ["s3:PutObject"], deliveries),
          ...readsObjects(store.kmsKeyArn, aws, store.bucket, prefix, "1"),
        ]),
    // what became of the content, for whoever listens
    { ...allow("Notify", ["events:PutEvents"], [aws.arn("events", "event-bus/default")]), Condition: EVENT_CONDITION },
    setsUpLog(),
  ];
}
