import type { BoundFunction } from "../../../etl/athena-sql/builtins";
import { implementationOf } from "../../../etl/athena-sql/builtins";
import type { Type } from "../../../etl/athena-sql/types/type";
import type { Run } from "../../../etl/athena-sql/builtins";
import { literalSql } from "./literal";
import { udfName, type Udf } from "../udf";

/** What one statement needs of DuckDB beside its SQL. */
export class Emitter {
  /** functions in JavaScript that the SQL calls, by name */
  readonly udfs = new Map<string, Udf>();

  /** The SQL of a call of a function in JavaScript. */
  udf(
    name: string,
    args: readonly Type[],
    result: Type,
    run: () => Run,
    sql: readonly string[],
    options: { calledOnNull?: boolean; volatile?: boolean } = {},
  ): string {
    const full = udfName(name, args, result);
    if (!this.udfs.has(full))
      this.udfs.set(full, {
        name: full,
        args,
        result,
        run: run(),
        calledOnNull: options.calledOnNull === true,
        volatile: options.volatile === true,
      });
    return `"${full.replaceAll('"', '""')}"(${sql.join(", ")})`;
  }

  /** The SQL of a call of a function that has its implementation with its signature. */
  call(call: BoundFunction, sql: readonly string[]): string {
    const { declaration, name, args, result } = call;
    const run = implementationOf(call);
    if (run === undefined) throw new Error(`no implementation of ${declaration.signature.text}`);
    if (args.length === 0 && declaration.volatile !== true) return literalSql(result, run());
    return this.udf(name, args, result, () => run, sql, declaration);
  }
}
