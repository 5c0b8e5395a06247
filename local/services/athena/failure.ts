/**
 * Category and type of a query's error.
 * @see https://docs.aws.amazon.com/athena/latest/ug/error-reference.html
 */
export interface ErrorKind {
  category: number;
  type: number;
}

const SYSTEM = 1;
const USER = 2;
/** A type for what has none of its own. */
const USER_ERROR = 1000;
const ENGINE_ERROR = 200;

/** Types by Trino's error codes, as https://github.com/aoyagikouhei/athena-local measured them; the page does not relate the two. */
const TYPES: Readonly<Record<string, number>> = {
  DIVISION_BY_ZERO: 1001,
  TYPE_MISMATCH: 1002,
  SYNTAX_ERROR: 1006,
  COLUMN_NOT_FOUND: 1006,
  CATALOG_NOT_FOUND: 1006,
  INVALID_CAST_ARGUMENT: 1100,
  NUMERIC_VALUE_OUT_OF_RANGE: 1100,
  INVALID_PARAMETER_USAGE: 1100,
  INVALID_FUNCTION_ARGUMENT: 1106,
  TABLE_ALREADY_EXISTS: 1110,
  NOT_SUPPORTED: 1200,
  TABLE_NOT_FOUND: 1301,
  SCHEMA_NOT_FOUND: 1301,
  FUNCTION_NOT_FOUND: 1303,
};

/** @param reason of a failed query, which begins with the error's code */
export function errorKind(reason: string): ErrorKind {
  const [, code = ""] = /^([A-Z_]+): /.exec(reason) ?? [];
  if (code === "GENERIC_INTERNAL_ERROR" || code === "EXCEEDED_MEMORY_LIMIT")
    return { category: SYSTEM, type: ENGINE_ERROR };
  return { category: USER, type: TYPES[code] ?? USER_ERROR };
}
