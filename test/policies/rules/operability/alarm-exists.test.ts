import { alarmExists } from "../../../../policies/rules/operability/alarm-exists";
import { spec } from "../../spec";

spec(alarmExists, {
  messages: {
    "no alarm on a rule's failures": [
      "rule (aws:iot:TopicRule): saw no alarm on AWS/IoT Failure with RuleName of it; an alarm tells of messages that its actions cannot deliver; add an aws.cloudwatch.MetricAlarm",
    ],
    "no alarm on a stream's readers": [
      "stream (aws:kinesis:Stream): saw no alarm on AWS/Kinesis GetRecords.IteratorAgeMilliseconds with StreamName of it; an alarm tells of readers that fall behind; add an aws.cloudwatch.MetricAlarm",
    ],
    "no alarm on an archive that waits": [
      "archive (aws:kinesis:FirehoseDeliveryStream): saw no alarm on AWS/Firehose DeliveryToS3.DataFreshness with DeliveryStreamName of it; an alarm tells of data that waits for much longer than the buffer; add an aws.cloudwatch.MetricAlarm",
    ],
    "no alarm on rows that wait": [
      "parquet (aws:kinesis:FirehoseDeliveryStream): saw no alarm on AWS/Firehose DeliveryToS3.DataFreshness with DeliveryStreamName of it; an alarm tells of data that waits for much longer than the buffer; add an aws.cloudwatch.MetricAlarm",
    ],
    "no alarm on records that do not fit": [
      "parquet (aws:kinesis:FirehoseDeliveryStream): saw no alarm on AWS/Firehose FailedConversion.Records with DeliveryStreamName of it; an alarm tells of records that do not fit the table; add an aws.cloudwatch.MetricAlarm",
    ],
    "no alarm on a function's errors": [
      "transform (aws:lambda:Function): saw no alarm on AWS/Lambda Errors with FunctionName of it; an alarm tells of invocations that fail; add an aws.cloudwatch.MetricAlarm",
    ],
    "no alarm on a function that is refused": [
      "transform (aws:lambda:Function): saw no alarm on AWS/Lambda Throttles with FunctionName of it; an alarm tells of invocations that are refused; add an aws.cloudwatch.MetricAlarm",
    ],
    "no alarm on another function's errors": [
      "bridge (aws:lambda:Function): saw no alarm on AWS/Lambda Errors with FunctionName of it; an alarm tells of invocations that fail; add an aws.cloudwatch.MetricAlarm",
    ],
    "no alarm on a function that falls behind": [
      "historian (aws:kinesis:Stream): saw no alarm on AWS/Kinesis GetRecords.IteratorAgeMilliseconds with StreamName of it; an alarm tells of readers that fall behind; add an aws.cloudwatch.MetricAlarm",
    ],
    "no alarm on dead letters": [
      "dead-letters (aws:sqs:Queue): saw no alarm on AWS/SQS ApproximateNumberOfMessagesVisible with QueueName of it; an alarm tells of dead letters that arrive; add an aws.cloudwatch.MetricAlarm",
    ],
    "no alarm on executions that fail": [
      "machine (aws:sfn:StateMachine): saw no alarm on AWS/States ExecutionsFailed with StateMachineArn of it; an alarm tells of executions that fail; add an aws.cloudwatch.MetricAlarm",
    ],
    "transform-errors: the alarm of another function": [
      "transform (aws:lambda:Function): saw no alarm on AWS/Lambda Errors with FunctionName of it; an alarm tells of invocations that fail; add an aws.cloudwatch.MetricAlarm",
    ],
    "rule-failed: successes in place of failures": [
      "rule (aws:iot:TopicRule): saw no alarm on AWS/IoT Failure with RuleName of it; an alarm tells of messages that its actions cannot deliver; add an aws.cloudwatch.MetricAlarm",
    ],
    "stream-behind: an alarm that goes off when records are lost": [
      "stream-behind (aws:cloudwatch:MetricAlarm), threshold: saw 700000000 ms; stream keeps records for 168 hours, so it goes off when they are lost; set at most 302400000",
    ],
    "transform-errors: an alarm that tells nobody": [
      "transform-errors (aws:cloudwatch:MetricAlarm), actionsEnabled: saw false; an alarm that goes off tells somebody; set true, or leave it out",
    ],
  },
  unknown: {
    of: "stream",
    property: "name",
    says: "stream (aws:kinesis:Stream), name: not decidable: the value is not known in preview; give the resource an explicit name, or check it after the update",
  },
});
