import type { IncomingHttpHeaders } from "node:http";
import type { Readable } from "node:stream";
import { ApiError } from "./error";

/** An HTTP request as it came: nothing of its target is resolved or decoded, since a signature covers it and a key of S3 may be `../x`. */
export interface ApiRequest {
  method: string;
  /** percent-encoded, begins with `/` */
  path: string;
  /** in the order sent, decoded */
  query: readonly (readonly [name: string, value: string])[];
  headers: IncomingHttpHeaders;
  /** the bytes of the body, not yet read */
  body: Readable;
}

/**
 * Splits a request's target, which is a path or a whole http URL (RFC 9112, 3.2).
 * @throws ApiError for any other target, and for percent signs that encode nothing
 */
export function parseTarget(target: string): Pick<ApiRequest, "path" | "query"> {
  const text = /^https?:\/\/[^/?]/i.test(target) ? target.replace(/^https?:\/\/[^/?]*/i, "") || "/" : target;
  const mark = text.indexOf("?");
  const path = mark === -1 ? text : text.slice(0, mark);
  if (!path.startsWith("/"))
    throw new ApiError(400, "InvalidRequestException", "the request target is not a path or an http URL");
  decodePercent(path, "the path");
  return { path, query: mark === -1 ? [] : parseQuery(text.slice(mark + 1)) };
}

function parseQuery(text: string): [string, string][] {
  return text
    .split("&")
    .filter((pair) => pair !== "")
    .map((pair) => {
      const equals = pair.indexOf("=");
      const [name, value] = equals === -1 ? [pair, ""] : [pair.slice(0, equals), pair.slice(equals + 1)];
      const decode = (part: string): string => decodePercent(part.replaceAll("+", " "), "the query");
      return [decode(name), decode(value)];
    });
}

/** @throws ApiError for text that is not percent-encoded UTF-8 */
export function decodePercent(text: string, what: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw new ApiError(400, "InvalidRequestException", `${what} is not percent-encoded UTF-8`);
  }
}

/** Reads a stream whole. @throws ApiError once there are more than `limit` bytes, or when the client breaks off */
export async function readWhole(body: Readable, limit: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  try {
    for await (const chunk of body as AsyncIterable<Buffer>) {
      bytes += chunk.length;
      if (bytes > limit) break;
      chunks.push(chunk);
    }
  } catch {
    throw new ApiError(400, "RequestTimeout", "the request broke off before its body was complete");
  }
  if (bytes > limit)
    throw new ApiError(
      413,
      "RequestEntityTooLargeException",
      `the request's body is over ${limit.toLocaleString("en-US")} bytes`,
    );
  return chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks);
}

/** The value of a header; several of one name are joined as HTTP does. */
export function headerOf(headers: IncomingHttpHeaders, name: string): string | undefined {
  const value = headers[name];
  return Array.isArray(value) ? value.join(",") : value;
}
