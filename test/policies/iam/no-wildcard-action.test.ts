import { noWildcardAction } from "../../../policies/rules/iam/no-wildcard-action";
import { ACCOUNT, BUCKET, BUCKET_ARN, document, rolePolicy, rule, statement } from "../harness";

rule(noWildcardAction, {
  good: [
    rolePolicy({ Action: ["s3:GetObject"], Resource: [`${BUCKET_ARN}/*`] }),
    ...BUCKET,
    [
      "aws:kms/key:Key",
      "key",
      {
        policy: document({
          Effect: "Allow",
          Principal: { AWS: `arn:aws:iam::${ACCOUNT}:root` },
          Action: "kms:*",
          Resource: "*",
        }),
      },
    ],
  ],
  bad: [
    {
      title: "every action",
      of: "policy",
      change: statement("policy", (own) => (own.Action = "*")),
      messages: [
        'policy (aws:iam:RolePolicy), policy.Statement[0].Action: saw "*"; a statement that allows names each action in full; write the actions that are needed',
      ],
    },
    {
      title: "every action of a service, and those of a pattern",
      of: "policy",
      change: statement("policy", (own) => (own.Action = ["s3:*", "s3:Get*", "s3:PutObject"])),
      messages: [
        'policy (aws:iam:RolePolicy), policy.Statement[0].Action: saw "s3:*"; a statement that allows names each action in full; write the actions that are needed',
        'policy (aws:iam:RolePolicy), policy.Statement[0].Action: saw "s3:Get*"; a statement that allows names each action in full; write the actions that are needed',
      ],
    },
    {
      title: "a bucket policy that allows all of S3",
      of: "bucket-policy",
      change: statement("policy", (own) => (own.Effect = "Allow")),
      messages: [
        'bucket-policy (aws:s3:BucketPolicy), policy.Statement[0].Action: saw "s3:*"; a statement that allows names each action in full; write the actions that are needed',
      ],
    },
  ],
});
