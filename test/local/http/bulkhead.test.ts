import assert from "node:assert/strict";
import * as http from "node:http";
import * as net from "node:net";
import { ApiEndpoint } from "../../../local/api";
import { Credentials } from "../../../local/core/credentials";
import { ACCOUNT } from "../../../local/core/model";
import { Iam } from "../../../local/iam";
import { iotDataApi, type IotDataServices } from "../../../local/services/iotdata/api";
import { Defects } from "../../../local/core/defects";
import { HttpServer } from "../../../local/http";

const SIGNED =
  "AWS4-HMAC-SHA256 Credential=AKIA1/20260101/eu-central-1/iotdata/aws4_request, SignedHeaders=host, Signature=00";

interface Answer {
  status: number;
  headers: http.IncomingHttpHeaders;
  body: { __type?: string; message: string };
}

describe("local/http: a request fails alone", () => {
  let server: HttpServer, port: number, defects: Defects, fault: () => never;
  beforeEach(async () => {
    defects = new Defects();
    fault = () => {
      throw new TypeError("a fault of ours");
    };
    const retained = {
      retainedMessages: () => {
        throw new RangeError("another");
      },
    };
    server = new HttpServer({
      allowedHosts: ["Build.example.com", "localhost:3000"],
      defects,
      api: new ApiEndpoint({
        credentials: new Credentials(),
        backend: () => ({
          iam: new Iam([], ACCOUNT),
          apis: [iotDataApi({ messages: { publishMessage: () => fault() }, retained } as unknown as IotDataServices)],
        }),
        defects,
      }),
    });
    port = await server.listen(0);
  });
  afterEach(() => server.close());

  const ask = (method: string, path: string, headers: http.OutgoingHttpHeaders = {}): Promise<Answer> =>
    new Promise((resolve, reject) => {
      const request = http.request(
        {
          host: "127.0.0.1",
          port,
          method,
          path,
          agent: false,
          headers: { authorization: SIGNED, "x-amz-date": "20260101T000000Z", ...headers },
        },
        (response) => {
          let text = "";
          response.on("data", (chunk: Buffer) => (text += chunk.toString()));
          response.on("end", () =>
            resolve({
              status: response.statusCode!,
              headers: response.headers,
              body: JSON.parse(text) as Answer["body"],
            }),
          );
        },
      );
      request.on("error", reject);
      request.end();
    });
  /** Writes a request as it is, for targets that no client sends. */
  const raw = (text: string): Promise<string> =>
    new Promise((resolve, reject) => {
      const socket = net.connect(port, "127.0.0.1", () => socket.end(text));
      let answer = "";
      socket.on("data", (chunk) => (answer += chunk.toString("latin1")));
      socket.on("error", reject);
      socket.on("close", () => resolve(answer));
    });

  it("answers an unexpected error with status 500 in the words of the service, and records it", async () => {
    const first = await ask("GET", "/retainedMessage");
    assert.equal(first.status, 500);
    assert.equal(first.headers["x-amzn-errortype"], "InternalFailureException");
    assert.equal(first.body.__type, "InternalFailureException");
    assert.match(String(first.headers["x-amzn-requestid"]), /^[0-9a-f-]{36}$/);
    const second = await ask("POST", "/topics/t");
    assert.deepEqual([second.status, second.body.__type], [500, "InternalFailureException"]);
    await ask("GET", "/retainedMessage");
    assert.deepEqual(
      defects.list().map(({ place, count, message }) => [place, count, message]),
      [
        ["IoT Core data plane ListRetainedMessages", 2, "another"],
        ["IoT Core data plane Publish", 1, "a fault of ours"],
      ],
    );
  });

  for (const target of [
    "//",
    "///..",
    "http://[",
    "http://",
    "*",
    "//[",
    "/%",
    "?",
    "https:",
    "ftp://a/b",
    "/topics/%",
  ])
    it(`answers the request target ${target}`, async () => {
      for (const signature of ["", `authorization: ${SIGNED}\r\nx-amz-date: 20260101T000000Z\r\n`])
        assert.match(
          await raw(`GET ${target} HTTP/1.1\r\nhost: localhost\r\n${signature}connection: close\r\n\r\n`),
          /^HTTP\/1\.1 (400|403|501) /,
        );
      assert.equal(defects.size, 0);
    });

  it("takes a target with the whole URL", async () => {
    const answer = await raw(
      `GET http://localhost/retainedMessage HTTP/1.1\r\nhost: localhost\r\nauthorization: ${SIGNED}\r\nx-amz-date: 20260101T000000Z\r\nconnection: close\r\n\r\n`,
    );
    assert.match(answer, /^HTTP\/1\.1 500 /);
  });

  for (const host of ["localhost", "LOCALHOST:8080", "127.0.0.1:1", "127.1.2.3", "[::1]:8080", "b.localhost:1"])
    it(`accepts the host ${host}`, async () => {
      assert.equal((await ask("GET", "/nothing", { host })).status, 501);
    });
  for (const host of ["build.example.com", "build.example.com:8080"])
    it(`accepts the host ${host}, which is allowed`, async () => {
      assert.equal((await ask("GET", "/nothing", { host })).status, 501);
    });
  for (const host of ["evil.example", "localhost.evil.example", "127.0.0.1.evil.example", "10.0.0.1", "["])
    it(`refuses the host ${JSON.stringify(host)}`, async () => {
      const { status, body } = await ask("GET", "/retainedMessage", { host });
      assert.deepEqual([status, body.__type], [403, "ForbiddenException"]);
      assert.equal(defects.size, 0);
    });

  it("accepts requests of its own pages and of origins that are allowed", async () => {
    const host = `localhost:${port}`;
    assert.equal((await ask("GET", "/nothing", { host, origin: `http://${host}` })).status, 501);
    assert.equal((await ask("GET", "/nothing", { host, origin: "http://localhost:3000" })).status, 501);
  });
  for (const origin of ["http://evil.example", "null", "http://localhost:3001", "http://localhost", ""])
    it(`refuses requests of pages of ${JSON.stringify(origin)}`, async () => {
      const { status, body } = await ask("GET", "/retainedMessage", { host: `localhost:${port}`, origin });
      assert.deepEqual([status, body.__type], [403, "ForbiddenException"]);
    });
});
