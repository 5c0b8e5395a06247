import type { StackRule } from "../../framework/rule";
import { bucketsOf, lacks, satellitesOf } from "../../graph/buckets";

export const tlsOnly: StackRule = {
  id: "tls-only",
  group: "encryption",
  title: "Every bucket has one policy, which denies requests that do not come over TLS.",
  rationale: "S3 also answers plain HTTP; a misconfigured client would send messages and credentials unencrypted.",
  severity: "high",
  level: "mandatory",
  remediation: "Deny s3:* to everyone on the bucket and its objects while aws:SecureTransport is false.",
  page: "https://docs.aws.amazon.com/AmazonS3/latest/userguide/security-best-practices.html#transit",
  checkStack(stack, found) {
    for (const bucket of bucketsOf(stack)) {
      const policies = satellitesOf(stack, "policy", bucket);
      if (policies.length === 0) {
        if (bucket.raw.policy !== undefined || !lacks(stack, "policy", bucket)) continue;
        found
          .on(bucket)
          .add(
            "",
            "no bucket policy",
            "a bucket denies requests without TLS",
            "add an aws.s3.BucketPolicy that denies s3:* while aws:SecureTransport is false",
          );
        continue;
      }
      if (policies.length > 1)
        found
          .on(policies[1]!)
          .add(
            "bucket",
            `${policies.length} policies of ${bucket.name}`,
            "each replaces the other whole",
            "join their statements",
          );
    }
  },
};
