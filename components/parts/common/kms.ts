import * as pulumi from "@pulumi/pulumi";
import type { AwsContext } from "./aws-context";
import type { Statement } from "./role";

/**
 * Statements for a customer's key, none without one. Each allows only calls that come through the service in question. The key's own
 * policy must allow the roles as well. https://docs.aws.amazon.com/kms/latest/developerguide/conditions-kms.html#conditions-kms-via-service
 */
type Key = pulumi.Input<string> | undefined;

/** The key of a resource if it is a customer's: those of AWS are named by their alias, and need no statement. */
export function customerKey(keyId: Key): Key {
  return typeof keyId === "string" && !keyId.startsWith("arn:") ? undefined : keyId;
}

/** PutRecord on a stream that is encrypted with the key. */
export function writesStream(key: Key, aws: AwsContext): Statement[] {
  if (key === undefined) return [];
  return [
    {
      Sid: "EncryptStream",
      Effect: "Allow",
      Action: ["kms:GenerateDataKey"],
      Resource: [key],
      Condition: { StringEquals: { "kms:ViaService": aws.endpoint("kinesis") } },
    },
  ];
}

/** GetRecords on a stream that is encrypted with the key. */
export function readsStream(key: Key, aws: AwsContext): Statement[] {
  if (key === undefined) return [];
  return [
    {
      Sid: "DecryptStream",
      Effect: "Allow",
      Action: ["kms:Decrypt"],
      Resource: [key],
      Condition: { StringEquals: { "kms:ViaService": aws.endpoint("kinesis") } },
    },
  ];
}

/**
 * PutObject with the key, and the parts of a multipart upload, which are read again. The encryption context is the object's ARN, or the
 * bucket's where bucket keys are on, as in our buckets.
 */
export function writesObjects(
  key: Key,
  aws: AwsContext,
  bucket: pulumi.Input<string>,
  prefixes: pulumi.Input<string>[],
): Statement[] {
  if (key === undefined) return [];
  return [
    {
      Sid: "EncryptObjects",
      Effect: "Allow",
      Action: ["kms:GenerateDataKey", "kms:Decrypt"],
      Resource: [key],
      Condition: {
        StringEquals: { "kms:ViaService": aws.endpoint("s3") },
        StringLike: {
          "kms:EncryptionContext:aws:s3:arn": [
            aws.bucket(bucket),
            ...prefixes.map((prefix) => aws.bucket(bucket, pulumi.interpolate`${prefix}*`)),
          ],
        },
      },
    },
  ];
}

/** GetObject below a prefix of a bucket that is encrypted with the key. @param number tells the statements of several buckets apart */
export function readsObjects(
  key: Key,
  aws: AwsContext,
  bucket: pulumi.Input<string>,
  prefix: string,
  number: string,
): Statement[] {
  if (key === undefined) return [];
  return [
    {
      Sid: `DecryptObjects${number}`,
      Effect: "Allow",
      Action: ["kms:Decrypt"],
      Resource: [key],
      Condition: {
        StringEquals: { "kms:ViaService": aws.endpoint("s3") },
        StringLike: {
          "kms:EncryptionContext:aws:s3:arn": [aws.bucket(bucket), aws.bucket(bucket, `${prefix}*`)],
        },
      },
    },
  ];
}

/** SendMessage to a queue that is encrypted with the key; SQS decrypts the data key to see that it is whole. */
export function sendsMessages(key: Key, aws: AwsContext): Statement[] {
  if (key === undefined) return [];
  return [
    {
      Sid: "EncryptMessages",
      Effect: "Allow",
      Action: ["kms:GenerateDataKey", "kms:Decrypt"],
      Resource: [key],
      Condition: { StringEquals: { "kms:ViaService": aws.endpoint("sqs") } },
    },
  ];
}
