import * as s3 from "@pulumi/aws/s3";
import * as pulumi from "@pulumi/pulumi";
import { mayDeleteData } from "./deletion";
import { physicalName } from "../names";
import type { Place } from "../aws-context";
import { hooked, type Transform } from "../transform";

/** A bucket and what surrounds it. */
export interface BucketNodes {
  readonly bucket: s3.Bucket;
  readonly publicAccessBlock: s3.BucketPublicAccessBlock;
  readonly ownership: s3.BucketOwnershipControls;
  readonly encryption: s3.BucketServerSideEncryptionConfiguration;
  readonly versioning: s3.BucketVersioning;
  readonly lifecycle: s3.BucketLifecycleConfiguration;
  readonly policy: s3.BucketPolicy;
}

export interface BucketHooks {
  bucket?: Transform<s3.BucketArgs>;
  publicAccessBlock?: Transform<s3.BucketPublicAccessBlockArgs>;
  ownership?: Transform<s3.BucketOwnershipControlsArgs>;
  encryption?: Transform<s3.BucketServerSideEncryptionConfigurationArgs>;
  versioning?: Transform<s3.BucketVersioningArgs>;
  lifecycle?: Transform<s3.BucketLifecycleConfigurationArgs>;
  policy?: Transform<s3.BucketPolicyArgs>;
}

interface BucketSettings {
  purpose: string;
  /** days until objects expire; never if not given */
  days: number | undefined;
  kmsKeyArn: pulumi.Input<string> | undefined;
  allowDataDeletion: boolean | undefined;
  protectData: boolean | undefined;
  tags: pulumi.Input<Record<string, pulumi.Input<string>>> | undefined;
  hooks: BucketHooks;
}

/** Days in which a deleted or overwritten object can be had back, and an upload may stay unfinished. */
const SECOND_THOUGHTS = 7;

/** A bucket that nobody outside of the account reads, over TLS only, encrypted, with versions and a lifecycle. */
export function privateBucket(
  component: pulumi.ComponentResource,
  name: string,
  place: Place,
  { purpose, days, kmsKeyArn, allowDataDeletion, protectData, tags, hooks }: BucketSettings,
): BucketNodes {
  const opts = (): pulumi.CustomResourceOptions => ({ parent: component });
  const bucket = new s3.Bucket(
    ...hooked(
      hooks.bucket,
      `${name}-bucket`,
      {
        // Bucket names are one space for all accounts, so the account is part of it.
        bucket: pulumi.interpolate`${physicalName("bucket", name, purpose)}-${place.account}`,
        forceDestroy: mayDeleteData(allowDataDeletion),
        // What was decided is said where policies and people look: no expiration alone could be an oversight.
        tags: pulumi
          .output(tags)
          .apply((own) => ({ ...own, "data-retention": days === undefined ? "unlimited" : `${days} days` })),
      },
      { ...opts(), protect: protectData },
    ),
  );
  const of = bucket.bucket;
  const publicAccessBlock = new s3.BucketPublicAccessBlock(
    ...hooked(
      hooks.publicAccessBlock,
      `${name}-public-access-block`,
      {
        bucket: of,
        blockPublicAcls: true,
        blockPublicPolicy: true,
        ignorePublicAcls: true,
        restrictPublicBuckets: true,
      },
      opts(),
    ),
  );
  const ownership = new s3.BucketOwnershipControls(
    ...hooked(
      hooks.ownership,
      `${name}-ownership`,
      { bucket: of, rule: { objectOwnership: "BucketOwnerEnforced" } },
      opts(),
    ),
  );
  const encryption = new s3.BucketServerSideEncryptionConfiguration(
    ...hooked(
      hooks.encryption,
      `${name}-encryption`,
      {
        bucket: of,
        rules: [
          kmsKeyArn === undefined
            ? { applyServerSideEncryptionByDefault: { sseAlgorithm: "AES256" } }
            : {
                applyServerSideEncryptionByDefault: { sseAlgorithm: "aws:kms", kmsMasterKeyId: kmsKeyArn },
                // One call to the key for many objects.
                bucketKeyEnabled: true,
              },
        ],
      },
      opts(),
    ),
  );
  const versioning = new s3.BucketVersioning(
    ...hooked(
      hooks.versioning,
      `${name}-versioning`,
      { bucket: of, versioningConfiguration: { status: "Enabled" } },
      opts(),
    ),
  );
  const lifecycle = new s3.BucketLifecycleConfiguration(
    ...hooked(
      hooks.lifecycle,
      `${name}-lifecycle`,
      { bucket: of, rules: lifecycleRules(days) },
      // Without versions S3 would refuse to speak of noncurrent ones.
      { ...opts(), dependsOn: [versioning] },
    ),
  );
  const policy = new s3.BucketPolicy(
    ...hooked(
      hooks.policy,
      `${name}-bucket-policy`,
      { bucket: of, policy: tlsOnly(of, place) },
      // S3 reports a conflict when a policy and the block are put at the same time.
      { ...opts(), dependsOn: [publicAccessBlock] },
    ),
  );
  return { bucket, publicAccessBlock, ownership, encryption, versioning, lifecycle, policy };
}

function lifecycleRules(days: number | undefined): s3.BucketLifecycleConfigurationArgs["rules"] {
  const everything = { prefix: "" };
  const housekeeping = {
    id: "housekeeping",
    status: "Enabled",
    filter: everything,
    noncurrentVersionExpiration: { noncurrentDays: SECOND_THOUGHTS },
    abortIncompleteMultipartUpload: { daysAfterInitiation: SECOND_THOUGHTS },
  };
  if (days === undefined) return [housekeeping];
  return [housekeeping, { id: "retention", status: "Enabled", filter: everything, expiration: { days } }];
}

function tlsOnly(bucket: pulumi.Output<string>, place: Place): pulumi.Output<string> {
  return pulumi.jsonStringify({
    Version: "2012-10-17",
    Statement: [
      {
        Sid: "TlsOnly",
        Effect: "Deny",
        Principal: "*",
        Action: "s3:*",
        Resource: [place.bucket(bucket), place.bucket(bucket, "*")],
        Condition: { Bool: { "aws:SecureTransport": "false" } },
      },
    ],
  });
}
