import type {
  ListMultipartUploadsOutput,
  ListMultipartUploadsRequest,
  ListPartsOutput,
  ListPartsRequest,
} from "@aws-sdk/client-s3";
import type { Operation } from "../../../api";
import { compareKeys } from "../key-files";
import { hasPassed, type Cursor } from "../key-walk";
import type { S3 } from "../s3";
import type { Upload } from "../uploads";
import { encoderOf, pageOf, pageSize } from "./list-pages";
import { findUpload } from "./multipart";
import { bucketOf, onBucket, onObject, OWNER, s3Operation } from "./row";

/** ListMultipartUploads and ListParts. */
export function listUploadOperations(s3: S3): Record<string, Operation<never>> {
  return {
    // https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListMultipartUploads.html
    ListMultipartUploads: s3Operation<ListMultipartUploadsRequest, ListMultipartUploadsOutput>({
      takes: ["Prefix", "Delimiter", "KeyMarker", "UploadIdMarker", "MaxUploads", "EncodingType"],
      permissions: (input) => [onBucket("ListBucketMultipartUploads", input.Bucket)],
      answer: ({ input }) => listUploads(bucketOf(s3, input).uploads.list(input.Prefix ?? ""), input),
    }),
    // https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListParts.html
    ListParts: s3Operation<ListPartsRequest, ListPartsOutput>({
      takes: ["Key", "UploadId", "MaxParts", "PartNumberMarker"],
      permissions: (input) => [onObject("ListMultipartUploadParts", input)],
      answer: ({ input }) => {
        const upload = findUpload(s3, input);
        const after = Number(input.PartNumberMarker ?? 0);
        const most = pageSize(input.MaxParts, "max-parts");
        const left = upload.inOrder.filter(({ number }) => number > after);
        const page = left.slice(0, most);
        const { algorithm, checksumType, storageClass = "STANDARD" } = upload.start;
        return {
          Bucket: input.Bucket,
          Key: input.Key,
          UploadId: upload.id,
          PartNumberMarker: String(after),
          NextPartNumberMarker: String(page.at(-1)?.number ?? 0),
          MaxParts: most,
          IsTruncated: left.length > page.length,
          Parts: page.map((part) => ({
            PartNumber: part.number,
            LastModified: new Date(part.modified),
            ETag: `"${part.etag}"`,
            Size: part.size,
            ...(algorithm === undefined ? {} : { [`Checksum${algorithm}`]: part.checksum?.value }),
          })),
          Initiator: initiatorOf(upload),
          Owner: OWNER,
          StorageClass: storageClass as "STANDARD",
          ChecksumAlgorithm: algorithm,
          ChecksumType: checksumType,
        };
      },
    }),
  };
}

function initiatorOf({ start }: Upload): { ID: string; DisplayName: string } {
  return { ID: start.initiator, DisplayName: start.initiator.replace(/^.*[:/]/, "") };
}

function listUploads(all: readonly Upload[], input: ListMultipartUploadsRequest): ListMultipartUploadsOutput {
  const encode = encoderOf(input.EncodingType);
  const { Prefix: prefix = "", Delimiter: delimiter, KeyMarker: after = "", UploadIdMarker: idMarker } = input;
  const most = pageSize(input.MaxUploads, "max-uploads");
  const byKey = new Map<string, Listed[]>();
  for (const upload of all)
    byKey.set(upload.start.key, [...(byKey.get(upload.start.key) ?? []), { key: upload.start.key, upload }]);
  const keys = [...byKey.keys()].sort(compareKeys);
  const ofMarker = byKey.get(after) ?? [];
  const marked = ofMarker.findIndex(({ upload }) => upload.id === idMarker);
  const page = pageOf<Listed>(
    function* (_, cursor: Cursor) {
      for (const key of keys) if (!hasPassed(cursor, key)) yield key;
    },
    { prefix, delimiter, after, most },
    (key) => byKey.get(key)!,
    marked === -1 ? [] : ofMarker.slice(marked + 1),
  );
  const { last } = page;
  return {
    Bucket: input.Bucket,
    Prefix: encode(prefix),
    Delimiter: delimiter === undefined ? undefined : encode(delimiter),
    KeyMarker: encode(after),
    UploadIdMarker: idMarker ?? "",
    NextKeyMarker: last === undefined ? undefined : encode(typeof last === "string" ? last : last.key),
    NextUploadIdMarker: typeof last === "object" ? last.upload.id : undefined,
    MaxUploads: most,
    IsTruncated: last !== undefined,
    EncodingType: input.EncodingType,
    CommonPrefixes: page.prefixes.map((each) => ({ Prefix: encode(each) })),
    Uploads: page.items.map(({ key, upload }) => ({
      UploadId: upload.id,
      Key: encode(key),
      Initiated: new Date(upload.start.initiated),
      StorageClass: (upload.start.storageClass ?? "STANDARD") as "STANDARD",
      Owner: OWNER,
      Initiator: initiatorOf(upload),
      ChecksumAlgorithm: upload.start.algorithm,
      ChecksumType: upload.start.checksumType,
    })),
  };
}

interface Listed {
  key: string;
  upload: Upload;
}
