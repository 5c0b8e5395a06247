import { randomUUID } from "node:crypto";
import * as fs from "node:fs";
import * as path from "node:path";
import type { Clock } from "../../core/clock";
import type { Context, Iam } from "../../iam";
import { bucketsOf, type BucketSettings, type StoredObject } from "./bucket";
import { fileOf, VERSIONS, walkFiles } from "./key-files";
import { applyRule, type Expirable } from "./lifecycle";
import type { Resource } from "../../core/model";
import { notAuthorized } from "../../core/access-denied";

export type { StoredObject } from "./bucket";

interface Bucket extends BucketSettings {
  folder: string;
  /** counts what changes its objects, so that a listing is known to be good still */
  changes: number;
  /** the last listing of each prefix */
  readonly listings: Map<string, { changes: number; objects: readonly StoredObject[] }>;
}

/** What keeps an object from being written: a refusal is final until a role changes, a full disk is the machine's. */
export class S3Error extends Error {
  constructor(
    readonly code: "AccessDenied" | "NoSuchBucket" | "NoSuchKey" | "KMS.AccessDenied",
    message: string,
  ) {
    super(message);
  }
}

/**
 * S3 as folders: a bucket is a folder, an object a file whose modification time is the local clock's. An object appears
 * under its key in one step (written elsewhere, renamed), so a reader never sees half of one.
 */
export class S3 {
  private readonly buckets = new Map<string, Bucket>();
  private readonly folders = new Set<string>();
  private readonly temporary: string;

  constructor(
    resources: readonly Resource[],
    root: string,
    private readonly clock: Clock,
    private readonly iam: Iam,
    private readonly region: string,
  ) {
    this.temporary = path.join(root, ".tmp");
    for (const settings of bucketsOf(resources)) {
      const folder = path.join(root, settings.name);
      fs.mkdirSync(folder, { recursive: true });
      this.buckets.set(settings.name, { ...settings, folder, changes: 0, listings: new Map() });
    }
  }

  /** Removes what a killed process left half written. Only the owner of the data folder may. */
  clean(): void {
    fs.rmSync(this.temporary, { recursive: true, force: true });
    fs.mkdirSync(this.temporary, { recursive: true });
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
    const bucket = this.bucket(bucketName);
    const resource = keyArn ?? bucket.keyArn;
    if (resource === undefined) return undefined;
    return {
      resource,
      context: {
        "kms:ViaService": `s3.${this.region}.amazonaws.com`,
        // With bucket keys, which our buckets have, the bucket is the context
        // (https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucket-key.html#bucket-key-overview).
        "kms:EncryptionContext:aws:s3:arn": `arn:aws:s3:::${bucketName}${bucket.bucketKey ? "" : `/${key}`}`,
      },
    };
  }

  /** Where the objects of a bucket lie. */
  folder(bucket: string): string {
    return this.bucket(bucket).folder;
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
      return this.store(principal, bucketName, key, temporary, bytes.length, keyArn);
    } catch (error) {
      fs.rmSync(temporary, { force: true });
      throw error;
    }
  }

  /** A name for a file that `putFile` will take; what a killed process leaves there is removed at the next start. */
  temporaryFile(): string {
    return path.join(this.temporary, randomUUID());
  }

  /** PutObject of a file that was written beside the buckets, which becomes the object. @throws as `put` does; the file is then still there */
  putFile(principal: string, bucketName: string, key: string, temporary: string, keyArn?: string): StoredObject {
    return this.store(principal, bucketName, key, temporary, fs.statSync(temporary).size, keyArn);
  }

  private store(
    principal: string,
    bucketName: string,
    key: string,
    temporary: string,
    bytes: number,
    keyArn: string | undefined,
  ): StoredObject {
    const bucket = this.bucket(bucketName);
    this.decide(principal, "s3:PutObject", `arn:aws:s3:::${bucketName}/${key}`);
    this.useKey(principal, bucketName, key, "kms:GenerateDataKey", keyArn);
    const file = fileOf(bucket.folder, key);
    const folder = path.dirname(file);
    if (!this.folders.has(folder)) {
      fs.mkdirSync(folder, { recursive: true });
      this.folders.add(folder);
    }
    const modified = this.clock.now();
    fs.utimesSync(temporary, modified / 1000, modified / 1000);
    if (bucket.versioned && fs.existsSync(file)) this.keepVersion(bucket, key, file);
    fs.renameSync(temporary, file);
    bucket.changes++;
    return { key, file, bytes, modified };
  }

  /** The objects under a prefix, in the order of their keys. */
  list(bucketName: string, prefix: string): readonly StoredObject[] {
    const bucket = this.bucket(bucketName);
    const known = bucket.listings.get(prefix);
    if (known?.changes === bucket.changes) return known.objects;
    const { changes } = bucket;
    const objects = this.walk(bucket, prefix);
    bucket.listings.set(prefix, { changes, objects });
    return objects;
  }

  private walk(bucket: Bucket, prefix: string): StoredObject[] {
    const objects: StoredObject[] = [];
    // Only the folder that the prefix names needs to be walked.
    const start = prefix.slice(0, prefix.lastIndexOf("/") + 1);
    const folder = start === "" ? bucket.folder : fileOf(bucket.folder, start.slice(0, -1));
    walkFiles(folder, start, (key, file) => {
      if (!key.startsWith(prefix)) return;
      const stat = fs.statSync(file);
      objects.push({ key, file, bytes: stat.size, modified: stat.mtimeMs });
    });
    return objects.sort((a, b) => (a.key < b.key ? -1 : 1));
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
    const source = fileOf(this.bucket(from.bucket).folder, from.key);
    if (!fs.existsSync(source)) throw new S3Error("NoSuchKey", `The specified key does not exist: ${from.key}`);
    const temporary = this.temporaryFile();
    try {
      fs.copyFileSync(source, temporary);
      return this.putFile(principal, to.bucket, to.key, temporary);
    } finally {
      fs.rmSync(temporary, { force: true });
    }
  }

  /** DeleteObject; no object of the key is no error. @throws S3Error */
  delete(principal: string, bucketName: string, key: string): void {
    const bucket = this.bucket(bucketName);
    this.decide(principal, "s3:DeleteObject", `arn:aws:s3:::${bucketName}/${key}`);
    const file = fileOf(bucket.folder, key);
    if (!fs.existsSync(file)) return;
    bucket.changes++;
    if (bucket.versioned) this.keepVersion(bucket, key, file);
    else fs.rmSync(file);
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
    return fs.existsSync(fileOf(this.bucket(bucketName).folder, key));
  }

  /** Whether a lifecycle rule may find something by now. */
  get expiryDue(): boolean {
    const now = this.clock.now();
    return [...this.buckets.values()].some(({ lifecycle }) => lifecycle.some(({ idleUntil }) => idleUntil <= now));
  }

  /** Lifecycle: what is due by the local clock expires; S3 looks once a day, at midnight UTC, and so does the caller. */
  expire(): void {
    const now = this.clock.now();
    for (const bucket of this.buckets.values())
      for (const rule of bucket.lifecycle)
        applyRule(rule, now, {
          objects: (prefix) => this.walk(bucket, prefix).map((object) => this.expirable(bucket, object)),
          versions: (prefix) => versionsOf(bucket, prefix),
        });
  }

  private expirable(bucket: Bucket, { key, file, modified }: StoredObject): Expirable {
    return {
      since: modified,
      expire: () => {
        bucket.changes++;
        if (bucket.versioned) this.keepVersion(bucket, key, file);
        else fs.rmSync(file);
      },
    };
  }

  private keepVersion(bucket: Bucket, key: string, file: string): void {
    const kept = fileOf(path.join(bucket.folder, VERSIONS), `${key}!${this.clock.now()}`);
    fs.mkdirSync(path.dirname(kept), { recursive: true });
    fs.renameSync(file, kept);
  }

  private bucket(name: string): Bucket {
    const bucket = this.buckets.get(name);
    if (bucket === undefined) throw new S3Error("NoSuchBucket", `The specified bucket does not exist: ${name}`);
    return bucket;
  }
}

/** The noncurrent versions under a prefix; `walkFiles` names them `KEY!TIME`. */
function versionsOf(bucket: Bucket, prefix: string): Expirable[] {
  const versions: Expirable[] = [];
  walkFiles(path.join(bucket.folder, VERSIONS), "", (name, file) => {
    if (!name.startsWith(prefix)) return;
    versions.push({ since: Number(name.slice(name.lastIndexOf("!") + 1)), expire: () => fs.rmSync(file) });
  });
  return versions;
}
