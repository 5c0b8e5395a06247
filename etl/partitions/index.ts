/** Partitions of a datastore: one description for prefix, table, projection and values. */
export { PartitionReader, type PartitionKeys } from "./keys";
export { fanOutRecord, LOAD_SEPARATOR, loadsOf, readLoad, type Load, type MadeRow } from "./loads";
export { pathValue } from "./path-value";
export { documentQuota, PartitionCounter, quotaWarning, type PartitionCount } from "./quota";
export { partitionScheme, partitionSources, rowsPrefix, type PartitionScheme } from "./scheme";
