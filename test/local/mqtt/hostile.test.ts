import assert from "node:assert/strict";
import fc from "fast-check";
import { generate, type Packet } from "mqtt-packet";
import { Frames } from "../../../local/mqtt/frames";
import { Bench, type Raw, until } from "./harness";

const packets = (version: 4 | 5): Buffer[] =>
  [
    {
      cmd: "publish",
      topic: "dt/a",
      payload: "x".repeat(300),
      qos: 1,
      messageId: 3,
      properties: { contentType: "a", userProperties: { k: "v" } },
    },
    { cmd: "publish", topic: "dt/a", payload: "x", qos: 0 },
    { cmd: "subscribe", messageId: 1, subscriptions: [{ topic: "a/+", qos: 1 }] },
    { cmd: "unsubscribe", messageId: 1, unsubscriptions: ["a/+"] },
    { cmd: "puback", messageId: 1, reasonCode: 0 },
    { cmd: "pingreq" },
    { cmd: "disconnect", reasonCode: 0 },
  ].map((packet) =>
    generate((version === 5 ? packet : { ...packet, properties: undefined }) as Packet, { protocolVersion: version }),
  );

describe("local/mqtt: whatever comes", () => {
  it("cuts the same packets from bytes however they are split", () => {
    const sizes = fc.array(fc.oneof(fc.nat(40), fc.constantFrom(127, 128, 16_383, 16_384, 60_000)), { maxLength: 12 });
    fc.assert(
      fc.property(sizes, fc.infiniteStream(fc.integer({ min: 1, max: 5000 })), (bodies, pieces) => {
        const wanted = bodies.map((size, i) => packetOf(i % 15, size));
        const bytes = Buffer.concat(wanted);
        const frames = new Frames(149_504);
        const got: Buffer[] = [];
        for (let at = 0; at < bytes.length;) {
          const size = pieces.next().value!;
          frames.push(bytes.subarray(at, at + size));
          while (frames.next()) {
            assert.equal(frames.first, frames.packet()[0]);
            assert.equal(frames.packet().length, frames.body - frames.start + (frames.end - frames.body));
            got.push(Buffer.from(frames.packet()));
          }
          at += size;
        }
        assert.deepEqual(got, wanted);
      }),
      { numRuns: 60 },
    );
  });

  it("takes a packet that trickles in byte by byte without copying it each time", () => {
    const bytes = packetOf(3, 140_000);
    const frames = new Frames(149_504);
    const started = process.cpuUsage();
    for (let i = 0; i < bytes.length; i++) {
      frames.push(bytes.subarray(i, i + 1));
      assert.equal(frames.next(), i === bytes.length - 1);
    }
    assert.deepEqual(frames.packet(), bytes);
    // Copying it each time would move 10 GB.
    assert.ok(process.cpuUsage(started).user < 1_500_000);
  });

  it("closes the connection that sent malformed packets, and no other", async () => {
    const bench = await new Bench().listen();
    try {
      const good = await bench.client({ clientId: "good" });
      const bad: [string, (raw: Raw) => void][] = [
        ["not MQTT", (raw) => raw.bytes("GET / HTTP/1.1\r\n\r\n")],
        ["five length bytes", (raw) => raw.bytes(0x10, 0xff, 0xff, 0xff, 0xff, 1)],
        ["no CONNECT first", (raw) => raw.bytes(0xc0, 0)],
        ["short CONNECT", (raw) => raw.bytes(0x10, 7, 0, 4, "MQTT", 4)],
      ];
      for (const [name, send] of bad) {
        const raw = await bench.raw();
        send(raw);
        await raw.gone();
        assert.equal(bench.of("rejected").length, bad.findIndex(([other]) => other === name) + 1, name);
      }
      const worse: [string, (number | string)[]][] = [
        ["both QoS bits", [0x36, 5, 0, 1, "t", 0, 1]],
        ["DUP with QoS 0", [0x38, 3, 0, 1, "t"]],
        ["packet id 0", [0x32, 5, 0, 1, "t", 0, 0]],
        ["topic longer than the packet", [0x30, 3, 0, 9, "t"]],
        ["no room for the packet id", [0x32, 4, 0, 1, "t", 0]],
        ["empty PUBLISH", [0x30, 0]],
        ["a server's packet", [0x20, 2, 0, 0]],
        ["QoS 2's packet", [0x62, 2, 0, 1]],
        ["type 0", [0x00, 0]],
        ["SUBSCRIBE flags", [0x80, 6, 0, 1, 0, 1, "t", 0]],
        ["SUBSCRIBE to nothing", [0x82, 2, 0, 1]],
        ["PUBACK without id", [0x40, 0]],
        ["second CONNECT", [0x10, 13, 0, 4, "MQTT", 4, 2, 0, 0, 0, 1, "a"]],
      ];
      for (const [name, bytes] of worse) {
        const raw = await bench.speaker();
        await raw.next("connack");
        raw.bytes(...bytes);
        await raw.gone().catch(() => assert.fail(name));
      }
      await good.publishAsync("t", "still here", { qos: 1 });
      assert.deepEqual(bench.messages(), ["t still here"]);
      assert.equal(bench.broker.connections, 1);
    } finally {
      await bench.close();
    }
  });

  it("survives random bytes and packets with a byte changed", async () => {
    const bench = await new Bench().listen();
    try {
      const mutated = fc.record({
        version: fc.constantFrom(4 as const, 5 as const),
        which: fc.nat(6),
        at: fc.nat(400),
        byte: fc.nat(255),
      });
      await fc.assert(
        fc.asyncProperty(
          fc.array(fc.oneof(mutated, fc.uint8Array({ maxLength: 40 })), { minLength: 1, maxLength: 5 }),
          async (parts) => {
            const version =
              parts.find((part): part is { version: 4 | 5 } & typeof part => "version" in part)?.version ?? 4;
            const raw = await bench.speaker(version, { clientId: "fuzz" });
            for (const part of parts) {
              if (!("version" in part)) {
                raw.socket.write(part);
                continue;
              }
              const bytes = Buffer.from(packets(version)[part.which]!);
              bytes[part.at % bytes.length] = part.byte;
              raw.socket.write(bytes);
            }
            raw.socket.end();
            await raw.gone();
          },
        ),
        { numRuns: 150 },
      );
      const good = await bench.client({ clientId: "good" });
      await good.publishAsync("t", "still here", { qos: 1 });
      assert.equal(bench.messages().at(-1), "t still here");
      await until(() => bench.broker.connections === 1);
    } finally {
      await bench.close();
    }
  });
});

function packetOf(type: number, size: number): Buffer {
  const length: number[] = [];
  let rest = size;
  do {
    length.push((rest & 0x7f) | (rest > 127 ? 0x80 : 0));
    rest >>= 7;
  } while (rest > 0);
  return Buffer.concat([Buffer.from([(type << 4) | 2, ...length]), Buffer.alloc(size, size & 0xff)]);
}
