/** Partitions of a datastore: one description for prefix, table, projection and values. */
export { PartitionReader, type PartitionKeys } from "./keys";
export { packRows, type Load, type MadeRow } from "./packing";
export { pathValue, UNKNOWN } from "./path-value";
export {
  partitionScheme,
  partitionSources,
  rowsPrefix,
  type PartitionKey,
  type PartitionScheme,
  type PartitionSource,
} from "./scheme";
