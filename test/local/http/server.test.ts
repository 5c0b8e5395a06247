import assert from "node:assert/strict";
import * as http from "node:http";
import { IoTDataPlaneClient, PublishCommand, type PublishCommandInput } from "@aws-sdk/client-iot-data-plane";
import { HttpServer } from "../../../local/http";
import { ApiEndpoint } from "../../../local/api";
import { Credentials } from "../../../local/core/credentials";
import { ACCOUNT } from "../../../local/core/model";
import { Iam } from "../../../local/iam";
import { iotDataApi, type IotDataServices } from "../../../local/services/iotdata/api";
import type { Publish, Verdict } from "../../../local/mqtt";

describe("local/http: the data plane as the AWS SDK calls it", () => {
  let server: HttpServer;
  let port: number;
  let client: IoTDataPlaneClient;
  let received: Publish[];
  let verdict: Verdict;
  let refused: string[];

  beforeEach(async () => {
    received = [];
    refused = [];
    verdict = { ok: true };
    server = new HttpServer({
      api: new ApiEndpoint({
        credentials: new Credentials(),
        backend: () => ({
          iam: new Iam([], ACCOUNT),
          apis: [
            iotDataApi({
              messages: {
                publishMessage: (message: Publish) => {
                  received.push(message);
                  return Promise.resolve(verdict);
                },
              },
            } as unknown as IotDataServices),
          ],
        }),
      }),
      onRefused: (message) => refused.push(message),
    });
    port = await server.listen(0);
    client = new IoTDataPlaneClient({
      endpoint: `http://127.0.0.1:${port}`,
      region: "eu-central-1",
      credentials: { accessKeyId: "AKIALOCAL", secretAccessKey: "any" },
      maxAttempts: 1,
    });
  });
  afterEach(async () => {
    client.destroy();
    await server.close();
  });

  const publish = (input: PublishCommandInput) => client.send(new PublishCommand(input));
  const raw = (method: string, path: string, headers: http.OutgoingHttpHeaders = {}, body?: Buffer) =>
    new Promise<{ status: number; type: string | undefined; message: string }>((resolve, reject) => {
      const request = http.request({ host: "127.0.0.1", port, method, path, headers, agent: false }, (response) => {
        let text = "";
        response.on("data", (chunk: Buffer) => (text += chunk.toString()));
        response.on("end", () =>
          resolve({
            status: response.statusCode!,
            type: response.headers["x-amzn-errortype"] as string | undefined,
            message: (JSON.parse(text) as { message: string }).message,
          }),
        );
      });
      request.on("error", reject);
      request.end(body);
    });
  const signed = (service = "iotdata") => ({
    authorization: `AWS4-HMAC-SHA256 Credential=AKIA1/20260101/eu-central-1/${service}/aws4_request, SignedHeaders=host, Signature=00`,
    "x-amz-date": "20260101T000000Z",
  });

  it("takes a topic with slashes and blanks, the payload byte for byte, and who sent it", async () => {
    await publish({ topic: "dt/a b/aggregate", payload: Buffer.from([0, 255, 10]), qos: 1 });
    assert.deepEqual(received, [
      {
        topic: "dt/a b/aggregate",
        payload: Buffer.from([0, 255, 10]),
        qos: 1,
        retain: false,
        clientId: "N/A",
        principal: `arn:aws:iam::${ACCOUNT}:user/you`,
        source: "http",
        properties: undefined,
      },
    ]);
  });

  it("takes the properties of MQTT 5", async () => {
    await publish({
      topic: "t",
      retain: true,
      contentType: "application/json",
      responseTopic: "answers/1",
      messageExpiry: 60,
      payloadFormatIndicator: "UTF8_DATA",
      correlationData: Buffer.from("id 1").toString("base64"),
      userProperties: JSON.stringify([{ site: "a" }, { site: "b" }, { unit: "C" }]),
    });
    const [{ retain, qos, properties, payload } = assert.fail("no message")] = received;
    assert.deepEqual([retain, qos, payload.length], [true, 0, 0]);
    assert.deepEqual(properties, {
      contentType: "application/json",
      responseTopic: "answers/1",
      messageExpiryInterval: 60,
      payloadFormatIndicator: true,
      correlationData: Buffer.from("id 1"),
      userProperties: [
        ["site", "a"],
        ["site", "b"],
        ["unit", "C"],
      ],
    });
  });

  it("answers 128 KB and refuses a byte more with the SDK's exception", async () => {
    await publish({ topic: "t", payload: Buffer.alloc(131_072) });
    await assert.rejects(publish({ topic: "t", payload: Buffer.alloc(131_073) }), {
      name: "RequestEntityTooLargeException",
      message: "the payload is over 131,072 bytes",
    });
    assert.equal(received.length, 1);
    assert.deepEqual(refused, ["HTTP 413 RequestEntityTooLargeException"]);
  });

  it("counts a refused publish as a refused message, and no other refused request", async () => {
    const { status, type } = await raw("GET", "/retainedMessage/t?x=1", signed());
    assert.deepEqual([status, type], [400, "InvalidRequestException"]);
    assert.deepEqual(refused, []);
    assert.equal((await raw("GET", "/nothing", signed("iot"))).status, 501);
    assert.deepEqual(refused, []);
    assert.equal((await raw("POST", "/topics/t")).status, 403);
    assert.deepEqual(refused, ["HTTP 403 MissingAuthenticationTokenException"]);
  });

  const verdicts = [
    ["unauthorized", "UnauthorizedException"],
    ["throttled", "ThrottlingException"],
    ["invalid-topic", "InvalidRequestException"],
    ["unavailable", "ServiceUnavailableException"],
  ] as const;
  for (const [reason, name] of verdicts)
    it(`tells that a message was ${reason} as ${name}`, async () => {
      verdict = { ok: false, reason, message: "because" };
      await assert.rejects(publish({ topic: "t" }), { name, message: "because" });
    });

  const wrong: [path: string, message: string][] = [
    ["/topics/a%2F%23", 'topic name contains a wildcard ("+" or "#")'],
    ["/topics/%ff", "the path is not percent-encoded UTF-8"],
    ["/topics/t?qos=2", "qos is 2; it is 0 or 1"],
    ["/topics/t?retain=yes", 'retain: "yes" is not true or false'],
    ["/topics/t?messageExpiry=soon", 'messageExpiry: "soon" is not a number'],
    [
      "/topics/t?colour=red",
      "colour is not a parameter of Publish; there are qos, retain, contentType, responseTopic, messageExpiry",
    ],
    ["/topics/%24aws%2Frules%2Fr%2Ft?retain=true", "retain is not supported with basic ingest"],
  ];
  for (const [path, message] of wrong)
    it(`refuses ${path}`, async () => {
      assert.deepEqual(await raw("POST", path, signed()), { status: 400, type: "InvalidRequestException", message });
      assert.deepEqual(received, []);
    });

  it("refuses a request without signature, and one for another service", async () => {
    assert.equal((await raw("POST", "/topics/t")).status, 403);
    assert.deepEqual(await raw("POST", "/topics/t", signed("lambda")), {
      status: 501,
      type: "NotImplementedException",
      message: "POST /topics/t of Lambda is not part of the local cloud, which has none of its operations",
    });
  });

  it("refuses other operations by name", async () => {
    const { status, type, message } = await raw("GET", "/connections/a", signed());
    assert.deepEqual([status, type], [501, "NotImplementedException"]);
    assert.match(message, /^\w+ of IoT Core data plane is not part of the local cloud, which has Publish, /);
  });

  it("says that a port is taken", async () => {
    const api = new ApiEndpoint({ credentials: new Credentials(), backend: () => assert.fail() });
    const second = new HttpServer({ api });
    await assert.rejects(second.listen(port), { code: "EADDRINUSE" });
  });
});
