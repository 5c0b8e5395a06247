import type { Body, Identifier, NamedQuery, Query, SortItem } from "../syntax/ast";
import { SqlError, type Position } from "../syntax/error";
import { commonType } from "../types/coerce";
import { formatType, isComparable, row, type Type } from "../types/type";
import { checkOrderable, contextOf, ordinalOf, type Surroundings } from "./clauses";
import { analyzeExpression } from "./expression";
import { coerce } from "./convert";
import type { Context } from "./context";
import type { BodyPlan, Expr, OutputColumn, QueryPlan, Sort, WithPlan } from "./plan";
import { analyzeRelation } from "./relation";
import { column, Scope, type ScopeField } from "./scope";
import { analyzeSelect } from "./select";
import type { Named, Session } from "./session";

/** @throws SqlError */
export function analyzeQuery(query: Query, around: Surroundings): QueryPlan {
  const { withs, inner } = analyzeWiths(query, around);
  const { session } = around;
  const offset = query.offset && countOf(query.offset.count, "OFFSET", session);
  const limit = query.limit && analyzeLimit(query.limit, query.orderBy, session);
  const tail = { withs, offset, limit };
  if (query.body.kind === "select") {
    const { plan, output, orderBy } = analyzeSelect(query.body, query.orderBy, inner);
    return { ...tail, body: plan, output, orderBy, result: 0 };
  }
  const { plan, output } = analyzeBody(query.body, inner);
  const result = session.nextId();
  const scope = new Scope(
    output.map(({ name, type }, i): ScopeField => ({
      name,
      qualifier: [],
      type,
      expr: column(result, i, type, name ?? "", query.at),
    })),
    around.outer,
  );
  const context = contextOf(inner, scope);
  return {
    ...tail,
    body: plan,
    output,
    orderBy: query.orderBy.map((item) => outputSort(item, output, context, result)),
    result,
  };
}

function outputSort(
  { key, descending, nullsFirst }: SortItem,
  output: readonly OutputColumn[],
  context: Context,
  result: number,
): Sort {
  const ordinal = ordinalOf(key, output.length);
  const expr =
    ordinal === undefined
      ? analyzeExpression(key, context)
      : column(result, ordinal, output[ordinal]!.type, "", key.at);
  checkOrderable(expr, key.at);
  return { key: expr, descending, nullsFirst };
}

function analyzeWiths(query: Query, around: Surroundings): { withs: WithPlan[]; inner: Surroundings } {
  const withs: WithPlan[] = [];
  let inner = around;
  const names = new Set<string>();
  for (const one of query.withs) {
    const name = one.name.name.toLowerCase();
    if (names.has(name))
      throw new SqlError(
        "DUPLICATE_NAMED_QUERY",
        `WITH query name '${one.name.name}' specified more than once`,
        one.name.at,
      );
    names.add(name);
    const { plan, named } = analyzeNamed(one, query.recursive, inner);
    withs.push(plan);
    inner = { ...inner, named: [named, ...inner.named] };
  }
  return { withs, inner };
}

function analyzeNamed(one: NamedQuery, recursive: boolean, around: Surroundings): { plan: WithPlan; named: Named } {
  const { session } = around;
  const id = session.nextId();
  const name = one.name.name.toLowerCase();
  // The named query itself sees the first part of its UNION as what it names.
  const { body } = one.query;
  if (recursive && body.kind === "setOperation" && body.operator === "UNION" && mentions(body.right, name)) {
    if (one.columns === undefined)
      throw new SqlError("MISSING_COLUMN_ALIASES", "missing column aliases in recursive WITH query", one.name.at);
    const base = analyzeBody(body.left, around);
    const output = renamed(base.output, one.columns, one.name.at);
    const named: Named = { name, id, output };
    const step = analyzeBody(body.right, { ...around, named: [named, ...around.named] });
    if (step.output.length !== output.length)
      throw new SqlError(
        "TYPE_MISMATCH",
        `base and step relations of recursion have different number of fields: ${output.length}, ${step.output.length}`,
        body.right.at,
      );
    const types = output.map(({ type }) => type);
    const plan: BodyPlan = {
      kind: "setOperation",
      operator: "UNION",
      distinct: body.distinct,
      left: base.plan,
      right: step.plan,
      types,
      leftTypes: base.output.map(({ type }) => type),
      rightTypes: step.output.map(({ type }) => type),
    };
    const query: QueryPlan = {
      withs: [],
      body: plan,
      orderBy: [],
      offset: undefined,
      limit: undefined,
      result: 0,
      output,
    };
    return { plan: { id, query, recursive: true }, named };
  }
  const query = analyzeQuery(one.query, around);
  const output = one.columns === undefined ? query.output : renamed(query.output, one.columns, one.name.at);
  return { plan: { id, query: { ...query, output }, recursive: false }, named: { name, id, output } };
}

function mentions(node: unknown, name: string): boolean {
  if (Array.isArray(node)) return node.some((one) => mentions(one, name));
  if (typeof node !== "object" || node === null) return false;
  const table = node as { kind?: string; name?: Identifier[] };
  if (
    (table.kind === "table" || table.kind === "tableBody") &&
    table.name?.length === 1 &&
    table.name[0]!.name.toLowerCase() === name
  )
    return true;
  return Object.values(node).some((value) => mentions(value, name));
}

/** Columns under other names. @throws SqlError if there are not as many */
export function renamed(output: readonly OutputColumn[], columns: readonly Identifier[], at: Position): OutputColumn[] {
  if (columns.length !== output.length)
    throw new SqlError(
      "MISMATCHED_COLUMN_ALIASES",
      `Column alias list has ${columns.length} entries but relation has ${output.length} columns`,
      at,
    );
  return output.map(({ type }, i) => ({ name: columns[i]!.name, type }));
}

function analyzeLimit(
  { count, ties, at }: NonNullable<Query["limit"]>,
  orderBy: readonly SortItem[],
  session: Session,
): QueryPlan["limit"] {
  if (count === undefined) return undefined;
  if (ties && orderBy.length === 0)
    throw new SqlError("MISSING_ORDER_BY", "FETCH FIRST WITH TIES clause requires ORDER BY", at);
  const rows = countOf(count, ties ? "FETCH FIRST" : "LIMIT", session);
  if (ties && rows < 1)
    throw new SqlError("INVALID_LIMIT_CLAUSE", `FETCH FIRST row count must be positive (actual value: ${rows})`, at);
  return { count: rows, ties };
}

function countOf(node: Parameters<typeof analyzeExpression>[0], clause: string, session: Session): number {
  const given = node.kind === "parameter" ? session.parameter(node.index, node.at) : node;
  if (given.kind !== "number" || given.form !== "integer")
    throw new SqlError("TYPE_MISMATCH", `Non constant parameter value for ${clause}`, node.at);
  const count = Number(given.text);
  if (!Number.isSafeInteger(count))
    throw new SqlError("INVALID_LIMIT_CLAUSE", `Invalid ${clause} row count: ${given.text}`, node.at);
  return count;
}

interface AnalyzedBody {
  readonly plan: BodyPlan;
  readonly output: OutputColumn[];
}

function analyzeBody(body: Body, around: Surroundings): AnalyzedBody {
  switch (body.kind) {
    case "select": {
      const { plan, output } = analyzeSelect(body, [], around);
      return { plan, output };
    }
    case "nested": {
      const query = analyzeQuery(body.query, around);
      return { plan: { kind: "nested", query }, output: [...query.output] };
    }
    case "values":
      return analyzeValues(body, around);
    case "tableBody": {
      const { plan, scope } = analyzeRelation({ kind: "table", at: body.at, name: body.name }, around);
      const items = scope.fields.map(({ expr }) => expr);
      return {
        plan: {
          kind: "select",
          distinct: false,
          items,
          from: plan,
          where: undefined,
          grouping: undefined,
          having: undefined,
        },
        output: scope.fields.map(({ name, type }) => ({ name, type })),
      };
    }
    case "setOperation": {
      const left = analyzeBody(body.left, around);
      const right = analyzeBody(body.right, around);
      const { operator, distinct, at } = body;
      if (left.output.length !== right.output.length)
        throw new SqlError(
          "TYPE_MISMATCH",
          `${operator} query has different number of fields: ${left.output.length}, ${right.output.length}`,
          at,
        );
      const types = left.output.map(({ type }, i) => {
        const other = right.output[i]!.type;
        const common = commonType(type, other);
        if (common === undefined)
          throw new SqlError(
            "TYPE_MISMATCH",
            `column ${i + 1} in ${operator} query has incompatible types: ${formatType(type)}, ${formatType(other)}`,
            at,
          );
        if (!isComparable(common) && (distinct || operator !== "UNION"))
          throw new SqlError(
            "TYPE_MISMATCH",
            `Type ${formatType(common)} is not comparable and therefore cannot be used in ${operator}${distinct ? "" : " ALL"}`,
            at,
          );
        return common;
      });
      return {
        plan: {
          kind: "setOperation",
          operator,
          distinct,
          left: left.plan,
          right: right.plan,
          types,
          leftTypes: left.output.map(({ type }) => type),
          rightTypes: right.output.map(({ type }) => type),
        },
        output: left.output.map(({ name }, i) => ({ name, type: types[i]! })),
      };
    }
  }
}

function analyzeValues(body: Extract<Body, { kind: "values" }>, around: Surroundings): AnalyzedBody {
  const context = contextOf(around, new Scope([], around.outer));
  const rows = body.rows.map((node) => {
    const expr = analyzeExpression(node, context);
    if (expr.kind === "row") return [...expr.items];
    if (expr.type.kind !== "row") return [expr];
    return expr.type.fields.map(({ type }, index): Expr => ({ kind: "field", type, operand: expr, index }));
  });
  const first = rows[0]!;
  const describe = (items: readonly Expr[]): string =>
    formatType(row(items.map(({ type }) => ({ name: undefined, type }))));
  const types: Type[] = first.map(({ type }) => type);
  for (const [i, items] of rows.entries()) {
    if (items.length !== first.length)
      throw new SqlError(
        "TYPE_MISMATCH",
        `Values rows have mismatched sizes: ${first.length} vs ${items.length}`,
        body.at,
      );
    for (const [place, item] of items.entries()) {
      const common = commonType(types[place]!, item.type);
      if (common === undefined)
        throw new SqlError(
          "TYPE_MISMATCH",
          `Values rows have mismatched types: ${describe(rows[0]!)} vs ${describe(rows[i]!)}`,
          body.at,
        );
      types[place] = common;
    }
  }
  return {
    plan: { kind: "values", rows: rows.map((items) => items.map((item, i) => coerce(item, types[i]!))), types },
    output: types.map((type) => ({ name: undefined, type })),
  };
}
