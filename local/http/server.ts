import * as http from "node:http";
import type { AddressInfo } from "node:net";
import { AWS_LIMITS, type OnPublish, type Verdict } from "../mqtt";
import { readPublish } from "./publish";
import { Refusal, refusalOf } from "./refusal";
import type { Reply, Route } from "./route";

export interface IotDataServerOptions {
  onPublish: OnPublish;
  /** who owns an access key: an ARN */
  principalOf(accessKeyId: string): string;
  /** operations beside Publish, as they are when a request comes */
  routes?(): readonly Route[] | Promise<readonly Route[]>;
  /** a request that was refused, but for what is not there (a thing, a shadow): no rule saw it; the text holds no client's data, so it can be counted */
  onRefused?(message: string): void;
}

/** ms after which connections are cut whose answer does not come: a full disk acknowledges nothing */
const CLOSING_PATIENCE = 1000;
const SIGNATURE = /^AWS4-HMAC-SHA256 .*?Credential=([^/,\s]+)\/[^/]+\/[^/]+\/([^/]+)\/aws4_request/;

/**
 * The endpoint of the local cloud over plain HTTP: the IoT data plane's operation Publish, and the operations that it is given, as every
 * AWS SDK calls them. Signatures are read for who calls and not verified, since nobody here knows the secret; measured against
 * the JavaScript SDK (measurements, 5). Every other operation is refused by name.
 */
export class IotDataServer {
  private readonly server = http.createServer((request, response) => void this.answer(request, response));

  constructor(private readonly options: IotDataServerOptions) {
    this.server.keepAliveTimeout = 60_000;
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

  /** Ends when the answers that are on their way have left. */
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

  private async answer(request: http.IncomingMessage, response: http.ServerResponse): Promise<void> {
    // A client that goes away before its answer is no error of ours.
    request.on("error", () => undefined);
    response.on("error", () => undefined);
    try {
      reply(response, await this.dispatch(request));
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      // That a thing or its shadow is not there is an answer, and no message.
      if (error.type !== "ResourceNotFoundException") this.options.onRefused?.(`HTTP ${error.status} ${error.type}`);
      response.setHeader("x-amzn-errortype", error.type);
      // What is left of a body that is too large is not read.
      if (!request.complete) response.setHeader("connection", "close");
      reply(response, { status: error.status, body: JSON.stringify({ message: error.message }) });
    }
  }

  private async dispatch(request: http.IncomingMessage): Promise<Reply> {
    const { method = "GET", headers } = request;
    const url = new URL(request.url ?? "/", "http://127.0.0.1");
    const { principal, service } = this.caller(request);
    const routes = [this.publish(), ...((await this.options.routes?.()) ?? [])];
    const route = routes.find((each) => each.method === method && each.path.test(url.pathname));
    if (route === undefined)
      throw new Refusal(
        501,
        "NotImplementedException",
        `${method} ${url.pathname} is not part of the local cloud, which has ${routes.map(({ name }) => name).join(", ")}`,
      );
    if (!route.signedFor.includes(service))
      throw new Refusal(
        403,
        "ForbiddenException",
        `the request is signed for ${service}, not for ${route.signedFor[0]}`,
      );
    const parameters = (route.path.exec(url.pathname) ?? []).slice(1).map(decoded);
    return route.answer({
      url,
      headers,
      principal,
      parameters,
      body: () => body(request, route.bodyLimit),
    });
  }

  private publish(): Route {
    return {
      name: "Publish (POST /topics/TOPIC)",
      method: "POST",
      path: /^\/topics\//,
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

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw new Refusal(400, "InvalidRequestException", `${text} is not percent-encoded UTF-8`);
  }
}

/** @throws Refusal once there are more than `limit` bytes */
function body(request: http.IncomingMessage, limit: number): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let bytes = 0;
    request.on("data", (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes > limit) {
        request.pause();
        reject(
          new Refusal(
            413,
            "RequestEntityTooLargeException",
            `the payload is over ${limit.toLocaleString("en-US")} bytes`,
          ),
        );
      } else chunks.push(chunk);
    });
    request.on("end", () => resolve(chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks)));
    request.on("aborted", () => reject(new Refusal(400, "InvalidRequestException", "the request broke off")));
  });
}

function reply(response: http.ServerResponse, { status, body: content, headers }: Reply): void {
  if (response.destroyed) return;
  response.writeHead(status, {
    "content-type": "application/json",
    ...headers,
    "content-length": Buffer.byteLength(content),
  });
  response.end(content);
}
