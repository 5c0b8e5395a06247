/** `s3://bucket/prefix/` */
export function parseS3Url(url: string): { bucket: string; prefix: string } {
  const match = /^s3:\/\/([^/]+)\/?(.*)$/.exec(url);
  if (match === null) throw new Error(`not an S3 location: ${url}`);
  return { bucket: match[1]!, prefix: match[2]! };
}
