import { absent, block, blocks, list, show, text } from "../../../aws/values";
import type { ResourceRule } from "../../framework/rule";
import { RULE } from "../../graph/links";

export const noAccessLists: ResourceRule = {
  id: "no-access-lists",
  group: "exposure",
  title: "Nothing grants access by an access list, no bucket is a web site, and no CORS rule allows every origin.",
  rationale: "public-read makes an object public, and no policy shows it.",
  severity: "critical",
  level: "mandatory",
  remediation: "Remove the access list; grant by a bucket policy or a role.",
  page: "https://docs.aws.amazon.com/AmazonS3/latest/userguide/acl-overview.html",
  types: [
    "aws:s3/bucket:Bucket",
    "aws:s3/bucketV2:BucketV2",
    "aws:s3/bucketAcl:BucketAcl",
    "aws:s3/bucketAclV2:BucketAclV2",
    "aws:s3/bucketCorsConfiguration:BucketCorsConfiguration",
    RULE,
    "aws:s3/objectCopy:ObjectCopy",
    "aws:s3/bucketObject:BucketObject",
    "aws:s3/bucketObjectv2:BucketObjectv2",
    "aws:s3/bucketWebsiteConfiguration:BucketWebsiteConfiguration",
    "aws:s3/bucketWebsiteConfigurationV2:BucketWebsiteConfigurationV2",
  ],
  check(view, found) {
    const acl = text(view.inputs.acl);
    if (acl !== undefined && acl !== "private" && acl !== "bucket-owner-full-control")
      found.add("acl", show(acl), "access is granted by policies only", "remove it");
    if (view.type === RULE) {
      const onError = block(block(view.inputs.errorAction)?.s3);
      const actions = blocks(view.inputs.s3).map(([index, action]) => [`s3[${index}]`, action] as const);
      for (const [at, action] of onError === undefined ? actions : [...actions, ["errorAction.s3", onError] as const]) {
        const canned = text(action.cannedAcl);
        if (canned !== undefined && canned !== "private" && !canned.startsWith("bucket-owner"))
          found.add(`${at}.cannedAcl`, show(canned), "access is granted by policies only", "remove it");
      }
      return;
    }
    if (/bucketAcl/i.test(view.type) && acl === "private") return;
    for (const member of ["grants", "accessControlPolicy"])
      if (
        !absent(view.inputs[member]) &&
        !(Array.isArray(view.inputs[member]) && (view.inputs[member] as unknown[]).length === 0)
      )
        found.add(member, "grants of an access list", "access is granted by policies only", "remove them");
    const shared = /Cors/.test(view.type) ? blocks(view.inputs.corsRules) : [];
    for (const [index, rule] of shared)
      if (list(rule.allowedOrigins)?.includes("*") === true)
        found.add(
          `corsRules[${index}].allowedOrigins`,
          '["*"]',
          "any web page could use the log-in of whoever has it open",
          "name the origins",
        );
    if (/Website/.test(view.type) || !absent(view.inputs.website))
      found.add(
        view.inputs.website === undefined ? "" : "website",
        "a web site",
        "a bucket with data is no web site",
        "remove it",
      );
  },
};
