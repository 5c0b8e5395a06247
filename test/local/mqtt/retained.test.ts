import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import type { IDisconnectPacket } from "mqtt-packet";
import type { Publish } from "../../../local/mqtt";
import { Retained } from "../../../local/mqtt/retained";
import { Bench, until } from "./harness";

describe("local/mqtt: retained messages", () => {
  let bench: Bench | undefined;
  afterEach(() => bench?.close());

  it("are what a new subscription gets first, flagged; those who were there get them without the flag", async () => {
    bench = await new Bench().listen();
    const client = await bench.client({ protocolVersion: 5 });
    const got: string[] = [];
    client.on("message", (topic, payload, { retain, qos }) =>
      got.push(`${topic} ${payload.toString()} ${retain} ${qos}`),
    );
    await client.publishAsync("state/a", "old", { retain: true, qos: 1 });
    await client.publishAsync("state/a", "new", { retain: true, qos: 1 });
    await client.publishAsync("state/b", "b", { retain: true, qos: 0 });
    await client.publishAsync("state/b", "", { retain: true, qos: 1 });
    // A filter with a wildcard gets none, on AWS.
    await client.subscribeAsync("state/+", { qos: 1 });
    await client.subscribeAsync("state/b", { qos: 1 });
    await client.subscribeAsync("state/a", { qos: 1 });
    await until(() => got.length === 1);
    await client.publishAsync("state/c", "c", { retain: true, qos: 1 });
    await client.subscribeAsync("state/#", { qos: 1, rap: true, rh: 2 });
    await client.publishAsync("state/d", "d", { retain: true, qos: 1 });
    await client.subscribeAsync("state/a", { qos: 0, rh: 1 });
    await client.subscribeAsync("state/a", { qos: 0, rh: 2 });
    await client.subscribeAsync("state/a", { qos: 0, rh: 0 });
    await until(() => got.length === 4);
    assert.deepEqual(got, ["state/a new true 1", "state/c c false 1", "state/d d true 1", "state/a new true 0"]);
    assert.equal(bench.seen[0]!.retain, true);
  });

  it("are not kept when the message was refused, and have a limit that is told", async () => {
    bench = await new Bench({ limits: { retainedTopics: 1 } }).listen();
    bench.answer = ({ topic }, done) =>
      done(topic === "no" ? { ok: false, reason: "throttled", message: "later" } : { ok: true });
    const raw = await bench.speaker(5);
    const publish = (topic: string, payload = "x"): void =>
      raw.send({ cmd: "publish", topic, payload, qos: 1, messageId: 1, retain: true });
    publish("no");
    publish("yes");
    publish("yes", "again");
    publish("more");
    assert.equal(((await raw.next("disconnect")) as IDisconnectPacket).reasonCode, 0x97);
    assert.match(bench.of("refused")[0]!.message, /retained messages of 1 topics/);
    assert.equal(bench.seen.length, 3);
  });

  it("survive a restart, properties too, but not their expiry or a line that a crash cut", () => {
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), "retained-"));
    try {
      const file = path.join(folder, "mqtt", "retained.ndjson");
      const message = (topic: string, text: string, properties: Publish["properties"] = undefined): Publish => {
        const base = { qos: 1, retain: true, clientId: "c", principal: "device/c", source: "mqtt" } as const;
        return { topic, payload: Buffer.from(text), properties, ...base };
      };
      const before = new Retained(10, file);
      before.set(message("a", "1"));
      before.set(
        message("a", "2", { contentType: "x", correlationData: Buffer.from([0, 255]), messageExpiryInterval: 100 }),
      );
      before.set(message("b", "1"));
      before.set(message("b", ""));
      before.set(message("c", "1", { messageExpiryInterval: 0 }));
      assert.equal(before.get("c"), undefined);
      before.close();
      fs.appendFileSync(file, '{"topic":"d","payl');
      const after = new Retained(10, file);
      assert.deepEqual(
        after.list().map(({ outbound }) => outbound.message.topic),
        ["a"],
      );
      const kept = after.get("a");
      assert.equal(kept!.message.payload.toString(), "2");
      assert.deepEqual(kept!.message.properties!.correlationData, Buffer.from([0, 255]));
      for (let i = 0; i < 3000; i++) after.set(message("a", String(i)));
      assert.ok(fs.readFileSync(file, "utf8").split("\n").length < 1100, "old lines go");
      after.close();
      assert.equal(new Retained(10, file).get("a")!.message.payload.toString(), "2999");
    } finally {
      fs.rmSync(folder, { recursive: true });
    }
  });

  it("that cannot be read are reported and left out; those of earlier versions are read", () => {
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), "retained-"));
    try {
      const file = path.join(folder, "retained.ndjson");
      const payload = Buffer.from("x").toString("base64");
      const lines = [
        { topic: "old", payload, qos: 1, properties: { userProperties: { site: "north", tag: ["a", "b"] } } },
        { topic: "new", payload, qos: 0, properties: { userProperties: [["site", "north"]] } },
        { topic: "a/#", payload },
        { topic: 1, payload },
        { topic: "q", payload, qos: 2 },
        { topic: "p", payload, properties: null },
        { topic: "u", payload, properties: { userProperties: { site: 1 } } },
        { topic: "e", payload, expires: "soon" },
        null,
      ].map((line) => JSON.stringify(line));
      fs.writeFileSync(file, [...lines, "{", ""].join("\n"));
      const reports: string[] = [];
      const retained = new Retained(10, file, (message) => reports.push(message));
      assert.deepEqual(
        retained.list().map(({ outbound: { message } }) => [message.topic, message.properties?.userProperties]),
        [
          ["new", [["site", "north"]]],
          [
            "old",
            [
              ["site", "north"],
              ["tag", "a"],
              ["tag", "b"],
            ],
          ],
        ],
      );
      assert.equal(reports.length, 8);
      retained.close();
      assert.deepEqual(
        new Retained(10, file, () => assert.fail("the file was rewritten"))
          .list()
          .map(({ outbound }) => outbound.message.topic),
        ["new", "old"],
      );
    } finally {
      fs.rmSync(folder, { recursive: true });
    }
  });
});
