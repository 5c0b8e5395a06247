import { randomUUID } from "node:crypto";
import { Readable } from "node:stream";
import type { Credentials } from "../core/credentials";
import { Defects } from "../core/defects";
import type { Iam } from "../iam";
import { identify, type Identified } from "./caller";
import { checkRequired, DecodeError, MemberError } from "./model/decode";
import { ApiError } from "./model/error";
import { ServiceModel, type OperationModel } from "./model/model";
import type { ApiCall, Caller, Operation, Permission, ServiceApi } from "./operation";
import { protocolOf } from "./protocols";
import type { Found, HttpAnswer, WireProtocol } from "./protocols/protocol";
import { AWS_QUERY } from "./protocols/aws-query";
import { findRoute } from "./protocols/rest-route";
import { readWhole, type ApiRequest } from "./model/request";
import { SERVICES, type ServiceName } from "./model/services";
import { readSignature, type Signature } from "./signature";
import { withBucketInPath, withQueryHeaders } from "./virtual-host";

/** What answers the requests: the services of the deployed stack. */
export interface ApiBackend {
  iam: Iam;
  apis: readonly ServiceApi[];
}

/** What the endpoint is made with. */
export interface ApiEndpointOptions {
  credentials: Credentials;
  /** the services, at the time of a caller's request; it waits while a deployment is made */
  backend(caller: Caller): ApiBackend | Promise<ApiBackend>;
  defects?: Defects;
}

interface Exchange {
  /** as it was signed */
  signed: ApiRequest;
  /** as it is routed: with S3's bucket in the path */
  request: ApiRequest;
  model: ServiceModel;
  protocol: WireProtocol;
  requestId: string;
  operation?: string;
}

const NO_BODY = Buffer.alloc(0);

/**
 * AWS's APIs at one endpoint: the signature names the service, the service's protocols the operation. Every call is decided by the
 * policies that the program declares for who signed it. Operations that the tables do not have are refused by name, in the protocol of the caller.
 */
export class ApiEndpoint {
  private readonly defects: Defects;

  constructor(private readonly options: ApiEndpointOptions) {
    this.defects = options.defects ?? new Defects();
  }

  /** Answers a request. Never rejects. */
  async answer(request: ApiRequest): Promise<HttpAnswer> {
    const requestId = randomUUID();
    const signature = readSignature(request);
    const service = typeof signature === "string" ? guessService(request) : serviceSignedFor(signature.service);
    if (service === undefined) return this.unknownService(request, signature as Signature, requestId);
    const model = ServiceModel.of(service);
    const protocol = protocolOf(request, model);
    const routed = service === "s3" ? withQueryHeaders(withBucketInPath(request)) : request;
    const exchange: Exchange = { signed: request, request: routed, model, protocol, requestId };
    let answer: HttpAnswer;
    try {
      answer = await this.perform(exchange, signature);
    } catch (error) {
      answer = protocol.fail(this.errorOf(error, exchange), model, requestId, routed);
    }
    return { ...answer, headers: { "x-amzn-requestid": requestId, ...answer.headers } };
  }

  private async perform(exchange: Exchange, signature: Signature | string): Promise<HttpAnswer> {
    const { signed, request, model, protocol, requestId } = exchange;
    const { codes } = protocol;
    if (typeof signature === "string")
      throw new ApiError(
        403,
        codes.unsigned,
        signature === "unsigned"
          ? "Missing Authentication Token: the request is not signed; an AWS SDK does it, with any keys"
          : "the signature of the request is incomplete: it has a credential, a date, signed headers and a signature",
      );
    const streams = streamsIn(request, model);
    const body = streams ? undefined : await readWhole(request.body, model.facts.bodyLimit);
    const identified = identify(this.options.credentials, signed, signature, body, codes);
    const found = protocol.find(request, model, body ?? NO_BODY);
    exchange.operation = typeof found === "string" ? found : found.operation.name;
    const { apis, iam } = await this.options.backend(identified.caller);
    const api = apis.find(({ service }) => service === model.service);
    const row = api?.operations[exchange.operation];
    if (typeof found === "string" || row === undefined) throw notImplemented(exchange, api, codes.notImplemented);
    const input = decodeInput(exchange, found, body ?? NO_BODY, row);
    const authorize = (permission: Permission): void => check(iam, identified.caller, permission, exchange);
    for (const permission of row.permissions(input as never)) authorize(permission);
    const call: ApiCall<never> = {
      input: input as never,
      caller: identified.caller,
      requestId,
      headers: request.headers,
      query: request.query,
      signing: identified.signing,
      body: streams ? request.body : Readable.from(body === undefined || body.length === 0 ? [] : [body]),
      authorize,
    };
    const output = (await row.answer(call)) as Record<string, unknown> | undefined;
    return protocol.encode(output ?? {}, found.operation, model, requestId);
  }

  /** Says who signed a request, without its body. @throws ApiError */
  identify(request: ApiRequest, signature: Signature, body: Buffer): Identified {
    const model = ServiceModel.of(serviceSignedFor(signature.service) ?? "iotdata");
    return identify(this.options.credentials, request, signature, body, protocolOf(request, model).codes);
  }

  private errorOf(error: unknown, { model, protocol, operation }: Exchange): ApiError {
    if (error instanceof ApiError) return error;
    if (error instanceof DecodeError)
      return new ApiError(400, model.facts.malformed ?? protocol.codes.serialization, error.message);
    if (error instanceof MemberError) return new ApiError(400, model.facts.invalid, error.message);
    this.defects.record(`${model.facts.title} ${operation ?? "request"}`, error);
    const code = model.facts.internal ?? protocol.codes.internal;
    return new ApiError(500, code, "an unexpected error; the summary of the local cloud shows it");
  }

  private unknownService(request: ApiRequest, { service }: Signature, requestId: string): HttpAnswer {
    const model = ServiceModel.of("iotdata");
    const titles = Object.values(SERVICES).map(({ title }) => title);
    const message = `the request is signed for ${service}, which is not part of the local cloud; it has ${titles.join(", ")}`;
    const code = protocolOf(request, model).codes.notImplemented;
    return protocolOf(request, model).fail(new ApiError(501, code, message), model, requestId, request);
  }
}

/** The service whose requests are signed under this name. */
export function serviceSignedFor(name: string): ServiceName | undefined {
  const found = Object.entries(SERVICES).find(([, { signedFor }]) => (signedFor as readonly string[]).includes(name));
  return found?.[0] as ServiceName | undefined;
}

/** A request without a signature is answered in the words of the service that it looks like. */
function guessService(request: ApiRequest): ServiceName {
  const target = String(request.headers["x-amz-target"] ?? "").split(".")[0];
  const byTarget = Object.entries(SERVICES).find(([, facts]) => facts.target === target);
  if (byTarget !== undefined) return byTarget[0] as ServiceName;
  if (AWS_QUERY.speaks(request, ServiceModel.of("sts"))) return "sts";
  if (typeof findRoute(request, ServiceModel.of("iotdata")) !== "string") return "iotdata";
  return "s3";
}

/** Whether the operation takes the body as a stream; then it is not read before. */
function streamsIn(request: ApiRequest, model: ServiceModel): boolean {
  if (!(model.facts.protocols as readonly string[]).includes("restXml")) return false;
  const found = findRoute(request, model);
  return typeof found !== "string" && hasStreamingInput(found.operation);
}

function hasStreamingInput({ input }: OperationModel): boolean {
  return input.isStructSchema() && Object.values(input.getMemberSchemas()).some((member) => member.isStreaming());
}

function decodeInput(exchange: Exchange, found: Found, body: Buffer, row: Operation<never>): Record<string, unknown> {
  const { request, protocol, model } = exchange;
  const input = protocol.decode(request, found, body);
  const known = new Set<string>([...row.takes, ...Object.keys(row.ignores ?? {})]);
  const left = Object.keys(input).filter((name) => !known.has(name));
  if (left.length > 0)
    throw new ApiError(
      501,
      protocol.codes.notImplemented,
      `${found.operation.name} of ${model.facts.title}: ${left.join(", ")} ${left.length === 1 ? "is" : "are"} not executed by the local cloud, ` +
        `which takes ${[...known].join(", ") || "no members"}`,
    );
  if (found.operation.input.isStructSchema()) checkRequired(found.operation.input, input);
  return input;
}

/** @throws ApiError in AWS's words for a call that is refused */
function check(iam: Iam, caller: Caller, permission: Permission, { protocol, model }: Exchange): void {
  const { action, resource } = permission;
  const decision = iam.check({ ...permission, principal: caller.principal });
  if (decision.allowed) return;
  const isJsonRpc = model.facts.protocols.some((each) => each.startsWith("awsJson"));
  throw new ApiError(
    isJsonRpc ? 400 : 403,
    model.facts.denied ?? protocol.codes.denied,
    `User: ${caller.arn} is not authorized to perform: ${action} on resource: ${resource} because ${decision.decidedBy}`,
  );
}

function notImplemented({ model, operation }: Exchange, api: ServiceApi | undefined, code: string): ApiError {
  const there = Object.keys(api?.operations ?? {});
  const list = there.length === 0 ? "none of its operations" : there.join(", ");
  return new ApiError(
    501,
    code,
    `${operation} of ${model.facts.title} is not part of the local cloud, which has ${list}`,
  );
}
