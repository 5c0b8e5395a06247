import assert from "node:assert/strict";
import { createHash, randomBytes } from "node:crypto";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { Readable } from "node:stream";
import {
  AbortMultipartUploadCommand,
  ChecksumAlgorithm,
  CompleteMultipartUploadCommand,
  CopyObjectCommand,
  CreateBucketCommand,
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  DeleteObjectsCommand,
  GetBucketEncryptionCommand,
  GetBucketLifecycleConfigurationCommand,
  GetBucketLocationCommand,
  GetBucketTaggingCommand,
  GetObjectCommand,
  GetObjectTaggingCommand,
  HeadObjectCommand,
  ListBucketsCommand,
  ListMultipartUploadsCommand,
  ListObjectsCommand,
  ListObjectsV2Command,
  ListObjectVersionsCommand,
  PutObjectCommand,
  PutObjectTaggingCommand,
  S3Client,
  UploadPartCommand,
  type S3ServiceException,
} from "@aws-sdk/client-s3";
import { ApiEndpoint } from "../../../../../local/api";
import { Clock } from "../../../../../local/core/clock";
import { Credentials } from "../../../../../local/core/credentials";
import { Defects } from "../../../../../local/core/defects";
import { ACCOUNT, TYPES, type Resource } from "../../../../../local/core/model";
import { LOCAL_ADMIN_ARN } from "../../../../../local/core/principals";
import { HttpServer } from "../../../../../local/http";
import { Iam } from "../../../../../local/iam";
import { s3Api } from "../../../../../local/services/s3/api";
import { S3 } from "../../../../../local/services/s3/s3";

const ROLE = `arn:aws:iam::${ACCOUNT}:role/reader`;
const Bucket = "data-bucket";

function resource(type: string, inputs: object, outputs: object = inputs): Resource {
  return { urn: type, type, name: "x", custom: true, id: "x", dependencies: [], inputs, outputs };
}

const RESOURCES = [
  resource(TYPES.bucket, { bucket: Bucket, tags: { team: "plant" } }),
  resource(TYPES.bucket, { bucket: "versions" }),
  resource(TYPES.bucketVersioning, { bucket: "versions", versioningConfiguration: { status: "Enabled" } }),
  resource(TYPES.bucketLifecycle, {
    bucket: "versions",
    rules: [
      {
        id: "old",
        status: "Enabled",
        filter: { prefix: "tmp/" },
        expiration: { days: 2 },
        abortIncompleteMultipartUpload: { daysAfterInitiation: 1 },
      },
    ],
  }),
  resource(
    TYPES.role,
    { name: "reader", assumeRolePolicy: JSON.stringify({ Statement: [] }) },
    { name: "reader", arn: ROLE },
  ),
  resource(TYPES.rolePolicy, {
    role: "reader",
    name: "reader",
    policy: JSON.stringify({
      Statement: [
        { Effect: "Allow", Action: ["s3:GetObject", "s3:DeleteObject"], Resource: `arn:aws:s3:::${Bucket}/open/*` },
        {
          Effect: "Allow",
          Action: "s3:PutObject",
          Resource: `arn:aws:s3:::${Bucket}/*`,
          Condition: { StringEquals: { "s3:x-amz-storage-class": "STANDARD_IA" } },
        },
        {
          Effect: "Allow",
          Action: "s3:ListBucket",
          Resource: `arn:aws:s3:::${Bucket}`,
          Condition: { StringLike: { "s3:prefix": "open/*" } },
        },
      ],
    }),
  }),
];

describe("local/services/s3/api, as the SDK calls it", () => {
  let folder: string,
    endpoint: string,
    server: HttpServer,
    s3: S3,
    iam: Iam,
    defects: Defects,
    client: S3Client,
    clock: Clock;
  const credentials = new Credentials();
  const clientOf = (keys: object): S3Client =>
    new S3Client({
      endpoint,
      region: "eu-central-1",
      credentials: keys as never,
      forcePathStyle: true,
      maxAttempts: 1,
    });

  beforeEach(async () => {
    folder = fs.mkdtempSync(path.join(os.tmpdir(), "s3-api-"));
    defects = new Defects();
    clock = new Clock(Date.UTC(2026, 0, 1, 12));
    await open();
  });
  afterEach(async () => {
    client.destroy();
    await server.close();
    fs.rmSync(folder, { recursive: true });
    assert.deepEqual(defects.list(), []);
  });

  async function open(): Promise<void> {
    iam = new Iam(RESOURCES, ACCOUNT);
    s3 = new S3(RESOURCES, folder, clock, iam, "eu-central-1");
    s3.clean();
    const api = new ApiEndpoint({ credentials, backend: () => ({ iam, apis: [s3Api({ s3 })] }), defects });
    server = new HttpServer({ api, defects });
    endpoint = `http://127.0.0.1:${await server.listen(0)}`;
    client = clientOf({ accessKeyId: "AKIAEXAMPLE", secretAccessKey: "whatever" });
  }

  async function restart(): Promise<void> {
    client.destroy();
    await server.close();
    await open();
  }

  const refused = (promise: Promise<unknown>, name: string, status: number): Promise<void> =>
    assert.rejects(promise, (error: S3ServiceException) => {
      assert.equal(error.name, name, error.message);
      assert.equal(error.$metadata.httpStatusCode, status);
      return true;
    });
  const put = (Key: string, Body: string | Buffer, more: object = {}): Promise<{ ETag?: string; VersionId?: string }> =>
    client.send(new PutObjectCommand({ Bucket, Key, Body, ...more }));
  const get = async (Key: string, more: object = {}): Promise<string> =>
    (await client.send(new GetObjectCommand({ Bucket, Key, ...more }))).Body!.transformToString();

  it("puts objects with all that is kept of them, which services and another start see", async () => {
    const body = randomBytes(3000);
    await put("a/key ü+%", body, {
      ContentType: "text/plain",
      CacheControl: "no-store",
      Metadata: { owner: "me" },
      Tagging: "a=b",
      StorageClass: "GLACIER_IR",
    });
    await restart();
    const got = await client.send(new GetObjectCommand({ Bucket, Key: "a/key ü+%", ChecksumMode: "ENABLED" }));
    assert.deepEqual(Buffer.from(await got.Body!.transformToByteArray()), body);
    assert.equal(got.ETag, `"${createHash("md5").update(body).digest("hex")}"`);
    assert.deepEqual(
      [
        got.ContentType,
        got.CacheControl,
        got.Metadata,
        got.TagCount,
        got.StorageClass,
        got.ChecksumType,
        got.LastModified,
      ],
      ["text/plain", "no-store", { owner: "me" }, 1, "GLACIER_IR", "FULL_OBJECT", new Date(clock.now())],
    );
    assert.deepEqual(
      s3.list(Bucket, "a/").map(({ key, bytes }) => [key, bytes]),
      [["a/key ü+%", 3000]],
    );
    s3.put(LOCAL_ADMIN_ARN, Bucket, "by/service", Buffer.from("x"));
    assert.equal(await get("by/service"), "x");
  });

  it("takes a stream in chunks with each checksum after it, and refuses what was damaged on the way", async () => {
    for (const algorithm of [
      ChecksumAlgorithm.CRC32,
      ChecksumAlgorithm.CRC32C,
      ChecksumAlgorithm.CRC64NVME,
      ChecksumAlgorithm.SHA1,
      ChecksumAlgorithm.SHA256,
    ]) {
      const pieces = [Buffer.alloc(70_000, "a"), Buffer.alloc(5, "b"), Buffer.alloc(200_000, "c")];
      await client.send(
        new PutObjectCommand({
          Bucket,
          Key: "s",
          Body: Readable.from(pieces),
          ContentLength: 270_005,
          ChecksumAlgorithm: algorithm,
          ContentEncoding: "gzip",
        }),
      );
      const head = await client.send(new HeadObjectCommand({ Bucket, Key: "s", ChecksumMode: "ENABLED" }));
      assert.equal(head.ContentLength, 270_005);
      assert.equal(head.ContentEncoding, "gzip", "aws-chunked is the request's, not the object's");
      assert.ok(head[`Checksum${algorithm}` as "ChecksumCRC32"]);
    }
    await refused(put("bad", "x", { ChecksumCRC32: "AAAAAA==" }), "BadDigest", 400);
    await refused(put("bad", "x", { ContentMD5: createHash("md5").digest("base64") }), "BadDigest", 400);
    await refused(get("bad"), "NoSuchKey", 404);
    const Tagging = { TagSet: [{ Key: "a", Value: "b" }] };
    const wrongly = { Bucket, Key: "s", Tagging, ContentMD5: createHash("md5").digest("base64") };
    await refused(client.send(new PutObjectTaggingCommand(wrongly)), "BadDigest", 400);
    await client.send(new PutObjectTaggingCommand({ Bucket, Key: "s", Tagging, ChecksumAlgorithm: "SHA256" }));
    assert.deepEqual(fs.readdirSync(path.join(folder, ".tmp")), []);
  });

  it("answers ranges and conditions", async () => {
    const { ETag } = await put("k", "0123456789");
    const part = await client.send(new GetObjectCommand({ Bucket, Key: "k", Range: "bytes=2-4" }));
    assert.deepEqual(
      [part.$metadata.httpStatusCode, part.ContentRange, await part.Body!.transformToString()],
      [206, "bytes 2-4/10", "234"],
    );
    assert.equal(await get("k", { Range: "bytes=-3" }), "789");
    assert.equal(await get("k", { Range: "bytes=8-99" }), "89");
    await refused(get("k", { Range: "bytes=10-" }), "InvalidRange", 416);
    await assert.rejects(get("k", { IfNoneMatch: ETag }), (error: S3ServiceException) => {
      assert.equal(error.$metadata.httpStatusCode, 304);
      assert.equal(error.$response!.headers.etag, ETag);
      return true;
    });
    await refused(get("k", { IfMatch: '"x"' }), "PreconditionFailed", 412);
    await refused(get("k", { IfUnmodifiedSince: new Date(clock.now() - 5000) }), "PreconditionFailed", 412);
    assert.equal(
      await get("k", { IfMatch: ETag, IfUnmodifiedSince: new Date(0) }),
      "0123456789",
      "If-Match comes first",
    );
    await refused(put("k", "x", { IfNoneMatch: "*" }), "PreconditionFailed", 412);
    await refused(put("k", "x", { IfMatch: '"x"' }), "PreconditionFailed", 412);
    await put("k", "new", { IfMatch: ETag });
    assert.equal(await get("k"), "new");
    const overridden = await client.send(
      new GetObjectCommand({ Bucket, Key: "k", ResponseContentType: "text/csv", ResponseCacheControl: "x" }),
    );
    assert.deepEqual([overridden.ContentType, overridden.CacheControl], ["text/csv", "x"]);
  });

  it("of writers that each say the key must be free, one writes", async () => {
    const all = await Promise.allSettled(
      Array.from({ length: 20 }, (_, i) => put("lock", String(i), { IfNoneMatch: "*" })),
    );
    assert.equal(all.filter(({ status }) => status === "fulfilled").length, 1);
  });

  it("lists by pages, with common prefixes", async () => {
    for (const key of ["a", "b/1", "b/2", "b-", "c/x/y", "d e", "z"]) await put(key, key);
    const first = await client.send(new ListObjectsV2Command({ Bucket, Delimiter: "/", MaxKeys: 3 }));
    assert.deepEqual(
      [first.Contents!.map(({ Key }) => Key), first.CommonPrefixes, first.IsTruncated, first.KeyCount],
      [["a", "b-"], [{ Prefix: "b/" }], true, 3],
    );
    const second = await client.send(
      new ListObjectsV2Command({
        Bucket,
        Delimiter: "/",
        ContinuationToken: first.NextContinuationToken,
        EncodingType: "url",
      }),
    );
    assert.deepEqual(
      [second.Contents!.map(({ Key }) => Key), second.CommonPrefixes, second.IsTruncated],
      [["d+e", "z"], [{ Prefix: "c/" }], false],
    );
    const old = await client.send(new ListObjectsCommand({ Bucket, Delimiter: "/", Marker: "b/", MaxKeys: 1 }));
    assert.deepEqual([old.CommonPrefixes, old.NextMarker], [[{ Prefix: "c/" }], "c/"]);
    await refused(client.send(new ListObjectsV2Command({ Bucket, ContinuationToken: "?" })), "InvalidArgument", 400);
    assert.equal((await client.send(new ListObjectsV2Command({ Bucket, MaxKeys: 0 }))).IsTruncated, false);
  });

  it("keeps versions and delete markers", async () => {
    const of = { Bucket: "versions", Key: "k" };
    const one = await put("k", "one", of);
    const two = await put("k", "two", of);
    const marker = await client.send(new DeleteObjectCommand(of));
    assert.equal(marker.DeleteMarker, true);
    await refused(client.send(new GetObjectCommand(of)), "NoSuchKey", 404);
    const versions = await client.send(new ListObjectVersionsCommand({ Bucket: "versions" }));
    assert.deepEqual(
      versions.Versions!.map(({ VersionId, IsLatest }) => [VersionId, IsLatest]),
      [
        [two.VersionId, false],
        [one.VersionId, false],
      ],
    );
    assert.deepEqual(
      versions.DeleteMarkers!.map(({ VersionId, IsLatest }) => [VersionId, IsLatest]),
      [[marker.VersionId, true]],
    );
    assert.equal(await get("k", { ...of, VersionId: one.VersionId }), "one");
    await client.send(new DeleteObjectCommand({ ...of, VersionId: marker.VersionId }));
    assert.equal(await get("k", of), "two");
    await refused(client.send(new GetObjectCommand({ ...of, VersionId: "none" })), "NoSuchVersion", 404);
  });

  it("uploads in parts survive a restart", async () => {
    const Key = "big";
    const parts = [randomBytes(5 * 1024 * 1024), Buffer.from("end")];
    const { UploadId } = await client.send(
      new CreateMultipartUploadCommand({
        Bucket,
        Key,
        ContentType: "x/y",
        ChecksumAlgorithm: "CRC32",
        ChecksumType: "FULL_OBJECT",
      }),
    );
    const one = await client.send(
      new UploadPartCommand({ Bucket, Key, UploadId, PartNumber: 1, Body: parts[0], ChecksumAlgorithm: "CRC32" }),
    );
    await restart();
    assert.equal((await client.send(new ListMultipartUploadsCommand({ Bucket }))).Uploads!.length, 1);
    const two = await client.send(
      new UploadPartCommand({ Bucket, Key, UploadId, PartNumber: 7, Body: parts[1], ChecksumAlgorithm: "CRC32" }),
    );
    const complete = (listed: object[]): Promise<{ ETag?: string; ChecksumType?: string }> =>
      client.send(new CompleteMultipartUploadCommand({ Bucket, Key, UploadId, MultipartUpload: { Parts: listed } }));
    const wanted = [
      { PartNumber: 1, ETag: one.ETag },
      { PartNumber: 7, ETag: two.ETag },
    ];
    await refused(complete([...wanted].reverse()), "InvalidPartOrder", 400);
    await refused(complete([{ PartNumber: 1, ETag: two.ETag }]), "InvalidPart", 400);
    const done = await complete(wanted);
    assert.match(done.ETag!, /-2"$/);
    assert.equal(done.ChecksumType, "FULL_OBJECT");
    const got = await client.send(new GetObjectCommand({ Bucket, Key }));
    assert.deepEqual(Buffer.from(await got.Body!.transformToByteArray()), Buffer.concat(parts));
    assert.equal(await get(Key, { PartNumber: 2 }), "end");
    await refused(complete(wanted), "NoSuchUpload", 404);
    assert.deepEqual(fs.readdirSync(path.join(folder, ".uploads", Bucket)), []);
  });

  it("refuses small parts before the last, and forgets an upload that is given up", async () => {
    const at = { Bucket, Key: "k" };
    const { UploadId } = await client.send(new CreateMultipartUploadCommand(at));
    const sent = [];
    for (const PartNumber of [1, 2])
      sent.push({
        PartNumber,
        ETag: (await client.send(new UploadPartCommand({ ...at, UploadId, PartNumber, Body: "x" }))).ETag,
      });
    await refused(
      client.send(new CompleteMultipartUploadCommand({ ...at, UploadId, MultipartUpload: { Parts: sent } })),
      "EntityTooSmall",
      400,
    );
    await client.send(new AbortMultipartUploadCommand({ ...at, UploadId }));
    await refused(
      client.send(new UploadPartCommand({ ...at, UploadId, PartNumber: 1, Body: "x" })),
      "NoSuchUpload",
      404,
    );
  });

  it("lifecycle rules say when an object expires, and give up unfinished uploads", async () => {
    const at = { Bucket: "versions", Key: "tmp/k" };
    await client.send(new PutObjectCommand({ ...at, Body: "x" }));
    const head = await client.send(new HeadObjectCommand(at));
    assert.equal(head.Expiration, 'expiry-date="Sun, 04 Jan 2026 00:00:00 GMT", rule-id="old"');
    await client.send(new CreateMultipartUploadCommand(at));
    await clock.advanceTo(Date.UTC(2026, 0, 4));
    s3.expire();
    assert.equal((await client.send(new ListMultipartUploadsCommand({ Bucket: "versions" }))).Uploads, undefined);
    await refused(client.send(new GetObjectCommand(at)), "NoSuchKey", 404);
    const { Rules } = await client.send(new GetBucketLifecycleConfigurationCommand({ Bucket: "versions" }));
    assert.deepEqual(Rules, [
      {
        ID: "old",
        Status: "Enabled",
        Filter: { Prefix: "tmp/" },
        Expiration: { Days: 2 },
        AbortIncompleteMultipartUpload: { DaysAfterInitiation: 1 },
      },
    ]);
  });

  it("copies, with what the source has or the request says", async () => {
    await put("from", "text", { Metadata: { a: "b" }, Tagging: "t=1", ContentType: "text/x" });
    await client.send(new CopyObjectCommand({ Bucket, Key: "to", CopySource: `${Bucket}/from` }));
    const head = await client.send(new HeadObjectCommand({ Bucket, Key: "to" }));
    assert.deepEqual([head.Metadata, head.ContentType], [{ a: "b" }, "text/x"]);
    await client.send(
      new CopyObjectCommand({
        Bucket,
        Key: "to",
        CopySource: `/${Bucket}/from`,
        MetadataDirective: "REPLACE",
        TaggingDirective: "REPLACE",
        Tagging: "t=2",
      }),
    );
    assert.deepEqual((await client.send(new HeadObjectCommand({ Bucket, Key: "to" }))).Metadata, {});
    assert.deepEqual((await client.send(new GetObjectTaggingCommand({ Bucket, Key: "to" }))).TagSet, [
      { Key: "t", Value: "2" },
    ]);
    await refused(
      client.send(new CopyObjectCommand({ Bucket, Key: "to", CopySource: `${Bucket}/to` })),
      "InvalidRequest",
      400,
    );
    await refused(
      client.send(new CopyObjectCommand({ Bucket, Key: "to", CopySource: `${Bucket}/none` })),
      "NoSuchKey",
      404,
    );
  });

  it("answers the settings that the program declares, and refuses to change them by name", async () => {
    assert.deepEqual(
      (await client.send(new ListBucketsCommand({}))).Buckets!.map(({ Name }) => Name),
      [Bucket, "versions"],
    );
    assert.equal((await client.send(new GetBucketLocationCommand({ Bucket }))).LocationConstraint, "eu-central-1");
    assert.deepEqual((await client.send(new GetBucketTaggingCommand({ Bucket }))).TagSet, [
      { Key: "team", Value: "plant" },
    ]);
    const { ServerSideEncryptionConfiguration } = await client.send(new GetBucketEncryptionCommand({ Bucket }));
    assert.equal(
      ServerSideEncryptionConfiguration!.Rules![0]!.ApplyServerSideEncryptionByDefault!.SSEAlgorithm,
      "AES256",
    );
    await refused(client.send(new CreateBucketCommand({ Bucket })), "BucketAlreadyOwnedByYou", 409);
    await refused(client.send(new CreateBucketCommand({ Bucket: "another-bucket" })), "NotImplemented", 501);
    await refused(put("k", "x", { StorageClass: "DEEP_ARCHIVE" }), "NotImplemented", 501);
    await refused(put("k", "x", { ACL: "public-read" }), "AccessControlListNotSupported", 400);
    await refused(put("k", "x", { Bucket: "none" }), "NoSuchBucket", 404);
    await refused(put("k".repeat(1025), "x"), "KeyTooLongError", 400);
    await refused(put("k", "x", { Metadata: { a: "x".repeat(2048) } }), "MetadataTooLarge", 400);
    await refused(put("k", "x", { Tagging: "aws:a=b" }), "InvalidTag", 400);
  });

  it("decides each call by the caller's role, and says no more than that", async () => {
    await put("open/a", "x");
    await put("closed/a", "x");
    const keys = credentials.issue(ROLE, "session", 900);
    const { accessKeyId, secretAccessKey, sessionToken } = keys;
    const reader = clientOf({ accessKeyId, secretAccessKey, sessionToken });
    assert.equal(
      await (await reader.send(new GetObjectCommand({ Bucket, Key: "open/a" }))).Body!.transformToString(),
      "x",
    );
    await refused(reader.send(new GetObjectCommand({ Bucket, Key: "closed/a" })), "AccessDenied", 403);
    await refused(reader.send(new GetObjectCommand({ Bucket, Key: "open/none" })), "AccessDenied", 403);
    await refused(reader.send(new PutObjectCommand({ Bucket, Key: "k", Body: "x" })), "AccessDenied", 403);
    await reader.send(
      new PutObjectCommand({
        Bucket,
        Key: "k",
        Body: Readable.from([Buffer.alloc(9000)]),
        ContentLength: 9000,
        StorageClass: "STANDARD_IA",
      }),
    );
    await refused(reader.send(new ListObjectsV2Command({ Bucket })), "AccessDenied", 403);
    assert.equal((await reader.send(new ListObjectsV2Command({ Bucket, Prefix: "open/" }))).KeyCount, 1);
    const deleted = await reader.send(
      new DeleteObjectsCommand({ Bucket, Delete: { Objects: [{ Key: "open/a" }, { Key: "closed/a" }] } }),
    );
    assert.deepEqual(
      [deleted.Deleted!.map(({ Key }) => Key), deleted.Errors!.map(({ Key, Code }) => [Key, Code])],
      [["open/a"], [["closed/a", "AccessDenied"]]],
    );
    assert.deepEqual(
      iam
        .refused()
        .map(({ action, resource: on }) => `${action} ${on}`)
        .sort(),
      [
        `s3:DeleteObject arn:aws:s3:::${Bucket}/closed/a`,
        `s3:GetObject arn:aws:s3:::${Bucket}/closed/a`,
        `s3:ListBucket arn:aws:s3:::${Bucket}`,
        `s3:PutObject arn:aws:s3:::${Bucket}/k`,
      ],
    );
    reader.destroy();
  });
});
