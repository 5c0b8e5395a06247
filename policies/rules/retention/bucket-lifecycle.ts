import { bucketsOf, lacks, satellitesOf } from "../../graph/buckets";
import type { StackRule } from "../../framework/rule";

export const bucketLifecycle: StackRule = {
  id: "bucket-lifecycle",
  group: "retention",
  title: "Every bucket of the stack has one lifecycle configuration.",
  rationale: "Without it nothing expires: unfinished uploads, old versions, data that must not be kept.",
  severity: "high",
  level: "mandatory",
  remediation:
    "Add an aws.s3.BucketLifecycleConfiguration with a multipart abort, an end of noncurrent versions and the retention.",
  page: "https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-lifecycle-mgmt.html",
  checkStack(stack, found) {
    for (const bucket of bucketsOf(stack)) {
      const own = satellitesOf(stack, "lifecycle", bucket);
      const legacy = (bucket.raw.lifecycleRules as unknown[] | undefined)?.length ?? 0;
      if (legacy === 0 && lacks(stack, "lifecycle", bucket))
        found
          .on(bucket)
          .add(
            "",
            "no lifecycle configuration",
            "a bucket needs a lifecycle",
            "add an aws.s3.BucketLifecycleConfiguration",
          );
      if (own.length > 1)
        found
          .on(own[1]!)
          .add(
            "bucket",
            `${own.length} lifecycle configurations of ${bucket.name}`,
            "each replaces the other, so one of them is lost",
            "join their rules",
          );
    }
  },
};
