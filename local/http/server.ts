import * as http from "node:http";
import type { AddressInfo } from "node:net";
import { AWS_LIMITS, type OnPublish, type Verdict } from "../mqtt";
import { readPublish } from "./publish";
import { Refusal, refusalOf } from "./refusal";

export interface IotDataServerOptions {
  onPublish: OnPublish;
  /** who owns an access key: an ARN */
  principalOf(accessKeyId: string): string;
  /** a request that no rule saw; the text holds no client's data, so it can be counted */
  onRefused?(message: string): void;
}

const SIGNATURE = /^AWS4-HMAC-SHA256 .*?Credential=([^/,\s]+)\/[^/]+\/[^/]+\/([^/]+)\/aws4_request/;

/**
 * The data plane of AWS IoT Core over plain HTTP: the operation Publish, as every AWS SDK sends it. Signatures are read for
 * who calls and not verified, since nobody here knows the secret; measured against the JavaScript SDK (measurements, 5). Shadows,
 * retained messages and connections over HTTP are refused by name.
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
      this.server.close(() => resolve());
      this.server.closeIdleConnections();
    });
  }

  private async answer(request: http.IncomingMessage, response: http.ServerResponse): Promise<void> {
    // A client that goes away before its answer is no error of ours.
    request.on("error", () => undefined);
    response.on("error", () => undefined);
    try {
      await this.publish(request);
      reply(response, 200, { message: "OK" });
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      this.options.onRefused?.(`HTTP ${error.status} ${error.type}`);
      response.setHeader("x-amzn-errortype", error.type);
      // What is left of a body that is too large is not read.
      if (!request.complete) response.setHeader("connection", "close");
      reply(response, error.status, { message: error.message });
    }
  }

  private async publish(request: http.IncomingMessage): Promise<void> {
    const url = new URL(request.url ?? "/", "http://127.0.0.1");
    const principal = this.principal(request);
    if (request.method !== "POST" || !url.pathname.startsWith("/topics/"))
      throw new Refusal(
        501,
        "NotImplementedException",
        `${request.method} ${url.pathname} is not part of the local cloud, which has the operation Publish (POST /topics/TOPIC) of the IoT data plane`,
      );
    const head = readPublish(url, request.headers);
    const payload = await body(request, AWS_LIMITS.payload);
    const verdict = await new Promise<Verdict>((resolve) =>
      this.options.onPublish({ ...head, payload, principal }, resolve),
    );
    if (!verdict.ok) throw refusalOf(verdict);
  }

  private principal({ headers }: http.IncomingMessage): string {
    const match = SIGNATURE.exec(headers.authorization ?? "");
    if (match === null)
      throw new Refusal(
        403,
        "ForbiddenException",
        "the request is not signed: an AWS SDK does it, with any credentials",
      );
    if (match[2] !== "iotdata" && match[2] !== "iotdevicegateway")
      throw new Refusal(403, "ForbiddenException", `the request is signed for ${match[2]}, not for iotdata`);
    return this.options.principalOf(match[1]!);
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

function reply(response: http.ServerResponse, status: number, document: unknown): void {
  if (response.destroyed) return;
  const text = JSON.stringify(document);
  response.writeHead(status, { "content-type": "application/json", "content-length": Buffer.byteLength(text) });
  response.end(text);
}
