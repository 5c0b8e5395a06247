/**
 * The transformation, pure: documents of the retired service in, a compiled pipeline out. It imports nothing of the
 * other folders, and nothing of AWS. The Lambda function, the local cloud and the tests all call this code.
 */
export type { LookUp, Services, TransformOptions } from "./activities";
export { followChain } from "./activities/chain";
export { formatColumnType, parseColumnType, type Column, type ColumnType } from "./columns";
export { datastoreColumns, isJsonFormat } from "./columns/datastore-columns";
export * from "./documents";
export * from "./expressions";
export { parseJson } from "./json";
export {
  LOAD_SEPARATOR,
  PartitionCounter,
  partitionScheme,
  quotaWarning,
  rowsPrefix,
  type PartitionCount,
  type PartitionKeys,
  type PartitionScheme,
} from "./partitions";
export {
  CompiledPipeline,
  compilePipeline,
  type InboundRecord,
  type BatchObserver,
  type Outcome,
  type TransformDefinition,
} from "./pipeline";
export { queryColumns, queryView, type ResultColumn } from "./query-view";
export { catalogView, ROWS_OF, rowsView, type CatalogView, type ViewColumn } from "./rows-view";
export { samplePlan, type SamplePlan, type SampleSource } from "./sample";
export { parseSchedule, type Schedule } from "./schedule";
export { columnsIn, queryInDatabase, windowedQuery, windowProblem } from "./schedule/window";
export { parseTimestampFormat, timestampWriter } from "./time/format";
