/** The components, for programs of your own. */
export {
  ActivityFunction,
  type ActivityFunctionArgs,
  type ActivityFunctionHooks,
  type ActivityFunctionNodes,
  type ActivityFunctionOptions,
} from "./activity-function";
export * from "./analytics-dataset";
export * from "./dashboard";
export * from "./etl-pipeline";
export * from "./json-datastore";
export * from "./parquet-datastore";
export * from "./telemetry-channel";
export {
  ThingRegistry,
  type ThingArgs,
  type ThingRegistryArgs,
  type ThingRegistryHooks,
  type ThingRegistryNodes,
  type ThingRegistryOptions,
} from "./thing-registry";
export type { DatasetSource } from "./dataset-machine";
export type { AlarmHook, AlarmNodes, AlarmsArgs } from "./alarms";
export type {
  ActivityArgs,
  AddAttributesArgs,
  AttributePartitionArgs,
  AttributesArgs,
  ColumnArgs,
  EnrichArgs,
  FilterArgs,
  LambdaArgs,
  MathArgs,
  PartitionArgs,
  TimestampPartitionArgs,
} from "./document";
export type { DatastoreHooks, DatastoreNodes, DatastoreOptions, ProjectionArgs } from "./datastore";
export type { BufferingArgs, RetentionArgs, StorageArgs } from "./storage";
export type { TopicRuleArgs } from "./topic-rule";
export type { FunctionArgs, FunctionReference } from "./transform-function";
export type { Transform } from "./transform";
