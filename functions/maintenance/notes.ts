/**
 * What the maintenance of a datastore remembers between its runs: small JSON objects below a prefix of the datastore's bucket, and a lease, so
 * that two runs never work at the same time.
 */
import type { S3Client } from "@aws-sdk/client-s3";

/** A note and the tag of its version. */
export interface Note<T> {
  value: T;
  etag: string;
}

/** Notes by name. */
export interface Notes {
  read<T>(name: string): Promise<Note<T> | undefined>;
  write(name: string, value: unknown): Promise<void>;
  /**
   * Writes a note only if nobody else has since.
   * @param etag of the version that it takes the place of; undefined if there is to be none
   * @returns whether it did
   */
  claim(name: string, value: unknown, etag: string | undefined): Promise<boolean>;
  remove(name: string): Promise<void>;
  /** names that begin with this */
  names(start: string): AsyncIterable<string>;
}

/** Notes below a place in S3. @param place `s3://BUCKET/PREFIX/` */
export function s3Notes(client: S3Client, place: string): Notes {
  const [, Bucket = "", prefix = ""] = /^s3:\/\/([^/]+)\/(.*)$/.exec(place) ?? [];
  const sdk = () => import("@aws-sdk/client-s3");
  const at = (name: string) => ({ Bucket, Key: `${prefix}${name}.json` });
  const body = (value: unknown) => ({ Body: `${JSON.stringify(value)}\n`, ContentType: "application/json" });
  return {
    async read<T>(name: string) {
      const { GetObjectCommand, ListObjectsV2Command } = await sdk();
      // Who may list a prefix only is refused an object that is not there, as one that must not be read.
      const { Key } = at(name);
      const { Contents = [] } = await client.send(new ListObjectsV2Command({ Bucket, Prefix: Key, MaxKeys: 1 }));
      if (Contents[0]?.Key !== Key) return undefined;
      try {
        const { Body, ETag = "" } = await client.send(new GetObjectCommand({ Bucket, Key }));
        return { value: JSON.parse(await Body!.transformToString()) as T, etag: ETag };
      } catch (error) {
        if ((error as Error).name === "NoSuchKey") return undefined;
        throw error;
      }
    },
    async write(name, value) {
      const { PutObjectCommand } = await sdk();
      await client.send(new PutObjectCommand({ ...at(name), ...body(value) }));
    },
    async claim(name, value, etag) {
      const { PutObjectCommand } = await sdk();
      const condition = etag === undefined ? { IfNoneMatch: "*" } : { IfMatch: etag };
      try {
        await client.send(new PutObjectCommand({ ...at(name), ...body(value), ...condition }));
        return true;
      } catch (error) {
        // Another run was first, at the same time, or has removed the note meanwhile.
        if (LOST.has((error as Error).name)) return false;
        throw error;
      }
    },
    async remove(name) {
      const { DeleteObjectCommand } = await sdk();
      await client.send(new DeleteObjectCommand(at(name)));
    },
    async *names(start) {
      const { paginateListObjectsV2 } = await sdk();
      for await (const { Contents = [] } of paginateListObjectsV2({ client }, { Bucket, Prefix: `${prefix}${start}` }))
        for (const { Key = "" } of Contents) yield Key.slice(prefix.length).replace(/\.json$/, "");
    },
  };
}

/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes.html */
const LOST = new Set(["PreconditionFailed", "ConditionalRequestConflict", "NoSuchKey"]);

const LEASE = "lease";

/**
 * Runs something while nobody else does. A run that was killed leaves its lease behind, which is over at a time when the run cannot be
 * working any more, since Lambda ends an invocation at its time limit.
 * @param until ms since 1970-01-01 UTC, when the lease is over at the latest
 * @returns what it has returned; undefined if another run is at work
 */
export async function withLease<T>(
  notes: Notes,
  { now, until }: { now: number; until: number },
  work: () => Promise<T>,
): Promise<T | undefined> {
  const held = await notes.read<{ until: number }>(LEASE);
  if (held !== undefined && held.value.until > now) return undefined;
  if (!(await notes.claim(LEASE, { until }, held?.etag))) return undefined;
  try {
    return await work();
  } finally {
    await notes.remove(LEASE);
  }
}
