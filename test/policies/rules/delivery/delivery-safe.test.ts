import { deliverySafe } from "../../../../policies/rules/delivery/delivery-safe";
import { spec } from "../../spec";

spec(deliverySafe, {
  messages: {
    "archive: no log": [
      "archive (aws:kinesis:FirehoseDeliveryStream), extendedS3Configuration.cloudwatchLoggingOptions: saw nothing; a delivery stream logs its errors; set { enabled: true, logGroupName, logStreamName }",
    ],
    "archive: the log is off": [
      'archive (aws:kinesis:FirehoseDeliveryStream), extendedS3Configuration.cloudwatchLoggingOptions: saw {"enabled":false,"logGroupName":"/aws/kinesisfirehose/archive","logStreamName":"DestinationDelivery"}; a delivery stream logs its errors; set { enabled: true, logGroupName, logStreamName }',
    ],
    "archive: no error prefix": [
      "archive (aws:kinesis:FirehoseDeliveryStream), extendedS3Configuration.errorOutputPrefix: saw nothing; records that failed lie below a prefix of their own; set one with !{firehose:error-output-type}",
    ],
    "archive: errors without their kind": [
      'archive (aws:kinesis:FirehoseDeliveryStream), extendedS3Configuration.errorOutputPrefix: saw "raw-errors/"; an error prefix says of what kind the error was; write !{firehose:error-output-type} into it',
    ],
    "archive: errors among the data": [
      'archive (aws:kinesis:FirehoseDeliveryStream), extendedS3Configuration.errorOutputPrefix: saw "raw/dt=errors/!{firehose:error-output-type}/"; it lies below the prefix of the data "raw/dt=", where a table would read the errors; choose a prefix beside it',
    ],
    "archive: an object every ten seconds": [
      "archive (aws:kinesis:FirehoseDeliveryStream), extendedS3Configuration.bufferingInterval: saw 10; buffers of less than 60 s make countless small objects; set 60 or more",
    ],
  },
  unknown: {
    of: "archive",
    property: "extendedS3Configuration",
    says: "archive (aws:kinesis:FirehoseDeliveryStream), extendedS3Configuration: not decidable: the value is not known in preview; give the resource an explicit name, or check it after the update",
  },
});
