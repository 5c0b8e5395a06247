import type {
  DeletedObject,
  DeleteObjectOutput,
  DeleteObjectRequest,
  DeleteObjectsOutput,
  DeleteObjectsRequest,
  _Error as DeleteError,
} from "@aws-sdk/client-s3";
import { S3_LIMITS } from "../../../../aws/limits/s3-objects";
import { ApiError, type ApiCall, type Operation, type Permission } from "../../../api";
import type { Bucket } from "../bucket-store";
import type { S3 } from "../s3";
import { hasEtag } from "./conditions";
import { checkBody } from "./payload";
import { bucketOf, onObject, s3Error, s3Operation } from "./row";

const NO_LOCKS = "objects are not locked here, so there is no retention to go around";

/** DeleteObject and DeleteObjects. */
export function deleteOperations(s3: S3): Record<string, Operation<never>> {
  return {
    // https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteObject.html
    DeleteObject: s3Operation<DeleteObjectRequest, DeleteObjectOutput>({
      takes: ["Key", "VersionId", "IfMatch"],
      ignores: { BypassGovernanceRetention: NO_LOCKS },
      permissions: (input) => [deletePermission(input)],
      answer: ({ input }) => {
        const { VersionId, DeleteMarker } = deleteOne(
          s3,
          bucketOf(s3, input),
          input.Key!,
          input.VersionId,
          input.IfMatch,
        );
        return { VersionId, DeleteMarker };
      },
    }),
    // https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteObjects.html
    DeleteObjects: s3Operation<DeleteObjectsRequest, DeleteObjectsOutput>({
      takes: ["Delete", "ChecksumAlgorithm"],
      ignores: { BypassGovernanceRetention: NO_LOCKS },
      // Each key is decided on its own, and those that are refused are listed in the answer.
      permissions: () => [],
      answer: async (call) => {
        await checkBody(call);
        return deleteMany(s3, call);
      },
    }),
  };
}

function deletePermission(at: { Bucket?: string; Key?: string; VersionId?: string }): Permission {
  return at.VersionId === undefined
    ? onObject("DeleteObject", at)
    : onObject("DeleteObjectVersion", at, { "s3:VersionId": at.VersionId });
}

/** Deletes one object or version; what is not there is deleted already. @throws ApiError when the condition does not hold */
function deleteOne(
  s3: S3,
  bucket: Bucket,
  key: string,
  versionId: string | undefined,
  ifMatch: string | undefined,
): { VersionId?: string; DeleteMarker?: boolean } {
  if (ifMatch !== undefined) {
    const present = bucket.objects.get(key, versionId);
    if (present === undefined || "marker" in present) throw s3Error("NoSuchKey", undefined, { Key: key });
    if (!hasEtag(ifMatch, present.etag)) throw s3Error("PreconditionFailed", undefined, { Condition: "If-Match" });
  }
  if (versionId === undefined) {
    const marker = bucket.delete(key, s3.clock.now());
    return marker === undefined ? {} : { VersionId: marker, DeleteMarker: true };
  }
  const deleted = bucket.deleteVersion(key, versionId);
  return { VersionId: versionId, DeleteMarker: deleted !== undefined && "marker" in deleted ? true : undefined };
}

function deleteMany(s3: S3, call: ApiCall<DeleteObjectsRequest>): DeleteObjectsOutput {
  const { Bucket: name, Delete: wanted } = call.input;
  const bucket = bucketOf(s3, call.input);
  const objects = wanted?.Objects ?? [];
  if (objects.length === 0 || objects.length > S3_LIMITS.deletes)
    throw s3Error("MalformedXML", `The XML lists ${objects.length} objects; 1 to ${S3_LIMITS.deletes} are legal`);
  const deleted: DeletedObject[] = [];
  const errors: DeleteError[] = [];
  for (const { Key: key, VersionId, ETag } of objects) {
    try {
      call.authorize(deletePermission({ Bucket: name, Key: key, VersionId }));
      if (key === undefined || Buffer.byteLength(key) > S3_LIMITS.keyBytes) throw s3Error("KeyTooLongError");
      const result = deleteOne(s3, bucket, key, VersionId, ETag);
      const marker = result.DeleteMarker === true;
      deleted.push({
        Key: key,
        VersionId,
        DeleteMarker: marker ? true : undefined,
        DeleteMarkerVersionId: marker ? result.VersionId : undefined,
      });
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      errors.push({ Key: key, VersionId, Code: error.code, Message: error.message });
    }
  }
  return { Deleted: wanted?.Quiet === true ? undefined : deleted, Errors: errors };
}
