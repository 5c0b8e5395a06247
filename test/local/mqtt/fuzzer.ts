import assert from "node:assert/strict";
import { Duplex } from "node:stream";
import { generate, parser, type Packet } from "mqtt-packet";
import { Defects, type Defect } from "../../../local/core/defects";
import { MqttBroker } from "../../../local/mqtt";

export interface FuzzResult {
  packets: number;
  /** by type, how many mutated packets were sent */
  sent: Record<string, number>;
  /** PUBLISH packets that the broker took */
  published: number;
  /** messages that the subscribers got, by MQTT version */
  received: Record<4 | 5, number>;
  /** connections that were opened, and those of which the CONNECT was taken */
  opened: number;
  connected: number;
  /** reason codes that MQTT 5 clients got, in hexadecimal; other connections end without one */
  closed: Record<string, number>;
  defects: readonly Defect[];
  seconds: number;
}

/** An end of a connection in memory. */
class MemorySocket extends Duplex {
  constructor(private readonly onOutput: (bytes: Buffer) => void) {
    super();
  }

  override _read(): void {
    // Input is pushed when there is some.
  }

  override _write(bytes: Buffer, _encoding: string, done: () => void): void {
    this.onOutput(bytes);
    done();
  }
}

/** Numbers that follow from a seed (mulberry32). */
class Random {
  constructor(private state: number) {}

  below(limit: number): number {
    this.state = (this.state + 0x6d2b79f5) | 0;
    let t = Math.imul(this.state ^ (this.state >>> 15), 1 | this.state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return Math.floor((((t ^ (t >>> 14)) >>> 0) / 4_294_967_296) * limit);
  }

  pick<T>(items: readonly T[]): T {
    return items[this.below(items.length)]!;
  }

  bytes(count: number): Buffer {
    return Buffer.from(Array.from({ length: count }, () => this.below(256)));
  }
}

type Version = 4 | 5;

const MESSAGE_PROPERTIES: object[] = [
  {},
  { contentType: "application/json", payloadFormatIndicator: true },
  { responseTopic: "answers/1", correlationData: Buffer.from([0, 1, 255]) },
  { messageExpiryInterval: 600, userProperties: { site: ["north", "south"], unit: "C" } },
  { topicAlias: 3, userProperties: { a: "b" } },
];

const PACKETS: Record<string, (random: Random, version: Version) => object> = {
  connect: (random, version) => ({
    clientId: `fuzz${random.below(50)}`,
    clean: random.below(2) === 0,
    keepalive: random.below(65_536),
    ...(random.below(2) === 0
      ? {
          will: {
            topic: "dt/will",
            payload: Buffer.from("will"),
            qos: random.below(2),
            retain: random.below(4) === 0,
            properties: version === 5 ? random.pick(MESSAGE_PROPERTIES.slice(0, 4)) : undefined,
          },
        }
      : {}),
    ...(random.below(3) === 0 ? { username: "user", password: Buffer.from("secret") } : {}),
    properties:
      version === 5
        ? {
            sessionExpiryInterval: random.below(5),
            receiveMaximum: 1 + random.below(9),
            maximumPacketSize: 5000,
            userProperties: { a: "b" },
          }
        : undefined,
  }),
  publish: (random, version) => ({
    topic: random.pick(["dt/a/aggregate", "dt/b/c/d", "$aws/rules/r/t", "$aws/things/t/shadow/update", "ümläut/💥"]),
    payload: random.bytes(random.below(40)),
    qos: random.below(2),
    retain: random.below(8) === 0,
    messageId: 1 + random.below(65_535),
    properties: version === 5 ? random.pick(MESSAGE_PROPERTIES) : undefined,
  }),
  puback: (random) => ({ messageId: 1 + random.below(65_535), reasonCode: 0 }),
  subscribe: (random, version) => ({
    messageId: 1 + random.below(65_535),
    subscriptions: [
      {
        topic: random.pick(["dt/+/aggregate", "#", "$share/g/dt/#", "$aws/things/+/shadow/#"]),
        qos: random.below(2),
        rh: 0,
      },
    ],
    properties: version === 5 ? random.pick([{}, { userProperties: { a: "b" } }]) : undefined,
  }),
  unsubscribe: (random) => ({ messageId: 1 + random.below(65_535), unsubscriptions: ["dt/+/aggregate", "#"] }),
  pingreq: () => ({}),
  disconnect: (random, version) =>
    version === 5 ? { reasonCode: random.pick([0, 4]), properties: { sessionExpiryInterval: 3 } } : {},
  pubrec: (random) => ({ messageId: 1 + random.below(65_535) }),
  pubrel: (random) => ({ messageId: 1 + random.below(65_535) }),
  pubcomp: (random) => ({ messageId: 1 + random.below(65_535) }),
  connack: () => ({ sessionPresent: false, returnCode: 0, reasonCode: 0 }),
  suback: () => ({ messageId: 1, granted: [0] }),
  unsuback: () => ({ messageId: 1, granted: [0] }),
  pingresp: () => ({}),
  auth: () => ({ reasonCode: 0, properties: { authenticationMethod: "x" } }),
};

const CLIENT_TYPES = ["publish", "puback", "subscribe", "unsubscribe", "pingreq"];

function base(type: string, random: Random, version: Version): Buffer {
  if (type === "auth" && version === 4) return Buffer.from([0xf0, 0]);
  const packet = { cmd: type, protocolId: "MQTT", protocolVersion: version, ...PACKETS[type]!(random, version) };
  return generate(packet as unknown as Packet, { protocolVersion: version });
}

/** One to three changes of bytes; the length in the header is mended now and then, so that what is inside is reached. */
function mutate(bytes: Buffer, random: Random): Buffer {
  let changed = Buffer.from(bytes);
  for (let times = random.below(4); times > 0; times--) {
    const at = random.below(changed.length);
    switch (random.below(7)) {
      case 0:
        changed[at] = random.below(256);
        break;
      case 1:
        changed[at] = changed[at]! ^ (1 << random.below(8));
        break;
      case 2:
        changed = Buffer.concat([changed.subarray(0, at), random.bytes(1 + random.below(4)), changed.subarray(at)]);
        break;
      case 3:
        changed = Buffer.concat([changed.subarray(0, at), changed.subarray(at + 1 + random.below(3))]);
        break;
      case 4:
        changed = changed.subarray(0, Math.max(2, at));
        break;
      case 5:
        changed[at] = random.pick([0, 1, 2, 0x7f, 0x80, 0xff]);
        break;
      default:
        changed = Buffer.concat([changed, changed.subarray(at)]);
    }
    if (changed.length < 2) changed = Buffer.from([...changed, 0, 0]);
  }
  if (random.below(4) > 0 && changed.length < 130) changed[1] = Math.min(127, changed.length - 2);
  return changed;
}

/**
 * Sends mutated packets of every type of both versions to a broker, while subscribers of both versions get what it takes from them.
 * @throws AssertionError when a subscriber gets bytes that are no packet, misses a message, or loses its connection
 */
export async function fuzz(count: number, seed: number): Promise<FuzzResult> {
  const random = new Random(seed);
  const defects = new Defects();
  const result: FuzzResult = {
    packets: count,
    sent: {},
    published: 0,
    received: { 4: 0, 5: 0 },
    opened: 0,
    connected: 0,
    closed: {},
    defects: [],
    seconds: 0,
  };
  const dropped: string[] = [];
  const broker = new MqttBroker({
    defects,
    onEvent: (event) => {
      if (event.type === "connected") result.connected++;
      if (event.type === "dropped" && event.clientId.startsWith("subscriber")) dropped.push(event.message);
    },
    onPublish: (message, done) => {
      if (!message.topic.startsWith("$")) result.published++;
      broker.publish(message.topic, message.payload, message);
      done?.({ ok: true });
    },
  });
  const started = Date.now();
  const subscribers = ([4, 5] as const).map((version) => {
    const reader = parser({ protocolVersion: version });
    reader.on("error", (error) => assert.fail(`subscriber of version ${version}: ${String(error)}`));
    reader.on("packet", (packet) => {
      assert.notEqual(packet.cmd, "disconnect");
      if (packet.cmd !== "publish") return;
      result.received[version]++;
      if (packet.qos === 1)
        socket.push(generate({ cmd: "puback", messageId: packet.messageId! }, { protocolVersion: version }));
    });
    const socket = new MemorySocket((bytes) => void reader.parse(bytes));
    broker.accept(socket);
    const connect = {
      cmd: "connect",
      protocolId: "MQTT",
      protocolVersion: version,
      clean: true,
      clientId: `subscriber${version}`,
      keepalive: 0,
    };
    socket.push(generate(connect as Packet, { protocolVersion: version }));
    const subscriptions = [{ topic: "#", qos: 1 as const }];
    socket.push(generate({ cmd: "subscribe", messageId: 1, subscriptions }, { protocolVersion: version }));
    return socket;
  });

  let client: { socket: MemorySocket; version: Version } | undefined;
  const open = (): { socket: MemorySocket; version: Version } => {
    const version = random.pick([4, 5] as const);
    result.opened++;
    const socket = new MemorySocket((bytes) => {
      if (version === 5 && bytes[0] === 0xe0) count1(result.closed, `0x${bytes[2]!.toString(16)}`);
      if (version === 5 && bytes[0] === 0x20 && bytes[3]! >= 0x80) count1(result.closed, `0x${bytes[3]!.toString(16)}`);
    });
    broker.accept(socket);
    return { socket, version };
  };
  // A packet that only a server sends ends the connection at once, so it comes less often.
  const types = Object.keys(PACKETS).flatMap((type): string[] =>
    CLIENT_TYPES.includes(type) ? [type, type, type, type] : [type],
  );
  for (let i = 0; i < count; i++) {
    // A length that promises more than comes swallows what follows, so no connection lasts long.
    if (client === undefined || i % 6 === 0 || client.socket.writableEnded || client.socket.destroyed) {
      client?.socket.destroy();
      client = open();
      // The broker reads from the next turn on; from then each packet is looked at when it is pushed.
      await new Promise((resolve) => setImmediate(resolve));
      // Some connections begin with something else than a CONNECT.
      if (random.below(8) > 0) client.socket.push(base("connect", random, client.version));
    }
    const type = random.pick(types);
    count1(result.sent, type);
    client.socket.push(mutate(base(type, random, client.version), random));
    if (i % 20 === 0) await new Promise((resolve) => setImmediate(resolve));
  }
  client?.socket.destroy();
  await new Promise((resolve) => setImmediate(resolve));
  const last = open();
  const { version } = last;
  last.socket.push(
    generate(
      {
        cmd: "connect",
        protocolId: "MQTT",
        protocolVersion: version,
        clean: true,
        clientId: "last",
        keepalive: 0,
      } as Packet,
      { protocolVersion: version },
    ),
  );
  last.socket.push(
    generate(
      { cmd: "publish", topic: "last", payload: "x", qos: 1, messageId: 1, dup: false, retain: false },
      { protocolVersion: version },
    ),
  );
  const before = result.published;
  for (let turn = 0; turn < 50; turn++) await new Promise((resolve) => setImmediate(resolve));
  assert.equal(result.published, before + 1, "a message after all of them is taken");
  for (const socket of subscribers)
    assert.ok(!socket.destroyed && !socket.writableEnded, "the subscribers are still connected");
  assert.deepEqual(dropped, []);
  assert.deepEqual(result.received, { 4: result.published, 5: result.published });
  last.socket.destroy();
  for (const socket of subscribers) socket.destroy();
  await broker.close();
  return { ...result, defects: defects.list(), seconds: (Date.now() - started) / 1000 };
}

function count1(counts: Record<string, number>, name: string): void {
  counts[name] = (counts[name] ?? 0) + 1;
}
