import { block, show } from "../../../aws/values";
import type { StackRule } from "../../framework/rule";
import { bucketsOf, lacks, satellitesOf } from "../../graph/buckets";

export const bucketOwnerEnforced: StackRule = {
  id: "bucket-owner-enforced",
  group: "exposure",
  title: "The owner of every bucket owns its objects, and access lists are off.",
  rationale:
    "With access lists an object can be public or owned by another account although the bucket's policy does not show it.",
  severity: "high",
  level: "mandatory",
  remediation: "Add an aws.s3.BucketOwnershipControls with BucketOwnerEnforced.",
  page: "https://docs.aws.amazon.com/AmazonS3/latest/userguide/about-object-ownership.html",
  checkStack(stack, found) {
    for (const bucket of bucketsOf(stack)) {
      const own = satellitesOf(stack, "ownership", bucket);
      if (lacks(stack, "ownership", bucket))
        found
          .on(bucket)
          .add(
            "",
            "no ownership controls",
            "access lists are off",
            "add an aws.s3.BucketOwnershipControls with BucketOwnerEnforced",
          );
      for (const view of own) {
        const value = found.attempt(view, () => block(view.inputs.rule)?.objectOwnership as unknown);
        if (value !== "BucketOwnerEnforced" && found.on(view).unknown.size === 0)
          found.on(view).add("rule.objectOwnership", show(value), "access lists are off", 'set "BucketOwnerEnforced"');
      }
    }
  },
};
