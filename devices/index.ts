export { seededRandom, type Random } from "./random";
export { SendRefused, type Sender } from "./sender";
export { sdkSender, type SdkSenderOptions } from "./sdk";
export { mqttSender } from "./mqtt";
export { plainReading, simulate, fillTopic, type MessageKind, type Simulation } from "./simulator";
