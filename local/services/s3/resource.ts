import { NAMES } from "../../../aws/names";
import { TYPES, ofType, type Properties, type Resource } from "../../core/model";
import { statementsOf } from "../../iam/document";
import { automaticName, type Handler } from "../../resources/handler";
import {
  block,
  checked,
  flag,
  jsonText,
  list,
  number,
  oneOf,
  physicalName,
  refused,
  replaces,
  required,
  tags,
  text,
  type Finding,
  type Table,
} from "../../resources/properties";
import type { ProgramReport } from "../../resources/references";

const SATELLITE = "use the separate resource for it (aws.s3.Bucket...)";

const ofBucket: Table = { bucket: replaces(required(text())), region: checked(text()) };
const expectedBucketOwner = refused("it is deprecated; leave it out");

/** A setting of a bucket: its id is the bucket's name. */
function satellite(type: string, properties: Table, check?: Handler["check"], defaults: Properties = {}): Handler {
  return {
    type,
    properties: { ...ofBucket, ...properties },
    check,
    references: (inputs, declared, report) => declared.require(TYPES.bucket, inputs.bucket, "bucket", "bucket", report),
    plan: (inputs) => ({ id: inputs.bucket, outputs: { ...defaults, ...inputs } }),
  };
}

/** Bucket. https://docs.aws.amazon.com/AmazonS3/latest/API/API_CreateBucket.html */
export const bucket: Handler = {
  type: TYPES.bucket,
  naming: { property: "bucket", make: (context) => automaticName(context, 63).toLowerCase().replaceAll("_", "-") },
  properties: {
    bucket: physicalName(NAMES.bucket),
    forceDestroy: flag(),
    tags,
    region: checked(text()),
    bucketNamespace: refused("leave it out", "global"),
    bucketPrefix: refused("give the whole name as bucket"),
    objectLockEnabled: refused("objects are not locked here; leave it out", false),
    ...Object.fromEntries(
      "accelerationStatus acl corsRules grants lifecycleRules logging objectLockConfiguration policy replicationConfiguration requestPayer serverSideEncryptionConfiguration versioning website"
        .split(" ")
        .map((name) => [name, refused(SATELLITE)]),
    ),
  },
  plan: (inputs, context) => {
    const name: string = inputs.bucket;
    return {
      id: name,
      outputs: {
        arn: `arn:aws:s3:::${name}`,
        bucketDomainName: `${name}.s3.amazonaws.com`,
        bucketRegionalDomainName: `${name}.s3.${context.region}.amazonaws.com`,
        bucketRegion: context.region,
        bucketNamespace: "global",
        forceDestroy: inputs.forceDestroy ?? false,
        objectLockEnabled: false,
        requestPayer: "BucketOwner",
      },
    };
  },
};

/** Block of public access. https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutPublicAccessBlock.html */
export const bucketPublicAccessBlock = satellite(
  TYPES.bucketPublicAccessBlock,
  {
    // There is no public here: without a principal of this account nothing is answered.
    blockPublicAcls: checked(flag()),
    blockPublicPolicy: flag(),
    ignorePublicAcls: checked(flag()),
    restrictPublicBuckets: checked(flag()),
    skipDestroy: refused("leave it out", false),
  },
  undefined,
  { blockPublicAcls: false, blockPublicPolicy: false, ignorePublicAcls: false, restrictPublicBuckets: false },
);

/** Ownership of objects. https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketOwnershipControls.html */
export const bucketOwnershipControls = satellite(TYPES.bucketOwnershipControls, {
  rule: required(block({ objectOwnership: required(oneOf(["BucketOwnerEnforced"])) })),
});

/** Encryption at rest by default. https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketEncryption.html */
export const bucketEncryption = satellite(TYPES.bucketEncryption, {
  expectedBucketOwner,
  rules: required(
    list(
      block(
        {
          applyServerSideEncryptionByDefault: block({
            sseAlgorithm: required(oneOf(["AES256", "aws:kms"])),
            kmsMasterKeyId: text(),
          }),
          bucketKeyEnabled: flag(),
          blockedEncryptionTypes: checked(list(text())),
        },
        {
          // Without a bucket key each object's ARN would be the encryption context of its own call to the key.
          check: (rule) =>
            rule.applyServerSideEncryptionByDefault?.kmsMasterKeyId !== undefined && rule.bucketKeyEnabled !== true
              ? "the local cloud executes a customer's key with bucketKeyEnabled: true"
              : undefined,
        },
      ),
      { check: (rules) => (rules.length === 1 ? undefined : `saw ${rules.length} rules; a bucket has one`) },
    ),
  ),
});

/** Versioning. https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketVersioning.html */
export const bucketVersioning = satellite(TYPES.bucketVersioning, {
  expectedBucketOwner,
  versioningConfiguration: required(
    block({
      status: required(oneOf(["Enabled", "Suspended", "Disabled"])),
      mfaDelete: refused("leave it out", "Disabled"),
    }),
  ),
  mfa: refused("leave it out"),
});

const BY_PREFIX = "a rule goes by prefix here; leave it out";
const prefixFilter: Table = {
  prefix: text(),
  objectSizeGreaterThan: refused(BY_PREFIX),
  objectSizeLessThan: refused(BY_PREFIX),
};

/** Storage classes cost less elsewhere and change nothing of an object here; that Athena can still read it is a matter of the limits. */
const storageClass = oneOf([
  "STANDARD_IA",
  "ONEZONE_IA",
  "INTELLIGENT_TIERING",
  "GLACIER_IR",
  "GLACIER",
  "DEEP_ARCHIVE",
]);

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_LifecycleExpiration.html */
function midnight(date: string): string | undefined {
  return /^\d{4}-\d{2}-\d{2}T00:00:00(\.0+)?Z$/.test(date) && !Number.isNaN(Date.parse(date))
    ? undefined
    : `saw "${date}"; a date is midnight UTC, such as 2026-12-31T00:00:00Z`;
}

/** Lifecycle rules. https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketLifecycleConfiguration.html */
export const bucketLifecycle = satellite(TYPES.bucketLifecycle, {
  expectedBucketOwner,
  rules: required(
    list(
      block({
        id: required(text({ check: (id) => (id.length > 255 ? `${id.length} characters; at most 255` : undefined) })),
        status: required(oneOf(["Enabled", "Disabled"])),
        filter: block({
          ...prefixFilter,
          tag: refused(BY_PREFIX),
          and: block({ ...prefixFilter, tags: refused(BY_PREFIX) }),
        }),
        prefix: refused("use filter.prefix"),
        expiration: block({
          days: number(1, 100_000),
          date: text({ check: midnight }),
          expiredObjectDeleteMarker: flag(),
        }),
        noncurrentVersionExpiration: block({
          noncurrentDays: required(number(1, 100_000)),
          newerNoncurrentVersions: refused("leave it out"),
        }),
        abortIncompleteMultipartUpload: block({ daysAfterInitiation: required(number(1, 100_000)) }),
        transitions: checked(
          list(block({ days: number(0, 100_000), date: refused("use days"), storageClass: required(storageClass) })),
        ),
        noncurrentVersionTransitions: checked(
          list(
            block({
              noncurrentDays: required(number(0, 100_000)),
              newerNoncurrentVersions: refused("leave it out"),
              storageClass: required(storageClass),
            }),
          ),
        ),
      }),
      { check: (rules) => (rules.length > 1000 ? `${rules.length} rules; at most 1,000` : undefined) },
    ),
  ),
  transitionDefaultMinimumObjectSize: checked(oneOf(["all_storage_classes_128K", "varies_by_storage_class"])),
  timeouts: checked(block({ create: text(), update: text() })),
});

/** Bucket policy. https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketPolicy.html */
export const bucketPolicy: Handler = {
  ...satellite(TYPES.bucketPolicy, { policy: required(jsonText()) }, checkBucketPolicy),
  checkProgram: checkPublicPolicies,
};

/** What S3 refuses of a bucket's policy: resources of other buckets, statements without a principal. */
function checkBucketPolicy(inputs: Properties): Finding[] {
  let document: Properties;
  try {
    document = JSON.parse(inputs.policy);
  } catch {
    return []; // the table has said so
  }
  const findings: Finding[] = [];
  const own = `arn:aws:s3:::${inputs.bucket}`;
  for (const [index, statement] of [document.Statement ?? []].flat().entries()) {
    const at = `policy.Statement[${index}]`;
    if (statement.Principal === undefined && statement.NotPrincipal === undefined)
      findings.push({ path: at, message: "a bucket policy's statement wants a Principal" });
    for (const resource of [statement.Resource ?? statement.NotResource ?? []].flat())
      if (resource !== own && !String(resource).startsWith(`${own}/`))
        findings.push({
          path: `${at}.Resource`,
          message: `saw "${resource}"; a bucket policy applies only to its own bucket, ${own} and ${own}/*`,
        });
  }
  return findings;
}

/** S3 refuses a public policy on a bucket that blocks public policies. */
function checkPublicPolicies(resources: readonly Resource[], report: ProgramReport): void {
  const blocking = new Set(
    ofType(resources, TYPES.bucketPublicAccessBlock)
      .filter(({ inputs }) => inputs.blockPublicPolicy === true)
      .map(({ inputs }) => inputs.bucket as string),
  );
  for (const resource of ofType(resources, TYPES.bucketPolicy)) {
    if (!blocking.has(resource.inputs.bucket)) continue;
    statementsOf(resource.inputs.policy).forEach((statement, index) => {
      const { Effect, Principal, Condition } = statement;
      const everyone = Principal === "*" || [Principal?.AWS ?? []].flat().includes("*");
      if (Effect === "Allow" && everyone && Condition === undefined)
        report(
          resource,
          `policy.Statement[${index}]`,
          "allows everyone, and the bucket blocks public policies (blockPublicPolicy); name principals",
        );
    });
  }
}
