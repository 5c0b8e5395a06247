/** MQTT 5 properties of a message that travel from the publisher to rules and subscribers. */
export interface MessageProperties {
  /** true for a payload of UTF-8 text */
  payloadFormatIndicator?: boolean;
  /** s from 1 to 604,800, after which the message is no longer delivered */
  messageExpiryInterval?: number;
  contentType?: string;
  responseTopic?: string;
  correlationData?: Buffer;
  /** in the order of the publisher, who may repeat a name */
  userProperties?: readonly UserProperty[];
}

export type UserProperty = readonly [name: string, value: string];

/** Longest message expiry interval, s (https://docs.aws.amazon.com/iot/latest/developerguide/mqtt.html#mqtt5-message-expiry). */
const MAX_EXPIRY = 604_800;

/** The message expiry interval that AWS IoT Core makes of the one that a publisher asks for, s. */
export function adjustedExpiry(seconds: number): number {
  return Math.min(MAX_EXPIRY, Math.max(1, seconds));
}
