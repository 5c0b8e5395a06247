import { generate, parser, type IConnectPacket, type Packet } from "mqtt-packet";
import { malformed } from "./reasons";
import { adjustedExpiry, type MessageProperties } from "./properties";
import type { Publish } from "./types";

export type Version = 4 | 5;

/** Reads single packets of one connection; mqtt-packet keeps the version of its CONNECT. */
export class PacketReader {
  private readonly parser = parser();
  private packet: Packet | undefined;
  private error: unknown;

  constructor() {
    this.parser.on("packet", (packet) => (this.packet = packet));
    this.parser.on("error", (error) => (this.error = error));
  }

  /** `bytes` is one whole packet. @throws ProtocolError if it is malformed */
  read(bytes: Buffer): Packet {
    this.packet = this.error = undefined;
    try {
      this.parser.parse(bytes);
    } catch (error) {
      this.error = error;
    }
    if (this.error !== undefined) throw malformed((this.error as Error).message);
    if (this.packet === undefined) throw malformed("it has no end");
    return this.packet;
  }
}

export function encode(packet: Packet, version: Version): Buffer {
  return generate(packet, { protocolVersion: version });
}

/** PUBACK of 3.1.1, or of 5 with reason code 0. */
export function encodePuback(id: number): Buffer {
  const bytes = Buffer.allocUnsafe(4);
  bytes[0] = 0x40;
  bytes[1] = 2;
  bytes[2] = id >> 8;
  bytes[3] = id & 0xff;
  return bytes;
}

export const PINGRESP = Buffer.from([0xd0, 0]);

/** The version byte of a CONNECT, before anything else is looked at. */
export function versionOf(connect: Buffer, body: number): number | undefined {
  return connect[body + 1] === 4 && connect.toString("latin1", body + 2, body + 6) === "MQTT"
    ? connect[body + 6]
    : undefined;
}

type RawProperties = Omit<MessageProperties, "userProperties"> & {
  userProperties?: Record<string, string | string[]>;
  topicAlias?: number;
  subscriptionIdentifier?: unknown;
};

/** Of a message's properties those that are the message's own, not the connection's. */
export function messageProperties(raw: RawProperties | undefined): MessageProperties | undefined {
  if (raw === undefined) return undefined;
  const { payloadFormatIndicator, messageExpiryInterval, contentType, responseTopic, correlationData, userProperties } =
    raw;
  const own: MessageProperties = {};
  if (payloadFormatIndicator !== undefined) own.payloadFormatIndicator = payloadFormatIndicator;
  if (messageExpiryInterval !== undefined) own.messageExpiryInterval = adjustedExpiry(messageExpiryInterval);
  if (contentType !== undefined) own.contentType = contentType;
  if (responseTopic !== undefined) own.responseTopic = responseTopic;
  if (correlationData !== undefined) own.correlationData = correlationData;
  if (userProperties !== undefined)
    own.userProperties = Object.entries(userProperties).flatMap(([name, values]) =>
      [values].flat().map((value) => [name, value] as const),
    );
  return Object.keys(own).length === 0 ? undefined : own;
}

export interface Will {
  message: Publish;
  /** s */
  delay: number;
}

/** The will of a CONNECT, or undefined. */
export function willOf(connect: IConnectPacket, clientId: string, principal: string): Will | undefined {
  const { will } = connect;
  if (will === undefined) return undefined;
  return {
    delay: will.properties?.willDelayInterval ?? 0,
    message: {
      topic: will.topic,
      payload: Buffer.isBuffer(will.payload) ? will.payload : Buffer.from(will.payload ?? ""),
      qos: will.qos === 1 ? 1 : 0,
      retain: will.retain === true,
      clientId,
      principal,
      source: "mqtt",
      properties: messageProperties(will.properties),
    },
  };
}
