import type * as Duck from "@duckdb/node-api";
import { SqlError } from "../../../etl/athena-sql/syntax/error";
import type { Type } from "../../../etl/athena-sql/types/type";
import { formatType } from "../../../etl/athena-sql/types/type";
import type { Value } from "../../../etl/athena-sql/values/value";
import { duckTypeOf, reader, writer } from "./storage";

/** A function in JavaScript that DuckDB calls. */
export interface Udf {
  readonly name: string;
  readonly args: readonly Type[];
  readonly result: Type;
  /** whether it is called with NULLs */
  readonly calledOnNull: boolean;
  readonly volatile: boolean;
  // What it takes is said by `args`.
  // eslint-disable-next-line @typescript-eslint/no-explicit-any
  readonly run: (...args: any[]) => Value;
}

/** Functions have one name for one list of types; DuckDB picks none of them itself. */
export function udfName(name: string, args: readonly Type[], result: Type): string {
  return `${name}(${args.map(formatType).join(", ")}): ${formatType(result)}`;
}

/** An error of a function, told from DuckDB's own by this mark: code and text follow. */
export const MARK = "§";

/** Makes a function known to a connection. */
export function register(connection: Duck.DuckDBConnection, udf: Udf, duck: typeof Duck): void {
  const readers = udf.args.map(reader);
  const write = writer(udf.result, duck);
  const { calledOnNull, run } = udf;
  const mainFunction: Duck.DuckDBScalarMainFunction = (info, input, output) => {
    try {
      const { rowCount } = input;
      const vectors = readers.map((_, i) => input.getColumnVector(i));
      const values = new Array<Value>(readers.length);
      for (let row = 0; row < rowCount; row++) {
        let hasNull = false;
        for (let i = 0; i < readers.length; i++) {
          const value = readers[i]!(vectors[i]!.getItem(row));
          values[i] = value;
          if (value === null) hasNull = true;
        }
        output.setItem(row, hasNull && !calledOnNull ? null : write(run(...values)));
      }
      output.flush();
    } catch (error) {
      if (error instanceof SqlError) info.setError(`${MARK}${error.code}${MARK}${error.text}`);
      else if (error instanceof RangeError)
        info.setError(`${MARK}EXCEEDED_FUNCTION_MEMORY_LIMIT${MARK}${error.message}`);
      else info.setError(`${MARK}GENERIC_INTERNAL_ERROR${MARK}${(error as Error).message}`);
    }
  };
  connection.registerScalarFunction(
    duck.DuckDBScalarFunction.create({
      name: udf.name,
      parameterTypes: udf.args.map((type) => duckTypeOf(type, duck)),
      returnType: duckTypeOf(udf.result, duck),
      specialHandling: true,
      volatile: udf.volatile,
      mainFunction,
    }),
  );
}
