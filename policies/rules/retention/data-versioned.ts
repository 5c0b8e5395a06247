import { isUnknown, show } from "../../../aws/values";
import type { StackRule } from "../../framework/rule";
import { areasIn, bucketsOf, lacks, versioningOf } from "../../graph/buckets";

export const dataVersioned: StackRule = {
  id: "data-versioned",
  group: "retention",
  title: "A bucket that delivery streams write to or that contains a table keeps versions.",
  rationale: "A raw message that is deleted or overwritten by mistake is lost and cannot be reprocessed.",
  severity: "medium",
  level: "mandatory",
  remediation: "Add an aws.s3.BucketVersioning with status Enabled.",
  page: "https://docs.aws.amazon.com/AmazonS3/latest/userguide/Versioning.html",
  checkStack(stack, found) {
    for (const bucket of bucketsOf(stack)) {
      if (!areasIn(stack, bucket).some(({ kind }) => kind === "raw" || kind === "rows")) continue;
      const versioning = versioningOf(stack, bucket);
      if (versioning === undefined) {
        if (!lacks(stack, "versioning", bucket)) continue;
        found
          .on(bucket)
          .add(
            "",
            "no versioning",
            "a bucket with data keeps versions",
            "add an aws.s3.BucketVersioning with status Enabled",
          );
        continue;
      }
      const { view, path, value } = versioning;
      if (value !== "Enabled" && !isUnknown(value))
        found
          .on(view)
          .add(
            path,
            show(value),
            "a bucket with data keeps versions",
            path.endsWith("enabled") ? "set true" : 'set "Enabled"',
          );
    }
  },
};
