/** Columns of a datastore: their types, and messages as rows of them. */
export { JsonRowWriter } from "./json-row";
export { RowBuffer } from "./row-buffer";
export { RowWriter, type Column } from "./row";
export { formatColumnType, isIntegerType, parseColumnType, type ColumnType } from "./type";
