import { SqlError } from "../../../etl/athena-sql/syntax/error";
import { MARK } from "./udf";

const WIDTHS: Readonly<Record<string, string>> = {
  INT8: "tinyint",
  INT16: "smallint",
  INT32: "integer",
  INT64: "bigint",
};

/** What DuckDB failed with, in Trino's words; undefined for what is no error of the query. */
export function inTrinosWords(error: unknown): SqlError | undefined {
  if (!(error instanceof Error)) return undefined;
  const { message } = error;
  const marked = new RegExp(`${MARK}([A-Z_]+)${MARK}([^]*)$`).exec(message);
  if (marked !== null) return new SqlError(marked[1]!, marked[2]!);
  if (!/^[A-Z][A-Za-z ]* Error: /.test(message)) return undefined;
  const badFile = ofFile(message);
  if (badFile !== undefined) return badFile;
  const overflow =
    /Overflow in (addition|subtraction|multiplication|division) of (INT\d+) \((-?\d+) ([^ ]+) (-?\d+)\)/.exec(message);
  if (overflow !== null) {
    const [, operation, width = "", left, operator, right] = overflow;
    return new SqlError(
      "NUMERIC_VALUE_OUT_OF_RANGE",
      `${WIDTHS[width] ?? "bigint"} ${operation} overflow: ${left} ${operator === "//" ? "/" : operator} ${right}`,
    );
  }
  if (
    /INT128 .* out of range for the destination type INT64|Overflow in HUGEINT|Overflow in addition of INT128/.test(
      message,
    )
  )
    return new SqlError("NUMERIC_VALUE_OUT_OF_RANGE", "bigint addition overflow");
  if (/More than one row returned by a subquery/.test(message))
    return new SqlError("SUBQUERY_MULTIPLE_ROWS", "Scalar sub-query has returned multiple rows");
  if (/Map keys must be unique|Map keys can not be NULL/i.test(message))
    return new SqlError(
      "INVALID_FUNCTION_ARGUMENT",
      message.includes("unique") ? "Duplicate map keys are not allowed" : "map key cannot be null",
    );
  if (/^Out of Memory Error/.test(message))
    return new SqlError("EXCEEDED_MEMORY_LIMIT", "Query exceeded the local cloud's memory limit");
  if (/^Out of Range Error/.test(message)) return new SqlError("NUMERIC_VALUE_OUT_OF_RANGE", "value is out of range");
  if (/^Conversion Error/.test(message)) return new SqlError("NUMERIC_VALUE_OUT_OF_RANGE", "value is out of range");
  if (/^(?:Not implemented|Binder|Invalid Input|Parser|Syntax|INTERNAL|FATAL) Error/.test(message)) {
    const refused = new SqlError("NOT_SUPPORTED", "the local cloud does not execute this combination of clauses");
    refused.cause = error;
    return refused;
  }
  return undefined;
}

/**
 * A file that cannot be read, in Athena's words. The number of the line is left out: DuckDB's is that of the line behind.
 * @see https://docs.aws.amazon.com/athena/latest/ug/openx-json-serde.html
 */
function ofFile(message: string): SqlError | undefined {
  const [, malformed, why = ""] =
    /Malformed JSON in file "([^"]*)", at byte \d+ in line \d+: ([^.\n]*)/.exec(message) ?? [];
  if (malformed !== undefined)
    return new SqlError("HIVE_CURSOR_ERROR", `Row is not a valid JSON Object - ${why}, in ${malformed}`);
  const [, file, reason = ""] =
    /JSON transform error in file "([^"]*)", in line \d+: ([^]*?)(?:\n\n|\n?Try |$)/.exec(message) ?? [];
  if (file === undefined) return undefined;
  if (/has duplicate key/.test(reason))
    return new SqlError("HIVE_CURSOR_ERROR", `Row is not a valid JSON Object - ${reason.trim()}, in ${file}`);
  const [, expected, value = ""] = /^(Expected [A-Z]+), but got [A-Z]+: ([^]*)$/.exec(reason) ?? [];
  if (expected !== undefined)
    return new SqlError("HIVE_BAD_DATA", `Error parsing field value ${value.trim()}: ${expected}, in ${file}`);
  const [, cannot = "", given = ""] = /^([^:]*): ([^]*)$/.exec(reason) ?? [undefined, reason];
  return new SqlError("HIVE_BAD_DATA", `Error parsing field value ${given.trim()}: ${cannot}, in ${file}`);
}
