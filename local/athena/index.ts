export { Athena, type QueryOptions, type QueryResult, type FileResult } from "./athena";
export { listsFor, type CatalogTable, type Column, type PartitionFile, type Reading } from "./catalog";
export type { QueryReading, Reads, TableReading } from "./scan";
export { toCsv } from "./csv";
export { AthenaError, QueryCancelled } from "./error";
export type { GlueAction, NewPartition, NewTable, NewView, QuerySession } from "./session";
export { convertsStored } from "./file-types";
export { Series, type Bucketed, type SeriesFacts, type SeriesRange, type SeriesSource } from "./series";
