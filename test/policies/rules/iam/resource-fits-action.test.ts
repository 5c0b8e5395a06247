import { resourceFitsAction } from "../../../../policies/rules/iam/resource-fits-action";
import { spec } from "../../spec";

spec(resourceFitsAction, {
  messages: {
    "archive-policy: an object action on a bucket": [
      'archive-policy (aws:iam:RolePolicy), policy.Statement[0].Resource: saw "arn:aws:s3:::plant-raw" for s3:AbortMultipartUpload; it works on arn:${Partition}:s3:${Region}:${Account}:accesspoint/${AccessPointName}/object/${ObjectName} or arn:${Partition}:s3:::${BucketName}/${ObjectName}; write the ARN so',
      'archive-policy (aws:iam:RolePolicy), policy.Statement[0].Resource: saw "arn:aws:s3:::plant-raw" for s3:GetObject; it works on arn:${Partition}:s3:${Region}:${Account}:accesspoint/${AccessPointName}/object/${ObjectName} or arn:${Partition}:s3:::${BucketName}/${ObjectName}; write the ARN so',
      'archive-policy (aws:iam:RolePolicy), policy.Statement[0].Resource: saw "arn:aws:s3:::plant-raw" for s3:PutObject; it works on arn:${Partition}:s3:${Region}:${Account}:accesspoint/${AccessPointName}/object/${ObjectName} or arn:${Partition}:s3:::${BucketName}/${ObjectName}; write the ARN so',
    ],
    "archive-policy: a bucket action on objects": [
      'archive-policy (aws:iam:RolePolicy), policy.Statement[1].Resource: saw "arn:aws:s3:::plant-raw/*" for s3:GetBucketLocation; it works on arn:${Partition}:s3:${Region}:${Account}:accesspoint/${AccessPointName} or arn:${Partition}:s3:::${BucketName}; write the ARN so',
      'archive-policy (aws:iam:RolePolicy), policy.Statement[1].Resource: saw "arn:aws:s3:::plant-raw/*" for s3:ListBucket; it works on arn:${Partition}:s3:${Region}:${Account}:accesspoint/${AccessPointName} or arn:${Partition}:s3:::${BucketName}; write the ARN so',
      'archive-policy (aws:iam:RolePolicy), policy.Statement[1].Resource: saw "arn:aws:s3:::plant-raw/*" for s3:ListBucketMultipartUploads; it works on arn:${Partition}:s3:::${BucketName}; write the ARN so',
    ],
    "rule-policy: a stream action on a delivery stream": [
      'rule-policy (aws:iam:RolePolicy), policy.Statement[0].Resource: saw "arn:aws:firehose:eu-central-1:123456789012:deliverystream/plant" for kinesis:PutRecord; it works on arn:${Partition}:kinesis:${Region}:${Account}:stream/${StreamName}; write the ARN so',
    ],
    "parquet-policy: a function action on a log group": [
      'parquet-policy (aws:iam:RolePolicy), policy.Statement[4].Resource: saw "arn:aws:logs:eu-central-1:123456789012:log-group:/aws/lambda/transform" for lambda:InvokeFunction; it works on arn:${Partition}:lambda:${Region}:${Account}:function:${FunctionName}; write the ARN so',
      'parquet-policy (aws:iam:RolePolicy), policy.Statement[4].Resource: saw "arn:aws:logs:eu-central-1:123456789012:log-group:/aws/lambda/transform" for lambda:GetFunctionConfiguration; it works on arn:${Partition}:lambda:${Region}:${Account}:function:${FunctionName}; write the ARN so',
    ],
    "bridge-policy: a resource for an action without a resource level": [
      'bridge-policy (aws:iam:RolePolicy), policy.Statement[4].Resource: saw "arn:aws:kinesis:eu-central-1:123456789012:stream/plant" for kinesis:ListStreams; this action has no resource level, so the grant never holds; write "*", in a statement of its own',
    ],
  },
  unknown: {
    of: "archive-policy",
    property: "policy",
    says: "archive-policy (aws:iam:RolePolicy), policy: not decidable: the value is not known in preview; give the resource an explicit name, or check it after the update",
  },
});
