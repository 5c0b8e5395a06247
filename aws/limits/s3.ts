import { documentLimits, listOf, parseDocument, statementsOf, withoutBlanks } from "../iam/policy-document";
import { checkName } from "../names";
import { tagLimits } from "./tags";
import {
  absent,
  block,
  blocks,
  Findings,
  list,
  number,
  show,
  text,
  type Finding,
  type Inputs,
  type Limit,
} from "../values";

/** Bucket. https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html */
export const bucket: Limit = (inputs) => {
  const findings = new Findings();
  const name = text(inputs.bucket);
  if (name !== undefined) checkBucketName(findings, name);
  const prefix = text(inputs.bucketPrefix);
  if (prefix !== undefined && prefix.length > 37)
    findings.add(
      "bucketPrefix",
      `${show(prefix)} with ${prefix.length} characters`,
      "a prefix has at most 37",
      "shorten it",
    );
  if (!absent(inputs.bucket) && !absent(inputs.bucketPrefix))
    findings.add("bucketPrefix", show(inputs.bucketPrefix), "a bucket has a name or a prefix of one", "remove one");
  findings.among(
    "bucketNamespace",
    inputs.bucketNamespace,
    ["global", "account-regional"],
    "the namespace of a bucket",
  );
  if (text(inputs.bucketNamespace) === "account-regional" && !absent(inputs.bucket))
    findings.add(
      "bucket",
      show(inputs.bucket),
      "a bucket in the account's own namespace is given a prefix, not a name",
      "use bucketPrefix",
    );
  findings.within("", tagLimits(inputs.tags));
  return findings.all;
};

function checkBucketName(findings: Findings, name: string): void {
  checkName(findings, "bucket", name, "bucket");
  if (/^(xn--|sthree-|amzn-s3-demo-)/.test(name) || /(-s3alias|--ol-s3|--x-s3|\.mrap)$/.test(name))
    findings.add("bucket", show(name), "this beginning or end is AWS's own", "choose another name");
}

/** Default encryption. https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketEncryption.html */
export const encryption: Limit = (inputs) => {
  const findings = new Findings();
  const rules = list(inputs.rules);
  if (rules !== undefined && rules.length !== 1)
    findings.add("rules", `${rules.length} rules`, "a bucket has one", "keep one");
  for (const [index, rule] of blocks(inputs.rules)) {
    const at = `rules[${index}].applyServerSideEncryptionByDefault`;
    const byDefault = block(rule.applyServerSideEncryptionByDefault);
    if (byDefault === undefined) continue;
    findings.required(`${at}.sseAlgorithm`, byDefault.sseAlgorithm, "the rule names an algorithm");
    findings.among(
      `${at}.sseAlgorithm`,
      byDefault.sseAlgorithm,
      ["AES256", "aws:kms", "aws:kms:dsse"],
      "the algorithm",
    );
    if (
      text(byDefault.sseAlgorithm) === "AES256" &&
      !absent(byDefault.kmsMasterKeyId) &&
      byDefault.kmsMasterKeyId !== ""
    )
      findings.add(
        `${at}.kmsMasterKeyId`,
        show(byDefault.kmsMasterKeyId),
        "AES256 takes no key",
        "set sseAlgorithm to aws:kms, or leave the key out",
      );
  }
  return findings.all;
};

/** Versioning of a bucket. https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketVersioning.html */
export const versioning: Limit = (inputs) => {
  const findings = new Findings();
  findings.among(
    "versioningConfiguration.status",
    block(inputs.versioningConfiguration)?.status,
    ["Enabled", "Suspended", "Disabled"],
    "the status of versioning",
  );
  return findings.all;
};

/** Ownership of objects. https://docs.aws.amazon.com/AmazonS3/latest/userguide/about-object-ownership.html */
export const ownership: Limit = (inputs) => {
  const findings = new Findings();
  const values = ["BucketOwnerEnforced", "BucketOwnerPreferred", "ObjectWriter"];
  findings.among("rule.objectOwnership", block(inputs.rule)?.objectOwnership, values, "the ownership of objects");
  return findings.all;
};

/** Actions on a bucket itself; all others of S3 are on objects. */
const BUCKET_ACTION =
  /^s3:(ListBucket|ListBucketVersions|ListBucketMultipartUploads|(Get|Put|Delete)(Accelerate|Analytics|Bucket|EncryptionConfiguration|IntelligentTiering|Inventory|Lifecycle|Metrics|Replication)\w*|CreateBucket|DeleteBucket)/;

/** Policy of a bucket: shape, and resources that fit the actions. https://docs.aws.amazon.com/AmazonS3/latest/userguide/security_iam_service-with-iam.html */
export const bucketPolicy: Limit = (inputs) => {
  const findings = new Findings();
  findings.required("bucket", inputs.bucket, "a bucket policy belongs to a bucket");
  findings.within("", documentLimits(inputs.policy, "resource", "policy"));
  const size = withoutBlanks(text(inputs.policy) ?? "");
  if (size > 20 * 1024)
    findings.add("policy", `${size} characters`, "a bucket policy has at most 20,480", "shorten it");
  const document = parseDocument(inputs.policy);
  const bucketName = text(inputs.bucket);
  if (document === undefined) return findings.all;
  statementsOf(document).forEach((statement, index) => {
    const at = `policy.Statement[${index}]`;
    const actions = listOf(statement.Action).flatMap((action) => text(action) ?? []);
    const resources = listOf(statement.Resource).flatMap((resource) => text(resource) ?? []);
    if (bucketName !== undefined) findings.within("", foreign(resources, bucketName, `${at}.Resource`));
    const objects = resources.some((resource) => resource === "*" || resource.includes("/"));
    const whole = resources.some((resource) => resource === "*" || !resource.includes("/"));
    for (const action of actions) {
      if (resources.length === 0 || /[*?]/.test(action)) continue;
      const onBucket = BUCKET_ACTION.test(action);
      if (!onBucket && action.startsWith("s3:") && !objects)
        findings.add(`${at}.Resource`, show(resources), `${action} works on objects`, "add arn:aws:s3:::BUCKET/*");
      if (onBucket && !whole)
        findings.add(`${at}.Resource`, show(resources), `${action} works on the bucket`, "add arn:aws:s3:::BUCKET");
    }
  });
  return findings.all;
};

function foreign(resources: readonly string[], bucketName: string, at: string): Finding[] {
  const findings = new Findings();
  for (const resource of resources) {
    const named = /^arn:[^:]+:s3:::([^/]+)/.exec(resource)?.[1];
    if (named !== undefined && named !== bucketName && !/[*?]/.test(named))
      findings.add(
        at,
        show(resource),
        `a bucket policy applies only to its own bucket, ${bucketName}`,
        "name that bucket",
      );
  }
  return findings.all;
}

/** Public access block: switches only, nothing that AWS refuses; the rule that all are on is the pack's. */
export const intelligentTiering: Limit = (inputs: Inputs) => {
  const findings = new Findings();
  const days = new Map(blocks(inputs.tierings).map(([, tier]) => [text(tier.accessTier), number(tier.days)]));
  const archive = days.get("ARCHIVE_ACCESS");
  const deep = days.get("DEEP_ARCHIVE_ACCESS");
  if (archive !== undefined && deep !== undefined && archive >= deep)
    findings.add(
      "tierings",
      `ARCHIVE_ACCESS after ${archive} days and DEEP_ARCHIVE_ACCESS after ${deep}`,
      "the deep archive comes later",
      "raise the days of DEEP_ARCHIVE_ACCESS",
    );
  return findings.all;
};
