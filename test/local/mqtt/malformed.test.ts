import assert from "node:assert/strict";
import type { IConnackPacket, IDisconnectPacket } from "mqtt-packet";
import { Defects } from "../../../local/core/defects";
import { Bench, until, type Raw } from "./harness";

type Bytes = (number | string | Buffer)[];

/** A packet of this first byte; the length is counted. */
function packet(first: number, ...parts: Bytes): Buffer {
  const body = join(parts);
  assert.ok(body.length < 128);
  return Buffer.concat([Buffer.of(first, body.length), body]);
}

function join(parts: Bytes): Buffer {
  return Buffer.concat(parts.map((part) => (typeof part === "number" ? Buffer.of(part) : Buffer.from(part as string))));
}

/** A length of two bytes and the text. */
const text = (value: string | Buffer): Buffer => join([0, Buffer.byteLength(value), value]);
/** Properties with their length. */
const properties = (...parts: Bytes): Buffer => join([join(parts).length, ...parts]);
const connect = (version: 4 | 5, flags: number, ...rest: Bytes): Buffer =>
  packet(0x10, text("MQTT"), version, flags, 0, 30, ...rest);

const MALFORMED = 0x81;
const PROTOCOL_ERROR = 0x82;

/** The reason codes are those of the MQTT 5 standard, by the sections that are named. */
describe("local/mqtt: packets that the standard forbids", () => {
  let bench: Bench, defects: Defects;
  before(async () => {
    defects = new Defects();
    bench = await new Bench({ defects }).listen();
  });
  after(async () => {
    await bench.close();
    assert.deepEqual(defects.list(), []);
  });

  const connects: [name: string, bytes: Buffer, code: number][] = [
    ["3.1.2.3 reserved flag", connect(5, 3, 0, text("c")), MALFORMED],
    ["3.1.2.6 will QoS 3", connect(5, 0x1e, 0, text("c"), 0, text("t"), text("p")), MALFORMED],
    ["3.1.2.6 will QoS without a will", connect(5, 0x0a, 0, text("c")), MALFORMED],
    ["3.1.2.7 will retain without a will", connect(5, 0x22, 0, text("c")), MALFORMED],
    ["trailing bytes", connect(5, 2, 0, text("c"), 0), MALFORMED],
    [
      "2.2.2.2 a property that comes twice",
      connect(5, 2, properties(0x21, 0, 1, 0x21, 0, 2), text("c")),
      PROTOCOL_ERROR,
    ],
    ["2.2.2.2 a property of PUBLISH", connect(5, 2, properties(0x01, 1), text("c")), MALFORMED],
    ["2.2.2.2 a property that does not exist", connect(5, 2, properties(0x7f, 1), text("c")), MALFORMED],
    ["3.1.2.11.3 receive maximum 0", connect(5, 2, properties(0x21, 0, 0), text("c")), PROTOCOL_ERROR],
    ["3.1.2.11.4 maximum packet size 0", connect(5, 2, properties(0x27, 0, 0, 0, 0), text("c")), PROTOCOL_ERROR],
    ["3.1.2.11.7 request problem information 2", connect(5, 2, properties(0x17, 2), text("c")), PROTOCOL_ERROR],
    ["3.1.2.11.10 authentication data alone", connect(5, 2, properties(0x16, 0, 1, 7), text("c")), PROTOCOL_ERROR],
    ["a property that ends early", connect(5, 2, properties(0x21, 0), text("c")), MALFORMED],
    ["properties longer than the packet", connect(5, 2, 90, text("c")), MALFORMED],
    ["1.5.4 a client id that is not UTF-8", connect(5, 2, 0, text(Buffer.of(0xff))), MALFORMED],
    ["1.5.4 a client id with NUL", connect(5, 2, 0, text("a\u0000")), MALFORMED],
    [
      "3.1.3.2.3 will: payload format 2",
      connect(5, 6, 0, text("c"), properties(0x01, 2), text("t"), text("p")),
      PROTOCOL_ERROR,
    ],
    [
      "3.3.2.3.5 will: a wildcard in the response topic",
      connect(5, 6, 0, text("c"), properties(0x08, text("a/+")), text("t"), text("p")),
      PROTOCOL_ERROR,
    ],
    [
      "will: a property of CONNECT",
      connect(5, 6, 0, text("c"), properties(0x21, 0, 1), text("t"), text("p")),
      MALFORMED,
    ],
    ["no client id", connect(5, 2, 0), MALFORMED],
    ["no will payload", connect(5, 6, 0, text("c"), 0, text("t")), MALFORMED],
    ["no password", connect(5, 0x42, 0, text("c")), MALFORMED],
  ];
  for (const [name, bytes, code] of connects)
    it(`CONNECT, ${name}: CONNACK 0x${code.toString(16)}`, async () => {
      const raw = await bench.raw();
      raw.version = 5;
      raw.bytes(bytes);
      assert.equal(((await raw.next("connack")) as IConnackPacket).reasonCode, code);
      await raw.gone();
    });

  const connects4: [name: string, bytes: Buffer][] = [
    ["3.1.2.9 a password without a user name", connect(4, 0x42, text("c"), text("p"))],
    ["3.1.2.3 the reserved flag", connect(4, 3, text("c"))],
    ["3.1.2.6 will QoS 3", connect(4, 0x1e, text("c"), text("t"), text("p"))],
    ["trailing bytes", connect(4, 2, text("c"), 0)],
    ["1.5.3 a client id with NUL", connect(4, 2, text("a\u0000"))],
  ];
  for (const [name, bytes] of connects4)
    it(`CONNECT of 3.1.1, ${name}: closed without a CONNACK`, async () => {
      const raw = await bench.raw();
      raw.bytes(bytes);
      assert.equal(await raw.next("connack"), undefined);
    });

  it("MQTT 5 takes a password without a user name", async () => {
    const raw = await bench.raw();
    raw.version = 5;
    raw.bytes(connect(5, 0x42, 0, text("p"), text("p")));
    assert.equal(((await raw.next("connack")) as IConnackPacket).reasonCode, 0);
    raw.socket.destroy();
  });

  const publish = (props: Buffer, first = 0x30): Buffer => packet(first, text("t"), props, "x");
  const sent: [name: string, bytes: Buffer, code: number][] = [
    ["PUBLISH: a text that ends early", publish(properties(0x03, 0, 9, "json")), MALFORMED],
    ["PUBLISH: a user property without a value", publish(properties(0x26, text("name"))), MALFORMED],
    ["PUBLISH: binary data that ends early", publish(properties(0x09, 0, 3, 1)), MALFORMED],
    ["PUBLISH: properties longer than the packet", publish(Buffer.of(0x7f)), MALFORMED],
    ["PUBLISH: a length of properties of five bytes", publish(Buffer.of(0xff, 0xff, 0xff, 0xff, 1)), MALFORMED],
    ["PUBLISH, 1.5.5: a length in more bytes than it needs", publish(Buffer.of(0x80, 0)), MALFORMED],
    ["PUBLISH, 3.3.2.3.2: payload format 2", publish(properties(0x01, 2)), PROTOCOL_ERROR],
    ["PUBLISH, 3.3.2.3.5: a wildcard in the response topic", publish(properties(0x08, text("a/#"))), PROTOCOL_ERROR],
    ["PUBLISH, 2.2.2.2: content type twice", publish(properties(0x03, text("a"), 0x03, text("a"))), PROTOCOL_ERROR],
    ["PUBLISH, 2.2.2.2: a property of CONNECT", publish(properties(0x11, 0, 0, 0, 1)), MALFORMED],
    ["PUBLISH, 3.3.4: a subscription identifier", publish(properties(0x0b, 1)), PROTOCOL_ERROR],
    ["PUBLISH, 3.3.2.3.4: topic alias 0", publish(properties(0x23, 0, 0)), 0x94],
    ["PUBLISH, 3.3.2.1: neither topic nor alias", packet(0x30, text(""), 0), PROTOCOL_ERROR],
    ["PUBLISH, 1.5.4: a content type that is not UTF-8", publish(properties(0x03, text(Buffer.of(0xc0)))), MALFORMED],
    ["PUBLISH, 1.5.4: a surrogate", publish(properties(0x03, text(Buffer.of(0xed, 0xa0, 0x80)))), MALFORMED],
    ["PUBLISH, 3.3.1.2: QoS 3", publish(Buffer.of(0), 0x36), MALFORMED],
    ["PUBLISH, 3.3.1.1: DUP with QoS 0", publish(Buffer.of(0), 0x38), MALFORMED],
    ["PUBLISH, 2.2.1: packet id 0", packet(0x32, text("t"), 0, 0, 0), MALFORMED],
    ["SUBSCRIBE, 3.8.1: flags", packet(0x80, 0, 1, 0, text("t"), 0), MALFORMED],
    ["SUBSCRIBE, 3.8.3: no filter", packet(0x82, 0, 1, 0), PROTOCOL_ERROR],
    ["SUBSCRIBE, 3.8.3.1: QoS 3", packet(0x82, 0, 1, 0, text("t"), 3), MALFORMED],
    ["SUBSCRIBE, 3.8.3.1: retain handling 3", packet(0x82, 0, 1, 0, text("t"), 0x30), PROTOCOL_ERROR],
    ["SUBSCRIBE, 3.8.3.1: a reserved option", packet(0x82, 0, 1, 0, text("t"), 0x40), MALFORMED],
    ["SUBSCRIBE, 3.8.3.1: no local, shared", packet(0x82, 0, 1, 0, text("$share/g/t"), 4), PROTOCOL_ERROR],
    [
      "SUBSCRIBE, 3.8.2.1.2: subscription identifier 0",
      packet(0x82, 0, 1, properties(0x0b, 0), text("t"), 0),
      PROTOCOL_ERROR,
    ],
    ["SUBSCRIBE: a subscription identifier", packet(0x82, 0, 1, properties(0x0b, 1), text("t"), 0), 0xa1],
    ["SUBSCRIBE: a filter without options", packet(0x82, 0, 1, 0, text("t")), MALFORMED],
    ["SUBSCRIBE, 2.2.1: packet id 0", packet(0x82, 0, 0, 0, text("t"), 0), MALFORMED],
    ["UNSUBSCRIBE, 3.10.1: flags", packet(0xa0, 0, 1, 0, text("t")), MALFORMED],
    ["UNSUBSCRIBE, 3.10.3: no filter", packet(0xa2, 0, 1, 0), PROTOCOL_ERROR],
    ["PUBACK: packet id 0", packet(0x40, 0, 0), MALFORMED],
    ["PUBACK, 3.4.2.1: a reason code of CONNACK", packet(0x40, 0, 1, 0x85), PROTOCOL_ERROR],
    ["PUBACK: trailing bytes", packet(0x40, 0, 1, 0, 0, 9), MALFORMED],
    ["PINGREQ, 3.12: a body", packet(0xc0, 1), MALFORMED],
    ["PINGREQ, 3.12.1: flags", packet(0xc1), MALFORMED],
    ["DISCONNECT, 3.14.1: flags", packet(0xe1), MALFORMED],
    ["DISCONNECT, 3.14.2.1: a reason code of the server", packet(0xe0, 0x8b), PROTOCOL_ERROR],
    ["DISCONNECT, 3.14.2.2.5: a server reference", packet(0xe0, 0, properties(0x1c, text("s"))), MALFORMED],
    [
      "DISCONNECT, 3.14.2.2.2: a session is prolonged from 0",
      packet(0xe0, 0, properties(0x11, 0, 0, 0, 1)),
      PROTOCOL_ERROR,
    ],
    ["DISCONNECT: trailing bytes", packet(0xe0, 0, 0, 9), MALFORMED],
    ["3.1.0: a second CONNECT", connect(5, 2, 0, text("c")), PROTOCOL_ERROR],
    ["3.15: AUTH", packet(0xf0), PROTOCOL_ERROR],
    ["2.1.4: a length in more bytes than it needs", Buffer.of(0xc0, 0x80, 0), MALFORMED],
    ["2.1.4: a length of five bytes", Buffer.of(0x30, 0xff, 0xff, 0xff, 0xff, 1), MALFORMED],
  ];
  for (const [name, bytes, code] of sent)
    it(`${name}: DISCONNECT 0x${code.toString(16)}`, async () => {
      const raw = await bench.speaker(5);
      raw.bytes(bytes);
      assert.equal(((await raw.next("disconnect")) as IDisconnectPacket).reasonCode, code);
      await raw.gone();
    });

  const sent4: [name: string, bytes: Buffer][] = [
    ["DISCONNECT with a body", packet(0xe0, 0)],
    ["PUBACK with a reason code", packet(0x40, 0, 1, 0)],
    ["PINGREQ with a body", packet(0xc0, 0)],
    ["SUBSCRIBE with options of MQTT 5", packet(0x82, 0, 1, text("t"), 4)],
    ["an empty topic", packet(0x30, text(""), "x")],
  ];
  for (const [name, bytes] of sent4)
    it(`3.1.1, ${name}: closed`, async () => {
      const raw: Raw = await bench.speaker(4);
      await raw.next("connack");
      raw.bytes(bytes);
      await raw.gone();
    });

  it("takes U+FFFD, which is a character, and U+FEFF", async () => {
    const raw = await bench.speaker(5);
    raw.bytes(packet(0x30, text(Buffer.from("\ufffd\ufeff")), 0, "x"));
    await until(() => bench.messages().at(-1) === "\ufffd\ufeff x");
    raw.socket.destroy();
  });
});
