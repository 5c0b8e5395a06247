import { show } from "../../../aws/values";
import type { StackRule } from "../../framework/rule";
import { bucketsOf, lacks } from "../../graph/buckets";

const FOUR = ["blockPublicAcls", "blockPublicPolicy", "ignorePublicAcls", "restrictPublicBuckets"];

export const bucketPrivate: StackRule = {
  id: "bucket-private",
  group: "exposure",
  title: "Every bucket blocks public access in all four ways.",
  rationale: "One wrong policy or access list would open the data to everyone.",
  severity: "critical",
  level: "mandatory",
  remediation: "Add an aws.s3.BucketPublicAccessBlock with all four set to true.",
  page: "https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html",
  checkStack(stack, found) {
    for (const bucket of bucketsOf(stack))
      if (lacks(stack, "publicAccessBlock", bucket))
        found
          .on(bucket)
          .add("", "no public access block", "a bucket blocks public access", "add an aws.s3.BucketPublicAccessBlock");
    const blocks = stack.of(
      "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock",
      "aws:s3/accountPublicAccessBlock:AccountPublicAccessBlock",
    );
    for (const view of blocks)
      for (const member of FOUR) {
        const value = found.attempt(view, () => view.inputs[member] as unknown);
        if (value !== true && !found.on(view).unknown.has(member))
          found.on(view).add(member, show(value), "public access must be blocked in all four ways", "set true");
      }
  },
};
