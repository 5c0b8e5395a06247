/** Where something stands in a statement; both count from 1, as in Trino's messages. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

/** Error codes of Trino's StandardErrorCode that statements end in. */
export type SqlErrorCode =
  | "SYNTAX_ERROR"
  | "COLUMN_NOT_FOUND"
  | "TABLE_NOT_FOUND"
  | "SCHEMA_NOT_FOUND"
  | "CATALOG_NOT_FOUND"
  | "FUNCTION_NOT_FOUND"
  | "TYPE_MISMATCH"
  | "TYPE_NOT_FOUND"
  | "INVALID_LITERAL"
  | "NOT_SUPPORTED"
  | "AMBIGUOUS_NAME"
  | "EXPRESSION_NOT_AGGREGATE"
  | "EXPRESSION_NOT_SCALAR"
  | "EXPRESSION_NOT_IN_DISTINCT"
  | "NESTED_AGGREGATION"
  | "NESTED_WINDOW"
  | "MISSING_GROUP_BY"
  | "MISSING_OVER"
  | "MISSING_COLUMN_NAME"
  | "MISSING_COLUMN_ALIASES"
  | "MISMATCHED_COLUMN_ALIASES"
  | "DUPLICATE_COLUMN_NAME"
  | "DUPLICATE_NAMED_QUERY"
  | "INVALID_COLUMN_REFERENCE"
  | "INVALID_ARGUMENTS"
  | "INVALID_FUNCTION_ARGUMENT"
  | "INVALID_CAST_ARGUMENT"
  | "INVALID_LIMIT_CLAUSE"
  | "INVALID_WINDOW_FRAME"
  | "INVALID_PARAMETER_USAGE"
  | "NUMERIC_VALUE_OUT_OF_RANGE"
  | "DIVISION_BY_ZERO"
  | "GENERIC_USER_ERROR"
  | "CONSTRAINT_VIOLATION"
  | (string & {});

/** A statement that Trino refuses or fails, in Trino's words. */
export class SqlError extends Error {
  override readonly name = "SqlError";

  constructor(
    readonly code: SqlErrorCode,
    /** without the place */
    readonly text: string,
    readonly at?: Position,
  ) {
    super(at === undefined ? text : `line ${at.line}:${at.column}: ${text}`);
  }
}
