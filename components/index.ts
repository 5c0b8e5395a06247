/** The components, for programs of your own. */
export * from "./analytics-dataset";
export * from "./etl-pipeline";
export * from "./parquet-datastore";
export * from "./telemetry-channel";
export type {
  ActivityArgs,
  AddAttributesArgs,
  AttributePartitionArgs,
  AttributesArgs,
  ColumnArgs,
  FilterArgs,
  MathArgs,
  PartitionArgs,
  TimestampPartitionArgs,
} from "./document";
export type { BufferingArgs, RetentionArgs, StorageArgs } from "./storage";
export type { TopicRuleArgs } from "./topic-rule";
export type { FunctionArgs } from "./transform-function";
export type { Transform } from "./transform";
