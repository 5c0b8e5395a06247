import type { ResourceRule } from "../../framework/rule";

export const currentClass: ResourceRule = {
  id: "current-class",
  group: "operability",
  title: "Buckets are made with the provider's current classes.",
  rationale:
    "The classes with V2 are deprecated aliases that the next major version drops, and then the bucket is replaced.",
  severity: "low",
  level: "mandatory",
  remediation: "Use the class without V2, with an alias of the old type.",
  page: "https://www.pulumi.com/registry/packages/aws/how-to-guides/7-0-migration/",
  types: [
    "aws:s3/bucketV2:BucketV2",
    "aws:s3/bucketAclV2:BucketAclV2",
    "aws:s3/bucketVersioningV2:BucketVersioningV2",
    "aws:s3/bucketLifecycleConfigurationV2:BucketLifecycleConfigurationV2",
    "aws:s3/bucketServerSideEncryptionConfigurationV2:BucketServerSideEncryptionConfigurationV2",
  ],
  check(view, found) {
    found.add("", view.type, "the class is deprecated", `use ${view.type.split(":").at(-1)!.replace(/V2$/, "")}`);
  },
};
