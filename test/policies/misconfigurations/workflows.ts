import type { Inputs } from "../../../aws/values";

import { arn, roleArn } from "./plant";
import type { Shorthand } from "../resources";
import { adding, change, within, type Misconfiguration } from "./run";

const definition =
  (own: (machine: Inputs) => void): ((inputs: Inputs) => void) =>
  (inputs) => {
    const machine = JSON.parse(inputs.definition as string) as Inputs;
    own(machine);
    inputs.definition = JSON.stringify(machine);
  };
const task = (own: (state: Inputs) => void): ((inputs: Inputs) => void) =>
  definition((machine) => own((machine.States as Inputs).Query as Inputs));
const map = (own: Inputs): Inputs => ({
  Type: "Map",
  MaxConcurrency: 20,
  ItemProcessor: {
    ProcessorConfig: { Mode: "DISTRIBUTED", ExecutionType: "STANDARD" },
    StartAt: "A",
    States: { A: { Type: "Pass", End: true } },
  },
  ResultWriter: { Resource: "arn:aws:states:::s3:putObject", Parameters: { Bucket: "plant-results", Prefix: "map/" } },
  End: true,
  ...own,
});
const mapped = (own: Inputs): ((inputs: Inputs) => void) =>
  definition((machine) => ((machine.StartAt = "Map"), (machine.States = { Map: map(own) })));
const configuration = (own: (block: Inputs) => void): ((inputs: Inputs) => void) => within("configuration", own);
const target = (own: (block: Inputs) => void): ((inputs: Inputs) => void) => within("target", own);
const dms = (name: string, more: Inputs) =>
  [
    "aws:dms/endpoint:Endpoint",
    name,
    {
      endpointId: name,
      endpointType: "target",
      engineName: "kinesis",
      kinesisSettings: { streamArn: arn("kinesis", "stream/historian"), messageFormat: "json-unformatted" },
      ...more,
    },
  ] as const;

const REPORT_IMAGE = "123456789012.dkr.ecr.eu-central-1.amazonaws.com/report:1";

/** A task definition that keeps every rule, but for what is given. */
export function taskDefinition(container: Inputs, more: Inputs = {}): Shorthand {
  const containers = [
    {
      name: "report",
      image: REPORT_IMAGE,
      user: "1000:1000",
      readonlyRootFilesystem: true,
      logConfiguration: { logDriver: "awslogs" },
      ...container,
    },
  ];
  return [
    "aws:ecs/taskDefinition:TaskDefinition",
    "report",
    {
      family: "report",
      requiresCompatibilities: ["FARGATE"],
      networkMode: "awsvpc",
      cpu: "4096",
      memory: "16384",
      executionRoleArn: roleArn("execution"),
      taskRoleArn: roleArn("task"),
      containerDefinitions: JSON.stringify(containers),
      ...more,
    },
  ];
}

/** Queries, schedules, state machines, replication, reports and notebooks. */
export const WORKFLOWS: readonly Misconfiguration[] = [
  // queries
  change(
    "workgroup-safe",
    "workgroup",
    "clients choose their own settings",
    configuration((own) => (own.enforceWorkgroupConfiguration = false)),
    "workgroup (aws:athena:Workgroup), configuration.enforceWorkgroupConfiguration: saw false; the workgroup's settings win over the client's; set true",
  ),
  change(
    "workgroup-safe",
    "workgroup",
    "no limit of what is scanned",
    configuration((own) => delete own.bytesScannedCutoffPerQuery),
    "workgroup (aws:athena:Workgroup), configuration.bytesScannedCutoffPerQuery: not set; a query needs a limit on the bytes that it scans; set a limit in bytes, 10485760 or more",
  ),
  change(
    "workgroup-safe",
    "workgroup",
    "no place for results",
    configuration((own) => delete (own.resultConfiguration as Inputs).outputLocation),
    "workgroup (aws:athena:Workgroup), configuration.resultConfiguration.outputLocation: not set; the workgroup must set the location of results; set s3://BUCKET/PREFIX/",
  ),
  change(
    "workgroup-safe",
    "workgroup",
    "an old engine",
    configuration((own) => (own.engineVersion = { selectedEngineVersion: "Athena engine version 2" })),
    'workgroup (aws:athena:Workgroup), configuration.engineVersion.selectedEngineVersion: saw "Athena engine version 2"; queries must run on engine version 3; set "Athena engine version 3"',
  ),
  change(
    "workgroup-safe",
    "workgroup",
    "nothing measured",
    configuration((own) => (own.publishCloudwatchMetricsEnabled = false)),
    "workgroup (aws:athena:Workgroup), configuration.publishCloudwatchMetricsEnabled: saw false; the bytes that queries scan must be published; set true",
  ),
  change(
    "results-apart",
    "workgroup",
    "results among the rows of a table",
    within("configuration.resultConfiguration", (own) => (own.outputLocation = "s3://plant-data/rows/results/")),
    'workgroup (aws:athena:Workgroup), configuration.resultConfiguration.outputLocation: saw "s3://plant-data/rows/results/"; the table table takes every object below s3://plant-data/rows/ for rows; choose another prefix or bucket',
  ),
  change(
    "workgroup-safe",
    "workgroup",
    "a workgroup that is off",
    (inputs) => (inputs.state = "DISABLED"),
    'workgroup (aws:athena:Workgroup), state: saw "DISABLED"; a disabled workgroup runs no query; set "ENABLED", or remove it',
  ),
  change(
    "query-limits",
    "workgroup",
    "a limit below the least",
    configuration((own) => (own.bytesScannedCutoffPerQuery = 1000)),
    "workgroup (aws:athena:Workgroup), configuration.bytesScannedCutoffPerQuery: saw 1000; the scan limit is 0 or at least 10,485,760 bytes; set 10485760 or more",
  ),
  change(
    "query-limits",
    "workgroup",
    "results at no URI",
    configuration((own) => ((own.resultConfiguration as Inputs).outputLocation = "plant-results/queries/")),
    'workgroup (aws:athena:Workgroup), configuration.resultConfiguration.outputLocation: saw "plant-results/queries/"; results go to an s3:// URI; write s3://BUCKET/PREFIX/',
  ),
  change(
    "query-limits",
    "query",
    "no text",
    (inputs) => (inputs.query = ""),
    'query (aws:athena:NamedQuery), query: saw ""; a query has a text; set query',
  ),
  // schedules
  change(
    "schedule-safe",
    "schedule",
    "the default group",
    (inputs) => (inputs.groupName = "default"),
    'schedule (aws:scheduler:Schedule), groupName: saw "default"; the role\'s trust is bound to a group; add an aws.scheduler.ScheduleGroup',
  ),
  change(
    "schedule-safe",
    "schedule",
    "185 retries",
    target((own) => delete own.retryPolicy),
    "schedule (aws:scheduler:Schedule), target.retryPolicy.maximumRetryAttempts: not set; a schedule retries at most five times; set 2 or 3",
  ),
  change(
    "schedule-safe",
    "schedule",
    "no dead letters",
    target((own) => delete own.deadLetterConfig),
    "schedule (aws:scheduler:Schedule), target.deadLetterConfig: not set; an event that could not be delivered must be kept; set the ARN of a standard queue",
  ),
  change(
    "schedule-safe",
    "schedule",
    "a schedule that is off",
    (inputs) => (inputs.state = "DISABLED"),
    'schedule (aws:scheduler:Schedule), state: saw "DISABLED"; a disabled schedule starts nothing; set "ENABLED", or remove it',
  ),
  change(
    "workflow-limits",
    "schedule",
    "five fields",
    (inputs) => (inputs.scheduleExpression = "cron(0 2 * * ?)"),
    'schedule (aws:scheduler:Schedule), scheduleExpression: saw "cron(0 2 * * ?)"; a cron expression has six fields, not 5; write cron(MINUTE HOUR DAY MONTH WEEKDAY YEAR)',
  ),
  change(
    "workflow-limits",
    "schedule",
    "day and weekday",
    (inputs) => (inputs.scheduleExpression = "cron(0 2 1 * MON *)"),
    'schedule (aws:scheduler:Schedule), scheduleExpression: saw "cron(0 2 1 * MON *)"; one of day and weekday is ?; write ? for the other',
  ),
  change(
    "workflow-limits",
    "schedule",
    "a rate of nothing",
    (inputs) => (inputs.scheduleExpression = "rate(0 minutes)"),
    'schedule (aws:scheduler:Schedule), scheduleExpression: saw "rate(0 minutes)"; a rate is above 0; write rate(1 hours)',
  ),
  change(
    "workflow-limits",
    "schedule",
    "input that is no JSON",
    target((own) => (own.input = "{")),
    'schedule (aws:scheduler:Schedule), target.input: saw "{"; the input of a target is JSON; write it with JSON.stringify',
  ),
  change(
    "workflow-limits",
    "schedules",
    "a group that is AWS's",
    (inputs) => (inputs.name = "default"),
    'schedules (aws:scheduler:ScheduleGroup), name: saw "default"; this group is AWS\'s own; choose another name',
  ),
  // state machines
  change(
    "machine-safe",
    "machine",
    "no log",
    (inputs) => delete inputs.loggingConfiguration,
    'machine (aws:sfn:StateMachine), loggingConfiguration: not set; a state machine logs its failures; set level "ERROR" and logDestination with :*',
  ),
  change(
    "machine-safe",
    "machine",
    "a log that is off",
    within("loggingConfiguration", (own) => (own.level = "OFF")),
    'machine (aws:sfn:StateMachine), loggingConfiguration: saw {"level":"OFF","includeExecutionData":true,"logDestination":"arn:aws:logs:eu-central-1:123456789012:log-group:/aws/ve...; a state machine logs its failures; set level "ERROR" and logDestination with :*',
  ),
  change(
    "machine-safe",
    "machine",
    "a task without an end",
    task((own) => delete own.TimeoutSeconds),
    "machine (aws:sfn:StateMachine), definition.States.Query.TimeoutSeconds: not set; a task ends by a timeout; set TimeoutSeconds",
  ),
  change(
    "machine-safe",
    "machine",
    "EXPRESS that waits",
    (inputs) => (inputs.type = "EXPRESS"),
    'machine (aws:sfn:StateMachine), definition.States.Query.Resource: saw "arn:aws:states:::athena:startQueryExecution.sync"; an EXPRESS machine cannot wait for a job; set type "STANDARD"',
  ),
  change(
    "machine-safe",
    "machine",
    "no JSON",
    (inputs) => (inputs.definition = "{"),
    'machine (aws:sfn:StateMachine), definition: saw "{"; a definition is JSON; write it with JSON.stringify',
  ),
  change(
    "machine-safe",
    "machine",
    "results of a distributed map nowhere",
    mapped({ ResultWriter: undefined }),
    "machine (aws:sfn:StateMachine), definition.States.Map.ResultWriter: not set; results of a distributed map go to S3, for all of them may have 256 KB; set ResultWriter",
  ),
  change(
    "machine-safe",
    "machine",
    "ten thousand at once",
    mapped({ MaxConcurrency: undefined }),
    "machine (aws:sfn:StateMachine), definition.States.Map.MaxConcurrency: not set; ten thousand children at once take the live pipeline's concurrency; set it, for example 20",
  ),
  change(
    "machine-safe",
    "machine",
    "more than all may fail",
    mapped({ ToleratedFailurePercentage: 150 }),
    "machine (aws:sfn:StateMachine), definition.States.Map.ToleratedFailurePercentage: saw 150; it is 0 to 100; set it so",
  ),
  change(
    "machine-safe",
    "machine",
    "a label with a blank",
    mapped({ Label: "my map" }),
    'machine (aws:sfn:StateMachine), definition.States.Map.Label: saw "my map"; a label has at most 40 characters, none of them special; shorten it',
  ),
  change(
    "workflow-limits",
    "machine",
    "a name with a slash",
    (inputs) => (inputs.name = "plant/daily"),
    'machine (aws:sfn:StateMachine), name: saw "plant/daily"; the name has letters, digits, hyphens and underscores; choose another name',
  ),
  // replication, reports, notebooks
  adding(
    "replication-safe",
    "records over several lines",
    'target (aws:dms:Endpoint), kinesisSettings.messageFormat: saw "json"; a record is one line; set "json-unformatted"',
    dms("target", { kinesisSettings: { streamArn: arn("kinesis", "stream/historian"), messageFormat: "json" } }),
  ),
  {
    rule: "replication-safe",
    what: "one zone in production",
    stack: "prod",
    add: [
      [
        "aws:dms/replicationInstance:ReplicationInstance",
        "dms",
        { replicationInstanceId: "dms", multiAz: false, publiclyAccessible: false },
      ],
    ],
    messages: [
      "dms (aws:dms:ReplicationInstance), multiAz: saw false; replication runs in two zones in prod; set true",
    ],
  },
  adding(
    "replication-safe",
    "one subnet",
    'subnets (aws:dms:ReplicationSubnetGroup), subnetIds: saw ["subnet-1"]; a subnet group has two subnets in two zones; add one',
    [
      "aws:dms/replicationSubnetGroup:ReplicationSubnetGroup",
      "subnets",
      { replicationSubnetGroupId: "s", subnetIds: ["subnet-1"] },
    ],
  ),
  adding(
    "replication-safe",
    "a capacity that does not exist",
    "serverless (aws:dms:ReplicationConfig), computeConfig.maxCapacityUnits: saw 3; capacity is one of 1, 2, 4, 8, 16, 32, 64, 128, 192, 256, 384; choose one of them",
    [
      "aws:dms/replicationConfig:ReplicationConfig",
      "serverless",
      { computeConfig: { maxCapacityUnits: 3, multiAz: true } },
    ],
  ),
  adding(
    "report-safe",
    "a refresh of what is not imported",
    'refresh (aws:quicksight:RefreshSchedule), dataSetId: saw "s"; set is not imported into SPICE; set its importMode "SPICE"',
    ["aws:quicksight/dataSet:DataSet", "set", { dataSetId: "s", importMode: "DIRECT_QUERY" }],
    ["aws:quicksight/refreshSchedule:RefreshSchedule", "refresh", { dataSetId: "s", scheduleId: "r" }],
  ),
  adding(
    "report-safe",
    "too many actions",
    "set (aws:quicksight:DataSet), permissions[0].actions: saw 17 actions; a permission has at most 16; use a bundle of QuickSight",
    [
      "aws:quicksight/dataSet:DataSet",
      "set",
      {
        dataSetId: "s",
        importMode: "SPICE",
        permissions: [{ principal: "p", actions: Array.from({ length: 17 }, (_, i) => `quicksight:A${i}`) }],
      },
    ],
  ),
  adding(
    "notebook-safe",
    "IMDSv1",
    'notebook (aws:sagemaker:NotebookInstance), instanceMetadataServiceConfiguration.minimumInstanceMetadataServiceVersion: not set; instance metadata is read with a token; set "2"',
    [
      "aws:sagemaker/notebookInstance:NotebookInstance",
      "notebook",
      {
        name: "n",
        instanceType: "ml.t3.medium",
        roleArn: roleArn("n"),
        directInternetAccess: "Disabled",
        rootAccess: "Disabled",
        platformIdentifier: "notebook-al2023-v1",
      },
    ],
  ),
  adding(
    "container-safe",
    "an image that may be another tomorrow, in a container that is privileged and silent",
    [
      'report (aws:ecs:TaskDefinition), containerDefinitions[0].image: saw "123456789012.dkr.ecr.eu-central-1.amazonaws.com/report:latest"; its tag is not latest, which means another image tomorrow; name a tag or a digest',
      "report (aws:ecs:TaskDefinition), containerDefinitions[0].privileged: saw true; a privileged container has the host's rights; leave it out",
      "report (aws:ecs:TaskDefinition), containerDefinitions[0].logConfiguration: not set; a container logs; set the driver awslogs and a log group",
    ],
    taskDefinition({ image: REPORT_IMAGE.replace(":1", ":latest"), privileged: true, logConfiguration: undefined }),
  ),
  adding(
    "container-safe",
    "a repository whose tags move and whose images nobody scans",
    [
      'images (aws:ecr:Repository), imageTagMutability: saw "MUTABLE"; a tag names one image for ever; set "IMMUTABLE"',
      "images (aws:ecr:Repository), imageScanningConfiguration.scanOnPush: not set; images are scanned for known vulnerabilities; set true",
    ],
    ["aws:ecr/repository:Repository", "images", { name: "images", imageTagMutability: "MUTABLE" }],
  ),
  adding(
    "container-confined",
    "root, and a root file system that can be written to",
    [
      'report (aws:ecs:TaskDefinition), containerDefinitions[0].user: saw "0:0"; a container does not run as root; set user, for example "1000:1000"',
      "report (aws:ecs:TaskDefinition), containerDefinitions[0].readonlyRootFilesystem: not set; a container cannot write to its root file system; set true, and give it a volume",
    ],
    taskDefinition({ user: "0:0", readonlyRootFilesystem: undefined }),
  ),
  change(
    "container-confined",
    "machine",
    "a public IP address",
    (inputs) =>
      (inputs.definition = JSON.stringify({
        StartAt: "Run",
        States: {
          Run: {
            Type: "Task",
            Resource: "arn:aws:states:::ecs:runTask.sync",
            Arguments: { NetworkConfiguration: { AwsvpcConfiguration: { AssignPublicIp: "ENABLED" } } },
            TimeoutSeconds: 60,
            End: true,
          },
        },
      })),
    'machine (aws:sfn:StateMachine), definition.States.Run.Arguments.NetworkConfiguration.AwsvpcConfiguration.AssignPublicIp: saw "ENABLED"; a container has no public IP address; set "DISABLED"',
  ),
  adding(
    "container-limits",
    "memory that Fargate does not offer, on a network mode that it does not have",
    [
      'report (aws:ecs:TaskDefinition), networkMode: saw "bridge"; the network mode of a task on Fargate is one of awsvpc; choose one of them',
      'report (aws:ecs:TaskDefinition), memory: saw "4096"; with cpu 4096 it is 8192 to 30720 MiB in steps of 1024; choose one of these',
    ],
    taskDefinition({}, { memory: "4096", networkMode: "bridge" }),
  ),
  adding(
    "container-limits",
    "a disk that is too small, and no container",
    [
      "report (aws:ecs:TaskDefinition), ephemeralStorage.sizeInGib: saw 20; the disk of a task in GiB is 21 to 200; set at least 21",
      'report (aws:ecs:TaskDefinition), containerDefinitions: saw "[]"; it is a list of one container or more; give one',
    ],
    taskDefinition({}, { ephemeralStorage: { sizeInGib: 20 }, containerDefinitions: "[]" }),
  ),
  adding(
    "container-limits",
    "names that ECR and ECS do not take",
    [
      'images (aws:ecr:Repository), name: saw "Plant"; the name has lower-case letters, digits and single . _ / - between them; choose another name',
      'cluster (aws:ecs:Cluster), name: saw "plant.north"; the name has letters, digits, hyphens and underscores; choose another name',
    ],
    ["aws:ecr/repository:Repository", "images", { name: "Plant" }],
    ["aws:ecs/cluster:Cluster", "cluster", { name: "plant.north" }],
  ),
];
