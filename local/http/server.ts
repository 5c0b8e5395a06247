import { randomUUID } from "node:crypto";
import * as http from "node:http";
import type { AddressInfo } from "node:net";
import { type Duplex, Readable } from "node:stream";
import { ApiError, parseTarget, type ApiEndpoint, type HttpAnswer } from "../api";
import { Defects } from "../core/defects";
import { serveHttp2 } from "./http2";
import { errorBody, Refusal } from "./refusal";
import { checkCaller } from "./request";
import { serveWebSockets } from "./websocket";

/** where messages are published; a TOPIC follows */
const TOPICS = "/topics/";

/** What the HTTP endpoint is made with. */
export interface HttpServerOptions {
  /** answers the requests */
  api: ApiEndpoint;
  /** names besides those of the loopback interface that the Host header may have, as `HOST` or `HOST:PORT`; their pages may call, too */
  allowedHosts?: readonly string[];
  /** called for a message that is refused; the text holds no client's data, so it can be counted */
  onRefused?(message: string): void;
  /** takes MQTT connections over WebSocket, at the path /mqtt; without it there are none */
  onWebSocket?(stream: Duplex): void;
  /** records unexpected errors of requests */
  defects?: Defects;
}

/** ms after which connections without an answer are cut: a full disk acknowledges nothing */
const CLOSING_PATIENCE = 1000;

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
    try {
      response.setHeader("x-amzn-requestid", randomUUID());
      reply(request, response, await this.dispatch(request));
    } catch (error) {
      try {
        this.fail(request, response, error);
      } catch (failure) {
        this.defects.record("HTTP answer", failure);
        response.destroy();
      }
    }
  }

  /** An error of a request that no service has seen: of its host, its page or its target, or an unexpected one. */
  private fail(request: http.IncomingMessage, response: http.ServerResponse, error: unknown): void {
    let refusal: Refusal;
    if (error instanceof Refusal) refusal = error;
    else if (error instanceof ApiError) refusal = new Refusal(error.status, error.code, error.message);
    else {
      this.defects.record("HTTP request", error);
      const message = "an unexpected error; the summary of the local cloud shows it";
      refusal = new Refusal(500, "InternalFailureException", message);
    }
    const { status, type } = refusal;
    if (request.url?.startsWith(TOPICS) === true) this.options.onRefused?.(`HTTP ${status} ${type}`);
    if (response.headersSent) return void response.destroy();
    const headers = { "content-type": "application/json", "x-amzn-errortype": type };
    reply(request, response, { status, headers, body: errorBody(refusal) });
  }

  private async dispatch(request: http.IncomingMessage): Promise<HttpAnswer> {
    const { method = "GET", headers } = request;
    checkCaller(headers, this.allowedHosts);
    const target = parseTarget(request.url ?? "/");
    const answer = await this.options.api.answer({ ...target, method, headers, body: request });
    if (answer.status >= 400 && target.path.startsWith(TOPICS))
      this.options.onRefused?.(`HTTP ${answer.status} ${answer.headers["x-amzn-errortype"]}`);
    return answer;
  }
}

function reply(
  request: http.IncomingMessage,
  response: http.ServerResponse,
  { status, body: content, headers }: HttpAnswer,
): void {
  if (response.destroyed) return;
  // What is left of a body that nobody has read is not waited for.
  if (!request.complete && request.httpVersionMajor === 1) response.setHeader("connection", "close");
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
