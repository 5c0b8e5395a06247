export { seededRandom, type Random } from "./random";
export { SendRefused, type Sender } from "./sender";
export { sdkSender, type SdkSenderOptions } from "./sdk";
export { mqttSender } from "./mqtt";
export { simulate, fillTopic, type Simulation } from "./simulator";
