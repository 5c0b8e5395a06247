import { headerOf, type ApiRequest } from "./model/request";

/** `BUCKET.localhost` and `BUCKET.s3.localhost`, with a region or without; a bucket's name may hold dots. */
const HOST = /^(.+?)(?:\.s3(?:[.-][a-z0-9-]+)?)?\.localhost(?::\d+)?$/i;

/**
 * The request with S3's bucket in its path: clients put it into the host's name or the path
 * (https://docs.aws.amazon.com/AmazonS3/latest/userguide/VirtualHosting.html).
 */
export function withBucketInPath(request: ApiRequest): ApiRequest {
  const bucket = HOST.exec(headerOf(request.headers, "host") ?? "")?.[1];
  if (bucket === undefined || bucket === "s3") return request;
  return { ...request, path: `/${bucket}${request.path}` };
}
