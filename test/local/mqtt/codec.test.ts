import assert from "node:assert/strict";
import fc from "fast-check";
import { generate, parser, type Packet } from "mqtt-packet";
import {
  decodeConnect,
  decodeDisconnect,
  decodePuback,
  decodeSubscribe,
  decodeUnsubscribe,
  versionOf,
} from "../../../local/mqtt/decode";
import {
  encodeConnack,
  encodeDisconnect,
  encodeNegativePuback,
  encodePuback,
  encodePublish,
  encodeSuback,
  encodeUnsuback,
} from "../../../local/mqtt/encode";
import { Frames } from "../../../local/mqtt/frames";
import { InboundPublishes } from "../../../local/mqtt/inbound-publish";
import { PacketReader } from "../../../local/mqtt/packet-reader";
import { AWS_LIMITS } from "../../../local/mqtt";

/** mqtt-packet, which the clients of the mqtt library use, writes what is read here and reads what is written here. */
describe("local/mqtt: packets as mqtt-packet has them", () => {
  const string = (maxLength = 40) =>
    fc.string({ unit: "grapheme", maxLength }).map((text) => text.replaceAll("\u0000", ""));
  const topic = string(20).map((text) => `t${text.replace(/[+#/$]/g, "")}`);
  const version = fc.constantFrom(4 as const, 5 as const);
  const bytes = fc.uint8Array({ maxLength: 300 }).map((array) => Buffer.from(array));
  // mqtt-packet miscounts an empty dictionary, and reads an empty value as none.
  const word = string(10).map((text) => `v${text}`);
  const user = fc.dictionary(word, fc.oneof(word, fc.array(word, { minLength: 2, maxLength: 3 })), {
    minKeys: 1,
    maxKeys: 3,
  });
  const message = fc.record(
    {
      payloadFormatIndicator: fc.boolean(),
      messageExpiryInterval: fc.integer({ min: 1, max: 604_800 }),
      contentType: string(),
      responseTopic: topic,
      correlationData: bytes,
      userProperties: user,
    },
    { requiredKeys: [] },
  );
  const id = fc.integer({ min: 1, max: 65_535 });

  const pairs = (dictionary: Record<string, string | string[]> | undefined): [string, string][] =>
    Object.entries(dictionary ?? {}).flatMap(([name, values]) =>
      [values].flat().map((value): [string, string] => [name, value]),
    );
  const plain = (value: unknown): unknown =>
    JSON.parse(JSON.stringify(value, (_, item: unknown) => (item === undefined ? undefined : item)));

  /** A reader that stands at the body of a packet. */
  function opened(packet: Packet, protocolVersion: 4 | 5): { reader: PacketReader; frames: Frames } {
    const frames = new Frames(AWS_LIMITS.packet);
    frames.strict = true;
    frames.push(generate(packet, { protocolVersion }));
    assert.ok(frames.next());
    return { reader: new PacketReader().begin(frames.bytes, frames.body, frames.end), frames };
  }

  function parsed(written: Buffer, protocolVersion: 4 | 5): Packet {
    const reader = parser({ protocolVersion });
    let found: Packet | undefined;
    reader.on("packet", (packet) => (found = packet));
    reader.on("error", (error) => assert.fail(error as Error));
    reader.parse(written);
    return found ?? assert.fail("no packet");
  }

  it("reads PUBLISH", () => {
    fc.assert(
      fc.property(
        version,
        topic,
        bytes,
        fc.constantFrom(0 as const, 1 as const),
        fc.boolean(),
        id,
        message,
        (level, name, payload, qos, retain, messageId, properties) => {
          const packet: Packet = { cmd: "publish", topic: name, payload, qos, retain, dup: false, messageId };
          if (level === 5) packet.properties = properties;
          const { reader, frames } = opened(packet, level);
          const read = new InboundPublishes(level, AWS_LIMITS).read(frames, reader);
          assert.deepEqual(
            [read.topic, read.payload, read.qos, read.retain, read.id],
            [name, payload, qos, retain, qos === 1 ? messageId : 0],
          );
          if (level === 4) return assert.equal(read.properties, undefined);
          const { userProperties, ...others } = read.properties ?? {};
          const { userProperties: given, ...rest } = properties;
          assert.deepEqual(others, rest);
          assert.deepEqual(userProperties ?? [], pairs(given));
        },
      ),
    );
  });

  it("reads CONNECT with and without a will, a user and a password", () => {
    const will = fc.record({
      topic,
      payload: bytes,
      qos: fc.constantFrom(0 as const, 1 as const, 2 as const),
      retain: fc.boolean(),
      properties: message,
    });
    const connect = fc.record(
      {
        sessionExpiryInterval: fc.nat(0xffff_ffff),
        receiveMaximum: id,
        maximumPacketSize: fc.integer({ min: 1, max: 0xffff_ffff }),
        topicAliasMaximum: fc.nat(65_535),
        requestResponseInformation: fc.boolean(),
        requestProblemInformation: fc.boolean(),
        userProperties: user,
      },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(
        version,
        string(),
        fc.boolean(),
        fc.nat(65_535),
        fc.option(will, { nil: undefined }),
        fc.boolean(),
        connect,
        (level, clientId, clean, keepalive, given, named, properties) => {
          const packet: Packet = {
            cmd: "connect",
            protocolId: "MQTT",
            protocolVersion: level,
            clientId: `c${clientId}`,
            clean,
            keepalive,
          };
          if (given !== undefined) packet.will = level === 5 ? given : { ...given, properties: undefined };
          if (named) Object.assign(packet, { username: "u", password: Buffer.from("p") });
          if (level === 5) packet.properties = properties;
          const { reader, frames } = opened(packet, level);
          assert.equal(versionOf(frames.bytes, frames.body, frames.end), level);
          const read = decodeConnect(reader, frames.first);
          assert.deepEqual(
            [read.version, read.clientId, read.clean, read.keepAlive],
            [level, `c${clientId}`, clean, keepalive],
          );
          assert.deepEqual(
            read.will && [read.will.topic, read.will.payload, read.will.qos, read.will.retain],
            given && [given.topic, given.payload, given.qos, given.retain],
          );
          const { userProperties, ...others } = read.properties;
          const { userProperties: wanted, ...rest } = level === 5 ? properties : {};
          assert.deepEqual(others, rest);
          assert.deepEqual(userProperties ?? [], pairs(wanted));
        },
      ),
    );
  });

  it("reads SUBSCRIBE, UNSUBSCRIBE, PUBACK and DISCONNECT", () => {
    const subscription = fc.record({
      topic,
      qos: fc.constantFrom(0 as const, 1 as const, 2 as const),
      nl: fc.boolean(),
      rap: fc.boolean(),
      rh: fc.nat(2),
    });
    fc.assert(
      fc.property(
        version,
        id,
        fc.array(subscription, { minLength: 1, maxLength: 8 }),
        (level, messageId, subscriptions) => {
          const own =
            level === 5 ? subscriptions : subscriptions.map(({ topic: filter, qos }) => ({ topic: filter, qos }));
          const subscribe = opened({ cmd: "subscribe", messageId, subscriptions: own as never }, level);
          const read = decodeSubscribe(subscribe.reader, subscribe.frames.first, level);
          assert.equal(read.id, messageId);
          assert.deepEqual(
            read.requests,
            subscriptions.map(({ topic: filter, qos, nl, rap, rh }) => ({
              filter,
              qos,
              noLocal: level === 5 && nl,
              retainAsPublished: level === 5 && rap,
              retainHandling: level === 5 ? rh : 0,
            })),
          );
          const filters = subscriptions.map(({ topic: filter }) => filter);
          const unsubscribe = opened({ cmd: "unsubscribe", messageId, unsubscriptions: filters }, level);
          assert.deepEqual(decodeUnsubscribe(unsubscribe.reader, unsubscribe.frames.first, level), {
            id: messageId,
            filters,
          });
          const puback = opened({ cmd: "puback", messageId }, level);
          assert.equal(decodePuback(puback.reader, puback.frames.first, level), messageId);
        },
      ),
    );
    const disconnect = opened(
      { cmd: "disconnect", reasonCode: 4, properties: { sessionExpiryInterval: 7, reasonString: "r" } },
      5,
    );
    assert.deepEqual(decodeDisconnect(disconnect.reader, disconnect.frames.first, 5), {
      reasonCode: 4,
      properties: { sessionExpiryInterval: 7, reasonString: "r" },
    });
    const bare = opened({ cmd: "disconnect" }, 4);
    assert.deepEqual(decodeDisconnect(bare.reader, bare.frames.first, 4), { reasonCode: 0, properties: undefined });
  });

  it("writes PUBLISH", () => {
    fc.assert(
      fc.property(
        version,
        topic,
        bytes,
        fc.constantFrom(0 as const, 1 as const),
        fc.boolean(),
        id,
        fc.option(message, { nil: undefined }),
        (level, name, payload, qos, retain, messageId, given) => {
          const properties = given && { ...given, userProperties: given.userProperties && pairs(given.userProperties) };
          const written = encodePublish(level, {
            topic: name,
            payload,
            qos,
            retain,
            id: qos === 1 ? messageId : undefined,
            properties,
          });
          const read = parsed(written, level);
          assert.ok(read.cmd === "publish");
          assert.deepEqual(
            [read.topic, read.payload, read.qos, read.retain, read.dup],
            [name, payload, qos, retain, false],
          );
          if (qos === 1) assert.equal(read.messageId, messageId);
          if (level === 5) {
            const wanted = given ?? {};
            assert.deepEqual(plain(read.properties ?? {}), plain(wanted));
          }
        },
      ),
    );
    const large = encodePublish(4, {
      topic: "t",
      payload: Buffer.alloc(131_072, 7),
      qos: 0,
      retain: false,
      id: undefined,
      properties: undefined,
    });
    const read = parsed(large, 4);
    assert.ok(read.cmd === "publish" && Buffer.from(read.payload).equals(Buffer.alloc(131_072, 7)));
  });

  it("writes the acknowledgements", () => {
    const announced = {
      receiveMaximum: 100,
      maximumQoS: 1,
      retainAvailable: true,
      serverKeepAlive: 30,
      maximumPacketSize: 149_504,
      assignedClientIdentifier: "c",
    };
    const connack = parsed(encodeConnack(5, true, 0, announced), 5);
    assert.ok(connack.cmd === "connack");
    assert.deepEqual([connack.sessionPresent, connack.reasonCode, plain(connack.properties)], [true, 0, announced]);
    const old = parsed(encodeConnack(4, false, 2, {}), 4);
    assert.ok(old.cmd === "connack");
    assert.deepEqual([old.sessionPresent, old.returnCode], [false, 2]);
    const puback = parsed(encodeNegativePuback(513, 0x97, "why"), 5);
    assert.ok(puback.cmd === "puback");
    assert.deepEqual(
      [puback.messageId, puback.reasonCode, plain(puback.properties)],
      [513, 0x97, { reasonString: "why" }],
    );
    for (const level of [4, 5] as const) {
      assert.equal(parsed(encodePuback(513), level).messageId, 513);
      const suback = parsed(encodeSuback(level, 9, [0, 1, 0x80], level === 5 ? "why" : undefined), level);
      assert.ok(suback.cmd === "suback");
      assert.deepEqual([suback.messageId, suback.granted], [9, [0, 1, 0x80]]);
      const unsuback = parsed(encodeUnsuback(level, 9, [0, 0x11]), level);
      assert.ok(unsuback.cmd === "unsuback");
      assert.equal(unsuback.messageId, 9);
      if (level === 5) assert.deepEqual((unsuback as { granted?: number[] }).granted, [0, 0x11]);
    }
    const disconnect = parsed(encodeDisconnect(0x8b, undefined), 5);
    assert.ok(disconnect.cmd === "disconnect");
    assert.equal(disconnect.reasonCode, 0x8b);
  });
});
