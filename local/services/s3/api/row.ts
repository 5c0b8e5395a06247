import { S3_LIMITS } from "../../../../aws/limits/s3-objects";
import { S3_ERRORS, type S3ErrorCode } from "../../../../aws/s3-errors";
import { ApiError } from "../../../api";
import { operation, type ApiCall, type Operation, type Permission } from "../../../api";
import { ACCOUNT } from "../../../core/model";
import type { Bucket } from "../bucket-store";
import { S3Error, type S3 } from "../s3";

/** Members that most requests of S3 can have. */
interface CommonInput {
  Bucket?: string;
  Key?: string;
  ExpectedBucketOwner?: string;
  RequestPayer?: string;
}

/** A row without the members that most requests have: the bucket, its expected owner, who pays. */
type Row<Input, Output> = Operation<Input, Output>;

/** Whoever owns everything here (https://docs.aws.amazon.com/AmazonS3/latest/userguide/finding-canonical-user-id.html). */
export const OWNER = { ID: "0".repeat(64), DisplayName: "you" };

const PAYER = "the bucket's owner pays for requests, and nobody does here";

/** An operation on objects. Errors of the core become S3's own. */
export function s3Operation<Input extends CommonInput, Output>(row: Row<Input, Output>): Operation<never> {
  return bucketOperation<Input, Output>({
    ...row,
    ignores: { ...row.ignores, RequestPayer: PAYER } as Row<Input, Output>["ignores"],
  });
}

/**
 * An operation whose requests never name who pays, such as those on a bucket's settings.
 * @param withOwner whether requests can name the bucket's expected owner
 */
export function bucketOperation<Input extends CommonInput, Output>(
  row: Row<Input, Output>,
  withOwner = true,
): Operation<never> {
  const common = withOwner ? ["Bucket", "ExpectedBucketOwner"] : ["Bucket"];
  return operation<Input, Output>({
    ...row,
    takes: [...row.takes, ...common] as Row<Input, Output>["takes"],
    permissions: row.permissions,
    answer: async (call) => {
      const { Key, ExpectedBucketOwner: owner } = call.input;
      checkOwner(owner);
      if (Key !== undefined && Buffer.byteLength(Key) > S3_LIMITS.keyBytes)
        throw s3Error("KeyTooLongError", undefined, {
          Size: Buffer.byteLength(Key),
          MaxSizeAllowed: S3_LIMITS.keyBytes,
        });
      return inS3(() => row.answer(call));
    },
  });
}

/** @throws ApiError for another account's bucket */
export function checkOwner(owner: string | undefined): void {
  if (owner !== undefined && owner !== ACCOUNT)
    throw s3Error("AccessDenied", `Access Denied: the owner of the bucket is ${ACCOUNT}, not ${owner}`);
}

/** Errors of the core as S3 answers them. */
async function inS3<T>(answer: () => T | Promise<T>): Promise<T> {
  try {
    return await answer();
  } catch (error) {
    if (error instanceof S3Error) {
      const code = error.code === "KMS.AccessDenied" ? "AccessDenied" : error.code;
      throw s3Error(code, error.message);
    }
    if ((error as NodeJS.ErrnoException).code === "ENAMETOOLONG")
      throw s3Error("KeyTooLongError", "Your key is too long for a path of this machine's file system");
    throw error;
  }
}

/**
 * An error of S3.
 * @param message where S3's own says too little
 * @param members further elements of the error
 * @param headers of the answer
 */
export function s3Error(
  code: S3ErrorCode,
  message?: string,
  members?: Readonly<Record<string, unknown>>,
  headers?: Readonly<Record<string, string>>,
): ApiError {
  const [status, byDefault] = S3_ERRORS[code];
  return new ApiError(status, code, message ?? byDefault, members, headers);
}

/** A permission on a bucket. */
export function onBucket(action: string, bucket: string | undefined, context?: Permission["context"]): Permission {
  return { action: `s3:${action}`, resource: `arn:aws:s3:::${bucket}`, ...(context === undefined ? {} : { context }) };
}

/** A permission on an object. */
export function onObject(
  action: string,
  { Bucket: bucket, Key: key }: { Bucket?: string; Key?: string },
  context?: Permission["context"],
): Permission {
  const resource = `arn:aws:s3:::${bucket}/${key}`;
  return { action: `s3:${action}`, resource, ...(context === undefined ? {} : { context }) };
}

/** The bucket of a call. @throws S3Error NoSuchBucket */
export function bucketOf(s3: S3, { Bucket: name }: CommonInput): Bucket {
  return s3.bucket(name!);
}

/** Decides the use of a customer's key. @throws ApiError */
export function useKey(
  s3: S3,
  call: Pick<ApiCall<unknown>, "authorize">,
  at: { Bucket?: string; Key?: string },
  action: "kms:Decrypt" | "kms:GenerateDataKey",
  keyArn?: string,
): void {
  const use = s3.keyUse(at.Bucket!, at.Key!, keyArn);
  if (use !== undefined) call.authorize({ action, ...use });
}
