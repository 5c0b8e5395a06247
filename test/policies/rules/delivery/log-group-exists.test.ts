import { logGroupExists } from "../../../../policies/rules/delivery/log-group-exists";
import { spec } from "../../spec";

spec(logGroupExists, {
  messages: {
    "the function makes its own log group": [
      'transform (aws:lambda:Function), loggingConfig.logGroup: saw "/aws/lambda/transform"; the stack has no such log group, and Lambda would make one without a retention; add an aws.cloudwatch.LogGroup with retentionInDays',
    ],
    "transform: a log group that is not there": [
      'transform (aws:lambda:Function), loggingConfig.logGroup: saw "/plant/nowhere"; the stack has no such log group, and Lambda would make one without a retention; add an aws.cloudwatch.LogGroup with retentionInDays',
    ],
    "the delivery stream's log group": [
      'archive (aws:kinesis:FirehoseDeliveryStream), cloudwatchLoggingOptions.logGroupName: saw "/aws/kinesisfirehose/archive"; the stack has no such log group; add it with a retention',
    ],
    "the delivery stream's log stream": [
      'archive (aws:kinesis:FirehoseDeliveryStream), cloudwatchLoggingOptions.logStreamName: saw "DestinationDelivery"; the stack has no such log stream, and Firehose makes none; add an aws.cloudwatch.LogStream',
    ],
    "the machine's log group": [
      'machine (aws:sfn:StateMachine), loggingConfiguration.logDestination: saw "/aws/vendedlogs/states/plant-daily"; the stack has no such log group; add it with a retention',
    ],
    "the rule's log group of errors": [
      'rule (aws:iot:TopicRule), errorAction.cloudwatchLogs.logGroupName: saw "/plant/rule-errors"; the stack has no such log group; add it with a retention',
    ],
    "a function's log group": [
      'bridge (aws:lambda:Function), loggingConfig.logGroup: saw "/aws/lambda/bridge"; the stack has no such log group, and Lambda would make one without a retention; add an aws.cloudwatch.LogGroup with retentionInDays',
    ],
  },
  unknown: {
    of: "transform",
    property: "loggingConfig",
    says: "transform (aws:lambda:Function), loggingConfig: not decidable: the value is not known in preview; give the resource an explicit name, or check it after the update",
  },
});
