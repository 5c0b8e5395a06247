/** Partitions of a datastore: one description for prefix, table, projection and values. */
export { PartitionReader, type PartitionKeys } from "./keys";
export { packRows, type Load, type MadeRow } from "./packing";
export { pathValue } from "./path-value";
export { partitionScheme, partitionSources, rowsPrefix, type PartitionScheme } from "./scheme";
