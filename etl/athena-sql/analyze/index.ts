import type { Query } from "../syntax/ast";
import type { OutputColumn, QueryPlan } from "./plan";
import { analyzeQuery as analyzeInner } from "./query";
import { Session, type AnalyzeOptions, type TableUse } from "./session";

/** What is known of a query without running it. */
export interface AnalyzedQuery {
  readonly plan: QueryPlan;
  /** columns of the result; one without a name is `_col` and its place, from 0 */
  readonly columns: readonly (OutputColumn & { readonly name: string })[];
  /** tables that are read, in the order in which they are named */
  readonly tables: readonly TableUse[];
}

/** Resolves every name of a query and finds every type. @throws SqlError as Trino refuses it */
export function analyzeQuery(query: Query, options: AnalyzeOptions): AnalyzedQuery {
  const session = new Session(options);
  const plan = analyzeInner(query, { session, named: [], outer: undefined, query: analyzeInner });
  for (const check of session.planChecks) check();
  const columns = plan.output.map(({ name, type }, i) => ({ name: name ?? `_col${i}`, type }));
  return { plan, columns, tables: session.tables };
}
