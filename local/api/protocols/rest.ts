import { randomBytes } from "node:crypto";
import { Readable } from "node:stream";
import type { NormalizedSchema } from "@smithy/core/schema";
import { decode, HEADER_SCALARS, MemberError, JSON_SCALARS, QUERY_SCALARS, scalar } from "../model/decode";
import type { ApiError } from "../model/error";
import type { OperationModel, ServiceModel } from "../model/model";
import { headerOf, type ApiRequest } from "../model/request";
import { JSON_CODES, parseJson, toJson } from "./aws-json";
import type { Found, HttpAnswer, ProtocolCodes, WireProtocol } from "./protocol";
import { findRoute } from "./rest-route";
import { escapeXml, fromXml, toXml } from "./xml";

/** What differs between REST with JSON bodies and with XML bodies. */
interface BodyFormat {
  contentType: string;
  read(schema: NormalizedSchema, body: Buffer): Record<string, unknown>;
  write(schema: NormalizedSchema, value: unknown, model: ServiceModel): string;
}

const JSON_BODY: BodyFormat = {
  contentType: "application/json",
  read: (schema, body) => decode(schema, parseJson(body), JSON_SCALARS, true) as Record<string, unknown>,
  write: (schema, value) => toJson(schema, value, true),
};

const XML_BODY: BodyFormat = {
  contentType: "application/xml",
  read: (schema, body) => fromXml(schema, body) as Record<string, unknown>,
  write: (schema, value, model) =>
    `<?xml version="1.0" encoding="UTF-8"?>\n${toXml(schema, value, model.facts.xmlNamespace!)}`,
};

/** S3's GetBucketLocation answers the element itself (the trait s3UnwrappedXmlOutput). */
const UNWRAPPED: Readonly<Record<string, string>> = { GetBucketLocation: "LocationConstraint" };

/** Codes of S3 (https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html). */
const S3_CODES: ProtocolCodes = {
  unsigned: "AccessDenied",
  wrongSignature: "SignatureDoesNotMatch",
  unknownToken: "InvalidToken",
  expiredToken: "ExpiredToken",
  denied: "AccessDenied",
  notImplemented: "NotImplemented",
  serialization: "MalformedXML",
  internal: "InternalError",
};

/** REST with JSON (https://smithy.io/2.0/aws/protocols/aws-restjson1-protocol.html). */
export const REST_JSON: WireProtocol = {
  codes: JSON_CODES,
  speaks: () => true,
  find: findRoute,
  decode: (request, found, body) => decodeBindings(request, found, body, JSON_BODY),
  encode: (output, operation, model) => encodeBindings(output, operation, model, JSON_BODY),
  fail: ({ status, code, message, members }) => ({
    status,
    headers: { "content-type": "application/json", "x-amzn-errortype": code },
    body: JSON.stringify({ __type: code, message, Message: message, ...members }),
  }),
};

/** REST with XML, S3's (https://smithy.io/2.0/aws/protocols/aws-restxml-protocol.html). */
export const REST_XML: WireProtocol = {
  codes: S3_CODES,
  speaks: () => true,
  find: findRoute,
  decode: (request, found, body) => decodeBindings(request, found, body, XML_BODY),
  encode(output, operation, model, requestId) {
    const unwrapped = UNWRAPPED[operation.name];
    const answer =
      unwrapped === undefined
        ? encodeBindings(output, operation, model, XML_BODY)
        : xmlAnswer(
            200,
            `<${unwrapped} xmlns="${model.facts.xmlNamespace}">${escapeXml(String(output[unwrapped] ?? ""))}</${unwrapped}>`,
          );
    // S3's model does not say it: a part of an object has a status of its own.
    const status = answer.headers["content-range"] === undefined ? answer.status : 206;
    return { ...answer, status, headers: { ...s3Headers(requestId), ...answer.headers } };
  },
  fail(error, _, requestId, { path }) {
    const { status } = error;
    const answer =
      status === 304 ? { status, headers: {}, body: "" } : xmlAnswer(status, errorXml(error, requestId, path));
    return { ...answer, headers: { ...s3Headers(requestId), ...answer.headers, ...error.headers } };
  },
};

function errorXml({ code, message, members }: ApiError, requestId: string, path: string): string {
  const fields = { Code: code, Message: message, ...members, Resource: path, RequestId: requestId };
  const inner = Object.entries(fields).map(([name, text]) => `<${name}>${escapeXml(String(text))}</${name}>`);
  return `<Error>${inner.join("")}</Error>`;
}

function xmlAnswer(status: number, xml: string): HttpAnswer {
  // An answer without a body has no content type: 304 to a condition, and all that is answered to HEAD.
  const headers = { "content-type": "application/xml" };
  return { status, headers, body: `<?xml version="1.0" encoding="UTF-8"?>\n${xml}` };
}

function s3Headers(requestId: string): Record<string, string> {
  return {
    "x-amz-request-id": requestId.replaceAll("-", "").slice(0, 16).toUpperCase(),
    "x-amz-id-2": randomBytes(48).toString("base64"),
  };
}

function decodeBindings(
  request: ApiRequest,
  { operation, labels }: Found,
  body: Buffer,
  format: BodyFormat,
): Record<string, unknown> {
  const input: Record<string, unknown> = {};
  if (!operation.input.isStructSchema()) return input;
  const bound = new Set(operation.http!.query.map(([name]) => name));
  const members: [string, NormalizedSchema][] = [];
  for (const [name, member] of operation.input.structIterator()) {
    const traits = member.getMergedTraits();
    if (traits.httpLabel !== undefined) input[name] = scalar(member, labels[name], name, QUERY_SCALARS);
    else if (traits.httpQuery !== undefined) {
      bound.add(traits.httpQuery);
      const values = request.query.filter(([key]) => key === traits.httpQuery).map(([, value]) => value);
      if (values.length > 0) input[name] = fromTexts(member, values, name);
    } else if (traits.httpPrefixHeaders !== undefined) {
      const found = prefixed(request, traits.httpPrefixHeaders);
      if (Object.keys(found).length > 0) input[name] = found;
    } else if (traits.httpHeader !== undefined) {
      const text = headerOf(request.headers, traits.httpHeader.toLowerCase());
      if (text !== undefined && text !== "") input[name] = fromHeader(member, text, name);
    } else if (traits.httpPayload !== undefined) {
      if (!member.isStreaming() && body.length > 0) input[name] = payload(member, body, format);
    } else if (traits.httpQueryParams === undefined) members.push([name, member]);
  }
  const free = request.query.filter(([key]) => !bound.has(key) && !isSigning(key));
  const rest = Object.entries(operation.input.getMemberSchemas()).find(
    ([, member]) => member.getMergedTraits().httpQueryParams !== undefined,
  );
  if (rest !== undefined) input[rest[0]] = Object.fromEntries(free);
  else if (free.length > 0)
    throw new MemberError(
      `${free[0]![0]} is not a parameter of ${operation.name}; there are ${[...bound].join(", ") || "none"}`,
    );
  if (members.length > 0) {
    const whole = format.read(operation.input, body);
    for (const [name] of members) if (whole[name] !== undefined) input[name] = whole[name];
  }
  return input;
}

function isSigning(key: string): boolean {
  return /^x-amz-|^x-id$/i.test(key);
}

function payload(member: NormalizedSchema, body: Buffer, format: BodyFormat): unknown {
  if (member.isBlobSchema()) return body;
  if (member.isStringSchema()) return body.toString("utf8");
  return format.read(member, body);
}

function fromTexts(member: NormalizedSchema, values: string[], name: string): unknown {
  if (member.isListSchema()) return values.map((value) => scalar(member.getValueSchema(), value, name, QUERY_SCALARS));
  return scalar(member, values[0], name, QUERY_SCALARS);
}

function fromHeader(member: NormalizedSchema, text: string, name: string): unknown {
  // A header cannot carry every character, so text of a media type is in base64.
  if (member.getMergedTraits().mediaType !== undefined) return Buffer.from(text, "base64").toString("utf8");
  if (member.isListSchema())
    return text.split(",").map((each) => scalar(member.getValueSchema(), each.trim(), name, HEADER_SCALARS));
  return scalar(member, text, name, HEADER_SCALARS);
}

/** Values of metadata are sent as Latin-1 by HTTP and as UTF-8 by clients. */
function prefixed({ headers }: ApiRequest, prefix: string): Record<string, string> {
  const found = Object.entries(headers).filter(([name]) => name.startsWith(prefix.toLowerCase()));
  return Object.fromEntries(
    found.map(([name, value]) => [
      name.slice(prefix.length),
      Buffer.from(Array.isArray(value) ? value.join(",") : (value ?? ""), "latin1").toString("utf8"),
    ]),
  );
}

function encodeBindings(
  output: Record<string, unknown>,
  operation: OperationModel,
  model: ServiceModel,
  format: BodyFormat,
): HttpAnswer {
  const headers: Record<string, string> = {};
  let status = operation.http!.status;
  let body: HttpAnswer["body"] | undefined;
  let members = 0;
  if (operation.output.isStructSchema())
    for (const [name, member] of operation.output.structIterator()) {
      const traits = member.getMergedTraits();
      const value = output[name];
      if (traits.httpPayload !== undefined) {
        const { type, content } = writePayload(member, value, model, format);
        if (type !== undefined) headers["content-type"] ??= type;
        body = content;
      } else if (traits.httpPrefixHeaders !== undefined)
        for (const [key, text] of Object.entries((value as Record<string, string> | undefined) ?? {}))
          headers[`${traits.httpPrefixHeaders}${key}`] = metadataText(text);
      else if (traits.httpHeader !== undefined) {
        if (value !== undefined) headers[traits.httpHeader.toLowerCase()] = headerText(member, value);
      } else if (traits.httpResponseCode !== undefined) status = (value as number | undefined) ?? status;
      else members++;
    }
  if (body === undefined && members > 0) {
    body = format.write(operation.output, output, model);
    headers["content-type"] ??= format.contentType;
  }
  return { status, headers, body: body ?? "" };
}

function writePayload(
  member: NormalizedSchema,
  value: unknown,
  model: ServiceModel,
  format: BodyFormat,
): { type?: string; content: HttpAnswer["body"] } {
  if (value === undefined || value === null) return { content: "" };
  if (value instanceof Readable || value instanceof Uint8Array || typeof value === "string")
    return { type: typeof value === "string" ? "text/plain" : "application/octet-stream", content: value };
  return { type: format.contentType, content: format.write(member, value, model) };
}

/**
 * S3 answers metadata that is not ASCII as an encoded word of RFC 2047
 * (https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingMetadata.html#UserMetadata).
 */
function metadataText(text: string): string {
  return /^[\x20-\x7e]*$/.test(text) ? text : `=?UTF-8?B?${Buffer.from(text).toString("base64")}?=`;
}

function headerText(member: NormalizedSchema, value: unknown): string {
  if (member.getMergedTraits().mediaType !== undefined) return Buffer.from(String(value)).toString("base64");
  if (value instanceof Date) return value.toUTCString();
  if (Array.isArray(value)) return value.join(", ");
  if (member.isStringSchema() && Buffer.byteLength(value as string) !== (value as string).length)
    return Buffer.from(value as string, "utf8").toString("latin1");
  return String(value);
}
