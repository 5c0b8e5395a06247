export { optimizerSafe } from "./optimizer-safe";
export { resultsApart } from "./results-apart";
export { workgroupSafe } from "./workgroup-safe";
