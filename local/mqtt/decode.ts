import type { Version } from "./encode";
import type { PacketReader } from "./packet-reader";
import { readProperties, type Properties } from "./properties";
import { malformed, protocolError } from "./reasons";

/** Types of packets, the upper half of their first byte. */
export const TYPE = {
  connect: 1,
  publish: 3,
  puback: 4,
  subscribe: 8,
  unsubscribe: 10,
  pingreq: 12,
  disconnect: 14,
  auth: 15,
} as const;

/** The will of a CONNECT. */
export interface WillPacket {
  topic: string;
  payload: Buffer;
  qos: number;
  retain: boolean;
  properties: Properties | undefined;
}

/** A CONNECT packet, without user name and password, which nobody looks at. */
export interface ConnectPacket {
  version: Version;
  /** Clean Session of 3.1.1, Clean Start of 5 */
  clean: boolean;
  /** s; 0 for none */
  keepAlive: number;
  clientId: string;
  will: WillPacket | undefined;
  properties: Properties;
}

/** One topic filter of a SUBSCRIBE with its options. */
export interface SubscriptionRequest {
  filter: string;
  qos: number;
  noLocal: boolean;
  retainAsPublished: boolean;
  /** 0 sends retained messages, 1 for a new subscription, 2 never */
  retainHandling: number;
}

/** A SUBSCRIBE packet. */
export interface SubscribePacket {
  id: number;
  requests: SubscriptionRequest[];
  properties: Properties | undefined;
}

/** An UNSUBSCRIBE packet. */
export interface UnsubscribePacket {
  id: number;
  filters: string[];
}

/** A DISCONNECT packet of a client; in 3.1.1 its reason code is 0. */
export interface DisconnectPacket {
  reasonCode: number;
  properties: Properties | undefined;
}

/** The version of a CONNECT of which nothing else has been looked at; undefined for a protocol that is not MQTT 3.1.1 or 5. */
export function versionOf(bytes: Buffer, body: number, end: number): Version | undefined {
  if (end - body < 7 || bytes.readUInt16BE(body) !== 4 || bytes.toString("latin1", body + 2, body + 6) !== "MQTT")
    return undefined;
  const level = bytes[body + 6];
  return level === 4 || level === 5 ? level : undefined;
}

/** CONNECT of one of the two versions (MQTT 5, 3.1). @throws ProtocolError */
export function decodeConnect(reader: PacketReader, first: number): ConnectPacket {
  checkFlags(first, 0x10, "CONNECT");
  reader.text("protocol name");
  const version = reader.byte("protocol level") as Version;
  const flags = reader.byte("connect flags");
  if ((flags & 1) !== 0) throw malformed("the reserved connect flag is set");
  const hasWill = (flags & 4) !== 0;
  const willQos = (flags >> 3) & 3;
  if (willQos === 3) throw malformed("will QoS is 3");
  if (!hasWill && (flags & 0x38) !== 0) throw malformed("will QoS or will retain without a will");
  const [hasUser, hasPassword] = [(flags & 0x80) !== 0, (flags & 0x40) !== 0];
  if (version === 4 && hasPassword && !hasUser) throw malformed("a password without a user name");
  const keepAlive = reader.uint16("keep alive");
  const properties = (version === 5 ? readProperties(reader, "CONNECT") : undefined) ?? {};
  const clientId = reader.text("client id");
  let will: WillPacket | undefined;
  if (hasWill)
    will = {
      properties: version === 5 ? readProperties(reader, "WILL") : undefined,
      topic: reader.text("will topic"),
      payload: reader.binary("will payload"),
      qos: willQos,
      retain: (flags & 0x20) !== 0,
    };
  if (hasUser) reader.text("user name");
  if (hasPassword) reader.binary("password");
  reader.done();
  return { version, clean: (flags & 2) !== 0, keepAlive, clientId, will, properties };
}

/** SUBSCRIBE (MQTT 5, 3.8). @throws ProtocolError */
export function decodeSubscribe(reader: PacketReader, first: number, version: Version): SubscribePacket {
  checkFlags(first, 0x82, "SUBSCRIBE");
  const id = packetId(reader);
  const properties = version === 5 ? readProperties(reader, "SUBSCRIBE") : undefined;
  const requests: SubscriptionRequest[] = [];
  while (reader.left > 0) {
    const filter = reader.text("topic filter");
    requests.push(subscriptionRequest(filter, reader.byte("subscription options"), version));
  }
  if (requests.length === 0) throw protocolError("SUBSCRIBE without a topic filter");
  return { id, requests, properties };
}

function subscriptionRequest(filter: string, options: number, version: Version): SubscriptionRequest {
  const qos = options & 3;
  if (qos === 3) throw malformed("both QoS bits of a subscription are set");
  if ((options & (version === 5 ? 0xc0 : 0xfc)) !== 0)
    throw malformed("a reserved bit of the subscription options is set");
  const noLocal = (options & 4) !== 0;
  const retainHandling = (options >> 4) & 3;
  if (retainHandling === 3) throw protocolError("retain handling is 3");
  if (noLocal && filter.startsWith("$share/")) throw protocolError("no local on a shared subscription");
  return { filter, qos, noLocal, retainAsPublished: (options & 8) !== 0, retainHandling };
}

/** UNSUBSCRIBE (MQTT 5, 3.10). @throws ProtocolError */
export function decodeUnsubscribe(reader: PacketReader, first: number, version: Version): UnsubscribePacket {
  checkFlags(first, 0xa2, "UNSUBSCRIBE");
  const id = packetId(reader);
  if (version === 5) readProperties(reader, "UNSUBSCRIBE");
  const filters: string[] = [];
  while (reader.left > 0) filters.push(reader.text("topic filter"));
  if (filters.length === 0) throw protocolError("UNSUBSCRIBE without a topic filter");
  return { id, filters };
}

/** Reason codes with which a client may acknowledge a message, and with which it may leave (MQTT 5, 3.4.2.1 and 3.14.2.1). */
const PUBACK_CODES = new Set([0x00, 0x10, 0x80, 0x83, 0x87, 0x90, 0x91, 0x97, 0x99]);
const DISCONNECT_CODES = new Set([0x00, 0x04, 0x80, 0x81, 0x82, 0x83, 0x90, 0x93, 0x94, 0x95, 0x96, 0x97, 0x98, 0x99]);

/** PUBACK of a subscriber. @returns the packet id. @throws ProtocolError */
export function decodePuback(reader: PacketReader, first: number, version: Version): number {
  checkFlags(first, 0x40, "PUBACK");
  const id = packetId(reader);
  if (version === 5 && reader.left > 0) {
    if (!PUBACK_CODES.has(reader.byte("reason code"))) throw protocolError("a reason code that PUBACK does not have");
    if (reader.left > 0) readProperties(reader, "PUBACK");
  }
  reader.done();
  return id;
}

/** DISCONNECT of a client (MQTT 5, 3.14). @throws ProtocolError */
export function decodeDisconnect(reader: PacketReader, first: number, version: Version): DisconnectPacket {
  checkFlags(first, 0xe0, "DISCONNECT");
  let reasonCode = 0;
  let properties: Properties | undefined;
  if (version === 5 && reader.left > 0) {
    reasonCode = reader.byte("reason code");
    if (!DISCONNECT_CODES.has(reasonCode))
      throw protocolError("a reason code that a client's DISCONNECT does not have");
    if (reader.left > 0) properties = readProperties(reader, "DISCONNECT");
  }
  reader.done();
  return { reasonCode, properties };
}

/** PINGREQ, which has nothing but its first byte. @throws ProtocolError */
export function decodePingreq(reader: PacketReader, first: number): void {
  checkFlags(first, 0xc0, "PINGREQ");
  reader.done();
}

function packetId(reader: PacketReader): number {
  const id = reader.uint16("packet id");
  if (id === 0) throw malformed("packet id 0");
  return id;
}

function checkFlags(first: number, expected: number, what: string): void {
  if (first !== expected) throw malformed(`flags of ${what}`);
}
