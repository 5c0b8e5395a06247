import { alarmSound } from "../../../../policies/rules/operability/alarm-sound";
import { spec } from "../../spec";

spec(alarmSound, {
  messages: {
    "transform-errors: a metric that is not there": [
      'transform-errors (aws:cloudwatch:MetricAlarm), metricName: saw "Error"; AWS/Lambda has no such metric; write Errors',
    ],
    "transform-errors: a namespace that is not there": [
      'transform-errors (aws:cloudwatch:MetricAlarm), namespace: saw "Lambda"; AWS publishes under no such namespace; write AWS/Lambda',
    ],
    "archive-stale: a metric without its destination": [
      'archive-stale (aws:cloudwatch:MetricAlarm), metricName: saw "DataFreshness"; AWS/Firehose has no such metric; look it up in the service\'s guide',
    ],
    "transform-errors: a dimension that is not there": [
      'transform-errors (aws:cloudwatch:MetricAlarm), dimensions.Function: saw "Function"; AWS/Lambda publishes under FunctionName, Resource, ExecutedVersion, EventSourceMappingUUID; use one of them',
    ],
    "stream-behind: a stream's alarm without the stream": [
      "stream-behind (aws:cloudwatch:MetricAlarm), dimensions: saw nothing; AWS/Kinesis publishes GetRecords.IteratorAgeMilliseconds under StreamName, so there is never any data; set StreamName",
    ],
    "transform-errors: no word on missing data": [
      'transform-errors (aws:cloudwatch:MetricAlarm), treatMissingData: saw nothing; an alarm says what no data means; left out, it goes to INSUFFICIENT_DATA and tells nobody; set "notBreaching" for counts of failures, "breaching" for what always has data',
    ],
    "transform-errors: an alarm that never rests": [
      'transform-errors (aws:cloudwatch:MetricAlarm), treatMissingData: saw "breaching"; Errors has no data while all is well, so the alarm would never rest; set "notBreaching"',
    ],
    "transform-errors: the wrong way round": [
      'transform-errors (aws:cloudwatch:MetricAlarm), comparisonOperator: saw "LessThanThreshold"; Errors is worrying when it is high; use "GreaterThanThreshold"',
    ],
    "transform-errors: a count of samples": [
      'transform-errors (aws:cloudwatch:MetricAlarm), statistic: saw "SampleCount"; it is not what Errors tells failures by; use "Sum" or "Maximum"',
    ],
    "successes that are worrying when high": [
      'archive-failed (aws:cloudwatch:MetricAlarm), comparisonOperator: saw "GreaterThanThreshold"; DeliveryToS3.Success is worrying when it is low; use "LessThanThreshold"',
    ],
  },
  unknown: {
    of: "transform-errors",
    property: "metricName",
    says: "transform-errors (aws:cloudwatch:MetricAlarm), metricName: not decidable: the value is not known in preview; give the resource an explicit name, or check it after the update",
  },
});
