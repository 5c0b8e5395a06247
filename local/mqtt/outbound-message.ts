import { encodePublish, type Version } from "./encode";
import type { MessageProperties } from "./properties";

/** A message as subscribers get it. */
export interface Delivery {
  topic: string;
  payload: Buffer;
  qos: 0 | 1;
  properties?: MessageProperties;
}

/** What a PUBLISH to one subscriber has besides the message. */
export interface Envelope {
  qos: 0 | 1;
  retain: boolean;
  /** packet id of QoS 1 */
  id: number | undefined;
}

/** A message on its way to subscribers: encoded once for all that get the same bytes. */
export class OutboundMessage {
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

  private fresh(version: Version, envelope: Envelope): Buffer {
    const { topic, payload } = this.message;
    return encodePublish(version, { topic, payload, ...envelope, properties: this.properties() });
  }

  /** With the whole seconds that are left of the expiry interval, as AWS IoT Core rounds them: 0 within the last second. */
  private properties(): MessageProperties | undefined {
    const { properties } = this.message;
    if (this.expires === undefined) return properties;
    return { ...properties, messageExpiryInterval: Math.max(0, Math.floor((this.expires - Date.now()) / 1000)) };
  }
}
