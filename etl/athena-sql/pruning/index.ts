/** Partition pruning: which partitions of its tables a query reads, found before it runs. */
export { EVERY_PARTITION, partitionFilter, type PartitionFilter } from "./partition-filter";
export { tableScans, type TableScan } from "./scans";
export { queriedTables, type QueriedTable } from "./queried-tables";
