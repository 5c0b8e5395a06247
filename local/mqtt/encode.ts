import { PacketWriter } from "./packet-writer";
import { writeProperties, type MessageProperties, type Properties } from "./properties";

/** Protocol level in a CONNECT: 4 is MQTT 3.1.1. */
export type Version = 4 | 5;

/** The answer to PINGREQ, which is the same in both versions. */
export const PINGRESP = Buffer.from([0xd0, 0]);

/** @param code return code of 3.1.1, reason code of 5 */
export function encodeConnack(version: Version, sessionPresent: boolean, code: number, properties: Properties): Buffer {
  const writer = new PacketWriter().byte(sessionPresent ? 1 : 0).byte(code);
  if (version === 5) writeProperties(writer, properties);
  return writer.packet(0x20);
}

/** PUBACK of success, which is the same in both versions. */
export function encodePuback(id: number): Buffer {
  const packet = Buffer.allocUnsafe(4);
  packet[0] = 0x40;
  packet[1] = 2;
  packet[2] = id >> 8;
  packet[3] = id & 0xff;
  return packet;
}

/** PUBACK of MQTT 5 that tells why a message was not taken. */
export function encodeNegativePuback(id: number, code: number, reason: string | undefined): Buffer {
  const writer = new PacketWriter().uint16(id).byte(code);
  writeProperties(writer, { reasonString: reason });
  return writer.packet(0x40);
}

/** @param codes of each topic filter in turn: the granted QoS, or a reason code; in 3.1.1 0x80 */
export function encodeSuback(
  version: Version,
  id: number,
  codes: readonly number[],
  reason: string | undefined,
): Buffer {
  const writer = new PacketWriter().uint16(id);
  if (version === 5) writeProperties(writer, { reasonString: reason });
  return writer.bytes(Buffer.from(codes)).packet(0x90);
}

/** @param codes left out in 3.1.1, which has none */
export function encodeUnsuback(version: Version, id: number, codes: readonly number[]): Buffer {
  const writer = new PacketWriter().uint16(id);
  if (version === 5) {
    writeProperties(writer, {});
    writer.bytes(Buffer.from(codes));
  }
  return writer.packet(0xb0);
}

/** DISCONNECT of MQTT 5; a server of 3.1.1 has none. */
export function encodeDisconnect(code: number, reason: string | undefined): Buffer {
  const writer = new PacketWriter().byte(code);
  writeProperties(writer, { reasonString: reason });
  return writer.packet(0xe0);
}

/** A PUBLISH to a subscriber. */
export interface OutboundPublish {
  topic: string;
  payload: Buffer;
  qos: 0 | 1;
  retain: boolean;
  /** of QoS 1 */
  id: number | undefined;
  properties: MessageProperties | undefined;
}

/** PUBLISH to a subscriber. The DUP flag is never set (https://docs.aws.amazon.com/iot/latest/developerguide/mqtt.html#mqtt-differences). */
export function encodePublish(version: Version, message: OutboundPublish): Buffer {
  const { topic, payload, qos, retain, id, properties } = message;
  const first = 0x30 | (qos << 1) | (retain ? 1 : 0);
  if (version === 5 && properties !== undefined) {
    const writer = new PacketWriter().text(topic);
    if (qos === 1) writer.uint16(id!);
    writeProperties(writer, { ...properties, userProperties: properties.userProperties?.slice() });
    return writer.bytes(payload).packet(first);
  }
  // The usual message, in one piece of memory.
  const topicBytes = Buffer.byteLength(topic);
  const length = 2 + topicBytes + (qos === 1 ? 2 : 0) + (version === 5 ? 1 : 0) + payload.length;
  const headerBytes = length < 0x80 ? 2 : length < 0x4000 ? 3 : length < 0x20_0000 ? 4 : 5;
  const packet = Buffer.allocUnsafe(headerBytes + length);
  packet[0] = first;
  let at = 1;
  for (let rest = length; ; rest >>= 7) {
    if (rest < 0x80) {
      packet[at++] = rest;
      break;
    }
    packet[at++] = (rest & 0x7f) | 0x80;
  }
  at = packet.writeUInt16BE(topicBytes, at);
  at += packet.write(topic, at, topicBytes, "utf8");
  if (qos === 1) at = packet.writeUInt16BE(id!, at);
  if (version === 5) packet[at++] = 0;
  payload.copy(packet, at);
  return packet;
}
