export { channelArchived } from "./channel-archived";
export { conversionSchema } from "./conversion-schema";
export { deliverySafe } from "./delivery-safe";
export { logGroupExists } from "./log-group-exists";
export { streamRecordSize } from "./stream-record-size";
export { topicRuleSafe } from "./topic-rule-safe";
