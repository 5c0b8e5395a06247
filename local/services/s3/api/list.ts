import type {
  ListBucketsOutput,
  ListBucketsRequest,
  ListObjectsOutput,
  ListObjectsRequest,
  ListObjectsV2Output,
  ListObjectsV2Request,
  ListObjectVersionsOutput,
  ListObjectVersionsRequest,
  _Object as ListedObject,
} from "@aws-sdk/client-s3";
import { operation, type Operation, type Permission } from "../../../api";
import type { Bucket } from "../bucket-store";
import type { KeyVersion, ObjectVersion } from "../bucket-objects";
import type { S3 } from "../s3";
import { encoderOf, keyOfToken, pageOf, pageSize, tokenOf, type Page, type PageRequest } from "./list-pages";
import { bucketOf, onBucket, OWNER, s3Error, s3Operation } from "./row";

const NO_RESTORES = "an object of a class that can be restored is refused, so there is no status to show";

/** ListBuckets, ListObjects, ListObjectsV2 and ListObjectVersions. */
export function listOperations(s3: S3): Record<string, Operation<never>> {
  return {
    // https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListBuckets.html
    ListBuckets: operation<ListBucketsRequest, ListBucketsOutput>({
      takes: ["MaxBuckets", "ContinuationToken", "Prefix", "BucketRegion"],
      permissions: () => [{ action: "s3:ListAllMyBuckets", resource: "arn:aws:s3:::*" }],
      answer: ({ input }) => listBuckets(s3, input),
    }),
    // https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListObjects.html
    ListObjects: s3Operation<ListObjectsRequest, ListObjectsOutput>({
      takes: ["Prefix", "Delimiter", "Marker", "MaxKeys", "EncodingType"],
      ignores: { OptionalObjectAttributes: NO_RESTORES },
      permissions: (input) => [listPermission("ListBucket", input)],
      answer: ({ input }) => {
        const encode = encoderOf(input.EncodingType);
        const { Prefix = "", Delimiter, Marker = "" } = input;
        const most = pageSize(input.MaxKeys, "max-keys");
        const page = objectsOf(bucketOf(s3, input), { prefix: Prefix, delimiter: Delimiter, after: Marker, most });
        return {
          ...common(input, page, most, encode),
          Marker: encode(Marker),
          // Without a delimiter the last key is the next marker.
          NextMarker: page.last === undefined || Delimiter === undefined ? undefined : encode(keyOf(page.last)),
          Contents: page.items.map((version) => ({ ...listed(version, encode), Owner: OWNER })),
        };
      },
    }),
    // https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListObjectsV2.html
    ListObjectsV2: s3Operation<ListObjectsV2Request, ListObjectsV2Output>({
      takes: ["Prefix", "Delimiter", "StartAfter", "ContinuationToken", "MaxKeys", "EncodingType", "FetchOwner"],
      ignores: { OptionalObjectAttributes: NO_RESTORES },
      permissions: (input) => [listPermission("ListBucket", input)],
      answer: ({ input }) => {
        const encode = encoderOf(input.EncodingType);
        const { Prefix = "", Delimiter, StartAfter, ContinuationToken: token } = input;
        const most = pageSize(input.MaxKeys, "max-keys");
        const after = token === undefined ? (StartAfter ?? "") : keyOfToken(token);
        const page = objectsOf(bucketOf(s3, input), { prefix: Prefix, delimiter: Delimiter, after, most });
        return {
          ...common(input, page, most, encode),
          KeyCount: page.items.length + page.prefixes.length,
          StartAfter: StartAfter === undefined ? undefined : encode(StartAfter),
          ContinuationToken: token,
          NextContinuationToken: page.last === undefined ? undefined : tokenOf(keyOf(page.last)),
          Contents: page.items.map((version) => ({
            ...listed(version, encode),
            Owner: input.FetchOwner === true ? OWNER : undefined,
          })),
        };
      },
    }),
    // https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListObjectVersions.html
    ListObjectVersions: s3Operation<ListObjectVersionsRequest, ListObjectVersionsOutput>({
      takes: ["Prefix", "Delimiter", "KeyMarker", "VersionIdMarker", "MaxKeys", "EncodingType"],
      ignores: { OptionalObjectAttributes: NO_RESTORES },
      permissions: (input) => [listPermission("ListBucketVersions", input)],
      answer: ({ input }) => listVersions(bucketOf(s3, input), input),
    }),
  };
}

/** A permission to list, with the condition keys that a list has (https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazons3.html). */
function listPermission(
  action: string,
  input: { Bucket?: string; Prefix?: string; Delimiter?: string; MaxKeys?: number },
): Permission {
  const { Prefix, Delimiter, MaxKeys } = input;
  return onBucket(action, input.Bucket, {
    "s3:prefix": Prefix ?? "",
    ...(Delimiter === undefined ? {} : { "s3:delimiter": Delimiter }),
    ...(MaxKeys === undefined ? {} : { "s3:max-keys": String(MaxKeys) }),
  });
}

function listBuckets(s3: S3, input: ListBucketsRequest): ListBucketsOutput {
  const { Prefix: prefix = "", BucketRegion: region, ContinuationToken: token, MaxBuckets: most = 10_000 } = input;
  if (!(most >= 1 && most <= 10_000))
    throw s3Error("InvalidArgument", "Argument max-buckets must be an integer between 1 and 10000");
  const after = token === undefined ? "" : keyOfToken(token);
  const created = s3.created();
  const found = s3.all
    .map(({ settings }) => settings.name)
    .filter((name) => name.startsWith(prefix) && name > after && (region === undefined || region === s3.region));
  const page = found.slice(0, most);
  return {
    Buckets: page.map((name) => ({
      Name: name,
      CreationDate: new Date(created[name] ?? s3.clock.now()),
      BucketRegion: s3.region,
      BucketArn: `arn:aws:s3:::${name}`,
    })),
    Owner: OWNER,
    Prefix: input.Prefix,
    ContinuationToken: found.length > page.length ? tokenOf(page.at(-1)!) : undefined,
  };
}

function objectsOf({ objects }: Bucket, request: PageRequest): Page<ObjectVersion> {
  return pageOf(
    (prefix, cursor) => objects.keys(prefix, cursor),
    request,
    (key) => {
      const found = objects.get(key);
      return found === undefined || "marker" in found ? [] : [found];
    },
  );
}

function common(
  input: { Bucket?: string; Prefix?: string; Delimiter?: string; EncodingType?: string },
  { prefixes, last }: Page<object>,
  most: number,
  encode: (text: string) => string,
): Omit<ListObjectsV2Output, "Contents" | "$metadata"> {
  return {
    Name: input.Bucket,
    Prefix: encode(input.Prefix ?? ""),
    Delimiter: input.Delimiter === undefined ? undefined : encode(input.Delimiter),
    MaxKeys: most,
    EncodingType: input.EncodingType as "url" | undefined,
    IsTruncated: last !== undefined,
    CommonPrefixes: prefixes.map((prefix) => ({ Prefix: encode(prefix) })),
  };
}

function listed(version: ObjectVersion, encode: (text: string) => string): ListedObject {
  const { checksum } = version;
  return {
    Key: encode(version.key),
    LastModified: new Date(version.modified),
    ETag: `"${version.etag}"`,
    Size: version.size,
    StorageClass: (version.storageClass ?? "STANDARD") as "STANDARD",
    ChecksumAlgorithm: checksum === undefined ? undefined : [checksum.algorithm],
    ChecksumType: checksum?.type,
  };
}

function keyOf(entry: { key: string } | string): string {
  return typeof entry === "string" ? entry : entry.key;
}

function listVersions({ objects }: Bucket, input: ListObjectVersionsRequest): ListObjectVersionsOutput {
  const encode = encoderOf(input.EncodingType);
  const { Prefix: prefix = "", Delimiter: delimiter, KeyMarker: after = "", VersionIdMarker } = input;
  const most = pageSize(input.MaxKeys, "max-keys");
  if (VersionIdMarker !== undefined && after === "")
    throw s3Error("InvalidArgument", "A version-id marker cannot be specified without a key marker.");
  const page = pageOf(
    (text, cursor) => objects.versionedKeys(text, cursor),
    { prefix, delimiter, after, most },
    (key) => objects.versions(key),
    // A page may end amid the versions of a key; the next begins with what is left of it.
    VersionIdMarker === undefined ? [] : olderThan(objects.versions(after), VersionIdMarker),
  );
  const { last } = page;
  return {
    ...common(input, page, most, encode),
    KeyMarker: encode(after),
    VersionIdMarker: VersionIdMarker ?? "",
    NextKeyMarker: last === undefined ? undefined : encode(keyOf(last)),
    NextVersionIdMarker: typeof last === "object" ? last.id : undefined,
    Versions: page.items.flatMap((version) =>
      "marker" in version ? [] : [{ ...listed(version, encode), StorageClass: "STANDARD" as const, ...shown(version) }],
    ),
    DeleteMarkers: page.items.flatMap((version) =>
      "marker" in version
        ? [{ Key: encode(version.key), LastModified: new Date(version.modified), ...shown(version) }]
        : [],
    ),
  };
}

function shown({ id, latest }: KeyVersion): { VersionId: string; IsLatest: boolean; Owner: typeof OWNER } {
  return { VersionId: id, IsLatest: latest, Owner: OWNER };
}

/** The versions after the one of an id; none if it is not there. */
function olderThan(versions: KeyVersion[], id: string): KeyVersion[] {
  const index = versions.findIndex((version) => version.id === id);
  return index === -1 ? [] : versions.slice(index + 1);
}
