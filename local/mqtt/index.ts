export type { ClientAccess } from "./access";
export { MqttBroker, type MqttBrokerOptions, type PublishOptions } from "./broker";
export { adjustedExpiry, type MessageProperties, type UserProperty } from "./properties";
export type { RetainedMessage } from "./retained";
export { SecureListener, type SecureListenerOptions } from "./secure-listener";
export { AWS_LIMITS } from "./types";
export type { BrokerEvent, BrokerLimits, Journal, JournalEntry, OnPublish, Publish, Verdict } from "./types";
