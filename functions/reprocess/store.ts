/** The objects that a reprocess function reads and writes, with the SDK of the Lambda runtime. */
import type { S3Client } from "@aws-sdk/client-s3";
import type { Readable } from "node:stream";

/** An object as it is read. */
export interface SourceObject {
  body: Readable;
  /** without quotes */
  etag: string;
  /** ms since 1970 */
  modified: number;
}

/** Objects of S3. Every method rejects if S3 refuses. */
export interface ObjectStore {
  /** @throws an error with the name NoSuchKey */
  open(bucket: string, key: string): Promise<SourceObject>;
  /** an object's text; undefined if it is not there */
  text(bucket: string, key: string): Promise<string | undefined>;
  put(bucket: string, key: string, body: Uint8Array | string): Promise<void>;
  /** Puts an object unless it is there. @returns whether it was put */
  putNew(bucket: string, key: string, body: string): Promise<boolean>;
  remove(bucket: string, key: string): Promise<void>;
  /** keys in their order */
  list(bucket: string, prefix: string): AsyncIterable<string>;
}

/** Attempts of a call that S3 asks to be slower with; the SDK waits between them. */
const ATTEMPTS = 6;

/** @param kmsKeyArn a customer's key for what is written; undefined for the bucket's own encryption */
export function s3Store(kmsKeyArn: string | undefined): ObjectStore {
  let client: S3Client | undefined;
  const s3 = async () => {
    const sdk = await import("@aws-sdk/client-s3");
    client ??= new sdk.S3Client({ maxAttempts: ATTEMPTS });
    return { sdk, client };
  };
  const encryption =
    kmsKeyArn === undefined ? {} : ({ ServerSideEncryption: "aws:kms", SSEKMSKeyId: kmsKeyArn } as const);
  return {
    async open(Bucket, Key) {
      const { sdk, client } = await s3();
      const { Body, ETag = "", LastModified } = await client.send(new sdk.GetObjectCommand({ Bucket, Key }));
      return { body: Body as Readable, etag: ETag.replaceAll('"', ""), modified: LastModified?.getTime() ?? 0 };
    },
    async text(Bucket, Key) {
      const { sdk, client } = await s3();
      try {
        const { Body } = await client.send(new sdk.GetObjectCommand({ Bucket, Key }));
        return await Body!.transformToString();
      } catch (error) {
        if ((error as Error).name === "NoSuchKey") return undefined;
        throw error;
      }
    },
    async put(Bucket, Key, Body) {
      const { sdk, client } = await s3();
      await client.send(new sdk.PutObjectCommand({ Bucket, Key, Body, ...encryption }));
    },
    async putNew(Bucket, Key, Body) {
      const { sdk, client } = await s3();
      try {
        await client.send(new sdk.PutObjectCommand({ Bucket, Key, Body, IfNoneMatch: "*", ...encryption }));
        return true;
      } catch (error) {
        if (TAKEN.has((error as Error).name)) return false;
        throw error;
      }
    },
    async remove(Bucket, Key) {
      const { sdk, client } = await s3();
      await client.send(new sdk.DeleteObjectCommand({ Bucket, Key }));
    },
    async *list(Bucket, Prefix) {
      const { sdk, client } = await s3();
      for await (const { Contents = [] } of sdk.paginateListObjectsV2({ client }, { Bucket, Prefix }))
        for (const { Key } of Contents) yield Key!;
    },
  };
}

/** A conditional PUT found the object, or lost against another one. https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes.html */
const TAKEN = new Set(["PreconditionFailed", "ConditionalRequestConflict"]);
