import { absent, block, blocks, show } from "../../../aws/values";
import type { StackRule } from "../../framework/rule";
import { bucketsOf, lacks, satellitesOf } from "../../graph/buckets";

export const bucketEncrypted: StackRule = {
  id: "bucket-encrypted",
  group: "encryption",
  title: "Every bucket has its own encryption rule; with a KMS key it uses bucket keys.",
  rationale:
    "Without a rule the bucket has S3's default, which AWS may change; a rule in the program is visible in review.",
  severity: "high",
  level: "mandatory",
  remediation: "Add an aws.s3.BucketServerSideEncryptionConfiguration with AES256 or aws:kms.",
  page: "https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucket-encryption.html",
  checkStack(stack, found) {
    for (const bucket of bucketsOf(stack)) {
      const own = satellitesOf(stack, "encryption", bucket);
      if (absent(bucket.raw.serverSideEncryptionConfiguration) && lacks(stack, "encryption", bucket))
        found
          .on(bucket)
          .add(
            "",
            "no encryption rule",
            "a bucket says how its objects are encrypted",
            "add an aws.s3.BucketServerSideEncryptionConfiguration",
          );
      for (const view of own) {
        const rules = found.attempt(view, () => blocks(view.inputs.rules)) ?? [];
        for (const [index, rule] of rules) {
          const at = `rules[${index}]`;
          found.attempt(view, () => {
            const byDefault = block(rule.applyServerSideEncryptionByDefault);
            if (byDefault === undefined || absent(byDefault.sseAlgorithm))
              found
                .on(view)
                .add(
                  `${at}.applyServerSideEncryptionByDefault`,
                  "nothing",
                  "the rule names an algorithm",
                  'set sseAlgorithm "aws:kms" or "AES256"',
                );
            else if (byDefault.sseAlgorithm === "aws:kms" && rule.bucketKeyEnabled !== true)
              found
                .on(view)
                .add(
                  `${at}.bucketKeyEnabled`,
                  show(rule.bucketKeyEnabled ?? undefined),
                  "without a bucket key each object costs a call to KMS, and its quota stops deliveries",
                  "set true",
                );
          });
        }
      }
    }
  },
};
