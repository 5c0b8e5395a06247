import * as fs from "node:fs";
import type { CopyObjectOutput, CopyObjectRequest } from "@aws-sdk/client-s3";
import { S3_LIMITS } from "../../../../aws/limits/s3-objects";
import type { ApiCall, Operation } from "../../../api";
import type { ObjectVersion } from "../bucket-objects";
import { checksumOf, hashOf } from "../checksum";
import { newEtag } from "../etag";
import type { Checksum, ChecksumAlgorithm, ObjectFacts } from "../object-record";
import type { S3 } from "../s3";
import { checkSource } from "./conditions";
import { factsOf, OBJECT_MEMBERS, versionMember } from "./object-members";
import { checksumMembers } from "./payload";
import { decrypt, findVersion, readPermission } from "./read";
import { bucketOf, checkOwner, onObject, s3Error, s3Operation } from "./row";
import { writePermissions, writeTarget, writtenMembers } from "./write";

/** Where a copy comes from. */
export interface CopySource {
  Bucket: string;
  Key: string;
  VersionId: string | undefined;
}

/** Members by which a copy names its source. */
export const SOURCE_MEMBERS = [
  "CopySource",
  "CopySourceIfMatch",
  "CopySourceIfNoneMatch",
  "CopySourceIfModifiedSince",
  "CopySourceIfUnmodifiedSince",
  "ExpectedSourceBucketOwner",
] as const;

/** CopyObject. https://docs.aws.amazon.com/AmazonS3/latest/API/API_CopyObject.html */
export function copyOperations(s3: S3): Record<string, Operation<never>> {
  return {
    CopyObject: s3Operation<CopyObjectRequest, CopyObjectOutput>({
      takes: [
        "Key",
        "IfMatch",
        "IfNoneMatch",
        "MetadataDirective",
        "TaggingDirective",
        "ChecksumAlgorithm",
        ...SOURCE_MEMBERS,
        ...OBJECT_MEMBERS,
      ],
      permissions: (input) => {
        const source = parseSource(input.CopySource);
        const needed = [readPermission("GetObject", source), ...writePermissions(input)];
        if (input.TaggingDirective === "REPLACE" && input.Tagging === undefined)
          needed.push(onObject("PutObjectTagging", input));
        return needed;
      },
      answer: (call) => copy(s3, call),
    }),
  };
}

/**
 * Reads `BUCKET/KEY?versionId=ID`, percent-encoded, with a slash before or without.
 * @throws ApiError
 */
export function parseSource(text: string | undefined): CopySource {
  const [place = "", version] = (text ?? "").split(/\?versionId=/);
  const decoded = decode(place).replace(/^\//, "");
  const slash = decoded.indexOf("/");
  if (slash <= 0 || slash === decoded.length - 1)
    throw s3Error("InvalidArgument", "Invalid copy source object key", {
      ArgumentName: "x-amz-copy-source",
      ArgumentValue: text,
    });
  if (decoded.startsWith("arn:"))
    throw s3Error(
      "NotImplemented",
      "CopySource with an access point's ARN is not executed by the local cloud; name BUCKET/KEY",
    );
  return { Bucket: decoded.slice(0, slash), Key: decoded.slice(slash + 1), VersionId: version };
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw s3Error("InvalidArgument", "Invalid copy source encoding.", { ArgumentName: "x-amz-copy-source" });
  }
}

/** The object that a copy reads. @throws ApiError */
export function findSource(
  s3: S3,
  call: Pick<
    ApiCall<Parameters<typeof checkSource>[1] & { CopySource?: string; ExpectedSourceBucketOwner?: string }>,
    "input" | "authorize"
  >,
): ObjectVersion {
  const { input } = call;
  checkOwner(input.ExpectedSourceBucketOwner);
  const source = parseSource(input.CopySource);
  const found = findVersion(bucketOf(s3, source), { input: source, authorize: (need) => call.authorize(need) });
  decrypt(s3, call, source, found);
  checkSource(found, input);
  return found;
}

async function copy(s3: S3, call: ApiCall<CopyObjectRequest>): Promise<CopyObjectOutput> {
  const { input } = call;
  const source = findSource(s3, call);
  const bucket = bucketOf(s3, input);
  const parsed = parseSource(input.CopySource);
  const facts = copiedFacts(input, source, factsOf(input, bucket));
  if (
    parsed.Bucket === input.Bucket &&
    parsed.Key === input.Key &&
    parsed.VersionId === undefined &&
    input.MetadataDirective !== "REPLACE" &&
    input.StorageClass === undefined &&
    input.ServerSideEncryption === undefined &&
    input.WebsiteRedirectLocation === undefined
  )
    throw s3Error(
      "InvalidRequest",
      "This copy request is illegal because it is trying to copy an object to itself without changing the object's metadata, storage class, website redirect location or encryption attributes.",
    );
  if (source.size > S3_LIMITS.putBytes)
    throw s3Error(
      "InvalidRequest",
      `The specified copy source is larger than the maximum allowable size for a copy source: ${S3_LIMITS.putBytes}`,
    );
  const target = writeTarget(s3, call, bucket, facts);
  target.check();
  const temporary = s3.temporaryFile();
  try {
    await fs.promises.copyFile(source.file, temporary, fs.constants.COPYFILE_FICLONE);
    const sums = await sumsOf(temporary, source, input.ChecksumAlgorithm as ChecksumAlgorithm | undefined);
    const version = target.commit(temporary, {
      ...facts,
      etag: newEtag(sums.md5, facts.encryption),
      checksum: sums.checksum,
    });
    return {
      CopyObjectResult: {
        ETag: `"${version.etag}"`,
        LastModified: new Date(version.modified),
        ...checksumMembers(version.checksum),
      },
      CopySourceVersionId: versionMember(bucketOf(s3, parsed), source),
      ...writtenMembers(bucket, version),
    };
  } finally {
    fs.rmSync(temporary, { force: true });
  }
}

/** What the copy has of its source and what of the request. */
function copiedFacts(
  input: CopyObjectRequest,
  source: ObjectVersion,
  own: Omit<ObjectFacts, "etag">,
): Omit<ObjectFacts, "etag"> {
  const replaces = input.MetadataDirective === "REPLACE";
  return {
    ...own,
    headers: replaces ? own.headers : source.headers,
    metadata: replaces ? own.metadata : source.metadata,
    tags: input.TaggingDirective === "REPLACE" ? own.tags : source.tags,
  };
}

/** MD5 and checksum of a copy: a copy is one object, of however many parts its source was. */
async function sumsOf(
  file: string,
  source: ObjectVersion,
  wanted: ChecksumAlgorithm | undefined,
): Promise<{ md5: string; checksum: Checksum }> {
  const algorithm = wanted ?? source.checksum?.algorithm ?? "CRC64NVME";
  const md5 = hashOf("md5");
  const checksum = checksumOf(algorithm);
  for await (const piece of fs.createReadStream(file, { highWaterMark: 1024 * 1024 })) {
    md5.update(piece as Buffer);
    checksum.update(piece as Buffer);
  }
  return {
    md5: Buffer.from(md5.digest(), "base64").toString("hex"),
    checksum: { algorithm, value: checksum.digest(), type: "FULL_OBJECT" },
  };
}
