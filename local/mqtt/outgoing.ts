import type { IPublishPacket } from "mqtt-packet";
import { encode, type Version } from "./codec";
import type { MessageProperties } from "./properties";

/** What subscribers get of a message. */
export interface Delivery {
  topic: string;
  payload: Buffer;
  qos: 0 | 1;
  properties?: MessageProperties;
}

export interface Envelope {
  qos: 0 | 1;
  retain: boolean;
  dup: boolean;
  id: number | undefined;
}

/** A message on its way to subscribers: encoded once for all that get the same bytes. */
export class Outgoing {
  /** ms since 1970-01-01 UTC after which nobody gets it any more */
  readonly expires: number | undefined;
  private readonly plain: (Buffer | undefined)[] = [];

  constructor(
    readonly message: Delivery,
    expires?: number,
  ) {
    const interval = message.properties?.messageExpiryInterval;
    this.expires = expires ?? (interval === undefined ? undefined : Date.now() + interval * 1000);
  }

  expired(now: number): boolean {
    return this.expires !== undefined && this.expires <= now;
  }

  encode(version: Version, envelope: Envelope): Buffer {
    if (envelope.qos === 1 || envelope.retain || this.expires !== undefined) return this.fresh(version, envelope);
    return (this.plain[version] ??= this.fresh(version, envelope));
  }

  private fresh(version: Version, { qos, retain, dup, id }: Envelope): Buffer {
    const { topic, payload } = this.message;
    const packet = { cmd: "publish" as const, topic, payload, qos, retain, dup, messageId: id };
    return encode(version === 4 ? packet : { ...packet, properties: this.properties() }, version);
  }

  /** With the time that is left of the expiry interval, as MQTT 5 wants it. */
  private properties(): IPublishPacket["properties"] {
    const { userProperties, ...properties } = this.message.properties ?? {};
    const packet: IPublishPacket["properties"] = properties;
    if (userProperties !== undefined) {
      const values: Record<string, string[]> = {};
      for (const [name, value] of userProperties) (values[name] ??= []).push(value);
      packet.userProperties = values;
    }
    if (this.expires === undefined) return packet;
    return { ...packet, messageExpiryInterval: Math.max(0, Math.floor((this.expires - Date.now()) / 1000)) };
  }
}
