/**
 * The alarms: one for each way in which messages stop arriving, or stop being stored, unnoticed. The descriptions in CloudWatch and the
 * page on operations come from here. This file imports nothing of Pulumi, so that policies and docs can read it.
 */

/** A CloudWatch metric, and the values that set the alarm off. */
export interface AlarmKind {
  /** end of the alarm's name */
  readonly suffix: string;
  readonly namespace: string;
  readonly metric: string;
  /** dimensions of the metric, for the docs */
  readonly dimensions: readonly string[];
  readonly statistic: "Sum" | "Maximum" | "Average";
  readonly comparison: "GreaterThanThreshold" | "GreaterThanOrEqualToThreshold" | "LessThanThreshold";
  /** undefined: it follows from the component's arguments */
  readonly threshold: number | undefined;
  /** the threshold in words */
  readonly when: string;
  /** so many minutes beyond the threshold, of so many */
  readonly datapoints: readonly [number, number];
  /** what no data means: nothing happened, or nothing works */
  readonly missing: "notBreaching" | "breaching";
  readonly happened: string;
  readonly act: string;
}

/** "Sum over 0 in one minute" */
const ANY = { statistic: "Sum", comparison: "GreaterThanThreshold", threshold: 0, missing: "notBreaching" } as const;

/** Every alarm that a component may create. */
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
      "The topic rule could not put messages into the channel's stream; its error log has them with their payloads",
    act: "Read the reason in the rule's error log: usually the permissions of the rule's role, the limits of the stream, or the KMS key. Publish the payloads again after the fix",
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
    act: "Restore the permissions of the rule's role on the error log group, and check that the group and its key exist",
  },
  ruleThrottled: {
    ...ANY,
    suffix: "rule-throttled",
    namespace: "AWS/IoT",
    metric: "RuleMessageThrottled",
    dimensions: ["RuleName"],
    when: "a message",
    datapoints: [1, 1],
    happened: "AWS IoT throttled messages because the account exceeds its quota of rule evaluations",
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
    happened: "Devices publish payloads that are not JSON on a topic of the rule",
    act: "Find the device by its topic (in the rule's error log or AWS IoT's logs) and correct its payload",
  },
  streamThrottled: {
    ...ANY,
    suffix: "stream-throttled",
    namespace: "AWS/Kinesis",
    metric: "WriteProvisionedThroughputExceeded",
    dimensions: ["StreamName"],
    when: "a refused record",
    datapoints: [3, 5],
    happened: "The stream refuses records: a shard gets more than 1,000 records or 1 MiB a second",
    act: "Raise shardCount, or set streamMode to ON_DEMAND; if one device sends most of the records, set a partitionKey that spreads them",
  },
  streamReadThrottled: {
    ...ANY,
    suffix: "stream-read-throttled",
    namespace: "AWS/Kinesis",
    metric: "ReadProvisionedThroughputExceeded",
    dimensions: ["StreamName"],
    when: "a refused read",
    datapoints: [3, 5],
    happened: "The readers of the stream exceed its limits: more than 5 reads or 2 MiB a second from a shard",
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
    happened: "A reader of the stream is far behind; records older than the stream's retention are lost to it",
    act: "Find the delivery stream that is behind (by its alarms reader-behind, delivery-failed, function-errors), fix it, and raise retentionHours until it has caught up",
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
    when: "more than twice bufferingSeconds plus 5 minutes",
    datapoints: [1, 1],
    missing: "notBreaching",
    happened: "Messages wait in the delivery stream much longer than its buffering explains",
    act: "Read the delivery stream's log: the bucket, the KMS key or the function prevents delivery. The data stays in the stream until its retention ends",
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
    happened: "Firehose could not write objects to the bucket, and retries",
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
    happened: "Records did not match the table's columns; they are below the error prefix, in format-conversion-failed",
    act: "Compare the reason in an error object with the datastore's columns. Correct the columns, then replay the raw messages",
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
      "The delivery stream's calls of the transform function fail; after the retries the whole batch goes to the error prefix, in processing-failed",
    act: "Read the function's log and its alarms; if the function was never called, the role of the delivery stream lacks the permission",
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
    happened:
      "The delivery stream has more open partitions than Firehose allows; further records go to the error prefix",
    act: "Partition the datastore by an attribute with fewer values (a device id has too many), or ask AWS for a higher quota of active partitions",
  },
  partitionsUnregistered: {
    ...ANY,
    suffix: "partitions-unregistered",
    namespace: "IotTelemetryEtl",
    metric: "PartitionsUnregistered",
    dimensions: ["FunctionName"],
    when: "a partition",
    datapoints: [1, 1],
    happened:
      "The transform function could not register partitions in the catalog: their rows are stored, and no query finds them yet",
    act: "Read the reason in the function's log: a refused permission, or a quota of Glue. The next batch tries again; npm run repair registers what is left, for example after the instance of the function has ended",
  },
  functionErrors: {
    ...ANY,
    suffix: "function-errors",
    namespace: "AWS/Lambda",
    metric: "Errors",
    dimensions: ["FunctionName"],
    when: "a failed invocation",
    datapoints: [3, 5],
    happened: "The transform function throws an error, runs out of memory or exceeds its timeout",
    act: "Read its log group. A single message cannot cause this: a message that cannot be processed fails alone (messages-failed)",
  },
  functionThrottled: {
    ...ANY,
    suffix: "function-throttled",
    namespace: "AWS/Lambda",
    metric: "Throttles",
    dimensions: ["FunctionName"],
    when: "a refused invocation",
    datapoints: [3, 5],
    happened: "The account has reached its concurrent executions; batches wait",
    act: "Ask AWS for a higher quota of concurrent executions, or reserve some for this function",
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
    happened: "A batch took nearly as long as the function's timeout; a slower one would fail as a whole",
    act: "Raise functionMemoryMegabytes (the processor's share grows with it) or functionTimeoutSeconds",
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
      "A function of lambda activities throws an error, runs out of memory or exceeds its timeout; the messages of the call failed",
    act: "Read its log group. The messages are below the error prefix of the pipeline (messages-failed); replay them after the function is fixed",
  },
  activityThrottled: {
    ...ANY,
    suffix: "activity-throttled",
    namespace: "AWS/Lambda",
    metric: "Throttles",
    dimensions: ["FunctionName"],
    when: "a refused invocation",
    datapoints: [3, 5],
    happened: "The account has reached its concurrent executions; calls of a function of lambda activities are refused",
    act: "Ask AWS for a higher quota of concurrent executions, or reserve some for this function",
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
    happened:
      "Messages failed in the pipeline; the error prefix has them with their original bytes, in processing-failed",
    act: "Read the reasons in the function's log, one JSON line per message. Run the pipeline on the messages with npm run try, then replay them",
  },
  reprocessingFailed: {
    ...ANY,
    suffix: "reprocessing-failed",
    namespace: "AWS/States",
    metric: "ExecutionsFailed",
    dimensions: ["StateMachineArn"],
    when: "a run",
    datapoints: [1, 1],
    happened: "A run that reprocesses the archive failed: the datastore lacks rows of its range",
    act: "Open the execution in Step Functions: its cause names the object. After the fix run npm run reprocess again; what is done is not done twice",
  },
  reprocessingStalled: {
    ...ANY,
    suffix: "reprocessing-stalled",
    namespace: "AWS/States",
    metric: "ExecutionsTimedOut",
    dimensions: ["StateMachineArn"],
    when: "a run",
    datapoints: [1, 1],
    happened: "A run that reprocesses the archive took longer than two weeks and was ended",
    act: "Give it more functions (reprocessing), and run npm run reprocess again; what is done is not done twice",
  },
  reprocessingErrors: {
    ...ANY,
    suffix: "reprocessing-errors",
    namespace: "AWS/Lambda",
    metric: "Errors",
    dimensions: ["FunctionName"],
    when: "a failed invocation",
    datapoints: [15, 15],
    happened: "The function that reprocesses fails again and again: its run stands still",
    act: "Read the function's log. Stop the run while the cause is removed; it goes on where it was",
  },
  executionsFailed: {
    ...ANY,
    suffix: "executions-failed",
    namespace: "AWS/States",
    metric: "ExecutionsFailed",
    dimensions: ["StateMachineArn"],
    when: "an execution",
    datapoints: [1, 1],
    happened: "The dataset has no new content: an execution of its state machine failed",
    act: "Open the execution in Step Functions: the failed state shows Athena's reason. Start it again after the fix",
  },
  executionsTimedOut: {
    ...ANY,
    suffix: "executions-timed-out",
    namespace: "AWS/States",
    metric: "ExecutionsTimedOut",
    dimensions: ["StateMachineArn"],
    when: "an execution",
    datapoints: [1, 1],
    happened: "The dataset has no new content: an execution of its state machine exceeded its timeout",
    act: "Let the query scan less (name partitions, use a delta window), or allow it more time",
  },
  executionsThrottled: {
    ...ANY,
    suffix: "executions-throttled",
    namespace: "AWS/States",
    metric: "ExecutionThrottled",
    dimensions: ["StateMachineArn"],
    when: "a throttled state",
    datapoints: [3, 5],
    happened: "Step Functions throttles the dataset's executions",
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
    happened: "The schedule could not start its run",
    act: "Read the reason in the schedule's dead letter queue; usually the role of the schedule lacks a permission",
  },
  scheduleDropped: {
    ...ANY,
    suffix: "schedule-dropped",
    namespace: "AWS/Scheduler",
    metric: "InvocationDroppedCount",
    dimensions: ["ScheduleGroup"],
    when: "a start that was given up",
    datapoints: [1, 1],
    happened: "The schedule gave up starting its run: the dataset misses a content",
    act: "Fix the reason in the dead letter queue, then start the state machine by hand",
  },
  maintenanceErrors: {
    ...ANY,
    suffix: "maintenance-errors",
    namespace: "AWS/Lambda",
    metric: "Errors",
    dimensions: ["FunctionName"],
    when: "a failed invocation",
    datapoints: [1, 1],
    happened:
      "The maintenance of the datastore failed: a call was refused, or throttled longer than it is retried. The next run goes on where it stopped",
    act: "Read the reason in the function's log. npm run repair registers partitions meanwhile",
  },
  maintenanceIncomplete: {
    ...ANY,
    suffix: "maintenance-incomplete",
    namespace: "IotTelemetryEtl",
    metric: "MaintenanceFailures",
    dimensions: ["FunctionName"],
    when: "a failure",
    datapoints: [1, 1],
    happened:
      "The maintenance of the datastore could not register or remove a partition: rows may be stored that no query finds. The next run tries again",
    act: "Read the reasons in the function's log: usually a quota of Glue, or partitions of the table that somebody else has made",
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
    happened: "The dead letter queue holds runs that could not be started",
    act: "Read the message and its attributes, fix the reason, start the run by hand, and delete the message",
  },
} as const satisfies Record<string, AlarmKind>;

/** The name of an alarm, as the components ask for it. */
export type AlarmKindName = keyof typeof ALARM_KINDS;

/** Seconds of one value of an alarm. */
export const ALARM_PERIOD = 60;

/** What an alarm's description says: what happened, what to do. CloudWatch takes 1,024 characters. */
export function descriptionOf(kind: AlarmKind, of: string): string {
  return `${of}: ${kind.happened}. ${kind.act}.`;
}
