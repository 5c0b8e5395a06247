/**
 * The id or ARN of a customer managed key; undefined for an AWS managed key (`alias/aws/...`), for which callers need no permission of their own.
 * @see https://docs.aws.amazon.com/kms/latest/developerguide/concepts.html#aws-managed-cmk
 */
export function customerKey(keyId: string | undefined): string | undefined {
  return keyId === undefined || keyId.startsWith("alias/aws/") || keyId.includes(":alias/aws/") ? undefined : keyId;
}
