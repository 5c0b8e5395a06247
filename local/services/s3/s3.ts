import { randomBytes, randomUUID } from "node:crypto";
import * as fs from "node:fs";
import * as path from "node:path";
import { isObject, readDataFile, replaceFile } from "../../core/data-file";
import { notAuthorized } from "../../core/access-denied";
import type { Clock } from "../../core/clock";
import type { Resource } from "../../core/model";
import type { Context, Iam } from "../../iam";
import { bucketsOf, type StoredObject } from "./bucket";
import { Bucket } from "./bucket-store";
import { etagOf } from "./etag";
import { KeyWalk } from "./key-walk";
import type { Encryption, ObjectFacts } from "./object-record";

export type { StoredObject } from "./bucket";

/** What keeps an object from being written: a refusal is final until a role changes, a full disk is the machine's. */
export class S3Error extends Error {
  constructor(
    readonly code: "AccessDenied" | "NoSuchBucket" | "NoSuchKey" | "KMS.AccessDenied",
    message: string,
  ) {
    super(message);
  }
}

/** Names what this process writes to the folder of temporary files; an upload in it survives that a deployment replaces the cloud. */
const PROCESS = randomBytes(6).toString("hex");

/**
 * S3 as folders: a bucket is a folder, an object a file whose modification time is the local clock's. An object appears
 * under its key in one step (written elsewhere, renamed), so a reader never sees half of one.
 */
export class S3 {
  private readonly buckets = new Map<string, Bucket>();
  private readonly temporary: string;

  constructor(
    resources: readonly Resource[],
    private readonly root: string,
    readonly clock: Clock,
    private readonly iam: Iam,
    readonly region: string,
  ) {
    this.temporary = path.join(root, ".tmp");
    const walk = new KeyWalk();
    for (const settings of bucketsOf(resources)) this.buckets.set(settings.name, new Bucket(settings, root, walk));
  }

  /** Removes what a killed process left half written, and notes when buckets were made. Only the owner of the data folder may. */
  clean(): void {
    fs.mkdirSync(this.temporary, { recursive: true });
    for (const name of fs.readdirSync(this.temporary))
      if (!name.startsWith(PROCESS)) fs.rmSync(path.join(this.temporary, name), { recursive: true, force: true });
    const known = this.created();
    const now = this.clock.now();
    replaceFile(
      this.createdFile,
      JSON.stringify(Object.fromEntries([...this.buckets.keys()].map((name) => [name, known[name] ?? now]))),
    );
  }

  /** When buckets were made, by name: ms since 1970-01-01 UTC. */
  created(): Readonly<Record<string, number>> {
    return readDataFile(this.createdFile, isTimes) ?? {};
  }

  private get createdFile(): string {
    return path.join(this.root, ".buckets.json");
  }

  /** All buckets, in the order of their names. */
  get all(): Bucket[] {
    return [...this.buckets.values()].sort((a, b) => (a.settings.name < b.settings.name ? -1 : 1));
  }

  /** @throws S3Error NoSuchBucket */
  bucket(name: string): Bucket {
    const bucket = this.buckets.get(name);
    if (bucket === undefined) throw new S3Error("NoSuchBucket", `The specified bucket does not exist: ${name}`);
    return bucket;
  }

  /**
   * What a service asks of a bucket before it writes there: GetBucketLocation, HeadBucket, ListMultipartUploads.
   * @returns the refusal, or undefined
   */
  locate(principal: string, bucketName: string): string | undefined {
    const resource = `arn:aws:s3:::${bucketName}`;
    for (const action of ["s3:GetBucketLocation", "s3:ListBucket", "s3:ListBucketMultipartUploads"]) {
      const { allowed, decidedBy } = this.iam.check({ principal, action, resource });
      if (!allowed) return notAuthorized(principal, action, resource, decidedBy);
    }
    return undefined;
  }

  /** HeadObject: whether the object is there, as far as the principal may know. */
  head(principal: string, bucketName: string, key: string): boolean {
    const resource = `arn:aws:s3:::${bucketName}/${key}`;
    return this.iam.check({ principal, action: "s3:GetObject", resource }).allowed && this.exists(bucketName, key);
  }

  /** The key that an object would be encrypted with, and the context that S3 calls it in; undefined for keys of AWS. */
  keyUse(bucketName: string, key: string, keyArn?: string): { resource: string; context: Context } | undefined {
    const { settings } = this.bucket(bucketName);
    const resource = keyArn ?? settings.keyArn;
    if (resource === undefined) return undefined;
    return {
      resource,
      context: {
        "kms:ViaService": `s3.${this.region}.amazonaws.com`,
        // With bucket keys, which our buckets have, the bucket is the context
        // (https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucket-key.html#bucket-key-overview).
        "kms:EncryptionContext:aws:s3:arn": `arn:aws:s3:::${bucketName}${settings.bucketKey ? "" : `/${key}`}`,
      },
    };
  }

  /** Where the objects of a bucket lie. */
  folder(bucket: string): string {
    return this.bucket(bucket).objects.folder;
  }

  /**
   * PutObject.
   * @param keyArn the key the caller asks for; without it the bucket's own setting counts
   * @throws S3Error when a role or bucket policy refuses; the file system's error when the disk does
   */
  put(principal: string, bucketName: string, key: string, bytes: Uint8Array, keyArn?: string): StoredObject {
    const temporary = this.temporaryFile();
    try {
      fs.writeFileSync(temporary, bytes);
      return this.store(principal, bucketName, key, temporary, bytes, keyArn);
    } catch (error) {
      fs.rmSync(temporary, { force: true });
      throw error;
    }
  }

  /** A name for a file that `putFile` will take; what a killed process leaves there is removed at the next start. */
  temporaryFile(): string {
    return path.join(this.temporary, `${PROCESS}-${randomUUID()}`);
  }

  /** PutObject of a file that was written beside the buckets, which becomes the object. @throws as `put` does; the file is then still there */
  putFile(principal: string, bucketName: string, key: string, temporary: string, keyArn?: string): StoredObject {
    return this.store(principal, bucketName, key, temporary, undefined, keyArn);
  }

  private store(
    principal: string,
    bucketName: string,
    key: string,
    temporary: string,
    bytes: Uint8Array | undefined,
    keyArn: string | undefined,
  ): StoredObject {
    const bucket = this.bucket(bucketName);
    this.decide(principal, "s3:PutObject", `arn:aws:s3:::${bucketName}/${key}`);
    this.useKey(principal, bucketName, key, "kms:GenerateDataKey", keyArn);
    const encryption: Encryption =
      keyArn === undefined ? bucket.settings.encryption : { algorithm: "aws:kms", keyId: keyArn };
    return this.stored(bucket, key, temporary, { etag: etagOf(temporary, bytes, encryption), encryption });
  }

  private stored(bucket: Bucket, key: string, temporary: string, facts: ObjectFacts): StoredObject {
    const { file, size, modified } = bucket.put(key, temporary, facts, this.clock.now());
    return { key, file, bytes: size, modified };
  }

  /** The objects under a prefix, in the order of their keys. */
  list(bucketName: string, prefix: string): readonly StoredObject[] {
    return this.bucket(bucketName).list(prefix);
  }

  /** A call on a bucket itself, such as GetBucketLocation. @throws S3Error */
  check(principal: string, action: string, bucketName: string, context: Readonly<Record<string, string>> = {}): void {
    this.bucket(bucketName);
    this.decide(principal, action, `arn:aws:s3:::${bucketName}`, context);
  }

  /** What GetObject asks. @throws S3Error */
  mayRead(principal: string, bucketName: string, key: string): void {
    this.decide(principal, "s3:GetObject", `arn:aws:s3:::${bucketName}/${key}`);
    this.useKey(principal, bucketName, key, "kms:Decrypt");
  }

  private useKey(principal: string, bucketName: string, key: string, action: string, keyArn?: string): void {
    const use = this.keyUse(bucketName, key, keyArn);
    if (use === undefined) return;
    const { allowed, decidedBy } = this.iam.check({ principal, action, ...use });
    if (!allowed) throw new S3Error("KMS.AccessDenied", notAuthorized(principal, action, use.resource, decidedBy));
  }

  /** ListObjectsV2. @throws S3Error */
  listFor(principal: string, bucketName: string, prefix: string): readonly StoredObject[] {
    this.check(principal, "s3:ListBucket", bucketName, { "s3:prefix": prefix });
    return this.list(bucketName, prefix);
  }

  /** CopyObject: GetObject of the source, PutObject of the copy. @throws S3Error */
  copy(principal: string, from: { bucket: string; key: string }, to: { bucket: string; key: string }): StoredObject {
    this.mayRead(principal, from.bucket, from.key);
    const source = this.bucket(from.bucket).objects.get(from.key);
    if (source === undefined || "marker" in source)
      throw new S3Error("NoSuchKey", `The specified key does not exist: ${from.key}`);
    const bucket = this.bucket(to.bucket);
    this.decide(principal, "s3:PutObject", `arn:aws:s3:::${to.bucket}/${to.key}`);
    this.useKey(principal, to.bucket, to.key, "kms:GenerateDataKey");
    const temporary = this.temporaryFile();
    try {
      fs.copyFileSync(source.file, temporary, fs.constants.COPYFILE_FICLONE);
      const { etag, headers, metadata, tags, checksum } = source;
      const { encryption } = bucket.settings;
      return this.stored(bucket, to.key, temporary, { etag, headers, metadata, tags, checksum, encryption });
    } finally {
      fs.rmSync(temporary, { force: true });
    }
  }

  /** DeleteObject; no object of the key is no error. @throws S3Error */
  delete(principal: string, bucketName: string, key: string): void {
    const bucket = this.bucket(bucketName);
    this.decide(principal, "s3:DeleteObject", `arn:aws:s3:::${bucketName}/${key}`);
    bucket.delete(key, this.clock.now());
  }

  private decide(
    principal: string,
    action: string,
    resource: string,
    more: Readonly<Record<string, string>> = {},
  ): void {
    const context = { "aws:SecureTransport": "true", ...more };
    const decision = this.iam.check({ principal, action, resource, context });
    if (!decision.allowed)
      throw new S3Error("AccessDenied", notAuthorized(principal, action, resource, decision.decidedBy));
  }

  exists(bucketName: string, key: string): boolean {
    return this.bucket(bucketName).objects.locate(key) !== undefined;
  }

  /** Whether a lifecycle rule may find something by now. */
  get expiryDue(): boolean {
    const now = this.clock.now();
    return this.all.some(({ settings }) => settings.lifecycle.some(({ idleUntil }) => idleUntil <= now));
  }

  /** Lifecycle: what is due by the local clock expires; S3 looks once a day, at midnight UTC, and so does the caller. */
  expire(): void {
    for (const bucket of this.buckets.values()) bucket.expire(this.clock.now());
  }
}

function isTimes(value: unknown): value is Record<string, number> {
  return isObject(value) && Object.values(value).every((time) => typeof time === "number");
}
