export { DELETED, RECEIVED_AT, TIME_FORMS, type BridgeDefinition, type BridgeTable } from "./definition";
export { parseDmsTime, timeFormatProblem } from "./dms-time";
export { BadRecord, Unwrapper, type Unwrapped } from "./unwrap";
