import type { AggregateExpr } from "../../../etl/athena-sql/analyze/plan";
import { implementationOf, type BoundFunction } from "../../../etl/athena-sql/builtins";
import { array, row, type Type } from "../../../etl/athena-sql/types/type";
import type { Value } from "../../../etl/athena-sql/values/value";
import { quoted } from "../duck/text";
import { fieldNames } from "../duck/storage";
import type { Emitter, WriteAggregate } from "./emitter";
import { sortSql } from "./keys";

/** What of a call makes its SQL. */
export type AggregateCall = Pick<AggregateExpr, "call" | "args" | "distinct" | "filter" | "orderBy">;

/** @param over what stands behind the call */
export function aggregateSql(
  emitter: Emitter,
  { call, args, distinct, filter, orderBy }: AggregateCall,
  over: string,
): string {
  const sql = args.map((arg) => emitter.expr(arg));
  const condition = filter === undefined ? "" : ` FILTER (WHERE ${emitter.expr(filter)})`;
  const order = orderBy.length === 0 ? "" : ` ORDER BY ${orderBy.map((sort) => sortSql(emitter, sort)).join(", ")}`;
  const write: WriteAggregate = (name, own) =>
    `${name}(${distinct ? "DISTINCT " : ""}${own.join(", ")}${order})${condition}${over}`;
  return emitter.writers.aggregate(emitter, call, sql, write, args) ?? inJavaScript(emitter, call, sql, write);
}

/** The rows of the group as a list, and a function over it. */
function inJavaScript(emitter: Emitter, call: BoundFunction, sql: readonly string[], write: WriteAggregate): string {
  const run = implementationOf(call);
  if (run === undefined) throw new Error(`no implementation of ${call.declaration.signature.text}`);
  const type = row(call.args.map((arg) => ({ name: undefined, type: arg }))) as Extract<Type, { kind: "row" }>;
  const names = fieldNames(type);
  const rows = write("list", [`struct_pack(${names.map((name, i) => `${quoted(name)} := ${sql[i]!}`).join(", ")})`]);
  const skip = call.declaration.skipNull === true;
  return emitter.udf(
    `aggregate ${call.name}`,
    [array(type)],
    call.result,
    () => (list: Value[][] | null) => {
      const all = list ?? [];
      return run(skip ? all.filter(([first]) => first !== null) : all);
    },
    [rows],
    { calledOnNull: true },
  );
}
