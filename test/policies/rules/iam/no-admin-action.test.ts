import { noAdminAction } from "../../../../policies/rules/iam/no-admin-action";
import { spec } from "../../spec";

spec(noAdminAction, {
  messages: {
    "machine-policy: s3:DeleteBucket for a service's role": [
      'machine-policy (aws:iam:RolePolicy), policy.Statement[6].Action: saw "s3:DeleteBucket"; this call administers or destroys, and no service makes it at run time; remove it',
    ],
    "bridge-policy: kinesis:DeleteStream for a service's role": [
      'bridge-policy (aws:iam:RolePolicy), policy.Statement[4].Action: saw "kinesis:DeleteStream"; this call administers or destroys, and no service makes it at run time; remove it',
    ],
    "importer-policy: s3:PutBucketPolicy for a service's role": [
      'importer-policy (aws:iam:RolePolicy), policy.Statement[3].Action: saw "s3:PutBucketPolicy"; this call administers or destroys, and no service makes it at run time; remove it',
    ],
    "importer-policy: s3:PutLifecycleConfiguration for a service's role": [
      'importer-policy (aws:iam:RolePolicy), policy.Statement[3].Action: saw "s3:PutLifecycleConfiguration"; this call administers or destroys, and no service makes it at run time; remove it',
    ],
    "bridge-policy: kms:ScheduleKeyDeletion for a service's role": [
      'bridge-policy (aws:iam:RolePolicy), policy.Statement[4].Action: saw "kms:ScheduleKeyDeletion"; this call administers or destroys, and no service makes it at run time; remove it',
    ],
    "bridge-policy: iam:CreateAccessKey for a service's role": [
      'bridge-policy (aws:iam:RolePolicy), policy.Statement[4].Action: saw "iam:CreateAccessKey"; this call administers or destroys, and no service makes it at run time; remove it',
    ],
    "bridge-policy: iam:PutRolePolicy for a service's role": [
      'bridge-policy (aws:iam:RolePolicy), policy.Statement[4].Action: saw "iam:PutRolePolicy"; this call administers or destroys, and no service makes it at run time; remove it',
    ],
    "transform-policy: logs:DeleteLogGroup for a service's role": [
      'transform-policy (aws:iam:RolePolicy), policy.Statement[1].Action: saw "logs:DeleteLogGroup"; this call administers or destroys, and no service makes it at run time; remove it',
    ],
    "bridge-policy: lambda:UpdateFunctionCode for a service's role": [
      'bridge-policy (aws:iam:RolePolicy), policy.Statement[4].Action: saw "lambda:UpdateFunctionCode"; this call administers or destroys, and no service makes it at run time; remove it',
    ],
    "bridge-policy: sqs:PurgeQueue for a service's role": [
      'bridge-policy (aws:iam:RolePolicy), policy.Statement[4].Action: saw "sqs:PurgeQueue"; this call administers or destroys, and no service makes it at run time; remove it',
    ],
    "machine-policy: glue:DeleteDatabase for a service's role": [
      'machine-policy (aws:iam:RolePolicy), policy.Statement[6].Action: saw "glue:DeleteDatabase"; this call administers or destroys, and no service makes it at run time; remove it',
    ],
    "bridge-policy: kinesis:DecreaseStreamRetentionPeriod for a service's role": [
      'bridge-policy (aws:iam:RolePolicy), policy.Statement[4].Action: saw "kinesis:DecreaseStreamRetentionPeriod"; this call administers or destroys, and no service makes it at run time; remove it',
    ],
    "a user that may rewrite policies": [
      'user-policy (aws:iam:UserPolicy), policy.Statement[0].Action: saw "s3:PutBucketPolicy"; this call administers or destroys, and no service makes it at run time; remove it',
    ],
    "a managed policy of the program, attached": [
      'managed (aws:iam:Policy), policy.Statement[0].Action: saw "firehose:DeleteDeliveryStream"; this call administers or destroys, and no service makes it at run time; remove it',
    ],
  },
  unknown: {
    of: "machine-policy",
    property: "policy",
    says: "machine-policy (aws:iam:RolePolicy), policy: not decidable: the value is not known in preview; give the resource an explicit name, or check it after the update",
  },
});
