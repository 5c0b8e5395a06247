import { analyzeQuery, type AnalyzedQuery } from "../../etl/athena-sql/analyze";
import type { AnalyzeOptions } from "../../etl/athena-sql/analyze/session";
import type { Query } from "../../etl/athena-sql/syntax/ast";
import { Emitter } from "./emit/emitter";
import { exprSql } from "./emit/expression";
import { querySql } from "./emit/query";
import { nativeAggregate, nativeScalar } from "./native";
import type { Udf } from "./duck/udf";

/** A query ready for DuckDB, and what is known of its result. */
export interface CompiledQuery extends AnalyzedQuery {
  readonly sql: string;
  /** functions in JavaScript that the SQL calls */
  readonly udfs: ReadonlyMap<string, Udf>;
}

/** @throws SqlError as Trino refuses the query */
export function compileQuery(query: Query, options: AnalyzeOptions): CompiledQuery {
  const analyzed = analyzeQuery(query, options);
  const emitter = new Emitter({
    expression: exprSql,
    query: querySql,
    scalar: nativeScalar,
    aggregate: nativeAggregate,
  });
  return { ...analyzed, sql: querySql(emitter, analyzed.plan), udfs: emitter.udfs };
}
