/** Columns of a datastore: their types, and messages as rows of them. */
export { JsonRowWriter, MAX_COLUMNS } from "./json-row";
export { RowBuffer } from "./row-buffer";
export { lastOf, RowWriter, type Column } from "./row";
export { formatColumnType, isIntegerType, parseColumnType, type ColumnType } from "./type";
