/**
 * The transformation, pure: documents of the retired service in, a compiled pipeline out. It imports nothing of the
 * other folders, and nothing of AWS. The Lambda function, the local cloud and the tests all call this code.
 */
export type { ActivityFigures, Invocation, LookUp, Services, Stop, TransformOptions } from "./activities";
export { followChain, type ChainedActivity } from "./activities/chain";
export { formatColumnType, parseColumnType, RowBuffer, type Column, type ColumnType } from "./columns";
export { datastoreColumns, isJsonFormat } from "./columns/datastore-columns";
export * from "./documents";
export * from "./expressions";
export { Layout, Message, MessageReader, parseJson } from "./json";
export { partitionScheme, partitionSources, rowsPrefix, type PartitionKeys, type PartitionScheme } from "./partitions";
export {
  CompiledPipeline,
  compilePipeline,
  type InboundRecord,
  type BatchObserver,
  type BatchOutcome,
  type Counters,
  type Observer,
  type Outcome,
  type TransformDefinition,
} from "./pipeline";
export { parseSchedule, type Schedule } from "./schedule";
export { columnsIn, windowedQuery, windowProblem, type DeltaWindow } from "./schedule/window";
export { parseTimestampFormat, timestampWriter, type TimestampFormat } from "./time/format";
