import { cbor, CborShapeSerializer } from "@smithy/core/cbor";
import { CBOR_SCALARS, decode, DecodeError } from "../model/decode";
import { JSON_CODES } from "./aws-json";
import type { WireProtocol } from "./protocol";

const PATH = /^\/service\/([^/]+)\/operation\/([^/]+)$/;
const HEADERS = { "content-type": "application/cbor", "smithy-protocol": "rpc-v2-cbor" };

/** RPC v2 CBOR, which current SDKs prefer (https://smithy.io/2.0/additional-specs/protocols/smithy-rpc-v2.html). */
export const RPC_V2_CBOR: WireProtocol = {
  codes: JSON_CODES,
  speaks: ({ headers, path }) => headers["smithy-protocol"] === "rpc-v2-cbor" && PATH.test(path),
  find({ path }, model) {
    const name = PATH.exec(path)![2]!;
    const operation = model.operations.get(name);
    return operation === undefined ? name : { operation, labels: {} };
  },
  decode(_, { operation }, body) {
    if (operation.input.isUnitSchema()) return {};
    let value: unknown;
    try {
      value = body.length === 0 ? {} : cbor.deserialize(body);
    } catch {
      throw new DecodeError("the body is not CBOR");
    }
    return decode(operation.input, value, CBOR_SCALARS, false) as Record<string, unknown>;
  },
  encode(output, operation) {
    if (operation.output.isUnitSchema()) return { status: 200, headers: HEADERS, body: "" };
    const serializer = new CborShapeSerializer();
    serializer.write(operation.output, output);
    return { status: 200, headers: HEADERS, body: serializer.flush() };
  },
  fail: ({ status, code, message, members }) => ({
    status,
    headers: { ...HEADERS, "x-amzn-errortype": code },
    body: cbor.serialize({ __type: code, message, ...members }),
  }),
};
