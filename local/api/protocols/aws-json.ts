import { JsonShapeSerializer } from "@aws-sdk/core/protocols";
import type { NormalizedSchema } from "@smithy/core/schema";
import { decode, DecodeError, JSON_SCALARS } from "../model/decode";
import { type ApiRequest, headerOf } from "../model/request";
import { queryCode } from "./query-code";
import type { ProtocolCodes, WireProtocol } from "./protocol";

/** Seconds since 1970. */
const EPOCH = { useTrait: true, default: 7 } as const;

/** Writes a value as JSON by its shape; members that the shape does not have are left out. */
export function toJson(schema: NormalizedSchema, value: unknown, jsonNames: boolean): string {
  const serializer = new JsonShapeSerializer({ jsonName: jsonNames, timestampFormat: EPOCH });
  serializer.write(schema, value);
  return serializer.flush();
}

/** @throws DecodeError for a body that is not JSON; an empty one is an empty object */
export function parseJson(body: Buffer): unknown {
  if (body.length === 0) return {};
  try {
    return JSON.parse(body.toString("utf8"));
  } catch {
    throw new DecodeError("the body is not JSON");
  }
}

/** Codes of the JSON protocols. */
export const JSON_CODES: ProtocolCodes = {
  unsigned: "MissingAuthenticationTokenException",
  wrongSignature: "InvalidSignatureException",
  unknownToken: "UnrecognizedClientException",
  expiredToken: "ExpiredTokenException",
  denied: "AccessDeniedException",
  notImplemented: "NotImplementedException",
  serialization: "SerializationException",
  internal: "InternalFailure",
};

/**
 * AWS JSON 1.0 and 1.1: POST to `/`, the operation in the header x-amz-target
 * (https://smithy.io/2.0/aws/protocols/aws-json-1_1-protocol.html).
 */
export const AWS_JSON: WireProtocol = {
  codes: JSON_CODES,
  speaks: ({ headers }) => headers["x-amz-target"] !== undefined,
  find(request, model) {
    const name = operationName(request);
    const operation = model.operations.get(name);
    return operation === undefined ? name : { operation, labels: {} };
  },
  decode: (_, { operation }, body) => {
    const value = parseJson(body);
    return operation.input.isUnitSchema()
      ? {}
      : (decode(operation.input, value, JSON_SCALARS, false) as Record<string, unknown>);
  },
  encode: (output, operation, model) => ({
    status: 200,
    headers: { "content-type": contentType(model.facts.protocols) },
    body: operation.output.isUnitSchema() ? "" : toJson(operation.output, output, false),
  }),
  fail: ({ status, code, message, members }, model) => ({
    status,
    headers: {
      "content-type": contentType(model.facts.protocols),
      "x-amzn-errortype": code,
      // Clients made for the query protocol know the code by another name.
      ...(model.facts.protocols.includes("awsQuery") && {
        "x-amzn-query-error": `${queryCode(code, model)};${status < 500 ? "Sender" : "Receiver"}`,
      }),
    },
    // Services write the message with a large or a small letter, and clients look for both.
    body: JSON.stringify({ __type: code, message, Message: message, ...members }),
  }),
};

function operationName({ headers }: ApiRequest): string {
  return (headerOf(headers, "x-amz-target") ?? "a request without the header x-amz-target").replace(/^.*\./, "");
}

function contentType(protocols: readonly string[]): string {
  return protocols.includes("awsJson1_0") ? "application/x-amz-json-1.0" : "application/x-amz-json-1.1";
}
