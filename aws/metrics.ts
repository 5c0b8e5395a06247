/** The metrics of a service and the dimensions under which they are published. */
interface Metrics {
  dimensions: readonly string[];
  /** whether an alarm without dimensions has any data */
  total?: boolean;
  names: readonly string[];
}

const words = (text: string): string[] => text.split(/\s+/);

/**
 * Metrics by namespace. Pages: https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/aws-services-cloudwatch-metrics.html lists each service's.
 */
export const METRICS: Readonly<Record<string, Metrics>> = {
  "AWS/Lambda": {
    dimensions: ["FunctionName", "Resource", "ExecutedVersion", "EventSourceMappingUUID"],
    total: true,
    names: words(
      "Invocations Errors DeadLetterErrors DestinationDeliveryFailures Throttles OversizedRecordCount ProvisionedConcurrencyInvocations ProvisionedConcurrencySpilloverInvocations RecursiveInvocationsDropped Duration PostRuntimeExtensionsDuration IteratorAge OffsetLag ConcurrentExecutions ProvisionedConcurrentExecutions ProvisionedConcurrencyUtilization UnreservedConcurrentExecutions ClaimedAccountConcurrency AsyncEventsReceived AsyncEventAge AsyncEventsDropped PolledEventCount FilteredOutEventCount InvokedEventCount FailedInvokeEventCount DroppedEventCount OnFailureDestinationDeliveredEventCount DeletedEventCount",
    ),
  },
  "AWS/Kinesis": {
    dimensions: ["StreamName", "ShardId", "ConsumerName"],
    names: words(
      "GetRecords.Bytes GetRecords.IteratorAge GetRecords.IteratorAgeMilliseconds GetRecords.Latency GetRecords.Records GetRecords.Success IncomingBytes IncomingRecords OutgoingBytes OutgoingRecords IteratorAgeMilliseconds PutRecord.Bytes PutRecord.Latency PutRecord.Success PutRecords.Bytes PutRecords.Latency PutRecords.Records PutRecords.Success PutRecords.TotalRecords PutRecords.SuccessfulRecords PutRecords.FailedRecords PutRecords.ThrottledRecords ReadProvisionedThroughputExceeded WriteProvisionedThroughputExceeded SubscribeToShard.RateExceeded SubscribeToShard.Success SubscribeToShardEvent.Success SubscribeToShardEvent.Bytes SubscribeToShardEvent.Records SubscribeToShardEvent.MillisBehindLatest",
    ),
  },
  "AWS/Firehose": {
    dimensions: ["DeliveryStreamName"],
    names: words(
      "DeliveryToS3.Bytes DeliveryToS3.DataFreshness DeliveryToS3.ObjectCount DeliveryToS3.Records DeliveryToS3.Success BackupToS3.Bytes BackupToS3.DataFreshness BackupToS3.Records BackupToS3.Success DeliveryToIceberg.SuccessfulRowCount DeliveryToIceberg.FailedRowCount DeliveryToIceberg.Bytes DeliveryToIceberg.IncomingRecords DataReadFromKinesisStream.Bytes DataReadFromKinesisStream.Records ThrottledDescribeStream ThrottledGetRecords ThrottledGetShardIterator KinesisMillisBehindLatest IncomingBytes IncomingRecords IncomingPutRequests PutRecord.Bytes PutRecord.Latency PutRecord.Requests PutRecordBatch.Bytes PutRecordBatch.Latency PutRecordBatch.Records PutRecordBatch.Requests ThrottledRecords BytesPerSecondLimit RecordsPerSecondLimit PutRequestsPerSecondLimit ActivePartitionsLimit PartitionCount PartitionCountExceeded PerPartitionThroughput JQProcessing.Duration DeliveryToS3.ObjectCount ExecuteProcessing.Duration ExecuteProcessing.Success SucceedProcessing.Records SucceedProcessing.Bytes SucceedConversion.Records SucceedConversion.Bytes FailedConversion.Records FailedConversion.Bytes KMSKeyAccessDenied KMSKeyDisabled KMSKeyInvalidState KMSKeyNotFound ResourceCount SourceThrottled.Delay",
    ),
  },
  "AWS/IoT": {
    dimensions: words("RuleName ActionType Protocol JobId TemplateName CheckName BehaviorName CaCertificateId"),
    names: words(
      "Failure Success ErrorActionFailure ErrorActionSuccess RuleMessageThrottled RuleNotFound RulesExecuted RuleExecutionThrottled ParseError TopicMatch Connect.AuthError Connect.ClientError Connect.ClientIDThrottle Connect.ServerError Connect.Success Connect.Throttle Ping.Success PublishIn.AuthError PublishIn.ClientError PublishIn.ServerError PublishIn.Success PublishIn.Throttle PublishOut.AuthError PublishOut.ClientError PublishOut.Success PublishOut.Throttle PublishRetained.AuthError PublishRetained.ServerError PublishRetained.Success PublishRetained.Throttle Subscribe.AuthError Subscribe.ClientError Subscribe.ServerError Subscribe.Success Subscribe.Throttle Throttle.Exceeded Unsubscribe.ClientError Unsubscribe.ServerError Unsubscribe.Success Unsubscribe.Throttle UpdateThingShadow.Accepted GetThingShadow.Accepted DeleteThingShadow.Accepted NumLogBatchesFailedToPublishThrottled NumLogEventsFailedToPublishThrottled Violations ViolationsCleared ViolationsInvalidated NonCompliantResources ResourcesEvaluated MisconfiguredDeviceDefenderNotification",
    ),
  },
  "AWS/SQS": {
    dimensions: ["QueueName"],
    names: words(
      "ApproximateAgeOfOldestMessage ApproximateNumberOfGroupsWithInflightMessages ApproximateNumberOfMessagesDelayed ApproximateNumberOfMessagesNotVisible ApproximateNumberOfMessagesVisible NumberOfDeduplicatedSentMessages NumberOfEmptyReceives NumberOfMessagesDeleted NumberOfMessagesReceived NumberOfMessagesSent SentMessageSize ApproximateNumberOfNoisyGroups",
    ),
  },
  "AWS/States": {
    dimensions: words(
      "StateMachineArn ActivityArn LambdaFunctionArn ServiceIntegrationResourceArn APIName ServiceMetric Alias Version",
    ),
    names: words(
      "ExecutionTime ExecutionThrottled ExecutionsAborted ExecutionsFailed ExecutionsStarted ExecutionsSucceeded ExecutionsTimedOut ExecutionsRedriven ExpressExecutionMemory ExpressExecutionBilledDuration ExpressExecutionBilledMemory ActivityRunTime ActivityScheduleTime ActivityTime ActivitiesFailed ActivitiesHeartbeatTimedOut ActivitiesScheduled ActivitiesStarted ActivitiesSucceeded ActivitiesTimedOut LambdaFunctionRunTime LambdaFunctionScheduleTime LambdaFunctionTime LambdaFunctionsFailed LambdaFunctionsScheduled LambdaFunctionsStarted LambdaFunctionsSucceeded LambdaFunctionsTimedOut ServiceIntegrationRunTime ServiceIntegrationScheduleTime ServiceIntegrationTime ServiceIntegrationsFailed ServiceIntegrationsScheduled ServiceIntegrationsStarted ServiceIntegrationsSucceeded ServiceIntegrationsTimedOut ThrottledEvents ProvisionedBucketSize ProvisionedRefillRate ConsumedCapacity OpenExecutionCount OpenExecutionLimit",
    ),
  },
  "AWS/Scheduler": {
    dimensions: ["ScheduleGroup"],
    total: true,
    names: words(
      "InvocationAttemptCount TargetErrorCount TargetErrorThrottledCount InvocationThrottleCount InvocationDroppedCount InvocationsSentToDeadLetterCount InvocationsFailedToBeSentToDeadLetterCount InvocationsSentToDeadLetterCount_Truncated_MessageSizeExceeded",
    ),
  },
};

/** Metrics that count what must not be: a value above, and no data is good news. */
export const FAILURES: ReadonlySet<string> = new Set([
  "AWS/Lambda Errors",
  "AWS/Lambda Throttles",
  "AWS/Lambda DeadLetterErrors",
  "AWS/Lambda DestinationDeliveryFailures",
  "AWS/Lambda AsyncEventsDropped",
  "AWS/Lambda IteratorAge",
  "AWS/Kinesis GetRecords.IteratorAgeMilliseconds",
  "AWS/Kinesis WriteProvisionedThroughputExceeded",
  "AWS/Kinesis ReadProvisionedThroughputExceeded",
  "AWS/Firehose DeliveryToS3.DataFreshness",
  "AWS/Firehose KinesisMillisBehindLatest",
  "AWS/Firehose FailedConversion.Records",
  "AWS/Firehose PartitionCountExceeded",
  "AWS/Firehose ThrottledRecords",
  "AWS/IoT Failure",
  "AWS/IoT ErrorActionFailure",
  "AWS/IoT RuleMessageThrottled",
  "AWS/IoT ParseError",
  "AWS/IoT RuleNotFound",
  "AWS/SQS ApproximateNumberOfMessagesVisible",
  "AWS/SQS ApproximateAgeOfOldestMessage",
  "AWS/States ExecutionsFailed",
  "AWS/States ExecutionsTimedOut",
  "AWS/States ExecutionsAborted",
  "AWS/States ExecutionThrottled",
  "AWS/Scheduler TargetErrorCount",
  "AWS/Scheduler InvocationDroppedCount",
  "AWS/Scheduler InvocationsSentToDeadLetterCount",
]);

/** Failures that come in without a pause while all is well: no data is no good news. */
export const STEADY: ReadonlySet<string> = new Set([
  "AWS/Firehose KinesisMillisBehindLatest",
  "AWS/Firehose DeliveryToS3.DataFreshness",
  "AWS/Kinesis GetRecords.IteratorAgeMilliseconds",
  "AWS/Lambda IteratorAge",
]);
/** Shares of what went well: alarming below. */
export const SUCCESSES: ReadonlySet<string> = new Set([
  "AWS/Firehose DeliveryToS3.Success",
  "AWS/Firehose BackupToS3.Success",
  "AWS/Firehose ExecuteProcessing.Success",
]);
