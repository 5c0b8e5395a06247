import * as fs from "node:fs";
import * as http from "node:http";
import type { AddressInfo } from "node:net";
import { isRecord } from "../../aws/text/record";
import { AthenaError, QueryCancelled } from "../../local/athena";
import type { Defects } from "../../local/core/defects";
import { Refusal } from "../../local/http/refusal";
import { requestUrl } from "../../local/http/request";
import { withPlainIntegers } from "../output/table";
import { Saved, type Answers, type Download } from "./answers";
import { readAssets, type Asset } from "./assets";
import { Guard, SECURITY_HEADERS } from "./guard";
import type { Live } from "./live";

/** bytes of a request's body */
const MOST_BYTES = 1024 * 1024;

/** What the page's server is made with. */
export interface PageServerOptions {
  answers: Answers;
  /** the state that GET /api/events tells */
  live: Live;
  /** names besides those of the loopback interface, lower case */
  allowedHosts?: readonly string[];
  defects: Defects;
}

/** Serves the page on 127.0.0.1: its files, JSON below /api/, and server-sent events at /api/events. */
export class PageServer {
  readonly guard: Guard;
  private readonly assets: ReadonlyMap<string, Asset>;
  private readonly server = http.createServer((request, response) => {
    const answer = this.answer(request, response).finally(() => this.answering.delete(answer));
    this.answering.add(answer);
  });
  /** answers that are being made; they never reject */
  private readonly answering = new Set<Promise<void>>();

  constructor(private readonly options: PageServerOptions) {
    this.guard = new Guard(options.allowedHosts);
    this.assets = readAssets(this.guard.token);
  }

  /** Port 0 takes a free one. @returns the page's address. @throws EADDRINUSE and the like as node raises them */
  listen(port: number): Promise<string> {
    return new Promise((resolve, reject) => {
      this.server.once("error", reject);
      this.server.listen(port, "127.0.0.1", () => {
        this.server.off("error", reject);
        resolve(`http://127.0.0.1:${(this.server.address() as AddressInfo).port}/`);
      });
    });
  }

  /** Ends every connection; resolves when nothing works for one any more. */
  async close(): Promise<void> {
    await new Promise<void>((resolve) => {
      this.server.close(() => resolve());
      this.server.closeAllConnections();
    });
    await Promise.all(this.answering);
  }

  /** Never rejects. */
  private async answer(request: http.IncomingMessage, response: http.ServerResponse): Promise<void> {
    // A browser that goes away before its answer is no error of ours.
    request.on("error", () => undefined);
    response.on("error", () => undefined);
    for (const [name, value] of Object.entries(SECURITY_HEADERS)) response.setHeader(name, value);
    try {
      await this.dispatch(request, response);
    } catch (error) {
      if (!response.headersSent) sendJson(response, ...this.failure(error));
      else response.destroy();
    }
  }

  private async dispatch(request: http.IncomingMessage, response: http.ServerResponse): Promise<void> {
    const { method = "GET", headers } = request;
    this.guard.check(method, headers);
    const { pathname } = requestUrl(request.url ?? "/");
    if (method !== "GET" && method !== "HEAD" && method !== "POST")
      throw new Refusal(405, "MethodNotAllowed", `${method} is not answered here`);
    const asset = method === "POST" ? undefined : this.assets.get(pathname);
    if (asset !== undefined) return sendAsset(request, response, asset);
    if (method === "GET" && pathname === "/api/events") return this.tell(response);
    const answer = this.options.answers.get(`${method} ${pathname}`);
    if (answer === undefined) throw new Refusal(404, "NotFound", `there is nothing at ${pathname}`);
    const body = method === "POST" ? await bodyOf(request) : {};
    const gone = new AbortController();
    response.on("close", () => gone.abort());
    const result = await answer(body, gone.signal);
    if (result instanceof Saved) return sendDownload(response, result.download);
    sendJson(response, 200, result);
  }

  /** https://html.spec.whatwg.org/multipage/server-sent-events.html */
  private tell(response: http.ServerResponse): void {
    response.writeHead(200, { "content-type": "text/event-stream; charset=utf-8", "cache-control": "no-store" });
    response.write("retry: 2000\n\n");
    const end = this.options.live.subscribe((json) => {
      // A browser that does not keep up gets the next state instead.
      if (!response.writableNeedDrain) response.write(json === undefined ? ":\n\n" : `data: ${json}\n\n`);
    });
    response.on("close", end);
  }

  private failure(error: unknown): [status: number, body: unknown] {
    if (error instanceof Refusal) return [error.status, { error: { code: error.type, message: error.message } }];
    if (error instanceof QueryCancelled) return [400, { error: { code: "CANCELLED", message: error.message } }];
    if (error instanceof AthenaError) return [400, { error: sqlFailure(error) }];
    this.options.defects.record("page", error);
    const message = "an unexpected error of the local cloud; its summary shows it";
    return [500, { error: { code: "InternalError", message } }];
  }
}

/** The error of a statement, with the place that Trino's message names: both count from 1. */
function sqlFailure({ code, message }: AthenaError): object {
  const text = message.slice(code.length + 2);
  const [, line, column] = /^line (\d+):(\d+): /.exec(text) ?? [];
  return { code, message: text, ...(line === undefined ? {} : { line: Number(line), column: Number(column) }) };
}

async function bodyOf(request: http.IncomingMessage): Promise<Record<string, unknown>> {
  if (!/^application\/json\b/.test(request.headers["content-type"] ?? ""))
    throw new Refusal(415, "UnsupportedMediaType", "the body needs the content type application/json");
  const pieces: Buffer[] = [];
  let bytes = 0;
  for await (const piece of request as AsyncIterable<Buffer>) {
    bytes += piece.length;
    if (bytes > MOST_BYTES) throw new Refusal(413, "PayloadTooLarge", `the body has more than ${MOST_BYTES} bytes`);
    pieces.push(piece);
  }
  let value: unknown;
  try {
    value = JSON.parse(Buffer.concat(pieces).toString("utf8"));
  } catch {
    value = undefined;
  }
  if (!isRecord(value)) throw new Refusal(400, "BadRequest", "the body is not a JSON object");
  return value;
}

function sendJson(response: http.ServerResponse, status: number, value: unknown): void {
  const body = JSON.stringify(value ?? null, withPlainIntegers);
  response.writeHead(status, {
    "content-type": "application/json; charset=utf-8",
    "cache-control": "no-store",
    "content-length": Buffer.byteLength(body),
  });
  response.end(body);
}

function sendAsset(request: http.IncomingMessage, response: http.ServerResponse, { type, body }: Asset): void {
  response.writeHead(200, { "content-type": type, "cache-control": "no-store", "content-length": body.length });
  response.end(request.method === "HEAD" ? undefined : body);
}

function sendDownload(response: http.ServerResponse, { folder, file, type, name }: Download): Promise<void> {
  return new Promise((resolve) => {
    const stream = fs.createReadStream(file);
    response.on("close", () => {
      stream.destroy();
      fs.rmSync(folder, { recursive: true, force: true });
      resolve();
    });
    response.writeHead(200, {
      "content-type": type,
      "cache-control": "no-store",
      "content-disposition": `attachment; filename="${name}"`,
    });
    stream.on("error", () => response.destroy());
    stream.pipe(response);
  });
}
