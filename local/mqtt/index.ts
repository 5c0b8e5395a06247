export { MqttBroker, type MqttBrokerOptions, type PublishOptions } from "./broker";
export { AWS_LIMITS } from "./types";
export type { BrokerEvent, BrokerLimits, OnPublish, Publish, Verdict } from "./types";
export { adjustedExpiry, type MessageProperties, type UserProperty } from "./properties";
