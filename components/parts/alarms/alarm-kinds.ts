/**
 * The alarms: one for each way in which messages stop arriving, or stop being stored, without anybody being told. What a person reads
 * in an alarm's description and on the page on operations comes from here. It imports nothing of Pulumi, so that policies and docs
 * can read it.
 */

/** A figure of a CloudWatch metric, and when it is worrying. */
export interface AlarmKind {
  /** end of the alarm's name */
  readonly suffix: string;
  readonly namespace: string;
  readonly metric: string;
  /** what the metric is of, for the docs */
  readonly dimensions: readonly string[];
  readonly statistic: "Sum" | "Maximum" | "Average";
  readonly comparison: "GreaterThanThreshold" | "GreaterThanOrEqualToThreshold" | "LessThanThreshold";
  /** undefined: it follows from the component's arguments */
  readonly threshold: number | undefined;
  /** the threshold in words */
  readonly when: string;
  /** minutes of which so many must be over it */
  readonly datapoints: readonly [number, number];
  /** what no data means: nothing happened, or nobody works any more */
  readonly missing: "notBreaching" | "breaching";
  readonly happened: string;
  readonly act: string;
}

/** "Sum over 0 in one minute" */
const ANY = { statistic: "Sum", comparison: "GreaterThanThreshold", threshold: 0, missing: "notBreaching" } as const;

export const ALARM_KINDS = {
  ruleFailed: {
    ...ANY,
    suffix: "rule-failed",
    namespace: "AWS/IoT",
    metric: "Failure",
    dimensions: ["RuleName", "ActionType"],
    when: "a message",
    datapoints: [1, 1],
    happened:
      "The topic rule could not put messages into the channel's stream; they are in its error log, payload and all",
    act: "Read the reason in the rule's error log; permissions of the rule's role, the stream's limits and the KMS key are the usual ones. Publish the payloads again when it is mended",
  },
  ruleErrorLost: {
    ...ANY,
    suffix: "rule-error-lost",
    namespace: "AWS/IoT",
    metric: "ErrorActionFailure",
    dimensions: ["RuleName"],
    when: "a message",
    datapoints: [1, 1],
    happened: "The rule's error action failed too: messages are lost",
    act: "Give the rule's role its permissions on the error log group back, and see that the group and its key exist",
  },
  ruleThrottled: {
    ...ANY,
    suffix: "rule-throttled",
    namespace: "AWS/IoT",
    metric: "RuleMessageThrottled",
    dimensions: ["RuleName"],
    when: "a message",
    datapoints: [1, 1],
    happened: "AWS IoT held messages back because the account is over its limit of rule evaluations",
    act: "Ask AWS for a higher quota of rule evaluations, or publish fewer, larger messages",
  },
  ruleUnparsed: {
    ...ANY,
    suffix: "rule-unparsed",
    namespace: "AWS/IoT",
    metric: "ParseError",
    dimensions: ["RuleName"],
    when: "a message",
    datapoints: [1, 1],
    happened: "Devices publish what is no JSON on a topic that the rule listens to",
    act: "Find the device by its topic (rule's error log, or IoT logging) and mend its payload",
  },
  streamThrottled: {
    ...ANY,
    suffix: "stream-throttled",
    namespace: "AWS/Kinesis",
    metric: "WriteProvisionedThroughputExceeded",
    dimensions: ["StreamName"],
    when: "a refused record",
    datapoints: [3, 5],
    happened: "The stream refuses records: a shard is over 1,000 records or 1 MiB a second",
    act: "Raise shardCount, or set streamMode to ON_DEMAND; if one device sends most of it, set a partitionKey that spreads",
  },
  streamReadThrottled: {
    ...ANY,
    suffix: "stream-read-throttled",
    namespace: "AWS/Kinesis",
    metric: "ReadProvisionedThroughputExceeded",
    dimensions: ["StreamName"],
    when: "a refused read",
    datapoints: [3, 5],
    happened: "Readers of the stream get in each other's way: more than 5 reads or 2 MiB a second from a shard",
    act: "Raise shardCount, or let fewer pipelines read one channel",
  },
  streamBehind: {
    suffix: "stream-behind",
    namespace: "AWS/Kinesis",
    metric: "GetRecords.IteratorAgeMilliseconds",
    dimensions: ["StreamName"],
    statistic: "Maximum",
    comparison: "GreaterThanThreshold",
    threshold: undefined,
    when: "over alarmBehindPercent of the stream's retention",
    datapoints: [3, 3],
    missing: "notBreaching",
    happened: "A reader of the stream is far behind; what is older than the stream's retention is lost",
    act: "See which delivery stream is behind (its alarms reader-behind, delivery-failed, function-errors), mend it, and raise retentionHours until it has caught up",
  },
  readerBehind: {
    suffix: "reader-behind",
    namespace: "AWS/Firehose",
    metric: "KinesisMillisBehindLatest",
    dimensions: ["DeliveryStreamName"],
    statistic: "Maximum",
    comparison: "GreaterThanThreshold",
    threshold: 900_000,
    when: "over 15 minutes, or nothing is read at all",
    datapoints: [3, 3],
    missing: "breaching",
    happened: "The delivery stream does not read the channel's stream, or not fast enough",
    act: "Read the delivery stream's log for refused calls (Kinesis, KMS); otherwise raise shardCount",
  },
  deliveryStale: {
    suffix: "delivery-stale",
    namespace: "AWS/Firehose",
    metric: "DeliveryToS3.DataFreshness",
    dimensions: ["DeliveryStreamName"],
    statistic: "Maximum",
    comparison: "GreaterThanThreshold",
    threshold: undefined,
    when: "over twice bufferingSeconds and 5 minutes",
    datapoints: [1, 1],
    missing: "notBreaching",
    happened: "Messages wait in the delivery stream for much longer than its buffer explains",
    act: "Read the delivery stream's log: the bucket, the KMS key or the function keeps it from delivering. The data is in the stream until its retention ends",
  },
  deliveryFailed: {
    suffix: "delivery-failed",
    namespace: "AWS/Firehose",
    metric: "DeliveryToS3.Success",
    dimensions: ["DeliveryStreamName"],
    statistic: "Average",
    comparison: "LessThanThreshold",
    threshold: 1,
    when: "a refused object",
    datapoints: [1, 1],
    missing: "notBreaching",
    happened: "Objects could not be written to the bucket; Firehose tries again",
    act: "Read the delivery stream's log; the role's permissions, the bucket's policy and the KMS key's policy are the usual reasons",
  },
  conversionFailed: {
    ...ANY,
    suffix: "conversion-failed",
    namespace: "AWS/Firehose",
    metric: "FailedConversion.Records",
    dimensions: ["DeliveryStreamName"],
    when: "a record",
    datapoints: [1, 1],
    happened: "Records did not fit the table's columns; they are under the error prefix, format-conversion-failed",
    act: "Compare the reason in an error object with the datastore's columns. After the columns are mended, replay the raw messages",
  },
  transformFailed: {
    suffix: "transform-failed",
    namespace: "AWS/Firehose",
    metric: "ExecuteProcessing.Success",
    dimensions: ["DeliveryStreamName"],
    statistic: "Average",
    comparison: "LessThanThreshold",
    threshold: 1,
    when: "a failed call of the function",
    datapoints: [1, 1],
    missing: "notBreaching",
    happened:
      "The delivery stream's calls of the transform function fail; after its retries the whole batch goes to the error prefix, processing-failed",
    act: "Read the function's log and its alarms; if it was never called, the role of the delivery stream may not call it",
  },
  partitionsExceeded: {
    suffix: "partitions-exceeded",
    namespace: "AWS/Firehose",
    metric: "PartitionCountExceeded",
    dimensions: ["DeliveryStreamName"],
    statistic: "Maximum",
    comparison: "GreaterThanOrEqualToThreshold",
    threshold: 1,
    when: "more than 500 partitions at a time",
    datapoints: [1, 1],
    missing: "notBreaching",
    happened: "More partitions are open than a delivery stream may have; further records go to the error prefix",
    act: "Partition the datastore by fewer values (a device id is too many), or ask AWS for a higher quota of active partitions",
  },
  functionErrors: {
    ...ANY,
    suffix: "function-errors",
    namespace: "AWS/Lambda",
    metric: "Errors",
    dimensions: ["FunctionName"],
    when: "a failed invocation",
    datapoints: [3, 5],
    happened: "The transform function throws, runs out of memory or over its time",
    act: "Read its log group. A single message never does this: such messages fail one by one (messages-failed)",
  },
  functionThrottled: {
    ...ANY,
    suffix: "function-throttled",
    namespace: "AWS/Lambda",
    metric: "Throttles",
    dimensions: ["FunctionName"],
    when: "a refused invocation",
    datapoints: [3, 5],
    happened: "The account has no room for more functions at a time; batches wait",
    act: "Raise the account's quota of concurrent executions, or reserve some for this function",
  },
  functionSlow: {
    suffix: "function-slow",
    namespace: "AWS/Lambda",
    metric: "Duration",
    dimensions: ["FunctionName"],
    statistic: "Maximum",
    comparison: "GreaterThanThreshold",
    threshold: undefined,
    when: "over alarmDurationPercent of functionTimeoutSeconds",
    datapoints: [1, 1],
    missing: "notBreaching",
    happened: "A batch took nearly all the time that the function has; the next one may be cut off and fail as a whole",
    act: "Raise functionMemoryMegabytes (processor time grows with it) or functionTimeoutSeconds",
  },
  activityErrors: {
    ...ANY,
    suffix: "activity-errors",
    namespace: "AWS/Lambda",
    metric: "Errors",
    dimensions: ["FunctionName"],
    when: "a failed invocation",
    datapoints: [1, 1],
    happened:
      "A function of lambda activities throws, runs out of memory or over its time; the messages that it was given failed",
    act: "Read its log group. The messages are under the error prefix of the pipeline (messages-failed); replay them when the function is mended",
  },
  activityThrottled: {
    ...ANY,
    suffix: "activity-throttled",
    namespace: "AWS/Lambda",
    metric: "Throttles",
    dimensions: ["FunctionName"],
    when: "a refused invocation",
    datapoints: [3, 5],
    happened: "The account has no room for more functions at a time; a function of lambda activities is refused",
    act: "Raise the account's quota of concurrent executions, or reserve some for this function",
  },
  messagesFailed: {
    ...ANY,
    suffix: "messages-failed",
    namespace: "IotTelemetryEtl",
    metric: "Failed",
    dimensions: ["FunctionName"],
    threshold: undefined,
    when: "more than alarmFailedMessages messages",
    datapoints: [1, 1],
    happened: "Messages failed in the pipeline; they are under the error prefix, processing-failed, raw bytes and all",
    act: "The reasons are in the function's log, one JSON line a message (reason, at). Try the pipeline on them with npm run try, then replay",
  },
  executionsFailed: {
    ...ANY,
    suffix: "executions-failed",
    namespace: "AWS/States",
    metric: "ExecutionsFailed",
    dimensions: ["StateMachineArn"],
    when: "an execution",
    datapoints: [1, 1],
    happened: "The dataset's content was not made: an execution of its state machine failed",
    act: "Open the execution in Step Functions: its failed state has Athena's reason. Start it again when that is mended",
  },
  executionsTimedOut: {
    ...ANY,
    suffix: "executions-timed-out",
    namespace: "AWS/States",
    metric: "ExecutionsTimedOut",
    dimensions: ["StateMachineArn"],
    when: "an execution",
    datapoints: [1, 1],
    happened: "The dataset's content was not made: an execution of its state machine ran over its time",
    act: "Let the query scan less (partitions, delta window), or give it more time",
  },
  executionsThrottled: {
    ...ANY,
    suffix: "executions-throttled",
    namespace: "AWS/States",
    metric: "ExecutionThrottled",
    dimensions: ["StateMachineArn"],
    when: "a throttled state",
    datapoints: [3, 5],
    happened: "Step Functions holds the dataset's executions back",
    act: "Spread the schedules of the datasets over the hour",
  },
  scheduleFailed: {
    ...ANY,
    suffix: "schedule-failed",
    namespace: "AWS/Scheduler",
    metric: "TargetErrorCount",
    dimensions: ["ScheduleGroup"],
    when: "a failed start",
    datapoints: [1, 1],
    happened: "The schedule could not start its state machine",
    act: "Read the reason in the schedule's dead letter queue; the role of the schedule is the usual one",
  },
  scheduleDropped: {
    ...ANY,
    suffix: "schedule-dropped",
    namespace: "AWS/Scheduler",
    metric: "InvocationDroppedCount",
    dimensions: ["ScheduleGroup"],
    when: "a start that was given up",
    datapoints: [1, 1],
    happened: "The schedule gave up starting its state machine: a content is missing",
    act: "Start the state machine by hand after the reason in the dead letter queue is mended",
  },
  deadLetters: {
    suffix: "dead-letters",
    namespace: "AWS/SQS",
    metric: "ApproximateNumberOfMessagesVisible",
    dimensions: ["QueueName"],
    statistic: "Maximum",
    comparison: "GreaterThanThreshold",
    threshold: 0,
    when: "a message",
    datapoints: [1, 1],
    missing: "notBreaching",
    happened: "The dead letter queue holds what could not be delivered",
    act: "Read the message and its attributes, mend the reason, start again, and delete the message",
  },
} as const satisfies Record<string, AlarmKind>;

export type AlarmKindName = keyof typeof ALARM_KINDS;

/** Seconds of one value of an alarm. */
export const ALARM_PERIOD = 60;

/** What an alarm's description says: what happened, what to do. CloudWatch takes 1,024 characters. */
export function descriptionOf(kind: AlarmKind, of: string): string {
  return `${of}: ${kind.happened}. ${kind.act}.`;
}
