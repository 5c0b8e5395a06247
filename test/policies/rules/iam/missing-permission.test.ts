import { missingPermission } from "../../../../policies/rules/iam/missing-permission";
import { spec } from "../../spec";

spec(missingPermission, {
  messages: {
    "archive-policy: the error prefix is not writable": [
      'archive (aws:kinesis:FirehoseDeliveryStream), extendedS3Configuration.errorOutputPrefix: saw no s3:PutObject on "arn:aws:s3:::plant-raw/raw-errors/*" in the role archive-role; the call is made with this role, and is denied without it; add s3:PutObject to the role\'s policy',
    ],
    "archive-policy: the stream cannot be read": [
      'archive (aws:kinesis:FirehoseDeliveryStream), kinesisSourceConfiguration.kinesisStreamArn: saw no kinesis:GetRecords on "arn:aws:kinesis:eu-central-1:123456789012:stream/plant" in the role archive-role; the call is made with this role, and is denied without it; add kinesis:GetRecords to the role\'s policy',
    ],
    "rule-policy: the rule may not write its stream": [
      'rule (aws:iot:TopicRule), kineses[0]: saw no kinesis:PutRecord on "arn:*:kinesis:*:*:stream/plant" in the role rule-role; the call is made with this role, and is denied without it; add kinesis:PutRecord to the role\'s policy',
    ],
    "rule-policy: the error action may not write its log": [
      'rule (aws:iot:TopicRule), errorAction.cloudwatchLogs: saw no logs:PutLogEvents on "arn:*:logs:*:*:log-group:/plant/rule-errors:*" in the role rule-role; the call is made with this role, and is denied without it; add logs:PutLogEvents to the role\'s policy',
    ],
    "parquet-policy: the function may not be called": [
      'parquet (aws:kinesis:FirehoseDeliveryStream), extendedS3Configuration.processingConfiguration.processors[0]: saw no lambda:InvokeFunction on "arn:aws:lambda:eu-central-1:123456789012:function:transform:$LATEST" in the role parquet-role; the call is made with this role, and is denied without it; add lambda:InvokeFunction to the role\'s policy',
    ],
    "parquet-policy: the schema may not be read": [
      'parquet (aws:kinesis:FirehoseDeliveryStream), extendedS3Configuration.dataFormatConversionConfiguration.schemaConfiguration: saw no glue:GetTableVersions on "arn:*:glue:*:*:table/plant/readings" in the role parquet-role; the call is made with this role, and is denied without it; add glue:GetTableVersions to the role\'s policy',
    ],
    "schedule-policy: the machine may not be started": [
      'schedule (aws:scheduler:Schedule), target.arn: saw no states:StartExecution on "arn:aws:states:eu-central-1:123456789012:stateMachine:plant-daily" in the role schedule-role; the call is made with this role, and is denied without it; add states:StartExecution to the role\'s policy',
    ],
    "importer-policy: dead letters may not be sent": [
      'importer (aws:lambda:Function), deadLetterConfig.targetArn: saw no sqs:SendMessage on "arn:aws:sqs:eu-central-1:123456789012:plant-dead-letters" in the role importer-role; the call is made with this role, and is denied without it; add sqs:SendMessage to the role\'s policy',
    ],
  },
  unknown: {
    of: "archive",
    property: "extendedS3Configuration",
    says: "archive (aws:kinesis:FirehoseDeliveryStream), extendedS3Configuration: not decidable: the value is not known in preview; give the resource an explicit name, or check it after the update",
  },
});
