import type { MessageProperties } from "./properties";

/** A message that a device published. */
export interface Publish {
  topic: string;
  /** may share memory with its neighbours on the wire; it is never written to */
  payload: Buffer;
  qos: 0 | 1;
  retain: boolean;
  /** `N/A` over HTTP */
  clientId: string;
  /** who publishes: `device/CLIENT_ID` over MQTT, the owner of the access key over HTTP */
  principal: string;
  source: "mqtt" | "http";
  properties?: MessageProperties;
  /** what the entries of AWS IoT's log about the message share; drawn when there is a first one */
  traceId?: string;
}

/** What became of a message; `message` is shown to the publisher where the protocol can carry it. */
export type Verdict =
  | { ok: true }
  | {
      ok: false;
      reason: "unauthorized" | "throttled" | "too-large" | "invalid-topic" | "unavailable";
      message: string;
    };

/**
 * Takes a published message. `done` is given for QoS 1 and for HTTP: PUBACK and HTTP 200 leave when it is called, so it is called when
 * the message is durable. QoS 0 has no `done` and no closure.
 */
export type OnPublish = (message: Publish, done?: (verdict: Verdict) => void) => void;

/** What the broker tells besides messages. No text of `refused` and `dropped` holds a client id, so they can be counted. */
export type BrokerEvent =
  | { type: "connected"; clientId: string; version: 4 | 5 }
  | { type: "disconnected"; clientId: string; reason: string }
  /** a connection that never came to be */
  | { type: "rejected"; clientId: string; message: string }
  /** a message that no rule saw */
  | { type: "refused"; clientId: string; message: string }
  /** a retained message of an earlier run that cannot be read */
  | { type: "unreadable"; message: string }
  /** a message that a subscriber did not get */
  | { type: "dropped"; clientId: string; message: string };

/** An entry of AWS IoT's log about a connection, without what all entries have. https://docs.aws.amazon.com/iot/latest/developerguide/cwl-format.html */
export interface JournalEntry {
  eventType: "Connect" | "Disconnect" | "Publish-In" | "Subscribe";
  protocol: "MQTT" | "HTTP";
  topicName?: string;
  clientId: string;
  principalId: string | undefined;
  sourceIp: string;
  sourcePort?: number;
  /** undefined: it went well */
  failed?: { reason?: string; details: string };
  disconnectReason?: string;
  traceId?: string;
}

/** Takes down what happens to connections. */
export interface Journal {
  /** which entries are wanted */
  readonly keeps: "nothing" | "failures" | "everything";
  record(entry: JournalEntry): void;
}

/**
 * Limits of AWS IoT Core (https://docs.aws.amazon.com/general/latest/gr/iot-core.html#message-broker-limits,
 * https://docs.aws.amazon.com/iot/latest/developerguide/mqtt.html).
 */
export interface BrokerLimits {
  /** bytes */
  payload: number;
  /** bytes of a whole packet, announced to MQTT 5 clients */
  packet: number;
  clientIdBytes: number;
  subscriptionsPerConnection: number;
  subscriptionsPerRequest: number;
  /** QoS 1 messages of an MQTT 5 client without PUBACK, announced to it; and messages to a subscriber without PUBACK */
  inFlight: number;
  topicAliases: number;
  retainedTopics: number;
  /** s */
  keepAlive: { min: number; max: number };
  /** s that a session of MQTT 3.1.1 outlives its connection, and the most that an MQTT 5 client can ask for, which AWS can be asked to raise */
  sessionExpiry: { default: number; max: number };
  /** QoS 1 messages that wait for a subscriber */
  queued: number;
  /** and the bytes of their payloads */
  queuedBytes: number;
  /** bytes that wait in a subscriber's socket before QoS 0 messages are dropped */
  socketBytes: number;
  /** ms from the connection to its CONNECT packet */
  connectTime: number;
  /** ms between two looks at keep-alive times */
  sweepInterval: number;
}

/** The default quotas of an AWS account. */
export const AWS_LIMITS: BrokerLimits = {
  payload: 131_072,
  packet: 149_504,
  clientIdBytes: 128,
  subscriptionsPerConnection: 50,
  subscriptionsPerRequest: 8,
  inFlight: 100,
  topicAliases: 8,
  retainedTopics: 5_000,
  keepAlive: { min: 30, max: 1200 },
  sessionExpiry: { default: 3600, max: 3600 },
  queued: 10_000,
  queuedBytes: 32 * 1024 * 1024,
  socketBytes: 8 * 1024 * 1024,
  connectTime: 30_000,
  sweepInterval: 1000,
};
