export { MqttBroker, type MqttBrokerOptions, type PublishOptions } from "./broker";
export { adjustedExpiry, type MessageProperties, type UserProperty } from "./properties";
export type { RetainedMessage } from "./retained";
export { AWS_LIMITS } from "./types";
export type { BrokerEvent, BrokerLimits, OnPublish, Publish, Verdict } from "./types";
