import type { BodyPlan, QueryPlan, RelationPlan } from "../../etl/athena-sql/analyze/plan";
import type { StatementOf } from "../../etl/athena-sql/syntax/ast";
import { SqlError } from "../../etl/athena-sql/syntax/error";
import { formatType } from "../../etl/athena-sql/types/type";
import type { CompiledQuery } from "./compile";
import type { StatementResult } from "./session";

/**
 * EXPLAIN: what a query reads and does, from the outside in, in Trino's words. Costs and how Athena would spread the work are not known here.
 * https://docs.aws.amazon.com/athena/latest/ug/athena-explain-statement.html
 */
export function explainStatement(
  { analyze, type = "DISTRIBUTED", format = "TEXT", at }: StatementOf<"explain">,
  query: CompiledQuery,
): StatementResult {
  if (analyze)
    throw new SqlError(
      "NOT_SUPPORTED",
      "EXPLAIN ANALYZE is not executed by the local cloud, whose times differ from Athena's; EXPLAIN is executed",
      at,
    );
  if (type === "VALIDATE") return { columns: [{ name: "Valid", type: "boolean" }], rows: [[true]] };
  if (type === "IO")
    return one(
      JSON.stringify(
        {
          inputTableColumnInfos: query.tables.map(({ database, name }) => ({
            table: { catalog: "awsdatacatalog", schemaTable: { schema: database, table: name } },
          })),
        },
        undefined,
        2,
      ),
    );
  if (format !== "TEXT")
    throw new SqlError("NOT_SUPPORTED", `EXPLAIN (FORMAT ${format}) is not executed by the local cloud; TEXT is`, at);
  const layout = query.columns.map(({ name, type: column }) => `${name}:${formatType(column)}`).join(", ");
  return one(
    [
      `Output[columnNames = [${query.columns.map(({ name }) => name).join(", ")}]]`,
      `│   Layout: [${layout}]`,
      ...indent(queryLines(query.plan)),
    ].join("\n"),
  );
}

const one = (text: string): StatementResult => ({ columns: [{ name: "Query Plan", type: "varchar" }], rows: [[text]] });

/** A node's own line is the first; what it reads stands below it. */
function indent(lines: readonly string[]): string[] {
  return lines.map((line, i) => `${i === 0 ? "└─ " : "   "}${line}`);
}

function under(line: string, ...inner: readonly string[][]): string[] {
  return [line, ...inner.flatMap(indent)];
}

function queryLines({ body, orderBy, limit, offset, withs }: QueryPlan): string[] {
  let lines = bodyLines(body);
  if (orderBy.length > 0) lines = under(limit === undefined ? "Sort" : `TopN[count = ${limit.count}]`, lines);
  else if (limit !== undefined) lines = under(`Limit[count = ${limit.count}]`, lines);
  if (offset !== undefined) lines = under(`Offset[count = ${offset}]`, lines);
  return withs.length === 0 ? lines : [...lines, ...withs.flatMap(({ query }) => under("With", queryLines(query)))];
}

function bodyLines(body: BodyPlan): string[] {
  switch (body.kind) {
    case "values":
      return [`Values[rows = ${body.rows.length}]`];
    case "nested":
      return queryLines(body.query);
    case "setOperation":
      return under(`${body.operator}${body.distinct ? "" : " ALL"}`, bodyLines(body.left), bodyLines(body.right));
    case "select": {
      let lines = body.from === undefined ? ["Values[rows = 1]"] : relationLines(body.from);
      if (body.where !== undefined) lines = under("Filter", lines);
      if (body.grouping !== undefined)
        lines = under(
          `Aggregate[keys = ${body.grouping.keys.length}, aggregations = [${body.grouping.aggregates.map(({ text }) => text).join(", ")}]]`,
          lines,
        );
      if (body.having !== undefined) lines = under("Filter", lines);
      return under(body.distinct ? "Distinct" : "Project", lines);
    }
  }
}

function relationLines(relation: RelationPlan): string[] {
  switch (relation.kind) {
    case "table":
      return [`TableScan[table = awsdatacatalog:${relation.database}:${relation.name}]`];
    case "named":
      return ["With"];
    case "derived":
      return queryLines(relation.query);
    case "unnest":
      return ["Unnest"];
    case "sampled":
      return under(`Sample[${relation.method}]`, relationLines(relation.relation));
    case "join":
      return under(
        `${relation.join[0]}${relation.join.slice(1).toLowerCase()}Join`,
        relationLines(relation.left),
        relationLines(relation.right),
      );
  }
}
