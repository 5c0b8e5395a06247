import type { ServiceApi } from "../../../api";
import type { S3 } from "../s3";
import { copyOperations } from "./copy";
import { deleteOperations } from "./delete";
import { listOperations } from "./list";
import { listUploadOperations } from "./list-uploads";
import { multipartOperations } from "./multipart";
import { readOperations } from "./read";
import { settingOperations } from "./settings";
import { taggingOperations } from "./tagging";
import { putOperations } from "./write";

/**
 * The API of S3: objects are the files of the data folder, buckets and their settings are as the program declares them.
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_Operations_Amazon_Simple_Storage_Service.html
 */
export function s3Api({ s3 }: { s3: S3 }): ServiceApi {
  return {
    service: "s3",
    notes: [
      "An object is the file `s3/BUCKET/KEY` of the data folder, and a file that you put there is an object. What else S3 keeps of it (ETag, metadata, tags, " +
        "versions) is in `s3/.meta`, uploads in parts are in `s3/.uploads`. Characters that file systems do not take are written as `~XX`. Where the file " +
        "system does not distinguish capital letters (macOS, Windows), keys that differ in nothing else are one object.",
      "Bodies up to 5 GB are received in bounded memory and verified: length, `Content-MD5`, checksums (CRC32, CRC32C, CRC64NVME, SHA1, SHA256) in headers and " +
        "trailers, `x-amz-content-sha256`, and the signatures of `aws-chunked` chunks where the keys were issued here.",
      "Refused by name: customer-provided keys (SSE-C), `aws:kms:dsse`, object locks, grants and ACLs (`AccessControlListNotSupported`, as in every bucket whose owner " +
        "is enforced), storage classes whose objects have to be restored, access points, and all changes of a bucket's settings, which the program declares.",
      "`BUCKET.localhost` needs a resolver that knows `*.localhost` (browsers, curl, macOS, systemd do). Otherwise use paths: `aws configure set " +
        "default.s3.addressing_style path`; clients do so on their own when the endpoint is an address such as 127.0.0.1.",
    ],
    operations: {
      ...listOperations(s3),
      ...readOperations(s3),
      ...putOperations(s3),
      ...copyOperations(s3),
      ...deleteOperations(s3),
      ...multipartOperations(s3),
      ...listUploadOperations(s3),
      ...taggingOperations(s3),
      ...settingOperations(s3),
    },
  };
}
