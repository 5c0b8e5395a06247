export { Athena, type QueryOptions, type QueryResult, type FileResult } from "./athena";
export type { CatalogTable, Column, PartitionFile } from "./catalog";
export { toCsv } from "./csv";
export { AthenaError, QueryCancelled } from "./error";
export type { GlueAction, NewPartition, NewTable, NewView, QuerySession } from "./session";
export { convertsStored } from "./file-types";
