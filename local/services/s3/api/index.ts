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
