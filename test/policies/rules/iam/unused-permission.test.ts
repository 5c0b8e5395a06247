import { unusedPermission } from "../../../../policies/rules/iam/unused-permission";
import { spec } from "../../spec";

spec(unusedPermission, {
  messages: {
    "archive-policy: another stream's bucket": [
      'archive-policy (aws:iam:RolePolicy), policy.Statement[0].Resource: saw s3:AbortMultipartUpload on "arn:aws:s3:::plant-data/*"; archive (aws:kinesis:FirehoseDeliveryStream), which acts as archive-role, does not need it; remove the resource',
      'archive-policy (aws:iam:RolePolicy), policy.Statement[0].Resource: saw s3:GetObject on "arn:aws:s3:::plant-data/*"; archive (aws:kinesis:FirehoseDeliveryStream), which acts as archive-role, does not need it; remove the resource',
      'archive-policy (aws:iam:RolePolicy), policy.Statement[0].Resource: saw s3:PutObject on "arn:aws:s3:::plant-data/*"; archive (aws:kinesis:FirehoseDeliveryStream), which acts as archive-role, does not need it; remove the resource',
    ],
    "archive-policy: a bucket that the stack does not hold": [
      'archive-policy (aws:iam:RolePolicy), policy.Statement[0].Resource: saw "arn:aws:s3:::somebody-elses/*"; the stack neither holds nor names this resource; remove it, or name the resource where it is used',
    ],
    "archive-policy: an action that Firehose does not call": [
      'archive-policy (aws:iam:RolePolicy), policy.Statement[0].Resource: saw s3:DeleteObject on "arn:aws:s3:::plant-raw/raw/*"; archive (aws:kinesis:FirehoseDeliveryStream), which acts as archive-role, does not need it; remove the action',
      'archive-policy (aws:iam:RolePolicy), policy.Statement[0].Resource: saw s3:DeleteObject on "arn:aws:s3:::plant-raw/raw-errors/*"; archive (aws:kinesis:FirehoseDeliveryStream), which acts as archive-role, does not need it; remove the action',
    ],
    "archive-policy: another stream": [
      'archive-policy (aws:iam:RolePolicy), policy.Statement[2].Resource: saw kinesis:DescribeStream on "arn:aws:kinesis:eu-central-1:123456789012:stream/historian"; archive (aws:kinesis:FirehoseDeliveryStream), which acts as archive-role, does not need it; remove the resource',
      'archive-policy (aws:iam:RolePolicy), policy.Statement[2].Resource: saw kinesis:GetShardIterator on "arn:aws:kinesis:eu-central-1:123456789012:stream/historian"; archive (aws:kinesis:FirehoseDeliveryStream), which acts as archive-role, does not need it; remove the resource',
      'archive-policy (aws:iam:RolePolicy), policy.Statement[2].Resource: saw kinesis:GetRecords on "arn:aws:kinesis:eu-central-1:123456789012:stream/historian"; archive (aws:kinesis:FirehoseDeliveryStream), which acts as archive-role, does not need it; remove the resource',
      'archive-policy (aws:iam:RolePolicy), policy.Statement[2].Resource: saw kinesis:ListShards on "arn:aws:kinesis:eu-central-1:123456789012:stream/historian"; archive (aws:kinesis:FirehoseDeliveryStream), which acts as archive-role, does not need it; remove the resource',
    ],
    "rule-policy: reading beside writing": [
      'rule-policy (aws:iam:RolePolicy), policy.Statement[0].Resource: saw kinesis:GetRecords on "arn:aws:kinesis:eu-central-1:123456789012:stream/plant"; rule (aws:iot:TopicRule), which acts as rule-role, does not need it; remove the action',
    ],
    "rule-policy: another log group": [
      'rule-policy (aws:iam:RolePolicy), policy.Statement[1].Resource: saw logs:CreateLogStream on "arn:aws:logs:eu-central-1:123456789012:log-group:/aws/lambda/transform:*"; rule (aws:iot:TopicRule), which acts as rule-role, does not need it; remove the resource',
      'rule-policy (aws:iam:RolePolicy), policy.Statement[1].Resource: saw logs:DescribeLogStreams on "arn:aws:logs:eu-central-1:123456789012:log-group:/aws/lambda/transform:*"; rule (aws:iot:TopicRule), which acts as rule-role, does not need it; remove the resource',
      'rule-policy (aws:iam:RolePolicy), policy.Statement[1].Resource: saw logs:PutLogEvents on "arn:aws:logs:eu-central-1:123456789012:log-group:/aws/lambda/transform:*"; rule (aws:iot:TopicRule), which acts as rule-role, does not need it; remove the resource',
    ],
    "parquet-policy: the archive's function": [
      'parquet-policy (aws:iam:RolePolicy), policy.Statement[4].Resource: saw lambda:InvokeFunction on "arn:aws:lambda:eu-central-1:123456789012:function:bridge"; parquet (aws:kinesis:FirehoseDeliveryStream), which acts as parquet-role, does not need it; remove the resource',
      'parquet-policy (aws:iam:RolePolicy), policy.Statement[4].Resource: saw lambda:GetFunctionConfiguration on "arn:aws:lambda:eu-central-1:123456789012:function:bridge"; parquet (aws:kinesis:FirehoseDeliveryStream), which acts as parquet-role, does not need it; remove the resource',
    ],
    "parquet-policy: the table may be changed": [
      'parquet-policy (aws:iam:RolePolicy), policy.Statement[5].Resource: saw glue:UpdateTable on "arn:aws:glue:eu-central-1:123456789012:catalog"; parquet (aws:kinesis:FirehoseDeliveryStream), which acts as parquet-role, does not need it; remove the action',
      'parquet-policy (aws:iam:RolePolicy), policy.Statement[5].Resource: saw glue:UpdateTable on "arn:aws:glue:eu-central-1:123456789012:database/plant"; parquet (aws:kinesis:FirehoseDeliveryStream), which acts as parquet-role, does not need it; remove the action',
      'parquet-policy (aws:iam:RolePolicy), policy.Statement[5].Resource: saw glue:UpdateTable on "arn:aws:glue:eu-central-1:123456789012:table/plant/readings"; parquet (aws:kinesis:FirehoseDeliveryStream), which acts as parquet-role, does not need it; remove the action',
    ],
    "schedule-policy: stopping beside starting": [
      'schedule-policy (aws:iam:RolePolicy), policy.Statement[0].Resource: saw states:StopExecution on "arn:aws:states:eu-central-1:123456789012:stateMachine:plant-daily"; schedule (aws:scheduler:Schedule), which acts as schedule-role, does not need it; remove the action',
    ],
    "machine-policy: the raw bucket": [
      'machine-policy (aws:iam:RolePolicy), policy.Statement[2].Resource: saw s3:GetObject on "arn:aws:s3:::plant-raw/*"; machine (aws:sfn:StateMachine), which acts as machine-role, does not need it; remove the resource',
    ],
    "machine-policy: deleting objects": [
      'machine-policy (aws:iam:RolePolicy), policy.Statement[4].Resource: saw s3:DeleteObject on "arn:aws:s3:::plant-results/queries/*"; machine (aws:sfn:StateMachine), which acts as machine-role, does not need it; remove the action',
    ],
    "machine-policy: invoking a function that no task calls": [
      'machine-policy (aws:iam:RolePolicy), policy.Statement[6].Resource: saw lambda:InvokeFunction on "arn:aws:lambda:eu-central-1:123456789012:function:bridge"; machine (aws:sfn:StateMachine), which acts as machine-role, does not need it; remove the action',
    ],
    "transform-policy: a stream in another account's name": [
      'transform-policy (aws:iam:RolePolicy), policy.Statement[1].Resource: saw "arn:aws:kinesis:eu-central-1:999999999999:stream/other"; the stack neither holds nor names this resource; remove it, or name the resource where it is used',
    ],
    "bridge-policy: a role that the stack does not hold": [
      'bridge-policy (aws:iam:RolePolicy), policy.Statement[4].Resource: saw "arn:aws:iam::999999999999:role/admin"; the stack neither holds nor names this resource; remove it, or name the resource where it is used',
    ],
  },
  unknown: {
    of: "archive-policy",
    property: "policy",
    says: "archive-policy (aws:iam:RolePolicy), policy: not decidable: the value is not known in preview; give the resource an explicit name, or check it after the update",
  },
});
