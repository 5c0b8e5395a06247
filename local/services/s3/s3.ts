import { randomUUID } from "node:crypto";
import * as fs from "node:fs";
import * as path from "node:path";
import type { Clock } from "../../core/clock";
import type { Context, Iam } from "../../iam";
import { TYPES, ofType, type Properties, type Resource } from "../../core/model";
import { customerKey } from "../../core/customer-key";
import { notAuthorized } from "../../core/access-denied";

export interface StoredObject {
  key: string;
  /** where the object lies on this machine */
  file: string;
  bytes: number;
  /** ms since 1970-01-01 UTC, of the local clock */
  modified: number;
}

interface Bucket {
  name: string;
  folder: string;
  versioned: boolean;
  keyArn: string | undefined;
  /** whether one call to the key serves many objects; the bucket is then the encryption context, else the object */
  bucketKey: boolean;
  lifecycle: LifecycleRule[];
  /** counts what changes its objects, so that a listing is known to be good still */
  changes: number;
  /** the last listing of each prefix */
  readonly listings: Map<string, { changes: number; objects: readonly StoredObject[] }>;
}

interface LifecycleRule {
  prefix: string;
  days: number | undefined;
  noncurrentDays: number | undefined;
  /** ms since 1970-01-01 UTC: nothing of this rule is due before, so nobody need look */
  idleUntil: number;
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

const DAY = 86_400_000;
/** Noncurrent versions lie beside the keys in a folder of their own, `KEY!TIME`; keys of ours never begin with a dot. */
const VERSIONS = ".versions";
/** The name of a part of a key that is empty, as between two slashes. No escape is like it, nor like the next. */
const EMPTY = "~";
/** Ends a folder whose name goes on in the next. */
const CONTINUED = "~~";
/** Bytes of a file's name; the file systems of all platforms take 255. */
const PIECE_BYTES = 200;

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
    private readonly root: string,
    private readonly clock: Clock,
    private readonly iam: Iam,
    private readonly region: string,
  ) {
    this.temporary = path.join(root, ".tmp");
    const satellite = (type: string, bucket: string) =>
      ofType(resources, type).find((resource) => resource.inputs.bucket === bucket)?.inputs;
    for (const resource of ofType(resources, TYPES.bucket)) {
      const name: string = resource.outputs.bucket;
      const encryption = satellite(TYPES.bucketEncryption, name)?.rules?.[0];
      this.add(
        name,
        satellite(TYPES.bucketVersioning, name)?.versioningConfiguration?.status === "Enabled",
        customerKey(encryption?.applyServerSideEncryptionByDefault?.kmsMasterKeyId),
        encryption?.bucketKeyEnabled === true,
        satellite(TYPES.bucketLifecycle, name)?.rules ?? [],
      );
    }
    // A bucket of the user's own is not in the program; the delivery streams and tables name it, and here it is an empty one.
    for (const name of bucketsNamedBy(resources))
      if (!this.buckets.has(name)) this.add(name, false, undefined, false, []);
  }

  private add(
    name: string,
    versioned: boolean,
    keyArn: string | undefined,
    bucketKey: boolean,
    rules: Properties[],
  ): void {
    const folder = path.join(this.root, name);
    fs.mkdirSync(folder, { recursive: true });
    const lifecycle = rules
      .filter(({ status }) => status === "Enabled")
      .map((rule) => ({
        prefix: rule.filter?.prefix ?? rule.filter?.and?.prefix ?? "",
        days: rule.expiration?.days,
        noncurrentDays: rule.noncurrentVersionExpiration?.noncurrentDays,
        idleUntil: 0,
      }));
    this.buckets.set(name, { name, folder, versioned, keyArn, bucketKey, lifecycle, changes: 0, listings: new Map() });
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
        // With bucket keys, which our buckets have, the bucket is the context (building blocks 0.2).
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
      for (const rule of bucket.lifecycle) {
        if (rule.idleUntil > now) continue;
        rule.idleUntil = Infinity;
        const later = (time: number): void => {
          rule.idleUntil = Math.min(rule.idleUntil, time);
        };
        if (rule.days !== undefined) {
          // What is put from now on is due no earlier than this.
          later(due(now, rule.days));
          this.expireObjects(bucket, rule.prefix, rule.days, now, later);
        }
        if (rule.noncurrentDays !== undefined) {
          later(due(now, rule.noncurrentDays));
          this.expireVersions(bucket, rule.prefix, rule.noncurrentDays, now, later);
        }
      }
  }

  private expireObjects(
    bucket: Bucket,
    prefix: string,
    days: number,
    now: number,
    later: (time: number) => void,
  ): void {
    for (const object of this.walk(bucket, prefix)) {
      const time = due(object.modified, days);
      if (time > now) {
        later(time);
        continue;
      }
      bucket.changes++;
      if (bucket.versioned) this.keepVersion(bucket, object.key, object.file);
      else fs.rmSync(object.file);
    }
  }

  private expireVersions(
    bucket: Bucket,
    prefix: string,
    days: number,
    now: number,
    later: (time: number) => void,
  ): void {
    walkFiles(path.join(bucket.folder, VERSIONS), "", (name, file) => {
      const mark = name.lastIndexOf("!");
      if (!name.startsWith(prefix)) return;
      const time = due(Number(name.slice(mark + 1)), days);
      if (time <= now) fs.rmSync(file);
      else later(time);
    });
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

/** Midnight UTC after `days` full days (S3 rounds a lifecycle date up to the next midnight). */
function due(since: number, days: number): number {
  return Math.ceil((since + days * DAY) / DAY) * DAY;
}

/** Visits the files below a folder with the keys that they have. */
function walkFiles(folder: string, keyPrefix: string, visit: (key: string, file: string) => void): void {
  let entries: fs.Dirent[];
  try {
    entries = fs.readdirSync(folder, { withFileTypes: true });
  } catch {
    return; // nothing is there
  }
  for (const entry of entries) {
    const key = keyPrefix + unescapeSegment(entry.name);
    const file = path.join(folder, entry.name);
    if (!entry.isDirectory()) visit(key, file);
    else if (entry.name !== VERSIONS) walkFiles(file, entry.name.endsWith(CONTINUED) ? key : `${key}/`, visit);
  }
}

/** A key's file. What a file's name cannot carry on every system is written otherwise, one segment at a time. */
function fileOf(folder: string, key: string): string {
  const segments = key.split("/").flatMap((segment) => pieces(escapeSegment(segment)));
  return path.join(folder, ...segments);
}

/** Beside what file systems refuse, what SQL's readers take for a pattern, blanks and dots that Windows drops, and nothing at all. */
function escapeSegment(segment: string): string {
  if (segment === "") return EMPTY;
  return segment.replace(
    // eslint-disable-next-line no-control-regex -- control characters are what must not reach a file name
    /[<>:"\\|?*[\]{}\u0000-\u001f~]|[. ]$|^\.+$/g,
    (text) => [...text].map((c) => `~${c.charCodeAt(0).toString(16).toUpperCase().padStart(2, "0")}`).join(""),
  );
}

/** A name that is too long for a file system, as folders in each other; each but the last ends with a mark. */
function pieces(name: string): string[] {
  if (Buffer.byteLength(name) <= PIECE_BYTES) return [name];
  const found: string[] = [];
  let piece = "";
  // an escape or a character at a time
  for (const part of name.match(/~[0-9A-F]{2}|./gsu)!) {
    if (Buffer.byteLength(piece + part) > PIECE_BYTES) {
      found.push(piece + CONTINUED);
      piece = "";
    }
    piece += part;
  }
  return [...found, piece];
}

function unescapeSegment(name: string): string {
  if (name === EMPTY) return "";
  return name.includes("~")
    ? name
        .slice(0, name.endsWith(CONTINUED) ? -CONTINUED.length : undefined)
        .replace(/~([0-9A-F]{2})/g, (_, hex: string) => String.fromCharCode(parseInt(hex, 16)))
    : name;
}

function bucketsNamedBy(resources: readonly Resource[]): Set<string> {
  const names = new Set<string>();
  for (const stream of ofType(resources, TYPES.deliveryStream)) {
    const arn: string | undefined = stream.inputs.extendedS3Configuration?.bucketArn;
    if (arn !== undefined) names.add(arn.split(":::")[1]!);
  }
  for (const table of ofType(resources, TYPES.table))
    names.add(parseS3Url(table.inputs.storageDescriptor.location).bucket);
  for (const workgroup of ofType(resources, TYPES.workgroup)) {
    const output: string | undefined = workgroup.inputs.configuration?.resultConfiguration?.outputLocation;
    if (output !== undefined) names.add(parseS3Url(output).bucket);
  }
  for (const machine of ofType(resources, TYPES.stateMachine))
    for (const { Resource: task, Arguments } of tasksOf(machine.inputs.definition))
      if (task.endsWith(":s3:copyObject")) names.add(Arguments.Bucket as string);
  return names;
}

/** The task states of a machine that stand in its outermost list. */
function tasksOf(definition: string): { Resource: string; Arguments: Properties }[] {
  const { States } = JSON.parse(definition) as { States: Record<string, Properties> };
  return Object.values(States).filter(({ Type }) => Type === "Task") as ReturnType<typeof tasksOf>;
}

/** `s3://bucket/prefix/` */
export function parseS3Url(url: string): { bucket: string; prefix: string } {
  const match = /^s3:\/\/([^/]+)\/?(.*)$/.exec(url);
  if (match === null) throw new Error(`not an S3 location: ${url}`);
  return { bucket: match[1]!, prefix: match[2]! };
}
