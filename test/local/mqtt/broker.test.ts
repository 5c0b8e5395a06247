import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import type { IConnackPacket, IDisconnectPacket, IPubackPacket, IPublishPacket, ISubackPacket } from "mqtt-packet";
import { MqttBroker, type Verdict } from "../../../local/mqtt";
import { Bench, until } from "./harness";

describe("local/mqtt: publishing", () => {
  let bench: Bench;
  beforeEach(async () => (bench = await new Bench().listen()));
  afterEach(() => bench.close());

  for (const version of [4, 5] as const) {
    it(`takes QoS 0 and 1 of MQTT ${version === 4 ? "3.1.1" : "5"} with who, what and where`, async () => {
      const client = await bench.client({ protocolVersion: version, clientId: "d1" });
      await client.publishAsync("dt/a/aggregate", "zero", { qos: 0 });
      await client.publishAsync("dt/ä/aggregate", "one", { qos: 1 });
      await client.publishAsync("$aws/rules/etl/dt/a/aggregate", "", { qos: 1 });
      assert.deepEqual(bench.messages(), [
        "dt/a/aggregate zero",
        "dt/ä/aggregate one",
        "$aws/rules/etl/dt/a/aggregate ",
      ]);
      const { payload, ...rest } = bench.seen[1]!;
      assert.equal(payload.toString(), "one");
      assert.deepEqual(rest, {
        topic: "dt/ä/aggregate",
        qos: 1,
        retain: false,
        clientId: "d1",
        principal: "device/d1",
        source: "mqtt",
        properties: undefined,
      });
    });

    it(`sends the PUBACK of MQTT ${version === 4 ? "3.1.1" : "5"} only when the message is durable`, async () => {
      let durable: (verdict: Verdict) => void = () => undefined;
      bench.answer = (_message, done) => (durable = done);
      const client = await bench.client({ protocolVersion: version });
      let acknowledged = false;
      const sent = client.publishAsync("t", "x", { qos: 1 }).then(() => (acknowledged = true));
      await until(() => bench.seen.length === 1);
      await sleep(20);
      assert.equal(acknowledged, false);
      durable({ ok: true });
      await sent;
    });
  }

  it("hands MQTT 5 properties on, and keeps those of the connection to itself", async () => {
    const client = await bench.client({ protocolVersion: 5 });
    const got = await bench.client({ protocolVersion: 5 });
    await got.subscribeAsync("t", { qos: 1 });
    const properties = {
      payloadFormatIndicator: true,
      messageExpiryInterval: 60,
      contentType: "application/json",
      responseTopic: "r",
      correlationData: Buffer.from([1, 2]),
      userProperties: { site: "north", tag: ["a", "b"] },
    };
    const arrived = new Promise<IPublishPacket>((resolve) => got.on("message", (_t, _p, packet) => resolve(packet)));
    await client.publishAsync("t", "{}", { qos: 1, properties: { ...properties, topicAlias: 3 } });
    assert.deepEqual(bench.seen[0]!.properties, {
      ...properties,
      userProperties: [
        ["site", "north"],
        ["tag", "a"],
        ["tag", "b"],
      ],
    });
    const packet = await arrived;
    assert.equal(packet.qos, 1);
    const left = packet.properties!.messageExpiryInterval!;
    assert.ok(left === 59 || left === 60);
    assert.deepEqual(JSON.parse(JSON.stringify(packet.properties)), {
      ...(JSON.parse(JSON.stringify(properties)) as object),
      messageExpiryInterval: left,
    });
  });

  it("resolves topic aliases, and refuses those that have no topic or are too high", async () => {
    const raw = await bench.speaker(5);
    const publish = (topic: string, topicAlias: number): void =>
      raw.send({ cmd: "publish", topic, payload: "x", qos: 0, properties: { topicAlias } });
    publish("dt/a", 8);
    publish("", 8);
    publish("", 7);
    assert.equal(((await raw.next("disconnect")) as IDisconnectPacket).reasonCode, 0x82);
    assert.deepEqual(bench.messages(), ["dt/a x", "dt/a x"]);
    for (const topicAlias of [0, 9]) {
      const wrong = await bench.speaker(5);
      wrong.send({ cmd: "publish", topic: "t", payload: "", qos: 0, properties: { topicAlias } });
      assert.equal(((await wrong.next("disconnect")) as IDisconnectPacket).reasonCode, 0x94);
    }
  });

  const refusals: [Exclude<Verdict, { ok: true }>["reason"], number][] = [
    ["unauthorized", 0x87],
    ["throttled", 0x97],
    ["invalid-topic", 0x90],
    ["unavailable", 0x80],
  ];
  for (const [reason, code] of refusals)
    it(`tells of a message that is ${reason}: MQTT 5 by PUBACK, 3.1.1 by closing`, async () => {
      bench.answer = (_message, done) => done({ ok: false, reason, message: `no: ${reason}` });
      const five = await bench.speaker(5);
      five.send({ cmd: "publish", topic: "t", payload: "x", qos: 1, messageId: 9 });
      const puback = (await five.next("puback")) as IPubackPacket;
      assert.deepEqual(
        [puback.messageId, puback.reasonCode, puback.properties],
        [9, code, { reasonString: `no: ${reason}` }],
      );
      five.send({ cmd: "pingreq" });
      assert.notEqual(await five.next("pingresp"), undefined);
      const four = await bench.speaker(4, { clientId: "four" });
      four.send({ cmd: "publish", topic: "t", payload: "x", qos: 1, messageId: 9 });
      assert.equal(await four.next("puback"), undefined);
    });

  it("refuses what AWS IoT Core refuses, closes, and counts it as a message that nobody saw", async () => {
    const cases: [name: string, packet: object, code: number, message: RegExp][] = [
      ["QoS 2", { topic: "t", qos: 2, messageId: 1 }, 0x9b, /QoS 2/],
      ["payload", { topic: "t", payload: Buffer.alloc(131_073) }, 0x95, /over 128 KB/],
      ["packet", { topic: "t", payload: Buffer.alloc(400_000) }, 0x95, /over 149,504 bytes/],
      ["wildcard", { topic: "dt/+/x" }, 0x90, /wildcard/],
      ["empty topic", { topic: "" }, 0x82, /neither topic nor topic alias/],
      ["slashes", { topic: "1/2/3/4/5/6/7/8/9" }, 0x90, /more than 7 slashes/],
      ["long", { topic: "t".repeat(257) }, 0x90, /more than 256 bytes/],
      ["NUL", { topic: "a\u0000b" }, 0x81, /NUL/],
      ["UTF-8", { topic: Buffer.from([0x61, 0xff]) }, 0x81, /UTF-8/],
      ["reserved", { topic: "$aws/things/x/shadow/update/accepted" }, 0x90, /reserved/],
      ["rule without topic", { topic: "$aws/rules/etl" }, 0x90, /reserved|basic ingest/],
      ["retained basic ingest", { topic: "$aws/rules/etl/t", retain: true }, 0x9a, /basic ingest/],
    ];
    for (const [name, packet, code, message] of cases) {
      const raw = await bench.speaker(5);
      raw.send({ cmd: "publish", payload: "x", qos: 0, ...packet });
      assert.equal(((await raw.next("disconnect")) as IDisconnectPacket).reasonCode, code, name);
      assert.match(bench.of("refused").at(-1)!.message, message, name);
    }
    assert.equal(bench.of("refused").length, cases.length);
    const old = await bench.speaker(4);
    old.send({ cmd: "publish", topic: "t", payload: Buffer.alloc(131_073), qos: 1, messageId: 1 });
    await old.gone();
    assert.equal(bench.of("refused").length, cases.length + 1);
    assert.equal(bench.seen.length, 0);
  });

  it("takes a payload of exactly 128 KB, a topic of 256 bytes and 7 slashes, and what basic ingest adds to it", async () => {
    const client = await bench.client();
    const topic = `1/2/3/4/5/6/7/${"t".repeat(242)}`;
    await client.publishAsync(topic, Buffer.alloc(131_072), { qos: 1 });
    await client.publishAsync(`$aws/rules/etl/${topic}`, "x", { qos: 1 });
    assert.equal(bench.seen[0]!.payload.length, 131_072);
    assert.equal(bench.seen.length, 2);
  });

  it("closes an MQTT 5 client that ignores the receive maximum, and does not read a 3.1.1 client for a while", async () => {
    const waiting: (() => void)[] = [];
    bench.answer = (_message, done) => waiting.push(() => done({ ok: true }));
    const five = await bench.speaker(5);
    for (let i = 1; i <= 101; i++) five.send({ cmd: "publish", topic: "t", payload: "x", qos: 1, messageId: i });
    assert.equal(((await five.next("disconnect")) as IDisconnectPacket).reasonCode, 0x93);
    bench.seen.length = 0;
    const four = await bench.speaker(4, { clientId: "four" });
    for (let i = 1; i <= 1500; i++) four.send({ cmd: "publish", topic: "t", payload: "x", qos: 1, messageId: i });
    await until(() => bench.seen.length === 1000);
    await sleep(30);
    assert.equal(bench.seen.length, 1000);
    for (const done of waiting.splice(0)) done();
    await until(() => bench.seen.length === 1500);
  });

  it("stops reading while it is paused and loses nothing", async () => {
    const raw = await bench.speaker();
    await raw.next("connack");
    bench.broker.pause();
    for (let i = 0; i < 500; i++) raw.send({ cmd: "publish", topic: "t", payload: String(i), qos: 0 });
    const late = await bench.speaker(4, { clientId: "late" });
    await sleep(30);
    assert.equal(bench.seen.length, 0);
    assert.equal(late.packets.length, 0);
    bench.broker.resume();
    await until(() => bench.seen.length === 500);
    assert.deepEqual(
      bench.seen.map(({ payload }) => Number(payload)),
      Array.from({ length: 500 }, (_, i) => i),
    );
    await late.next("connack");
  });

  it("can be paused by the very message that is one too many", async () => {
    const raw = await bench.speaker(4);
    await raw.next("connack");
    const original = bench.seen.push.bind(bench.seen);
    bench.seen.push = (...messages) => {
      if (bench.seen.length === 2) bench.broker.pause();
      return original(...messages);
    };
    for (let i = 0; i < 10; i++) raw.send({ cmd: "publish", topic: "t", payload: String(i), qos: 0 });
    await sleep(30);
    assert.equal(bench.seen.length, 3);
    bench.broker.resume();
    await until(() => bench.seen.length === 10);
  });
});

describe("local/mqtt: connections", () => {
  let bench: Bench;
  afterEach(() => bench.close());

  it("announces its limits to MQTT 5 clients and assigns a client id", async () => {
    bench = await new Bench().listen();
    const raw = await bench.speaker(5, { clientId: "", keepalive: 5 });
    const { properties, reasonCode } = (await raw.next("connack")) as IConnackPacket;
    assert.equal(reasonCode, 0);
    assert.match(properties!.assignedClientIdentifier!, /^[0-9a-f-]{36}$/);
    assert.equal(properties!.serverKeepAlive, 30);
    assert.equal(properties!.maximumQoS, 1);
    assert.equal(properties!.maximumPacketSize, 149_504);
    assert.equal(properties!.receiveMaximum, 100);
    assert.equal(properties!.topicAliasMaximum, 8);
    assert.equal(properties!.retainAvailable, true);
    assert.equal(properties!.wildcardSubscriptionAvailable, true);
    assert.equal(properties!.sharedSubscriptionAvailable, true);
    assert.equal(properties!.subscriptionIdentifiersAvailable, false);
    assert.equal(properties!.sessionExpiryInterval, 0);
    assert.equal(bench.broker.connections, 1);
    const keepAlive = async (keepalive: number, sessionExpiryInterval: number): Promise<unknown[]> => {
      const other = await bench.speaker(5, { clientId: "other", keepalive, properties: { sessionExpiryInterval } });
      const connack = (await other.next("connack")) as IConnackPacket;
      return [connack.properties!.serverKeepAlive, connack.properties!.sessionExpiryInterval];
    };
    assert.deepEqual(await keepAlive(60, 60), [60, 60]);
    assert.deepEqual(await keepAlive(0, 604_800), [1200, 3600]);
    assert.deepEqual(await keepAlive(1201, 3600), [1200, 3600]);
  });

  it("refuses other versions, bad client ids, authentication methods and wills that could not be published", async () => {
    bench = await new Bench().listen();
    const old = await bench.raw();
    old.send({ cmd: "connect", protocolId: "MQIsdp", protocolVersion: 3, clientId: "old", clean: true });
    assert.equal(((await old.next("connack")) as IConnackPacket).returnCode, 1);
    await old.gone();
    const nameless = await bench.raw();
    nameless.bytes(0x10, 12, 0, 4, "MQTT", 4, 0, 0, 0, 0, 0);
    assert.equal(((await nameless.next("connack")) as IConnackPacket).returnCode, 2);
    const long = await bench.speaker(4, { clientId: "x".repeat(129) });
    assert.equal(((await long.next("connack")) as IConnackPacket).returnCode, 2);
    const refused: [object, number][] = [
      [{ clientId: "x".repeat(129) }, 0x85],
      [{ properties: { authenticationMethod: "SCRAM" } }, 0x8c],
      [{ will: { topic: "t", payload: Buffer.from("x"), qos: 2 } }, 0x9b],
      [{ will: { topic: "a/+", payload: Buffer.from("x"), qos: 0 } }, 0x90],
    ];
    for (const [connect, code] of refused) {
      const raw = await bench.speaker(5, connect);
      assert.equal(((await raw.next("connack")) as IConnackPacket).reasonCode, code);
      await raw.gone();
    }
    assert.equal(bench.of("rejected").length, 7);
    assert.equal(bench.of("connected").length, 0);
  });

  it("lets a second connection take over a client id", async () => {
    bench = await new Bench().listen();
    const first = await bench.speaker(5, { clientId: "same" });
    await first.next("connack");
    const second = await bench.speaker(5, { clientId: "same" });
    await second.next("connack");
    assert.equal(((await first.next("disconnect")) as IDisconnectPacket).reasonCode, 0x8e);
    assert.equal(bench.broker.connections, 1);
    second.send({ cmd: "publish", topic: "t", payload: "x", qos: 0 });
    await until(() => bench.seen.length === 1);
  });

  it("ends clients that are silent, and those that never say CONNECT, but not those that ping", async () => {
    bench = await new Bench({
      limits: { keepAlive: { min: 0.06, max: 0.06 }, connectTime: 60, sweepInterval: 10 },
    }).listen();
    const mute = await bench.raw();
    // 3.1.1, for MQTT 5 would be told of a keep-alive in whole seconds
    const silent = await bench.speaker(4, { clientId: "silent" });
    const lively = await bench.speaker(4, { clientId: "lively" });
    const pings = setInterval(() => lively.send({ cmd: "pingreq" }), 20);
    await silent.gone();
    assert.match(bench.of("disconnected")[0]!.reason, /^nothing was heard for 1\.5 times the keep-alive/);
    await mute.gone();
    await sleep(60);
    clearInterval(pings);
    assert.equal(lively.closed, false);
    assert.equal(bench.of("rejected").length, 1);
  });

  it("publishes the will of a client that was lost, not of one that said goodbye", async () => {
    bench = await new Bench().listen();
    const will = { topic: "gone/a", payload: Buffer.from("lost"), qos: 1 as const, retain: false };
    const watcher = await bench.client();
    const got: string[] = [];
    watcher.on("message", (topic, payload) => got.push(`${topic} ${payload.toString()}`));
    await watcher.subscribeAsync("gone/#", { qos: 1 });
    const polite = await bench.client({ clientId: "polite", will });
    await polite.endAsync();
    const lost = await bench.speaker(4, { clientId: "lost", will });
    await lost.next("connack");
    lost.socket.resetAndDestroy();
    await until(() => got.length === 1);
    const wilful = await bench.speaker(5, { clientId: "wilful", will });
    wilful.send({ cmd: "disconnect", reasonCode: 0x04 });
    await until(() => got.length === 2);
    assert.deepEqual(got, ["gone/a lost", "gone/a lost"]);
    assert.equal(bench.seen[0]!.principal, "device/lost");
  });

  it("waits with a will for its delay, and drops it when the client is back", async () => {
    bench = await new Bench().listen();
    const connect = {
      clientId: "late",
      clean: false,
      properties: { sessionExpiryInterval: 60 },
      will: { topic: "gone", payload: Buffer.from("x"), qos: 0, properties: { willDelayInterval: 1 } },
    };
    const first = await bench.speaker(5, connect);
    await first.next("connack");
    first.socket.destroy();
    await until(() => bench.of("disconnected").length === 1);
    const second = await bench.speaker(5, connect);
    assert.equal(((await second.next("connack")) as IConnackPacket).sessionPresent, true);
    second.socket.destroy();
    await until(() => bench.seen.length === 1);
    assert.equal(bench.of("disconnected").length, 2);
  });

  it("says goodbye to everybody when it closes, and leaves nothing behind", async () => {
    bench = await new Bench().listen();
    const five = await bench.speaker(5, { clientId: "five", will: { topic: "w", payload: Buffer.from("x"), qos: 0 } });
    await five.next("connack");
    const mute = await bench.raw();
    await bench.broker.close();
    assert.equal(((await five.next("disconnect")) as IDisconnectPacket).reasonCode, 0x8b);
    await mute.gone();
    assert.equal(bench.broker.connections, 0);
    assert.equal(bench.seen.length, 0);
    const again = new MqttBroker({ onPublish: () => undefined });
    assert.equal(await again.listen(bench.port), bench.port);
    await again.close();
  });

  it("passes on that the port is in use", async () => {
    bench = await new Bench().listen();
    const other = new MqttBroker({ onPublish: () => undefined });
    await assert.rejects(other.listen(bench.port), { code: "EADDRINUSE", port: bench.port });
    await other.close();
  });
});

describe("local/mqtt: subscribing", () => {
  let bench: Bench;
  beforeEach(async () => (bench = await new Bench().listen()));
  afterEach(() => bench.close());

  it("delivers by filter, once a client, with the lower QoS", async () => {
    const client = await bench.client();
    const got: string[] = [];
    client.on("message", (topic, payload, packet) => got.push(`${topic} ${payload.toString()} ${packet.qos}`));
    await client.subscribeAsync({ "dt/+/aggregate": { qos: 0 }, "dt/a/#": { qos: 1 }, exact: { qos: 1 } });
    const publisher = await bench.client({ protocolVersion: 5 });
    await publisher.publishAsync("dt/a/aggregate", "1", { qos: 1 });
    await publisher.publishAsync("dt/b/aggregate", "2", { qos: 1 });
    await publisher.publishAsync("exact", "3", { qos: 0 });
    await publisher.publishAsync("exact/no", "4", { qos: 1 });
    await publisher.publishAsync("$aws/rules/r/exact", "5", { qos: 1 });
    await until(() => got.length === 3);
    await client.unsubscribeAsync("dt/a/#");
    await publisher.publishAsync("dt/a/other", "6", { qos: 1 });
    await publisher.publishAsync("exact", "7", { qos: 1 });
    await until(() => got.length === 4);
    assert.deepEqual(got, ["dt/a/aggregate 1 1", "dt/b/aggregate 2 0", "exact 3 0", "exact 7 1"]);
  });

  it("answers SUBSCRIBE and UNSUBSCRIBE one by one, with MQTT 5's reason codes", async () => {
    const raw = await bench.speaker(5);
    const subscriptions = ["a/b", "a/#/b", "a+/b", "$aws/jobs/x", "$share/g/a", "1/2/3/4/5/6/7/8/9"].map((topic) => ({
      topic,
      qos: 1,
    }));
    raw.send({ cmd: "subscribe", messageId: 7, subscriptions });
    const suback = (await raw.next("suback")) as ISubackPacket;
    assert.deepEqual(suback.granted, [1, 0x8f, 0x8f, 0x8f, 1, 0x8f]);
    assert.match(suback.properties!.reasonString!, /a\+\/b: topic filter: "\+" must stand alone/);
    raw.send({ cmd: "unsubscribe", messageId: 8, unsubscriptions: ["a/b", "a/b"] });
    assert.deepEqual(((await raw.next("unsuback")) as ISubackPacket).granted, [0, 0x11]);
    const old = await bench.speaker(4, { clientId: "old" });
    old.send({
      cmd: "subscribe",
      messageId: 7,
      subscriptions: [
        { topic: "a", qos: 0 },
        { topic: "#/a", qos: 0 },
      ],
    });
    assert.deepEqual(((await old.next("suback")) as ISubackPacket).granted, [0, 0x80]);
  });

  it("closes the connection of a client that asks for QoS 2, without a SUBACK", async () => {
    for (const version of [4, 5] as const) {
      const raw = await bench.speaker(version);
      raw.send({
        cmd: "subscribe",
        messageId: 7,
        subscriptions: [
          { topic: "a", qos: 1 },
          { topic: "b", qos: 2 },
        ],
      });
      if (version === 5) assert.equal(((await raw.next("disconnect")) as IDisconnectPacket).reasonCode, 0x9b);
      assert.equal(await raw.next("suback"), undefined);
    }
  });

  it("holds to 8 subscriptions a request and 50 a connection", async () => {
    const raw = await bench.speaker(5);
    for (let i = 0; i < 7; i++) {
      const subscriptions = Array.from({ length: 8 }, (_, k) => ({ topic: `t/${i}/${k}`, qos: 0 }));
      raw.send({ cmd: "subscribe", messageId: i + 1, subscriptions });
      const { granted } = (await raw.next("suback")) as ISubackPacket;
      assert.deepEqual(granted, i < 6 ? Array(8).fill(0) : [0, 0, ...Array(6).fill(0x97)]);
    }
    raw.send({
      cmd: "subscribe",
      messageId: 9,
      subscriptions: Array.from({ length: 9 }, (_, k) => ({ topic: `u${k}`, qos: 0 })),
    });
    assert.equal(((await raw.next("disconnect")) as IDisconnectPacket).reasonCode, 0x97);
    const identified = await bench.speaker(5);
    identified.send({
      cmd: "subscribe",
      messageId: 1,
      subscriptions: [{ topic: "a", qos: 0 }],
      properties: { subscriptionIdentifier: 3 },
    });
    assert.equal(((await identified.next("disconnect")) as IDisconnectPacket).reasonCode, 0xa1);
  });

  it("does not send a client its own messages back when it said so", async () => {
    const client = await bench.client({ protocolVersion: 5, clientId: "self" });
    const got: string[] = [];
    client.on("message", (topic) => got.push(topic));
    await client.subscribeAsync("own", { qos: 0, nl: true });
    await client.subscribeAsync("both", { qos: 0 });
    await client.publishAsync("own", "x", { qos: 1 });
    await client.publishAsync("both", "x", { qos: 1 });
    await until(() => got.length === 1);
    assert.deepEqual(got, ["both"]);
  });

  it("keeps to a subscriber's receive maximum and packet size", async () => {
    const raw = await bench.speaker(5, { properties: { receiveMaximum: 2, maximumPacketSize: 100 } });
    await raw.next("connack");
    raw.send({ cmd: "subscribe", messageId: 1, subscriptions: [{ topic: "t", qos: 1 }] });
    await raw.next("suback");
    const publisher = await bench.client();
    for (let i = 0; i < 5; i++) await publisher.publishAsync("t", String(i), { qos: 1 });
    await publisher.publishAsync("t", "x".repeat(200), { qos: 1 });
    const got: string[] = [];
    for (let i = 0; i < 5; i++) {
      await until(() => raw.packets.length > 0);
      await sleep(5);
      assert.ok(raw.packets.length <= 2);
      const packet = (await raw.next("publish")) as IPublishPacket;
      got.push(packet.payload.toString());
      raw.send({ cmd: "puback", messageId: packet.messageId });
    }
    assert.deepEqual(got, ["0", "1", "2", "3", "4"]);
    await until(() => bench.of("dropped").length === 1);
    assert.match(bench.of("dropped")[0]!.message, /maximum packet size/);
  });

  it("keeps the QoS 1 messages of a persistent session, and sends again what was not acknowledged", async () => {
    const connect = { clientId: "away", clean: false };
    const first = await bench.speaker(4, connect);
    assert.equal(((await first.next("connack")) as IConnackPacket).sessionPresent, false);
    first.send({ cmd: "subscribe", messageId: 1, subscriptions: [{ topic: "t", qos: 1 }] });
    await first.next("suback");
    const publisher = await bench.client();
    await publisher.publishAsync("t", "seen", { qos: 1 });
    assert.equal(((await first.next("publish")) as IPublishPacket).dup, false);
    first.socket.destroy();
    await until(() => bench.broker.connections === 1);
    await publisher.publishAsync("t", "missed", { qos: 1 });
    await publisher.publishAsync("t", "not kept", { qos: 0 });
    const second = await bench.speaker(4, connect);
    assert.equal(((await second.next("connack")) as IConnackPacket).sessionPresent, true);
    const again = (await second.next("publish")) as IPublishPacket;
    assert.deepEqual([again.payload.toString(), again.dup], ["seen", false]);
    assert.equal(((await second.next("publish")) as IPublishPacket).payload.toString(), "missed");
    const third = await bench.speaker(4, { clientId: "away", clean: true });
    assert.equal(((await third.next("connack")) as IConnackPacket).sessionPresent, false);
  });

  it("drops messages for a subscriber that does not read, and says so", async () => {
    const raw = await bench.speaker(4, { clientId: "slow" });
    raw.send({ cmd: "subscribe", messageId: 1, subscriptions: [{ topic: "t", qos: 0 }] });
    await raw.next("suback");
    raw.socket.pause();
    for (let i = 0; i < 200; i++) bench.broker.publish("t", Buffer.alloc(100_000));
    assert.ok(bench.of("dropped").length > 0);
    assert.match(bench.of("dropped")[0]!.message, /too slowly/);
  });
});
