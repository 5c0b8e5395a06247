import assert from "node:assert/strict";
import type { ISubackPacket } from "mqtt-packet";
import type { MqttClient } from "mqtt";
import { Bench, until } from "./harness";

/** As https://docs.aws.amazon.com/iot/latest/developerguide/mqtt.html#mqtt5-shared-subscription has them. */
describe("local/mqtt: shared subscriptions", () => {
  let bench: Bench;
  beforeEach(async () => {
    bench = await new Bench().listen();
  });
  afterEach(() => bench.close());

  /** A client and what it gets. */
  async function member(
    clientId: string,
    filter: string,
    options: { version?: 4 | 5; clean?: boolean; qos?: 0 | 1 } = {},
  ): Promise<{ client: MqttClient; got: string[] }> {
    const { version = 5, clean = true, qos = 1 } = options;
    const client = await bench.client({
      clientId,
      protocolVersion: version,
      clean,
      ...(version === 5 && !clean ? { properties: { sessionExpiryInterval: 60 } } : {}),
    });
    const got: string[] = [];
    client.on("message", (_topic, payload) => got.push(payload.toString()));
    await client.subscribeAsync(filter, { qos });
    return { client, got };
  }

  const numbers = (count: number): string[] => Array.from({ length: count }, (_, i) => String(i));

  it("hand each message to one member of each group, of either version, and to ordinary subscribers", async () => {
    const first = await member("first", "$share/workers/sports/#");
    const second = await member("second", "$share/workers/sports/#", { version: 4 });
    const alone = await member("alone", "$share/others/sports/tennis");
    const sameName = await member("same-name", "$share/workers/sports/tennis");
    const ordinary = await member("ordinary", "sports/+");
    const publisher = await bench.client();
    for (const text of numbers(100)) await publisher.publishAsync("sports/tennis", text, { qos: 1 });
    await until(() => ordinary.got.length === 100 && first.got.length + second.got.length === 100);
    await until(() => alone.got.length === 100 && sameName.got.length === 100);
    const both = [...first.got, ...second.got].sort((a, b) => Number(a) - Number(b));
    assert.deepEqual(both, numbers(100));
    // Each gets its share; that one gets less than 10 of 100 happens once in 10^17.
    assert.ok(first.got.length >= 10 && second.got.length >= 10, `${first.got.length} and ${second.got.length}`);
    assert.deepEqual([alone.got, sameName.got, ordinary.got], [numbers(100), numbers(100), numbers(100)]);
  });

  it("go on with the members that are left, and end with UNSUBSCRIBE", async () => {
    const first = await member("first", "$share/g/t", { qos: 0 });
    const second = await member("second", "$share/g/t", { qos: 0 });
    const publisher = await bench.client();
    await first.client.unsubscribeAsync("$share/g/t");
    for (const text of numbers(20)) await publisher.publishAsync("t", text, { qos: 1 });
    await until(() => second.got.length === 20);
    assert.deepEqual(first.got, []);
    await second.client.endAsync();
    await publisher.publishAsync("t", "nobody", { qos: 1 });
    const third = await member("third", "$share/g/t", { qos: 0 });
    await publisher.publishAsync("t", "third", { qos: 1 });
    await until(() => third.got.length === 1);
    assert.deepEqual(third.got, ["third"]);
  });

  it("queue QoS 1 messages while no member is connected, if one has a persistent session", async () => {
    const away = await member("away", "$share/g/t", { clean: false });
    await away.client.endAsync();
    const publisher = await bench.client();
    await publisher.publishAsync("t", "kept", { qos: 1 });
    await publisher.publishAsync("t", "QoS 0", { qos: 0 });
    // A new member gets what is queued.
    const fresh = await member("new", "$share/g/t");
    await until(() => fresh.got.length === 1);
    assert.deepEqual(fresh.got, ["kept"]);
    await fresh.client.endAsync();
    await publisher.publishAsync("t", "kept too", { qos: 1 });
    const back = await bench.speaker(5, { clientId: "away", clean: false });
    const packet = (await back.next("publish")) as { payload: Buffer };
    assert.equal(packet.payload.toString(), "kept too");
  });

  it("hand what a member has not acknowledged to another one when it goes", async () => {
    const lost = await bench.speaker(5, { clientId: "lost" });
    lost.send({ cmd: "subscribe", messageId: 1, subscriptions: [{ topic: "$share/g/t", qos: 1 }] });
    await lost.next("suback");
    const publisher = await bench.client();
    await publisher.publishAsync("t", "1", { qos: 1 });
    await lost.next("publish");
    const other = await member("other", "$share/g/t");
    assert.deepEqual(other.got, []);
    lost.socket.destroy();
    await until(() => other.got.length === 1);
    assert.deepEqual(other.got, ["1"]);
  });

  it("get no retained messages when they begin", async () => {
    const publisher = await bench.client();
    await publisher.publishAsync("t", "retained", { qos: 1, retain: true });
    const { got } = await member("c", "$share/g/t");
    await publisher.publishAsync("t", "live", { qos: 1, retain: true });
    await until(() => got.length > 0);
    assert.deepEqual(got, ["live"]);
  });

  it("are refused by filter without a name or a filter, with wildcards in the name", async () => {
    for (const version of [4, 5] as const) {
      const raw = await bench.speaker(version, { clientId: `raw${version}` });
      const topics = [
        "$share/g/a/#",
        "$share/g",
        "$share//a",
        "$share/g+/a",
        "$share/g/a/#/b",
        "$share/g/$aws/rules/x",
      ];
      raw.send({ cmd: "subscribe", messageId: 1, subscriptions: topics.map((topic) => ({ topic, qos: 1 })) });
      const { granted } = (await raw.next("suback")) as ISubackPacket;
      const no = version === 5 ? 0x8f : 0x80;
      assert.deepEqual(granted, [1, no, no, no, no, no]);
    }
  });
});
