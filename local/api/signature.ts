import { createHash, createHmac } from "node:crypto";
import { isSame } from "../core/credentials";
import { headerOf, type ApiRequest } from "./model/request";

/** A signature of version 4, in the header Authorization or in the query of a presigned URL. */
export interface Signature {
  accessKeyId: string;
  /** YYYYMMDD/REGION/SERVICE/aws4_request */
  scope: string;
  service: string;
  /** YYYYMMDDTHHMMSSZ */
  time: string;
  signedHeaders: readonly string[];
  signature: string;
  sessionToken: string | undefined;
  /** s for which a presigned URL is good; undefined for a header */
  expires: number | undefined;
}

/** Why a request has no signature that can be read. */
export type SignatureProblem = "unsigned" | "incomplete";

const HEADER = /^AWS4-HMAC-SHA256\s+(.*)$/s;
const CREDENTIAL = /^(.+)\/(\d{8})\/([^/]+)\/([^/]+)\/aws4_request$/;

/** Reads the signature of a request (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-signing-elements.html). */
export function readSignature(request: ApiRequest): Signature | SignatureProblem {
  const header = headerOf(request.headers, "authorization");
  if (header !== undefined) return fromHeader(request, header);
  const query = new Map(request.query);
  return query.has("X-Amz-Signature") || query.has("X-Amz-Credential") ? fromQuery(query) : "unsigned";
}

function fromHeader(request: ApiRequest, header: string): Signature | SignatureProblem {
  const match = HEADER.exec(header);
  if (match === null) return "unsigned";
  const fields = new Map(
    match[1]!.split(",").map((field) => {
      const equals = field.indexOf("=");
      return [field.slice(0, equals).trim(), field.slice(equals + 1).trim()];
    }),
  );
  const time = headerOf(request.headers, "x-amz-date") ?? compactTime(headerOf(request.headers, "date"));
  return assemble(fields.get("Credential"), time, fields.get("SignedHeaders"), fields.get("Signature"), {
    sessionToken: headerOf(request.headers, "x-amz-security-token"),
    expires: undefined,
  });
}

function fromQuery(query: ReadonlyMap<string, string>): Signature | SignatureProblem {
  const expires = query.get("X-Amz-Expires");
  return assemble(
    query.get("X-Amz-Credential"),
    query.get("X-Amz-Date"),
    query.get("X-Amz-SignedHeaders"),
    query.get("X-Amz-Signature"),
    {
      sessionToken: query.get("X-Amz-Security-Token"),
      // 7 days are the most; a URL without a time is refused.
      expires: expires !== undefined && /^\d{1,6}$/.test(expires) ? Number(expires) : 0,
    },
  );
}

function assemble(
  credential: string | undefined,
  time: string | undefined,
  headers: string | undefined,
  signature: string | undefined,
  rest: Pick<Signature, "sessionToken" | "expires">,
): Signature | SignatureProblem {
  const match = CREDENTIAL.exec(credential ?? "");
  if (match === null || time === undefined || headers === undefined || signature === undefined) return "incomplete";
  if (!/^\d{8}T\d{6}Z$/.test(time)) return "incomplete";
  const [, accessKeyId, date, region, service] = match as unknown as string[];
  return {
    accessKeyId: accessKeyId!,
    scope: `${date}/${region}/${service}/aws4_request`,
    service: service!,
    time,
    signedHeaders: headers.toLowerCase().split(";"),
    signature,
    ...rest,
  };
}

function compactTime(date: string | undefined): string | undefined {
  const time = new Date(date ?? "");
  return Number.isNaN(time.getTime()) ? undefined : time.toISOString().replace(/[-:]|\.\d{3}/g, "");
}

/** ms since 1970 of `YYYYMMDDTHHMMSSZ`. */
export function timeOf(text: string): number {
  return Date.parse(text.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, "$1-$2-$3T$4:$5:$6Z"));
}

/**
 * Whether a request was signed with this secret.
 * @param payloadHash SHA-256 of the body in hex, or what the header x-amz-content-sha256 says instead
 */
export function isSignedWith(secret: string, request: ApiRequest, signature: Signature, payloadHash: string): boolean {
  const canonical = canonicalRequest(request, signature, payloadHash);
  const text = ["AWS4-HMAC-SHA256", signature.time, signature.scope, sha256(canonical)].join("\n");
  return isSame(signature.signature, hmac(signingKey(secret, signature.scope), text).toString("hex"));
}

/** The key of a day, region and service. @param scope YYYYMMDD/REGION/SERVICE/aws4_request */
export function signingKey(secret: string, scope: string): Buffer {
  return scope.split("/").reduce<Buffer>((key, part) => hmac(key, part), Buffer.from(`AWS4${secret}`));
}

function canonicalRequest(request: ApiRequest, signature: Signature, payloadHash: string): string {
  const headers = signature.signedHeaders.map(
    (name) => `${name}:${(headerOf(request.headers, name) ?? "").trim().replace(/ +/g, " ")}\n`,
  );
  return [
    request.method,
    canonicalPath(request.path, signature.service),
    canonicalQuery(request.query),
    headers.join(""),
    signature.signedHeaders.join(";"),
    payloadHash,
  ].join("\n");
}

/** S3 encodes a key once; the other services encode the path that is sent once more. */
function canonicalPath(path: string, service: string): string {
  const once = (part: string): string => encode(decodeURIComponent(part));
  return path
    .split("/")
    .map(service === "s3" ? once : encode)
    .join("/");
}

function canonicalQuery(query: ApiRequest["query"]): string {
  return query
    .filter(([name]) => name !== "X-Amz-Signature")
    .map(([name, value]) => [encode(name), encode(value)] as const)
    .sort(([a, x], [b, y]) => (a < b ? -1 : a > b ? 1 : x < y ? -1 : x > y ? 1 : 0))
    .map(([name, value]) => `${name}=${value}`)
    .join("&");
}

/** Percent-encoding as AWS's: everything but letters, digits and `-._~`. */
function encode(text: string): string {
  return encodeURIComponent(text).replace(/[!'()*]/g, (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`);
}

function hmac(key: Buffer, text: string): Buffer {
  return createHmac("sha256", key).update(text).digest();
}

/** In hex. */
export function sha256(text: string | Buffer): string {
  return createHash("sha256").update(text).digest("hex");
}
