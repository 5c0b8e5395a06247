export { MqttBroker, type MqttBrokerOptions, type PublishOptions } from "./broker";
export { AWS_LIMITS } from "./types";
export type { BrokerEvent, BrokerLimits, MessageProperties, OnPublish, Publish, Verdict } from "./types";
