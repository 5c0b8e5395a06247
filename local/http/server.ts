import { randomUUID } from "node:crypto";
import * as http from "node:http";
import type { AddressInfo } from "node:net";
import { type Duplex, Readable } from "node:stream";
import { ApiError, parseTarget, type ApiEndpoint } from "../api";
import { Defects } from "../core/defects";
import { readBody } from "./body";
import { serveHttp2 } from "./http2";
import { errorBody, Refusal } from "./refusal";
import { checkCaller, requestUrl } from "./request";
import type { Reply, Route } from "./route";
import { serveWebSockets } from "./websocket";

/** where messages are published; a TOPIC follows */
const TOPICS = "/topics/";

/** What the HTTP endpoint is made with. */
export interface HttpServerOptions {
  /** the ARN of whoever a request is signed by */
  principalOf(accessKeyId: string, sessionToken: string | undefined): string;
  /** answers every request that none of `routes` takes */
  api?: ApiEndpoint;
  /** names besides those of the loopback interface that the Host header may have, as `HOST` or `HOST:PORT`; their pages may call, too */
  allowedHosts?: readonly string[];
  /** operations besides Publish, at the time of a request */
  routes?(): readonly Route[] | Promise<readonly Route[]>;
  /** called for a message that is refused; the text holds no client's data, so it can be counted */
  onRefused?(message: string): void;
  /** takes MQTT connections over WebSocket, at the path /mqtt; without it there are none */
  onWebSocket?(stream: Duplex): void;
  /** records unexpected errors of requests */
  defects?: Defects;
}

/** ms after which connections without an answer are cut: a full disk acknowledges nothing */
const CLOSING_PATIENCE = 1000;
const SIGNATURE = /^AWS4-HMAC-SHA256 .*?Credential=([^/,\s]+)\/[^/]+\/[^/]+\/([^/]+)\/aws4_request/;

/**
 * The HTTP endpoint of the local cloud: AWS's APIs and, at the path /mqtt, MQTT over WebSocket. Requests come from this machine only, unless
 * a host is allowed. A request that raises an unexpected error is answered with status 500 and recorded; no request ends the process.
 */
export class HttpServer {
  private readonly server = http.createServer((request, response) => void this.answer(request, response));
  private readonly http2: ReturnType<typeof serveHttp2>;
  private readonly allowedHosts: ReadonlySet<string>;
  private readonly defects: Defects;

  constructor(private readonly options: HttpServerOptions) {
    this.server.keepAliveTimeout = 60_000;
    this.allowedHosts = new Set(options.allowedHosts?.map((host) => host.toLowerCase()));
    this.defects = options.defects ?? new Defects();
    this.http2 = serveHttp2(this.server, (request, response) => void this.answer(request, response));
    const { onWebSocket } = options;
    if (onWebSocket !== undefined)
      serveWebSockets(this.server, {
        allowedHosts: this.allowedHosts,
        defects: this.defects,
        onConnection: (stream) => onWebSocket.call(options, stream),
      });
  }

  /** Accepts connections; port 0 takes a free one. @returns the port. @throws EADDRINUSE and the like as node raises them */
  listen(port: number, host = "127.0.0.1"): Promise<number> {
    return new Promise((resolve, reject) => {
      this.server.once("error", reject);
      this.server.listen(port, host, () => {
        this.server.off("error", reject);
        resolve((this.server.address() as AddressInfo).port);
      });
    });
  }

  /** Ends once the answers that are being made have left. */
  close(): Promise<void> {
    return new Promise((resolve) => {
      const impatient = setTimeout(() => {
        this.server.closeAllConnections();
        this.http2.destroy();
      }, CLOSING_PATIENCE);
      this.server.close(() => {
        clearTimeout(impatient);
        resolve();
      });
      this.server.closeIdleConnections();
      this.http2.close();
    });
  }

  /** Never rejects. */
  private async answer(request: http.IncomingMessage, response: http.ServerResponse): Promise<void> {
    // A client that goes away before its answer is no error of ours.
    request.on("error", () => undefined);
    response.on("error", () => undefined);
    const exchange: Exchange = { request, response, route: undefined };
    try {
      response.setHeader("x-amzn-requestid", randomUUID());
      reply(exchange, await this.dispatch(exchange));
    } catch (error) {
      try {
        this.fail(exchange, error);
      } catch (failure) {
        this.defects.record("HTTP answer", failure);
        response.destroy();
      }
    }
  }

  private fail(exchange: Exchange, error: unknown): void {
    const { request, response, route } = exchange;
    let refusal: Refusal;
    if (error instanceof Refusal) {
      refusal = error;
      if (request.url?.startsWith(TOPICS) === true) this.options.onRefused?.(`HTTP ${error.status} ${error.type}`);
    } else if (error instanceof ApiError) refusal = new Refusal(error.status, error.code, error.message);
    else {
      this.defects.record(`HTTP request: ${route?.name ?? "no operation"}`, error);
      refusal = new Refusal(
        500,
        route?.internalError ?? "InternalFailureException",
        "an unexpected error; the summary of the local cloud shows it",
      );
    }
    if (response.headersSent) return void response.destroy();
    response.setHeader("x-amzn-errortype", refusal.type);
    reply(exchange, { status: refusal.status, body: errorBody(refusal) });
  }

  private async dispatch(exchange: Exchange): Promise<Reply> {
    const { request } = exchange;
    const { method = "GET", headers } = request;
    checkCaller(headers, this.allowedHosts);
    const { api } = this.options;
    const target = api === undefined ? undefined : parseTarget(request.url ?? "/");
    const url = requestUrl(request.url ?? "/");
    const signed = SIGNATURE.exec(headers.authorization ?? "")?.[2];
    const routes = (await this.options.routes?.()) ?? [];
    const route = routes.find((each) => each.method === method && each.path.test(url.pathname));
    if (target !== undefined && (route === undefined || signed === undefined || !route.signedFor.includes(signed))) {
      const { status, headers: own, body } = await api!.answer({ ...target, method, headers, body: request });
      if (status >= 400 && target.path.startsWith(TOPICS))
        this.options.onRefused?.(`HTTP ${status} ${own["x-amzn-errortype"]}`);
      return { status, headers: own, body };
    }
    const { principal, service } = this.caller(request);
    if (route === undefined)
      throw new Refusal(
        501,
        "NotImplementedException",
        `${method} ${url.pathname} is not part of the local cloud, which has ${routes.map(({ name }) => name).join(", ")}`,
      );
    exchange.route = route;
    if (!route.signedFor.includes(service))
      throw new Refusal(
        403,
        "ForbiddenException",
        `the request is signed for ${service}, not for ${route.signedFor[0]}`,
      );
    const parameters = (route.path.exec(url.pathname) ?? []).slice(1).map(decoded);
    return route.answer({ url, headers, principal, parameters, body: () => readBody(request, route.bodyLimit) });
  }

  private caller({ headers }: http.IncomingMessage): { principal: string; service: string } {
    const match = SIGNATURE.exec(headers.authorization ?? "");
    if (match === null)
      throw new Refusal(
        403,
        "ForbiddenException",
        "the request is not signed: an AWS SDK does it, with any credentials",
      );
    const token = headers["x-amz-security-token"] as string | undefined;
    return { principal: this.options.principalOf(match[1]!, token), service: match[2]! };
  }
}

interface Exchange {
  request: http.IncomingMessage;
  response: http.ServerResponse;
  route: Route | undefined;
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw new Refusal(400, "InvalidRequestException", `${text} is not percent-encoded UTF-8`);
  }
}

function reply({ request, response, route }: Exchange, { status, body: content, headers = {} }: Reply): void {
  if (response.destroyed) return;
  // What is left of a body that nobody has read is not waited for.
  if (!request.complete && request.httpVersionMajor === 1) response.setHeader("connection", "close");
  const isEmpty = !(content instanceof Readable) && content.length === 0;
  if (!isEmpty || route !== undefined) response.setHeader("content-type", route?.contentType ?? "application/json");
  if (content instanceof Readable) {
    response.writeHead(status, headers);
    // A stream that fails has sent its status: only a broken connection tells the client.
    content.on("error", () => response.destroy());
    response.on("close", () => content.destroy());
    content.pipe(response);
    return;
  }
  // HEAD answers with the length that GET has.
  const length = request.method === "HEAD" && "content-length" in headers ? {} : lengthOf(status, content);
  response.writeHead(status, { ...headers, ...length });
  response.end(content);
}

function lengthOf(status: number, content: string | Uint8Array): Record<string, number> {
  return status === 204 || status === 304 ? {} : { "content-length": Buffer.byteLength(content) };
}
