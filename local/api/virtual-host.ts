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

/** The request with what a presigned URL says in its query where others have headers: S3 reads both alike. */
export function withQueryHeaders(request: ApiRequest): ApiRequest {
  if (!request.query.some(([name]) => name === "X-Amz-Signature")) return request;
  const headers = { ...request.headers };
  for (const [name, value] of request.query) if (/^x-amz-[a-z]/.test(name)) headers[name] ??= value;
  return { ...request, headers };
}
