import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as http from "node:http";
import * as os from "node:os";
import * as path from "node:path";
import { connectAsync } from "mqtt";
import { WebSocket } from "ws";
import { Iam } from "../../../local/iam";
import { Endpoints } from "../../../local/endpoints";

describe("local/http: MQTT over WebSocket", () => {
  let folder: string, endpoints: Endpoints, port: number;
  beforeEach(async () => {
    folder = fs.mkdtempSync(path.join(os.tmpdir(), "websocket-"));
    endpoints = new Endpoints({
      retainedFile: path.join(folder, "retained.ndjson"),
      allowedHosts: ["localhost:3000"],
    });
    endpoints.attach({
      publish: (message, done) => {
        endpoints.mqtt.publish(message.topic, message.payload, message);
        done?.({ ok: true });
      },
      apis: [],
      iam: new Iam([], "000000000000"),
    });
    port = Number(new URL((await endpoints.listen({ mqtt: 0, http: 0 })).http).port);
  });
  afterEach(async () => {
    await endpoints.close();
    fs.rmSync(folder, { recursive: true });
  });

  for (const protocolVersion of [4, 5] as const)
    it(`carries MQTT ${protocolVersion === 4 ? "3.1.1" : "5"} at /mqtt, large packets too`, async () => {
      const client = await connectAsync(`ws://127.0.0.1:${port}/mqtt?X-Amz-Algorithm=AWS4-HMAC-SHA256`, {
        protocolVersion,
        reconnectPeriod: 0,
      });
      await client.subscribeAsync("t", { qos: 1 });
      const got = new Promise<Buffer>((resolve) => client.once("message", (_topic, payload) => resolve(payload)));
      const payload = Buffer.alloc(131_072, 7);
      await client.publishAsync("t", payload, { qos: 1 });
      assert.ok((await got).equals(payload));
      assert.equal(endpoints.mqtt.connections, 1);
      await client.endAsync();
    });

  /** Status of an upgrade that is refused. */
  const upgrade = (target: string, headers: Record<string, string>): Promise<number | undefined> =>
    new Promise((resolve, reject) => {
      const request = http.request({
        host: "127.0.0.1",
        port,
        path: target,
        headers: {
          connection: "Upgrade",
          upgrade: "websocket",
          "sec-websocket-version": "13",
          "sec-websocket-key": "dGhlIHNhbXBsZSBub25jZQ==",
          "sec-websocket-protocol": "mqtt",
          ...headers,
        },
      });
      request.on("response", (response) => {
        response.resume();
        resolve(response.statusCode);
      });
      request.on("upgrade", (response, socket) => {
        socket.destroy();
        resolve(response.statusCode);
      });
      request.on("error", reject);
      request.end();
    });

  it("refuses other paths, other subprotocols, other hosts and pages of other origins", async () => {
    assert.equal(await upgrade("/mqtt", {}), 101);
    assert.equal(await upgrade("/other", {}), 404);
    assert.equal(await upgrade("//", {}), 404);
    assert.equal(await upgrade("/mqtt", { "sec-websocket-protocol": "amqp" }), 400);
    assert.equal(await upgrade("/mqtt", { "sec-websocket-version": "7" }), 400);
    assert.equal(await upgrade("/mqtt", { host: "evil.example" }), 403);
    assert.equal(await upgrade("/mqtt", { origin: "http://evil.example" }), 403);
    assert.equal(await upgrade("/mqtt", { origin: "http://localhost:3000" }), 101);
    assert.equal(endpoints.defects.size, 0);
  });

  it("ends a connection that sends text, or a frame that is none, and no other", async () => {
    const good = await connectAsync(`ws://127.0.0.1:${port}/mqtt`, { reconnectPeriod: 0 });
    const text = new WebSocket(`ws://127.0.0.1:${port}/mqtt`, "mqtt");
    await new Promise((resolve) => text.once("open", resolve));
    text.send("hello");
    await new Promise((resolve) => text.once("close", resolve));
    const broken = new WebSocket(`ws://127.0.0.1:${port}/mqtt`, "mqtt");
    await new Promise((resolve) => broken.once("open", resolve));
    broken.on("error", () => undefined);
    (broken as unknown as { _socket: { write(bytes: Buffer): void } })._socket.write(Buffer.from([0xff, 0xff, 0xff]));
    await new Promise((resolve) => broken.once("close", resolve));
    assert.ok(good.connected);
    assert.equal(endpoints.defects.size, 0);
    await good.endAsync();
  });
});
