export { MqttBroker, type MqttBrokerOptions, type PublishOptions } from "./broker";
export { topicProblem } from "./topics";
export { AWS_LIMITS } from "./types";
export type { BrokerEvent, BrokerLimits, MessageProperties, OnPublish, Publish, Verdict } from "./types";
