/** The components, for programs of your own. */
export {
  ActivityFunction,
  type ActivityFunctionArgs,
  type ActivityFunctionTransforms,
  type ActivityFunctionNodes,
  type ActivityFunctionOptions,
} from "./activity-function";
export * from "./analytics-dataset";
export * from "./archive-reprocessing";
export * from "./container-cluster";
export * from "./container-dataset";
export * from "./dashboard";
export * from "./dataset-dashboard";
export * from "./datastore-maintenance";
export {
  DeviceFleet,
  type DeviceFleetArgs,
  type DeviceFleetNodes,
  type DeviceFleetOptions,
  type DeviceFleetTransforms,
} from "./device-fleet";
export * from "./etl-pipeline";
export * from "./historian-source";
export * from "./iot-log";
export * from "./json-datastore";
export * from "./parquet-datastore";
export * from "./telemetry-channel";
export {
  ThingRegistry,
  type ThingArgs,
  type ThingRegistryArgs,
  type ThingRegistryTransforms,
  type ThingRegistryNodes,
  type ThingRegistryOptions,
} from "./thing-registry";
export type { DeliveryTableArgs } from "./parts/dataset/delivery-table";
export type {
  ContainerClusterReference,
  ContainerNetworkArgs,
  ContainerVariableArgs,
  ContentSource,
  FileDeliveryArgs,
} from "./parts/containers/container-args";
export type { ContainerMachineNodes, ContainerMachineTransforms } from "./parts/containers/container-machine";
export type { ContainerTaskNodes, ContainerTaskTransforms } from "./parts/containers/container-task";
export type {
  DeliveryArgs,
  DeltaWindowArgs,
  InputEventArgs,
  LateDataArgs,
  VersionsArgs,
} from "./parts/dataset/dataset-args";
export type { DatasetSource, SourceVersion } from "./parts/dataset/dataset-source";
export type { AlarmNodes, AlarmTransform } from "./parts/alarms/alarms";
export type { AlarmsArgs } from "./parts/alarms/alarms-args";
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
} from "./parts/datastore/document";
export type {
  DatastoreCandidate,
  DatastoreTransforms,
  DatastoreNodes,
  DatastoreOptions,
  DatastoreVersion,
} from "./parts/datastore/datastore";
export type { CandidateArgs, FormerVersionArgs } from "./parts/datastore/versions";
export {
  DeletedRows,
  HistorianEngine,
  HistorianTls,
  ReplicationMode,
  type HistorianNetworkArgs,
  type HistorianTableArgs,
  type HistorianVpcArgs,
  type ReplicationInstanceArgs,
  type ServerlessArgs,
} from "./parts/historian/historian-args";
export type { CompactionArgs } from "./parts/maintenance/compaction";
export type { BufferingArgs } from "./parts/delivery/buffering";
export type { RetentionArgs, StorageArgs } from "./parts/storage/storage-args";
export type { SiteWiseArgs } from "./parts/site-wise";
export type { TopicRuleArgs } from "./parts/topic-rule";
export type { PermissionArgs } from "./parts/functions/permissions";
export type { FunctionArgs, FunctionReference } from "./parts/functions/transform-function";
export type { Transform } from "./parts/common/transform";
