import { noWildcardResource } from "../../../../policies/rules/iam/no-wildcard-resource";
import { spec } from "../../spec";

spec(noWildcardResource, {
  messages: {
    "archive-policy: every resource": [
      'archive-policy (aws:iam:RolePolicy), policy.Statement[0].Resource: saw "*"; s3:AbortMultipartUpload, s3:GetObject, s3:PutObject can be granted for single resources, and * is every resource of the account; name the resource that is used',
    ],
    "archive-policy: every bucket": [
      'archive-policy (aws:iam:RolePolicy), policy.Statement[0].Resource: saw "arn:aws:s3:::*"; s3:AbortMultipartUpload, s3:GetObject, s3:PutObject can be granted for single resources, and the * stands in the resource\'s own name; name the resource that is used',
    ],
    "archive-policy: every object of every bucket": [
      'archive-policy (aws:iam:RolePolicy), policy.Statement[0].Resource: saw "arn:aws:s3:::*/*"; s3:AbortMultipartUpload, s3:GetObject, s3:PutObject can be granted for single resources, and the * stands in the resource\'s own name; name the resource that is used',
    ],
    "archive-policy: buckets with a common beginning": [
      'archive-policy (aws:iam:RolePolicy), policy.Statement[0].Resource: saw "arn:aws:s3:::plant-*/*"; s3:AbortMultipartUpload, s3:GetObject, s3:PutObject can be granted for single resources, and the * stands in the resource\'s own name; name the resource that is used',
    ],
    "archive-policy: a bucket's name with ?": [
      'archive-policy (aws:iam:RolePolicy), policy.Statement[0].Resource: saw "arn:aws:s3:::plant-ra?/*"; s3:AbortMultipartUpload, s3:GetObject, s3:PutObject can be granted for single resources, and the * stands in the resource\'s own name; name the resource that is used',
    ],
    "archive-policy: every stream": [
      'archive-policy (aws:iam:RolePolicy), policy.Statement[2].Resource: saw "arn:aws:kinesis:eu-central-1:123456789012:stream/*"; kinesis:DescribeStream, kinesis:GetShardIterator, kinesis:GetRecords, ... can be granted for single resources, and the * stands in the resource\'s own name; name the resource that is used',
    ],
    "rule-policy: any account and region": [
      'rule-policy (aws:iam:RolePolicy), policy.Statement[0].Resource: saw "arn:aws:kinesis:*:*:stream/plant"; kinesis:PutRecord can be granted for single resources, and the account is open; name the resource that is used',
    ],
    "parquet-policy: every function": [
      'parquet-policy (aws:iam:RolePolicy), policy.Statement[4].Resource: saw "arn:aws:lambda:eu-central-1:123456789012:function:*"; lambda:InvokeFunction, lambda:GetFunctionConfiguration can be granted for single resources, and the * stands in the resource\'s own name; name the resource that is used',
    ],
    "parquet-policy: every table": [
      'parquet-policy (aws:iam:RolePolicy), policy.Statement[5].Resource: saw "arn:aws:glue:eu-central-1:123456789012:table/*/*"; glue:GetTable, glue:GetTableVersion, glue:GetTableVersions can be granted for single resources, and the * stands in the resource\'s own name; name the resource that is used',
    ],
    "transform-policy: logs of every function": [
      'transform-policy (aws:iam:RolePolicy), policy.Statement[0].Resource: saw "arn:aws:logs:eu-central-1:123456789012:log-group:/aws/lambda/*"; logs:CreateLogStream, logs:PutLogEvents can be granted for single resources, and the * stands in the resource\'s own name; name the resource that is used',
    ],
    "transform-policy: every log group": [
      'transform-policy (aws:iam:RolePolicy), policy.Statement[0].Resource: saw "arn:aws:logs:*:*:*"; logs:CreateLogStream, logs:PutLogEvents can be granted for single resources, and the account is open; name the resource that is used',
    ],
    "schedule-policy: every state machine": [
      'schedule-policy (aws:iam:RolePolicy), policy.Statement[0].Resource: saw "arn:aws:states:eu-central-1:123456789012:stateMachine:*"; states:StartExecution can be granted for single resources, and the * stands in the resource\'s own name; name the resource that is used',
    ],
    "bridge-policy: every queue": [
      'bridge-policy (aws:iam:RolePolicy), policy.Statement[3].Resource: saw "*"; sqs:SendMessage can be granted for single resources, and * is every resource of the account; name the resource that is used',
    ],
    "machine-policy: every workgroup": [
      'machine-policy (aws:iam:RolePolicy), policy.Statement[0].Resource: saw "arn:aws:athena:eu-central-1:123456789012:workgroup/*"; athena:StartQueryExecution, athena:GetQueryExecution, athena:StopQueryExecution can be granted for single resources, and the * stands in the resource\'s own name; name the resource that is used',
    ],
    "bridge-policy: any role may be assumed": [
      'bridge-policy (aws:iam:RolePolicy), policy.Statement[4].Resource: saw "*"; sts:AssumeRole can be granted for single resources, and * is every resource of the account; name the resource that is used',
    ],
  },
  unknown: {
    of: "archive-policy",
    property: "policy",
    says: "archive-policy (aws:iam:RolePolicy), policy: not decidable: the value is not known in preview; give the resource an explicit name, or check it after the update",
  },
});
