import type { Node, Query, WindowSpec } from "../syntax/ast";
import type { Expr, QueryPlan } from "./plan";
import type { Scope } from "./scope";
import type { Session } from "./session";

/** What an expression is analyzed with. */
export interface Context {
  readonly session: Session;
  readonly scope: Scope;
  /** analyzes a query inside the expression, which may name columns of the scope */
  query(query: Query, scope: Scope): QueryPlan;
  /** windows that WINDOW names */
  readonly windows?: ReadonlyMap<string, WindowSpec>;
  /** analyzes an expression inside this one */
  analyze(node: Node, context: Context): Expr;
}
