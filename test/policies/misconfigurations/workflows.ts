import type { Inputs } from "../../../aws/values";
import { ACCOUNT } from "../harness";
import { alarm, arn, roleArn } from "./plant";
import { adding, change, lacking, statement, within, type Misconfiguration } from "./run";

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
const WATCHED = [
  ["rule-failed", "a rule's failures"],
  ["stream-behind", "a stream's readers"],
  ["archive-stale", "an archive that waits"],
  ["parquet-stale", "rows that wait"],
  ["parquet-unconverted", "records that do not fit"],
  ["transform-errors", "a function's errors"],
  ["transform-throttles", "a function that is refused"],
  ["bridge-errors", "another function's errors"],
  ["historian-behind", "a function that falls behind"],
  ["dead-letters-arrived", "dead letters"],
  ["machine-failed", "executions that fail"],
] as const;

/** Queries, schedules, state machines, replication, reports, and whether anybody is told. */
export const WORKFLOWS: readonly Misconfiguration[] = [
  // queries
  change(
    "workgroup-safe",
    "workgroup",
    "clients choose their own settings",
    configuration((own) => (own.enforceWorkgroupConfiguration = false)),
  ),
  change(
    "workgroup-safe",
    "workgroup",
    "no limit of what is scanned",
    configuration((own) => delete own.bytesScannedCutoffPerQuery),
  ),
  change(
    "workgroup-safe",
    "workgroup",
    "no place for results",
    configuration((own) => delete (own.resultConfiguration as Inputs).outputLocation),
  ),
  change(
    "workgroup-safe",
    "workgroup",
    "an old engine",
    configuration((own) => (own.engineVersion = { selectedEngineVersion: "Athena engine version 2" })),
  ),
  change(
    "workgroup-safe",
    "workgroup",
    "nothing measured",
    configuration((own) => (own.publishCloudwatchMetricsEnabled = false)),
  ),
  change(
    "results-apart",
    "workgroup",
    "results among the rows of a table",
    within("configuration.resultConfiguration", (own) => (own.outputLocation = "s3://plant-data/rows/results/")),
  ),
  change("workgroup-safe", "workgroup", "a workgroup that is off", (inputs) => (inputs.state = "DISABLED")),
  change(
    "query-limits",
    "workgroup",
    "a limit below the least",
    configuration((own) => (own.bytesScannedCutoffPerQuery = 1000)),
  ),
  change(
    "query-limits",
    "workgroup",
    "results at no URI",
    configuration((own) => ((own.resultConfiguration as Inputs).outputLocation = "plant-results/queries/")),
  ),
  change("query-limits", "query", "no text", (inputs) => (inputs.query = "")),
  // schedules
  change("schedule-safe", "schedule", "the default group", (inputs) => (inputs.groupName = "default")),
  change(
    "schedule-safe",
    "schedule",
    "185 retries",
    target((own) => delete own.retryPolicy),
  ),
  change(
    "schedule-safe",
    "schedule",
    "no dead letters",
    target((own) => delete own.deadLetterConfig),
  ),
  change("schedule-safe", "schedule", "a schedule that is off", (inputs) => (inputs.state = "DISABLED")),
  change("workflow-limits", "schedule", "five fields", (inputs) => (inputs.scheduleExpression = "cron(0 2 * * ?)")),
  change(
    "workflow-limits",
    "schedule",
    "day and weekday",
    (inputs) => (inputs.scheduleExpression = "cron(0 2 1 * MON *)"),
  ),
  change(
    "workflow-limits",
    "schedule",
    "a rate of nothing",
    (inputs) => (inputs.scheduleExpression = "rate(0 minutes)"),
  ),
  change(
    "workflow-limits",
    "schedule",
    "input that is no JSON",
    target((own) => (own.input = "{")),
  ),
  change("workflow-limits", "schedules", "a group that is AWS's", (inputs) => (inputs.name = "default")),
  // state machines
  change("machine-safe", "machine", "no log", (inputs) => delete inputs.loggingConfiguration),
  change(
    "machine-safe",
    "machine",
    "a log that is off",
    within("loggingConfiguration", (own) => (own.level = "OFF")),
  ),
  change(
    "machine-safe",
    "machine",
    "a task without an end",
    task((own) => delete own.TimeoutSeconds),
  ),
  change("machine-safe", "machine", "EXPRESS that waits", (inputs) => (inputs.type = "EXPRESS")),
  change("machine-safe", "machine", "no JSON", (inputs) => (inputs.definition = "{")),
  change("machine-safe", "machine", "results of a distributed map nowhere", mapped({ ResultWriter: undefined })),
  change("machine-safe", "machine", "ten thousand at once", mapped({ MaxConcurrency: undefined })),
  change("machine-safe", "machine", "more than all may fail", mapped({ ToleratedFailurePercentage: 150 })),
  change("machine-safe", "machine", "a label with a blank", mapped({ Label: "my map" })),
  change("workflow-limits", "machine", "a name with a slash", (inputs) => (inputs.name = "plant/daily")),
  // replication, reports, notebooks
  adding(
    "replication-safe",
    "records over several lines",
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
  },
  adding("replication-safe", "one subnet", [
    "aws:dms/replicationSubnetGroup:ReplicationSubnetGroup",
    "subnets",
    { replicationSubnetGroupId: "s", subnetIds: ["subnet-1"] },
  ]),
  adding("replication-safe", "a capacity that is not there", [
    "aws:dms/replicationConfig:ReplicationConfig",
    "serverless",
    { computeConfig: { maxCapacityUnits: 3, multiAz: true } },
  ]),
  adding(
    "report-safe",
    "a refresh of what is not imported",
    ["aws:quicksight/dataSet:DataSet", "set", { dataSetId: "s", importMode: "DIRECT_QUERY" }],
    ["aws:quicksight/refreshSchedule:RefreshSchedule", "refresh", { dataSetId: "s", scheduleId: "r" }],
  ),
  adding("report-safe", "too many actions", [
    "aws:quicksight/dataSet:DataSet",
    "set",
    {
      dataSetId: "s",
      importMode: "SPICE",
      permissions: [{ principal: "p", actions: Array.from({ length: 17 }, (_, i) => `quicksight:A${i}`) }],
    },
  ]),
  adding("notebook-safe", "IMDSv1", [
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
  ]),
  // alarms
  ...WATCHED.map(([name, what]) => lacking("alarm-exists", `no alarm on ${what}`, name)),
  change(
    "alarm-exists",
    "transform-errors",
    "the alarm of another function",
    (inputs) => (inputs.dimensions = { FunctionName: "transformer" }),
  ),
  change("alarm-exists", "rule-failed", "successes in place of failures", (inputs) => (inputs.metricName = "Success")),
  change(
    "alarm-exists",
    "stream-behind",
    "an alarm that goes off when records are lost",
    (inputs) => (inputs.threshold = 700_000_000),
  ),
  change("alarm-exists", "transform-errors", "an alarm that tells nobody", (inputs) => (inputs.actionsEnabled = false)),
  change("alarm-sound", "transform-errors", "a metric that is not there", (inputs) => (inputs.metricName = "Error")),
  change("alarm-sound", "transform-errors", "a namespace that is not there", (inputs) => (inputs.namespace = "Lambda")),
  change(
    "alarm-sound",
    "archive-stale",
    "a metric without its destination",
    (inputs) => (inputs.metricName = "DataFreshness"),
  ),
  change(
    "alarm-sound",
    "transform-errors",
    "a dimension that is not there",
    (inputs) => (inputs.dimensions = { Function: "transform" }),
  ),
  change("alarm-sound", "stream-behind", "a stream's alarm without the stream", (inputs) => delete inputs.dimensions),
  change("alarm-sound", "transform-errors", "no word on missing data", (inputs) => delete inputs.treatMissingData),
  change(
    "alarm-sound",
    "transform-errors",
    "an alarm that never rests",
    (inputs) => (inputs.treatMissingData = "breaching"),
  ),
  change(
    "alarm-sound",
    "transform-errors",
    "the wrong way round",
    (inputs) => (inputs.comparisonOperator = "LessThanThreshold"),
  ),
  change("alarm-sound", "transform-errors", "a count of samples", (inputs) => (inputs.statistic = "SampleCount")),
  adding(
    "alarm-sound",
    "successes that are worrying when high",
    alarm("archive-failed", "AWS/Firehose", "DeliveryToS3.Success", { DeliveryStreamName: "archive" }),
  ),
  change("alarm-limits", "transform-errors", "more points than periods", (inputs) => (inputs.datapointsToAlarm = 3)),
  change("alarm-limits", "transform-errors", "a period of 45 seconds", (inputs) => (inputs.period = 45)),
  change("alarm-limits", "transform-errors", "no statistic", (inputs) => delete inputs.statistic),
  // found on a second look
  adding("schedule-safe", "an event rule that is off", [
    "aws:cloudwatch/eventRule:EventRule",
    "event-rule",
    { name: "x", scheduleExpression: "rate(1 hour)", state: "DISABLED" },
  ]),
  change(
    "alarm-heard",
    "alerts",
    "a topic that CloudWatch cannot write",
    (inputs) => (inputs.kmsMasterKeyId = "alias/aws/sns"),
  ),
  change(
    "alarm-heard",
    "key",
    "a key that CloudWatch may not use",
    statement((own) => (own.Principal = { Service: "logs.amazonaws.com" }), "Alarms"),
  ),
  change(
    "alarm-heard",
    "alerts-policy",
    "a topic's policy that leaves alarms out",
    statement((own) => (own.Principal = { AWS: `arn:aws:iam::${ACCOUNT}:root` })),
  ),
  {
    rule: "tagged",
    what: "a tag that the stack asks for",
    stackConfig: { "plant:tags": JSON.stringify({ plant: "north" }) },
  },
];
