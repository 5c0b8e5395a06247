import type { Readable } from "node:stream";
import type { ApiError } from "../model/error";
import type { OperationModel, ServiceModel } from "../model/model";
import type { ApiRequest } from "../model/request";

/** What is written to the client. */
export interface HttpAnswer {
  status: number;
  headers: Record<string, string>;
  body: string | Uint8Array | Readable;
}

/** An operation that a request names. */
export interface Found {
  operation: OperationModel;
  /** values of the path's labels, by member */
  labels: Readonly<Record<string, string>>;
}

/** A wire protocol of AWS, from the server's side. */
export interface WireProtocol {
  /** Whether the request is in this protocol, by its method and headers. */
  speaks(request: ApiRequest, model: ServiceModel): boolean;
  /**
   * The operation of a request, or the name that it gives, which is none of the service.
   * @param body read whole; empty for a request that streams
   */
  find(request: ApiRequest, model: ServiceModel, body: Buffer): Found | string;
  /** @throws DecodeError, MemberError */
  decode(request: ApiRequest, found: Found, body: Buffer): Record<string, unknown>;
  encode(
    output: Record<string, unknown>,
    operation: OperationModel,
    model: ServiceModel,
    requestId: string,
  ): HttpAnswer;
  fail(error: ApiError, model: ServiceModel, requestId: string, request: ApiRequest): HttpAnswer;
  /** codes of the errors that come before an operation is reached */
  readonly codes: ProtocolCodes;
}

/** How AWS calls the errors of signatures and of operations that are not there, in this protocol. */
export interface ProtocolCodes {
  unsigned: string;
  wrongSignature: string;
  unknownToken: string;
  expiredToken: string;
  denied: string;
  notImplemented: string;
  serialization: string;
  internal: string;
}
