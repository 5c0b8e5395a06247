import { SqlError } from "../../../etl/athena-sql/syntax/error";
import type { Comparison } from "../../../etl/athena-sql/syntax/ast";
import { BOOLEAN, type Type } from "../../../etl/athena-sql/types/type";
import { compareOf, equalOf, NullInside } from "../../../etl/athena-sql/values/compare";
import type { Value } from "../../../etl/athena-sql/values/value";
import { INSTANT } from "../duck/storage";
import type { Emitter } from "./emitter";

/** An operand in SQL, and whether it is a number that is no NaN for certain. */
export interface Operand {
  readonly sql: string;
  readonly plain: boolean;
}

/** The SQL of a comparison. NaN equals nothing and is beside all others; DuckDB takes it for the largest. */
export function compareSql(emitter: Emitter, operator: Comparison, left: Operand, right: Operand, type: Type): string {
  const plain = `(${left.sql} ${operator} ${right.sql})`;
  switch (type.kind) {
    case "real":
    case "double": {
      const notNaN = ({ sql }: Operand): string => `NOT isnan(${sql})`;
      if (operator === "=") return left.plain || right.plain ? plain : `(${plain} AND ${notNaN(left)})`;
      if (operator === "<>") return left.plain || right.plain ? plain : `(${plain} OR isnan(${left.sql}))`;
      const larger = operator.startsWith(">") ? left : right;
      return larger.plain ? plain : `(${plain} AND ${notNaN(larger)})`;
    }
    case "timestamp with time zone":
      return `(${instantSql(left.sql)} ${operator} ${instantSql(right.sql)})`;
    case "time with time zone":
    case "array":
    case "map":
    case "row": {
      const negated = operator === "<>";
      const sql = emitter.udf(operator, [type, type], BOOLEAN, () => comparison(operator, type), [left.sql, right.sql]);
      return negated ? `(NOT ${sql})` : sql;
    }
    default:
      return plain;
  }
}

/** The instant of a timestamp with zone, by which it is compared, grouped and sorted. */
export function instantSql(sql: string): string {
  return `struct_extract(${sql}, '${INSTANT}')`;
}

function comparison(operator: Comparison, type: Type): (a: Value, b: Value) => boolean | null {
  if (operator === "=" || operator === "<>") return equalOf(type);
  const compare = compareOf(type);
  const decide: Record<string, (order: number) => boolean> = {
    "<": (order) => order < 0,
    "<=": (order) => order <= 0,
    ">": (order) => order > 0,
    ">=": (order) => order >= 0,
  };
  return (a, b) => {
    try {
      return decide[operator]!(compare(a, b));
    } catch (error) {
      if (error instanceof NullInside) throw new SqlError("NOT_SUPPORTED", error.message);
      throw error;
    }
  };
}
