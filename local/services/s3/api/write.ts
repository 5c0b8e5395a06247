import * as fs from "node:fs";
import type { PutObjectOutput, PutObjectRequest } from "@aws-sdk/client-s3";
import type { ApiCall, Operation, Permission } from "../../../api";
import type { Bucket } from "../bucket-store";
import type { ObjectVersion } from "../bucket-objects";
import { newEtag } from "../etag";
import type { ObjectFacts } from "../object-record";
import type { S3 } from "../s3";
import { checkWrite, type Conditions } from "./conditions";
import {
  customerKeyOf,
  encryptionMembers,
  expirationMember,
  factsOf,
  OBJECT_MEMBERS,
  versionMember,
  type ObjectInput,
} from "./object-members";
import { checksumMembers, receive } from "./payload";
import { bucketOf, onObject, s3Operation, useKey } from "./row";

/** Members that the body's receipt verifies. */
export const BODY_MEMBERS = [
  "ContentLength",
  "ContentMD5",
  "ChecksumAlgorithm",
  "ChecksumCRC32",
  "ChecksumCRC32C",
  "ChecksumCRC64NVME",
  "ChecksumSHA1",
  "ChecksumSHA256",
] as const;

/** PutObject. https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutObject.html */
export function putOperations(s3: S3): Record<string, Operation<never>> {
  return {
    PutObject: s3Operation<PutObjectRequest, PutObjectOutput>({
      takes: ["Key", "Body", "IfMatch", "IfNoneMatch", ...BODY_MEMBERS, ...OBJECT_MEMBERS],
      permissions: writePermissions,
      answer: (call) => put(s3, call),
    }),
  };
}

/** What a request to write an object needs. */
export function writePermissions(input: ObjectInput & { Bucket?: string; Key?: string }): Permission[] {
  const { ServerSideEncryption, SSEKMSKeyId, ACL, StorageClass } = input;
  const context: Record<string, string> = {};
  if (ServerSideEncryption !== undefined) context["s3:x-amz-server-side-encryption"] = ServerSideEncryption;
  if (SSEKMSKeyId !== undefined) context["s3:x-amz-server-side-encryption-aws-kms-key-id"] = SSEKMSKeyId;
  if (ACL !== undefined) context["s3:x-amz-acl"] = ACL;
  if (StorageClass !== undefined) context["s3:x-amz-storage-class"] = StorageClass;
  const needed = [onObject("PutObject", input, Object.keys(context).length === 0 ? undefined : context)];
  if (input.Tagging !== undefined) needed.push(onObject("PutObjectTagging", input));
  if (ACL !== undefined) needed.push(onObject("PutObjectAcl", input, context));
  return needed;
}

async function put(s3: S3, call: ApiCall<PutObjectRequest>): Promise<PutObjectOutput> {
  const { input } = call;
  const bucket = bucketOf(s3, input);
  const facts = factsOf(input, bucket);
  const target = writeTarget(s3, call, bucket, facts);
  // What is refused now need not be sent.
  target.check();
  const temporary = s3.temporaryFile();
  try {
    const { md5, checksum } = await receive(call, temporary);
    const version = target.commit(temporary, {
      ...facts,
      etag: newEtag(md5, facts.encryption),
      checksum: { ...checksum, type: "FULL_OBJECT" },
    });
    return {
      ETag: `"${version.etag}"`,
      ...checksumMembers(version.checksum),
      ...writtenMembers(bucket, version),
    };
  } finally {
    fs.rmSync(temporary, { force: true });
  }
}

/** Where an object will be written: checks its conditions, and writes it. */
export function writeTarget(
  s3: S3,
  call: Pick<ApiCall<Conditions & { Bucket?: string; Key?: string }>, "input" | "authorize">,
  bucket: Bucket,
  { encryption }: Pick<ObjectFacts, "encryption">,
): { check(): void; commit(temporary: string, facts: ObjectFacts): ObjectVersion } {
  const { input } = call;
  const key = input.Key!;
  if (encryption !== undefined && encryption.algorithm === "aws:kms")
    useKey(s3, call, input, "kms:GenerateDataKey", customerKeyOf(encryption));
  const check = (): void => {
    if (input.IfMatch === undefined && input.IfNoneMatch === undefined) return;
    const present = bucket.objects.get(key);
    checkWrite(present === undefined || "marker" in present ? undefined : present, input);
  };
  return {
    check,
    commit(temporary, facts) {
      check();
      return bucket.put(key, temporary, facts, s3.clock.now());
    },
  };
}

/** What answers say of an object that was written. */
export function writtenMembers(
  bucket: Bucket,
  version: ObjectVersion,
): {
  VersionId?: string;
  Expiration?: string;
} & ReturnType<typeof encryptionMembers> {
  return {
    VersionId: versionMember(bucket, version),
    Expiration: expirationMember(bucket, version),
    ...encryptionMembers(version),
  };
}
