import type {
  DeleteObjectTaggingOutput,
  DeleteObjectTaggingRequest,
  GetObjectTaggingOutput,
  GetObjectTaggingRequest,
  PutObjectTaggingOutput,
  PutObjectTaggingRequest,
} from "@aws-sdk/client-s3";
import type { ApiCall, Operation } from "../../../api";
import type { ObjectVersion } from "../bucket-objects";
import type { Bucket } from "../bucket-store";
import type { S3 } from "../s3";
import { checkTags, versionMember } from "./object-members";
import { findVersion } from "./read";
import { checkBody } from "./payload";
import { bucketOf, onObject, bucketOperation, s3Operation } from "./row";

interface Tagged {
  Bucket?: string;
  Key?: string;
  VersionId?: string;
}

/** The tags of objects. */
export function taggingOperations(s3: S3): Record<string, Operation<never>> {
  const find = (call: Pick<ApiCall<Tagged>, "input" | "authorize">): { bucket: Bucket; version: ObjectVersion } => {
    const bucket = bucketOf(s3, call.input);
    return { bucket, version: findVersion(bucket, call) };
  };
  return {
    // https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObjectTagging.html
    GetObjectTagging: s3Operation<GetObjectTaggingRequest, GetObjectTaggingOutput>({
      takes: ["Key", "VersionId"],
      permissions: (input) => [permission("Get", input)],
      answer: (call) => {
        const { bucket, version } = find(call);
        const tags = Object.entries(version.tags ?? {}).map(([Key, Value]) => ({ Key, Value }));
        return { VersionId: versionMember(bucket, version), TagSet: tags };
      },
    }),
    // https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutObjectTagging.html
    PutObjectTagging: s3Operation<PutObjectTaggingRequest, PutObjectTaggingOutput>({
      takes: ["Key", "VersionId", "Tagging", "ContentMD5", "ChecksumAlgorithm"],
      permissions: (input) => [permission("Put", input)],
      answer: async (call) => {
        await checkBody(call);
        const { bucket, version } = find(call);
        bucket.objects.update(version, { tags: checkTags(call.input.Tagging?.TagSet ?? []) });
        return { VersionId: versionMember(bucket, version) };
      },
    }),
    // https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteObjectTagging.html
    DeleteObjectTagging: bucketOperation<DeleteObjectTaggingRequest, DeleteObjectTaggingOutput>({
      takes: ["Key", "VersionId"],
      permissions: (input) => [permission("Delete", input)],
      answer: (call) => {
        const { bucket, version } = find(call);
        bucket.objects.update(version, { tags: undefined });
        return { VersionId: versionMember(bucket, version) };
      },
    }),
  };
}

function permission(verb: string, input: Tagged): ReturnType<typeof onObject> {
  const { VersionId: id } = input;
  return id === undefined
    ? onObject(`${verb}ObjectTagging`, input)
    : onObject(`${verb}ObjectVersionTagging`, input, { "s3:VersionId": id });
}
