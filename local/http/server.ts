import { randomUUID } from "node:crypto";
import * as http from "node:http";
import type { AddressInfo } from "node:net";
import type { Duplex } from "node:stream";
import { Defects } from "../core/defects";
import { AWS_LIMITS, type OnPublish, type Verdict } from "../mqtt";
import { readBody } from "./body";
import { readPublish } from "./publish";
import { errorBody, Refusal, refusalOf } from "./refusal";
import { checkCaller, requestUrl } from "./request";
import type { Reply, Route } from "./route";
import { serveWebSockets } from "./websocket";

/** where messages are published; a TOPIC follows */
const TOPICS = "/topics/";

/** What the HTTP endpoint is made with. */
export interface IotDataServerOptions {
  onPublish: OnPublish;
  /** the ARN of whoever owns an access key */
  principalOf(accessKeyId: string): string;
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
 * The HTTP endpoint of the local cloud: the IoT data plane's operation Publish, and the operations that it is given, as every AWS SDK
 * calls them. A signature is read for who calls and is not verified, since the secret is not known here. Every other operation is refused
 * by name. A request that raises an unexpected error is answered with status 500 and recorded; no request ends the process.
 */
export class IotDataServer {
  private readonly server = http.createServer((request, response) => void this.answer(request, response));
  private readonly allowedHosts: ReadonlySet<string>;
  private readonly defects: Defects;

  constructor(private readonly options: IotDataServerOptions) {
    this.server.keepAliveTimeout = 60_000;
    this.allowedHosts = new Set(options.allowedHosts?.map((host) => host.toLowerCase()));
    this.defects = options.defects ?? new Defects();
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
      const impatient = setTimeout(() => this.server.closeAllConnections(), CLOSING_PATIENCE);
      this.server.close(() => {
        clearTimeout(impatient);
        resolve();
      });
      this.server.closeIdleConnections();
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
    } else {
      this.defects.record(`HTTP request: ${route?.name ?? "no operation"}`, error);
      refusal = new Refusal(
        500,
        route?.internalError ?? "InternalFailureException",
        "an unexpected error; the summary of the local cloud shows it",
      );
    }
    if (response.headersSent) return void response.destroy();
    response.setHeader("x-amzn-errortype", refusal.type);
    // What is left of a body that is too large is not read.
    if (!request.complete) response.setHeader("connection", "close");
    reply(exchange, { status: refusal.status, body: errorBody(refusal) });
  }

  private async dispatch(exchange: Exchange): Promise<Reply> {
    const { request } = exchange;
    const { method = "GET", headers } = request;
    checkCaller(headers, this.allowedHosts);
    const url = requestUrl(request.url ?? "/");
    const { principal, service } = this.caller(request);
    const routes = [this.publish(), ...((await this.options.routes?.()) ?? [])];
    const route = routes.find((each) => each.method === method && each.path.test(url.pathname));
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

  private publish(): Route {
    return {
      name: "Publish (POST /topics/TOPIC)",
      method: "POST",
      path: new RegExp(`^${TOPICS}`),
      signedFor: ["iotdata", "iotdevicegateway"],
      bodyLimit: AWS_LIMITS.payload,
      answer: async (call) => {
        const head = readPublish(call.url, call.headers);
        const payload = await call.body();
        const verdict = await new Promise<Verdict>((resolve) =>
          this.options.onPublish({ ...head, payload, principal: call.principal }, resolve),
        );
        if (!verdict.ok) throw refusalOf(verdict);
        return { status: 200, body: JSON.stringify({ message: "OK" }) };
      },
    };
  }

  private caller({ headers }: http.IncomingMessage): { principal: string; service: string } {
    const match = SIGNATURE.exec(headers.authorization ?? "");
    if (match === null)
      throw new Refusal(
        403,
        "ForbiddenException",
        "the request is not signed: an AWS SDK does it, with any credentials",
      );
    return { principal: this.options.principalOf(match[1]!), service: match[2]! };
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

function reply({ response, route }: Exchange, { status, body: content, headers }: Reply): void {
  if (response.destroyed) return;
  response.writeHead(status, {
    "content-type": route?.contentType ?? "application/json",
    ...headers,
    "content-length": Buffer.byteLength(content),
  });
  response.end(content);
}
