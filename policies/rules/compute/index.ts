export { asyncFailuresKept } from "./async-failures-kept";
export { functionSafe } from "./function-safe";
export { mappingSafe } from "./mapping-safe";
export { queueReaderSafe } from "./queue-reader-safe";
