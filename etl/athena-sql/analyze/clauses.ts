import { declarationsOf } from "../builtins";
import type { Node, Query, SortItem } from "../syntax/ast";
import { SqlError, type Position } from "../syntax/error";
import { formatType, isOrderable } from "../types/type";
import { collectCalls } from "./call";
import type { Context } from "./context";
import { analyzeExpression } from "./expression";
import type { Expr, QueryPlan } from "./plan";
import type { Scope } from "./scope";
import type { Named, Session } from "./session";

/** What surrounds a query: the named queries it may read, and the scope of the query around it. */
export interface Surroundings {
  readonly session: Session;
  readonly named: readonly Named[];
  readonly outer: Scope | undefined;
  /** in a view, the database of tables that it names without one */
  readonly database?: string;
  /** analyzes a query inside this one */
  query(query: Query, around: Surroundings): QueryPlan;
}

/** @throws SqlError for values that have no order */
export function checkOrderable({ type }: Expr, at: Position): void {
  if (!isOrderable(type))
    throw new SqlError(
      "TYPE_MISMATCH",
      `Type ${formatType(type)} is not orderable, and therefore cannot be used in ORDER BY`,
      at,
    );
}

/** `ORDER BY 2`: the place of a column, from 0. @throws SqlError beyond the columns */
export function ordinalOf(key: SortItem["key"], count: number, clause = "ORDER BY"): number | undefined {
  if (key.kind !== "number" || key.form !== "integer") return undefined;
  const ordinal = Number(key.text);
  if (ordinal < 1 || ordinal > count)
    throw new SqlError("INVALID_COLUMN_REFERENCE", `${clause} position ${key.text} is not in select list`, key.at);
  return ordinal - 1;
}

/** What expressions of a query are analyzed with. */
export function contextOf(around: Surroundings, scope: Scope): Context {
  return {
    session: around.session,
    scope,
    query: (query, outer) => around.query(query, { ...around, outer }),
    analyze: analyzeExpression,
  };
}

/** @throws SqlError for a clause that may hold neither aggregates nor windows */
export function noAggregates(node: Node, clause: string): void {
  const found: string[] = [];
  collectCalls(node, (call, text) => {
    if (
      call.over !== undefined ||
      declarationsOf(call.name[call.name.length - 1]!.name.toLowerCase())[0]?.kind === "aggregate"
    )
      found.push(text);
  });
  if (found.length > 0)
    throw new SqlError(
      "EXPRESSION_NOT_SCALAR",
      `${clause} cannot contain aggregations, window functions or grouping operations: [${found.join(", ")}]`,
      node.at,
    );
}
