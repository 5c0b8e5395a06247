import { TYPES } from "../../core/model";

/** What the local cloud knows of a metric. */
export interface KnownMetric {
  /** the sets of dimensions that it is reported under */
  dimensions: readonly (readonly string[])[];
  /** why it has no value here; an alarm on it never goes off */
  never?: string;
}

const of = (...dimensions: string[]): KnownMetric => ({ dimensions: [dimensions] });
const never = (why: string, ...dimensions: string[]): KnownMetric => ({ dimensions: [dimensions], never: why });
const RULE_ACTION = of("RuleName", "ActionType");
const OF_TASK: KnownMetric = {
  dimensions: [["ReplicationConfigId"], ["ReplicationInstanceIdentifier", "ReplicationTaskIdentifier"]],
};
const NO_QUOTA = "the local cloud has no quota for a whole account";

/**
 * The metrics that are reported, by namespace and name. An alarm on another is refused by name.
 * @see https://docs.aws.amazon.com/iot/latest/developerguide/metrics_dimensions.html
 * @see https://docs.aws.amazon.com/streams/latest/dev/monitoring-with-cloudwatch.html
 * @see https://docs.aws.amazon.com/firehose/latest/dev/monitoring-with-cloudwatch-metrics.html
 * @see https://docs.aws.amazon.com/lambda/latest/dg/monitoring-metrics-types.html
 * @see https://docs.aws.amazon.com/step-functions/latest/dg/procedure-cw-metrics.html
 * @see https://docs.aws.amazon.com/scheduler/latest/UserGuide/monitoring-cloudwatch.html
 */
export const EMITTED: Readonly<Record<string, Readonly<Record<string, KnownMetric>>>> = {
  "AWS/IoT": {
    TopicMatch: of("RuleName"),
    ParseError: of("RuleName"),
    RuleMessageThrottled: never(NO_QUOTA, "RuleName"),
    Success: RULE_ACTION,
    Failure: RULE_ACTION,
    ErrorActionSuccess: RULE_ACTION,
    ErrorActionFailure: RULE_ACTION,
  },
  "AWS/Kinesis": {
    IncomingRecords: of("StreamName"),
    IncomingBytes: of("StreamName"),
    WriteProvisionedThroughputExceeded: of("StreamName"),
    ReadProvisionedThroughputExceeded: of("StreamName"),
    "GetRecords.IteratorAgeMilliseconds": of("StreamName"),
  },
  "AWS/Firehose": {
    IncomingRecords: of("DeliveryStreamName"),
    IncomingBytes: of("DeliveryStreamName"),
    IncomingPutRequests: of("DeliveryStreamName"),
    ThrottledRecords: of("DeliveryStreamName"),
    "DataReadFromKinesisStream.Records": of("DeliveryStreamName"),
    KinesisMillisBehindLatest: of("DeliveryStreamName"),
    "ExecuteProcessing.Success": of("DeliveryStreamName"),
    "ExecuteProcessing.Duration": of("DeliveryStreamName"),
    "SucceedProcessing.Records": of("DeliveryStreamName"),
    "SucceedConversion.Records": of("DeliveryStreamName"),
    "FailedConversion.Records": of("DeliveryStreamName"),
    PartitionCountExceeded: of("DeliveryStreamName"),
    "DeliveryToS3.Success": of("DeliveryStreamName"),
    "DeliveryToS3.Records": of("DeliveryStreamName"),
    "DeliveryToS3.Bytes": of("DeliveryStreamName"),
    "DeliveryToS3.DataFreshness": of("DeliveryStreamName"),
  },
  "AWS/Lambda": {
    Invocations: of("FunctionName"),
    Errors: of("FunctionName"),
    Duration: of("FunctionName"),
    IteratorAge: of("FunctionName"),
    AsyncEventsReceived: of("FunctionName"),
    AsyncEventsDropped: of("FunctionName"),
    DeadLetterErrors: of("FunctionName"),
    DestinationDeliveryFailures: of("FunctionName"),
    Throttles: never(NO_QUOTA, "FunctionName"),
  },
  "AWS/States": {
    ExecutionsStarted: of("StateMachineArn"),
    ExecutionsSucceeded: of("StateMachineArn"),
    ExecutionsFailed: of("StateMachineArn"),
    ExecutionsTimedOut: of("StateMachineArn"),
    ExecutionThrottled: never(NO_QUOTA, "StateMachineArn"),
  },
  "AWS/Scheduler": {
    TargetErrorCount: of("ScheduleGroup"),
    InvocationDroppedCount: of("ScheduleGroup"),
  },
  // https://docs.aws.amazon.com/dms/latest/userguide/CHAP_Monitoring.html
  "AWS/DMS": {
    CDCLatencySource: OF_TASK,
    CDCLatencyTarget: OF_TASK,
    CDCIncomingChanges: OF_TASK,
  },
  "AWS/SQS": {
    ApproximateNumberOfMessagesVisible: of("QueueName"),
    NumberOfMessagesSent: of("QueueName"),
    NumberOfMessagesReceived: of("QueueName"),
    NumberOfMessagesDeleted: of("QueueName"),
  },
};

/** The type whose names a dimension has; a dimension that is not here has values of its own. */
export const NAMED_BY: Readonly<Record<string, string>> = {
  RuleName: TYPES.topicRule,
  StreamName: TYPES.stream,
  DeliveryStreamName: TYPES.deliveryStream,
  FunctionName: TYPES.function,
  StateMachineArn: TYPES.stateMachine,
  ScheduleGroup: TYPES.scheduleGroup,
  QueueName: TYPES.queue,
};
