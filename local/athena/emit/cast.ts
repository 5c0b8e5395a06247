import { MICRO_DIGITS } from "../../../etl/athena-sql/values/datetime";
import { SqlError } from "../../../etl/athena-sql/syntax/error";
import { isWhole, sameType, UNBOUNDED, type Type, type TypeOf } from "../../../etl/athena-sql/types/type";
import { makeCast } from "../../../etl/athena-sql/values/cast";
import { fieldNames, INSTANT, sqlType, ZONE } from "../duck/storage";
import type { Emitter } from "./emitter";

/** The SQL of a cast: DuckDB's own where it cannot fail and means the same, otherwise a function in JavaScript. */
export function castSql(emitter: Emitter, sql: string, from: Type, to: Type, safe: boolean): string {
  if (from.kind === "unknown") return `CAST(${sql} AS ${sqlType(to)})`;
  if (sameType(from, to) || keepsValues(from, to)) return sql;
  if (isLossless(from, to)) return `CAST(${sql} AS ${sqlType(to)})`;
  if (from.kind === "date" && to.kind === "timestamp with time zone" && to.precision <= MICRO_DIGITS)
    return `{'${INSTANT}': CAST(${sql} AS TIMESTAMP), '${ZONE}': CASE WHEN ${sql} IS NOT NULL THEN 'UTC' END}`;
  if (from.kind === "array" && to.kind === "array")
    return `list_transform(${sql}, lambda e: ${castSql(emitter, "e", from.element, to.element, safe)})`;
  const run = (): ((value: unknown) => ReturnType<ReturnType<typeof makeCast>>) => {
    const cast = makeCast(from, to);
    if (!safe) return cast;
    return (value) => {
      try {
        return cast(value);
      } catch (error) {
        if (error instanceof SqlError) return null;
        throw error;
      }
    };
  };
  return emitter.udf(safe ? "try_cast" : "cast", [from], to, run, [sql]);
}

/** Whether every value stays what it is in DuckDB. */
function keepsValues(from: Type, to: Type): boolean {
  if (from.kind !== to.kind) return false;
  switch (from.kind) {
    case "varchar":
      return (to as typeof from).length >= from.length;
    case "char":
      return (to as typeof from).length >= from.length;
    case "time":
    case "timestamp":
    case "time with time zone":
    case "timestamp with time zone": {
      const { precision } = to as typeof from;
      // Finer values are stored otherwise.
      return precision >= from.precision && precision > MICRO_DIGITS === from.precision > MICRO_DIGITS;
    }
    case "array":
      return same(from.element, (to as typeof from).element);
    case "map":
      return same(from.key, (to as typeof from).key) && same(from.value, (to as typeof from).value);
    case "row": {
      const names = fieldNames(to as typeof from);
      const other = (to as typeof from).fields;
      return fieldNames(from).every((name, i) => name === names[i] && same(from.fields[i]!.type, other[i]!.type));
    }
    default:
      return false;
  }
}

const same = (from: Type, to: Type): boolean => sameType(from, to) || keepsValues(from, to);

const ORDER = ["tinyint", "smallint", "integer", "bigint"];
const DIGITS: Readonly<Record<string, number>> = { tinyint: 3, smallint: 5, integer: 10, bigint: 19 };

function isLossless(from: Type, to: Type): boolean {
  if (isWhole(from)) {
    if (isWhole(to)) return ORDER.indexOf(to.kind) >= ORDER.indexOf(from.kind);
    if (to.kind === "double" || to.kind === "real") return true;
    if (to.kind === "decimal") return to.precision - to.scale >= DIGITS[from.kind]!;
    return to.kind === "varchar" && to.length === UNBOUNDED;
  }
  switch (from.kind) {
    case "real":
      return to.kind === "double";
    case "decimal":
      if (to.kind === "double") return from.precision <= 15;
      return to.kind === "decimal" && widens(from, to);
    case "date":
      return to.kind === "timestamp" && to.precision <= MICRO_DIGITS;
    case "timestamp":
      return to.kind === "date" && from.precision <= MICRO_DIGITS;
    default:
      return false;
  }
}

function widens(from: TypeOf<"decimal">, to: TypeOf<"decimal">): boolean {
  return to.scale >= from.scale && to.precision - to.scale >= from.precision - from.scale;
}
