import * as s3 from "@pulumi/aws/s3";
import * as pulumi from "@pulumi/pulumi";
import type { AwsContext } from "../common/aws-context";
import { uniqueName } from "../common/names";
import type { Scope } from "../common/scope";
import { customerKey } from "../common/kms";
import { member, transformed, type Transform } from "../common/transform";

/** A bucket and the resources that configure it. */
export interface BucketNodes {
  readonly bucket: s3.Bucket;
  readonly publicAccessBlock: s3.BucketPublicAccessBlock;
  readonly ownership: s3.BucketOwnershipControls;
  readonly encryption: s3.BucketServerSideEncryptionConfiguration;
  readonly versioning: s3.BucketVersioning;
  readonly lifecycle: s3.BucketLifecycleConfiguration;
  readonly policy: s3.BucketPolicy;
}

/** Changes to a bucket and the resources that configure it. */
export interface BucketTransforms {
  bucket?: Transform<s3.BucketArgs>;
  publicAccessBlock?: Transform<s3.BucketPublicAccessBlockArgs>;
  ownership?: Transform<s3.BucketOwnershipControlsArgs>;
  encryption?: Transform<s3.BucketServerSideEncryptionConfigurationArgs>;
  versioning?: Transform<s3.BucketVersioningArgs>;
  lifecycle?: Transform<s3.BucketLifecycleConfigurationArgs>;
  policy?: Transform<s3.BucketPolicyArgs>;
}

/** Objects below a prefix that end before the others. */
export interface FormerRows {
  /** of the rule */
  id: string;
  prefix: string;
  /** the day, UTC, from which they are deleted: the next one if undefined */
  until: string | undefined;
}

interface BucketSettings {
  /** what it holds, part of its name: `raw` */
  purpose: string;
  /** days until objects expire; never if undefined */
  days: number | undefined;
  /** prefixes whose objects end before; none by default */
  former?: readonly FormerRows[];
  /** whether it is deleted with the objects in it */
  forceDestroy: boolean;
  protectData: boolean | undefined;
  transforms: BucketTransforms;
}

/** Days for which a deleted or overwritten object can be restored. */
const NONCURRENT_VERSION_DAYS = 7;
/** Days for which an upload may stay unfinished. */
const INCOMPLETE_UPLOAD_DAYS = 7;

/** A bucket that nobody outside of the account reads, over TLS only, encrypted, with versions and a lifecycle. */
export function createPrivateBucket(
  { component, name, aws, kmsKeyArn, tags }: Scope,
  { purpose, days, former = [], forceDestroy, protectData, transforms }: BucketSettings,
): BucketNodes & { kmsKeyArn: pulumi.Input<string> | undefined } {
  const bucket = createBucket();
  const bucketName = bucket.bucket;
  const publicAccessBlock = createPublicAccessBlock();
  const ownership = createOwnership();
  const { encryption, key } = createEncryption();
  const versioning = createVersioning();
  const lifecycle = createLifecycle();
  const policy = createPolicy();
  return { bucket, publicAccessBlock, ownership, encryption, versioning, lifecycle, policy, kmsKeyArn: key };

  function createBucket(): s3.Bucket {
    const args: s3.BucketArgs = {
      // Bucket names are one space for all accounts, so the account is part of it.
      bucket: pulumi.interpolate`${uniqueName(component, "bucket", name, purpose)}-${aws.account}`,
      forceDestroy,
      // Policies and people read the decision here: no expiration alone could be an oversight.
      tags: pulumi
        .output(tags)
        .apply((own) => ({ ...own, "data-retention": days === undefined ? "unlimited" : `${days} days` })),
    };
    return new s3.Bucket(
      ...transformed(transforms.bucket, `${name}-bucket`, args, { ...options(), protect: protectData }),
    );
  }

  function createPublicAccessBlock(): s3.BucketPublicAccessBlock {
    const args = {
      bucket: bucketName,
      blockPublicAcls: true,
      blockPublicPolicy: true,
      ignorePublicAcls: true,
      restrictPublicBuckets: true,
    };
    return new s3.BucketPublicAccessBlock(
      ...transformed(transforms.publicAccessBlock, `${name}-public-access-block`, args, options()),
    );
  }

  function createOwnership(): s3.BucketOwnershipControls {
    const args = { bucket: bucketName, rule: { objectOwnership: "BucketOwnerEnforced" } };
    return new s3.BucketOwnershipControls(...transformed(transforms.ownership, `${name}-ownership`, args, options()));
  }

  function createEncryption(): {
    encryption: s3.BucketServerSideEncryptionConfiguration;
    key: pulumi.Input<string> | undefined;
  } {
    const rule =
      kmsKeyArn === undefined
        ? { applyServerSideEncryptionByDefault: { sseAlgorithm: "AES256" } }
        : {
            applyServerSideEncryptionByDefault: { sseAlgorithm: "aws:kms", kmsMasterKeyId: kmsKeyArn },
            // One call to the key serves many objects.
            bucketKeyEnabled: true,
          };
    const args: s3.BucketServerSideEncryptionConfigurationArgs = { bucket: bucketName, rules: [rule] };
    const made = transformed(transforms.encryption, `${name}-encryption`, args, options());
    const key = member<string>(made[1], "rules", 0, "applyServerSideEncryptionByDefault", "kmsMasterKeyId");
    return { encryption: new s3.BucketServerSideEncryptionConfiguration(...made), key: customerKey(key) };
  }

  function createVersioning(): s3.BucketVersioning {
    const args = { bucket: bucketName, versioningConfiguration: { status: "Enabled" } };
    return new s3.BucketVersioning(...transformed(transforms.versioning, `${name}-versioning`, args, options()));
  }

  function createLifecycle(): s3.BucketLifecycleConfiguration {
    const args = { bucket: bucketName, rules: lifecycleRules(days, former) };
    // Without versioning S3 refuses a rule on noncurrent versions.
    const opts = { ...options(), dependsOn: [versioning] };
    return new s3.BucketLifecycleConfiguration(...transformed(transforms.lifecycle, `${name}-lifecycle`, args, opts));
  }

  function createPolicy(): s3.BucketPolicy {
    const args = { bucket: bucketName, policy: tlsOnly(bucketName, aws) };
    // S3 reports a conflict when a policy and the block are put at the same time.
    const opts = { ...options(), dependsOn: [publicAccessBlock] };
    return new s3.BucketPolicy(...transformed(transforms.policy, `${name}-bucket-policy`, args, opts));
  }

  function options(): pulumi.CustomResourceOptions {
    return { parent: component };
  }
}

function lifecycleRules(
  days: number | undefined,
  former: readonly FormerRows[],
): s3.BucketLifecycleConfigurationArgs["rules"] {
  const everything = { prefix: "" };
  const housekeeping = {
    id: "housekeeping",
    status: "Enabled",
    filter: everything,
    noncurrentVersionExpiration: { noncurrentDays: NONCURRENT_VERSION_DAYS },
    abortIncompleteMultipartUpload: { daysAfterInitiation: INCOMPLETE_UPLOAD_DAYS },
  };
  const ends = former.map(({ id, prefix, until }) => ({
    id,
    status: "Enabled",
    filter: { prefix },
    expiration: until === undefined ? { days: 1 } : { date: `${until}T00:00:00Z` },
  }));
  if (days === undefined) return [housekeeping, ...ends];
  return [housekeeping, { id: "retention", status: "Enabled", filter: everything, expiration: { days } }, ...ends];
}

function tlsOnly(bucket: pulumi.Output<string>, aws: AwsContext): pulumi.Output<string> {
  return pulumi.jsonStringify({
    Version: "2012-10-17",
    Statement: [
      {
        Sid: "TlsOnly",
        Effect: "Deny",
        Principal: "*",
        Action: "s3:*",
        Resource: [aws.bucket(bucket), aws.bucket(bucket, "*")],
        Condition: { Bool: { "aws:SecureTransport": "false" } },
      },
    ],
  });
}
