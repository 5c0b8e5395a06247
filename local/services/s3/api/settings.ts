import type {
  CreateBucketOutput,
  CreateBucketRequest,
  GetBucketLifecycleConfigurationOutput,
  GetBucketTaggingOutput,
  GetPublicAccessBlockOutput,
  HeadBucketOutput,
  HeadBucketRequest,
  LifecycleRule,
} from "@aws-sdk/client-s3";
import { ApiError, type Operation } from "../../../api";
import type { Properties } from "../../../core/model";
import type { Bucket } from "../bucket-store";
import type { S3 } from "../s3";
import { findVersion } from "./read";
import { bucketOf, onBucket, onObject, OWNER, s3Error, bucketOperation } from "./row";

interface OfBucket {
  Bucket?: string;
}

/** Buckets themselves, and their settings as the program declares them. */
export function settingOperations(s3: S3): Record<string, Operation<never>> {
  const setting = <Output>(action: string, answer: (bucket: Bucket) => Output): Operation<never> =>
    bucketOperation<OfBucket, Output>({
      takes: [],
      permissions: ({ Bucket: name }) => [onBucket(action, name)],
      answer: ({ input }) => answer(bucketOf(s3, input)),
    });
  return {
    HeadBucket: bucketOperation<HeadBucketRequest, HeadBucketOutput>({
      takes: [],
      permissions: ({ Bucket: name }) => [onBucket("ListBucket", name)],
      answer: ({ input }) => {
        bucketOf(s3, input);
        return { BucketRegion: s3.region, AccessPointAlias: false, BucketArn: `arn:aws:s3:::${input.Bucket}` };
      },
    }),
    CreateBucket: bucketOperation<CreateBucketRequest, CreateBucketOutput>(
      {
        takes: ["CreateBucketConfiguration", "ObjectOwnership", "ACL"],
        note: "the program declares the buckets: a name of theirs is answered as the owner's own, any other is refused",
        permissions: ({ Bucket: name }) => [onBucket("CreateBucket", name)],
        answer: ({ input }) => {
          if (s3.all.some(({ settings }) => settings.name === input.Bucket))
            throw s3Error("BucketAlreadyOwnedByYou", undefined, { BucketName: input.Bucket });
          throw new ApiError(
            501,
            "NotImplemented",
            `CreateBucket: the local cloud has the buckets that the program declares, and ${input.Bucket} is none of them; declare an aws.s3.Bucket`,
          );
        },
      },
      false,
    ),
    GetBucketLocation: setting("GetBucketLocation", () => ({
      // https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetBucketLocation.html: none for us-east-1
      LocationConstraint: s3.region === "us-east-1" ? "" : s3.region,
    })),
    GetBucketVersioning: setting("GetBucketVersioning", ({ settings }) => ({ Status: settings.versioning })),
    GetBucketEncryption: setting("GetEncryptionConfiguration", encryption),
    GetBucketLifecycleConfiguration: setting("GetLifecycleConfiguration", lifecycle),
    GetPublicAccessBlock: setting("GetBucketPublicAccessBlock", publicAccessBlock),
    GetBucketPolicy: setting("GetBucketPolicy", ({ settings }) => ({ Policy: policyOf(settings.declared.policy) })),
    GetBucketPolicyStatus: setting("GetBucketPolicyStatus", ({ settings }) => {
      policyOf(settings.declared.policy);
      // A public policy is refused at deployment where public policies are blocked, and nobody without keys is answered here.
      return { PolicyStatus: { IsPublic: false } };
    }),
    GetBucketOwnershipControls: setting("GetBucketOwnershipControls", ({ settings }) => ({
      OwnershipControls: {
        Rules: [{ ObjectOwnership: settings.declared.ownership?.rule.objectOwnership ?? "BucketOwnerEnforced" }],
      },
    })),
    GetBucketTagging: setting("GetBucketTagging", tagging),
    GetBucketAcl: setting("GetBucketAcl", () => ({ Owner: OWNER, Grants: [FULL_CONTROL] })),
    GetObjectAcl: bucketOperation<{ Bucket?: string; Key?: string; VersionId?: string }, unknown>({
      takes: ["Key", "VersionId"],
      permissions: (input) => [onObject(input.VersionId === undefined ? "GetObjectAcl" : "GetObjectVersionAcl", input)],
      answer: (call) => {
        findVersion(bucketOf(s3, call.input), call);
        return { Owner: OWNER, Grants: [FULL_CONTROL] };
      },
    }),
    // Settings that no program can declare here are as those of a new bucket.
    GetBucketAccelerateConfiguration: setting("GetAccelerateConfiguration", () => ({})),
    GetBucketCors: setting("GetBucketCORS", () => {
      throw s3Error("NoSuchCORSConfiguration");
    }),
    GetBucketLogging: setting("GetBucketLogging", () => ({})),
    GetBucketNotificationConfiguration: setting("GetBucketNotification", () => ({})),
    GetBucketReplication: setting("GetReplicationConfiguration", () => {
      throw s3Error("ReplicationConfigurationNotFoundError");
    }),
    GetBucketRequestPayment: setting("GetBucketRequestPayment", () => ({ Payer: "BucketOwner" })),
    GetBucketWebsite: setting("GetBucketWebsite", () => {
      throw s3Error("NoSuchWebsiteConfiguration");
    }),
    GetObjectLockConfiguration: setting("GetBucketObjectLockConfiguration", () => {
      throw s3Error("ObjectLockConfigurationNotFoundError");
    }),
  };
}

const FULL_CONTROL = { Grantee: { Type: "CanonicalUser", ...OWNER }, Permission: "FULL_CONTROL" };

function encryption({ settings }: Bucket): unknown {
  const { algorithm, keyId, bucketKey = false } = settings.encryption;
  return {
    ServerSideEncryptionConfiguration: {
      Rules: [
        {
          ApplyServerSideEncryptionByDefault: { SSEAlgorithm: algorithm, KMSMasterKeyID: keyId },
          BucketKeyEnabled: bucketKey,
        },
      ],
    },
  };
}

function policyOf(declared: Properties | undefined): string {
  if (declared === undefined) throw s3Error("NoSuchBucketPolicy");
  return declared.policy as string;
}

/** As AWS sets it for new buckets. https://docs.aws.amazon.com/AmazonS3/latest/userguide/configuring-block-public-access-bucket.html */
function publicAccessBlock({ settings }: Bucket): GetPublicAccessBlockOutput {
  const { publicAccessBlock: declared } = settings.declared;
  const flag = (name: string): boolean => (declared === undefined ? true : (declared[name] ?? false));
  return {
    PublicAccessBlockConfiguration: {
      BlockPublicAcls: flag("blockPublicAcls"),
      IgnorePublicAcls: flag("ignorePublicAcls"),
      BlockPublicPolicy: flag("blockPublicPolicy"),
      RestrictPublicBuckets: flag("restrictPublicBuckets"),
    },
  };
}

function tagging({ settings }: Bucket): GetBucketTaggingOutput {
  const tags: Record<string, string> = settings.declared.bucket?.tagsAll ?? settings.declared.bucket?.tags ?? {};
  if (Object.keys(tags).length === 0) throw s3Error("NoSuchTagSet");
  return { TagSet: Object.entries(tags).map(([Key, Value]) => ({ Key, Value })) };
}

function lifecycle({ settings }: Bucket): GetBucketLifecycleConfigurationOutput {
  const { lifecycle: declared } = settings.declared;
  if (declared === undefined) throw s3Error("NoSuchLifecycleConfiguration");
  return {
    TransitionDefaultMinimumObjectSize: declared.transitionDefaultMinimumObjectSize ?? "all_storage_classes_128K",
    Rules: (declared.rules as Properties[]).map(ruleOf),
  };
}

function ruleOf(rule: Properties): LifecycleRule {
  const { filter, expiration, noncurrentVersionExpiration, abortIncompleteMultipartUpload } = rule;
  return {
    ID: rule.id,
    Status: rule.status,
    Filter: { Prefix: filter?.prefix ?? filter?.and?.prefix ?? "" },
    Expiration: expiration && {
      Days: expiration.days,
      ExpiredObjectDeleteMarker: expiration.expiredObjectDeleteMarker,
    },
    NoncurrentVersionExpiration: noncurrentVersionExpiration && {
      NoncurrentDays: noncurrentVersionExpiration.noncurrentDays,
    },
    AbortIncompleteMultipartUpload: abortIncompleteMultipartUpload && {
      DaysAfterInitiation: abortIncompleteMultipartUpload.daysAfterInitiation,
    },
    Transitions: (rule.transitions as Properties[] | undefined)?.map(({ days, storageClass }) => ({
      Days: days,
      StorageClass: storageClass,
    })),
    NoncurrentVersionTransitions: (rule.noncurrentVersionTransitions as Properties[] | undefined)?.map(
      ({ noncurrentDays, storageClass }) => ({ NoncurrentDays: noncurrentDays, StorageClass: storageClass }),
    ),
  };
}
