import type { Identifier, Relation } from "../syntax/ast";
import { SqlError, type Position } from "../syntax/error";
import { parseOnlyQuery } from "../parser";
import { canCoerce, commonType } from "../types/coerce";
import { BIGINT, BOOLEAN, formatType, type Type } from "../types/type";
import { analyzeExpression } from "./expression";
import { coerce } from "./convert";
import { checkCorrelation, checkOuterJoin } from "./correlated";
import { compare } from "./operators";
import type { Expr, OutputColumn, QueryPlan, RelationPlan } from "./plan";
import { contextOf, noAggregates, type Surroundings } from "./clauses";
import { column, Scope, type ScopeField } from "./scope";

/** A relation of FROM, and what its names mean. */
export interface AnalyzedRelation {
  readonly plan: RelationPlan;
  readonly scope: Scope;
}

/** @param beside what stands before it in the same FROM, which UNNEST and LATERAL may name */
export function analyzeRelation(relation: Relation, around: Surroundings, beside?: Scope): AnalyzedRelation {
  switch (relation.kind) {
    case "table":
      return table(relation, around);
    case "subqueryRelation":
      return derived(around.query(relation.query, around), around, false, relation.at);
    case "lateral": {
      const outer = beside === undefined ? around.outer : new Scope(beside.fields, around.outer);
      const query = around.query(relation.query, { ...around, outer });
      around.session.planChecks.push(() => checkCorrelation("lateral", query, relation.query.at));
      return derived(query, around, true, relation.at);
    }
    case "unnest":
      return unnest(relation, around, beside);
    case "aliased": {
      const { plan, scope } = analyzeRelation(relation.relation, around, beside);
      return { plan, scope: aliased(scope, relation.alias, relation.columns, around) };
    }
    case "sampled": {
      const { plan, scope } = analyzeRelation(relation.relation, around, beside);
      const { percentage, at, method } = relation;
      const value = percentage.kind === "number" ? Number(percentage.text) : NaN;
      if (Number.isNaN(value)) throw new SqlError("TYPE_MISMATCH", "Sample percentage must be a constant number", at);
      if (value > 100)
        throw new SqlError("NUMERIC_VALUE_OUT_OF_RANGE", "Sample percentage must be less than or equal to 100", at);
      return { plan: { kind: "sampled", relation: plan, percentage: value, method }, scope };
    }
    case "join":
      return join(relation, around, beside);
  }
}

function aliased(
  scope: Scope,
  alias: Identifier,
  columns: readonly Identifier[] | undefined,
  around: Surroundings,
): Scope {
  const { fields } = scope;
  if (columns !== undefined && columns.length !== fields.length)
    throw new SqlError(
      "MISMATCHED_COLUMN_ALIASES",
      `Column alias list has ${columns.length} entries but '${alias.name.toLowerCase()}' has ${fields.length} columns available`,
      alias.at,
    );
  return new Scope(
    fields.map((field, i) => ({
      ...field,
      name: columns?.[i]?.name ?? field.name,
      qualifier: [alias.name.toLowerCase()],
    })),
    around.outer,
  );
}

/** Athena's only catalog. */
const CATALOG = "awsdatacatalog";

function table({ name, at }: Extract<Relation, { kind: "table" }>, around: Surroundings): AnalyzedRelation {
  const { session, outer } = around;
  const parts = name.map((part) => part.name.toLowerCase());
  if (parts.length > 3) throw new SqlError("SYNTAX_ERROR", `Too many dots in table name: ${parts.join(".")}`, at);
  const named = parts.length === 1 ? around.named.find((one) => one.name === parts[0]) : undefined;
  if (named !== undefined) {
    const relation = session.nextId();
    return {
      plan: { kind: "named", relation, id: named.id, columns: named.output },
      scope: new Scope(fieldsOf(relation, named.output, [named.name], at), outer),
    };
  }
  const { catalog } = session;
  if (parts.length === 3 && parts[0] !== CATALOG)
    throw new SqlError("CATALOG_NOT_FOUND", `Catalog '${parts[0]}' does not exist`, at);
  const tableName = parts[parts.length - 1]!;
  const database = parts[parts.length - 2] ?? around.database ?? catalog.database.toLowerCase();
  const schema = catalog.table(database, tableName);
  if (schema === undefined) {
    if (!catalog.hasDatabase(database))
      throw new SqlError("SCHEMA_NOT_FOUND", `Schema '${database}' does not exist`, at);
    throw new SqlError(
      "TABLE_NOT_FOUND",
      `Table '${CATALOG}.${database}.${tableName}' does not exist; there are ${catalog.tableNames().join(", ") || "none"}`,
      at,
    );
  }
  const qualifier = [CATALOG, database, tableName];
  if (schema.view !== undefined) {
    const inner: Surroundings = {
      ...around,
      named: [],
      outer: undefined,
      database: schema.viewDatabase ?? schema.database,
    };
    const { plan, scope } = derived(around.query(parseOnlyQuery(schema.view), inner), around, false, at);
    const fields = scope.fields.map((field, i) => ({
      ...field,
      name: schema.columns[i]?.name ?? field.name,
      qualifier,
    }));
    return { plan, scope: new Scope(fields, outer) };
  }
  session.use(database, tableName, at);
  const relation = session.nextId();
  const columns: OutputColumn[] = schema.columns.map((one) => ({ name: one.name, type: one.type }));
  const fields = fieldsOf(relation, columns, qualifier, at).map((field) => ({
    ...field,
    column: { database, table: tableName, name: field.name! },
  }));
  return {
    plan: { kind: "table", relation, database: schema.database, name: schema.name, columns },
    scope: new Scope(fields, outer),
  };
}

function fieldsOf(
  relation: number,
  columns: readonly OutputColumn[],
  qualifier: readonly string[],
  at: Position,
): ScopeField[] {
  return columns.map(({ name, type }, i) => ({
    name,
    qualifier,
    type,
    expr: column(relation, i, type, name ?? "", at),
  }));
}

function derived(query: QueryPlan, { session, outer }: Surroundings, lateral: boolean, at: Position): AnalyzedRelation {
  const relation = session.nextId();
  return {
    plan: { kind: "derived", relation, query, lateral },
    scope: new Scope(fieldsOf(relation, query.output, [], at), outer),
  };
}

function unnest(
  { items, ordinality, at }: Extract<Relation, { kind: "unnest" }>,
  around: Surroundings,
  beside?: Scope,
): AnalyzedRelation {
  const context = contextOf(
    around,
    beside === undefined ? new Scope([], around.outer) : new Scope(beside.fields, around.outer),
  );
  const relation = around.session.nextId();
  const columns: OutputColumn[] = [];
  const exprs = items.map((item) => {
    const expr = analyzeExpression(item, context);
    columns.push(...unnestColumns(expr, item.at));
    return expr;
  });
  if (ordinality) columns.push({ name: undefined, type: BIGINT });
  return {
    plan: { kind: "unnest", relation, items: exprs, ordinality },
    scope: new Scope(fieldsOf(relation, columns, [], at), around.outer),
  };
}

/** What UNNEST makes of an array, an array of rows or a map. @throws SqlError for anything else */
export function unnestColumns({ type }: { readonly type: Type }, at: Position): OutputColumn[] {
  if (type.kind === "array") {
    const { element } = type;
    return element.kind === "row"
      ? element.fields.map((field) => ({ ...field }))
      : [{ name: undefined, type: element }];
  }
  if (type.kind === "map") return [type.key, type.value].map((one) => ({ name: undefined, type: one }));
  throw new SqlError("INVALID_FUNCTION_ARGUMENT", `Cannot unnest type: ${formatType(type)}`, at);
}

function join(relation: Extract<Relation, { kind: "join" }>, around: Surroundings, beside?: Scope): AnalyzedRelation {
  const left = analyzeRelation(relation.left, around, beside);
  const visible = new Scope([...(beside?.fields ?? []), ...left.scope.fields], around.outer);
  const right = analyzeRelation(relation.right, around, visible);
  const { outer } = around;
  const both = new Scope([...left.scope.fields, ...right.scope.fields], outer);
  const plans = { left: left.plan, right: right.plan };
  if (relation.join === "CROSS" || relation.join === "IMPLICIT")
    return { plan: { kind: "join", join: "CROSS", ...plans, on: undefined }, scope: both };
  if (relation.using !== undefined) return joinUsing(relation.using, relation.join, left, right, around);
  const node = relation.on!;
  const on = analyzeExpression(node, contextOf(around, both));
  if (!canCoerce(on.type, BOOLEAN))
    throw new SqlError(
      "TYPE_MISMATCH",
      `JOIN ON clause must evaluate to a boolean: actual type ${formatType(on.type)}`,
      node.at,
    );
  noAggregates(node, "JOIN clause");
  if (relation.join !== "INNER") checkOuterJoin(on);
  return { plan: { kind: "join", join: relation.join, ...plans, on: coerce(on, BOOLEAN) }, scope: both };
}

function joinUsing(
  using: readonly Identifier[],
  kind: "INNER" | "LEFT" | "RIGHT" | "FULL",
  left: AnalyzedRelation,
  right: AnalyzedRelation,
  around: Surroundings,
): AnalyzedRelation {
  const used = new Set<ScopeField>();
  const keys: ScopeField[] = [];
  const terms: Expr[] = [];
  const seen = new Set<string>();
  for (const name of using) {
    if (seen.has(name.name.toLowerCase()))
      throw new SqlError(
        "DUPLICATE_COLUMN_NAME",
        `Column '${name.name}' appears multiple times in USING clause`,
        name.at,
      );
    seen.add(name.name.toLowerCase());
    const side = ({ scope }: AnalyzedRelation, which: string): ScopeField => {
      const found = new Scope(scope.fields).find([name], name.at);
      if (found === undefined)
        throw new SqlError("COLUMN_NOT_FOUND", `Column '${name.name}' is missing from ${which} side of join`, name.at);
      return found;
    };
    const [l, r] = [side(left, "left"), side(right, "right")];
    used.add(l).add(r);
    const type = commonType(l.type, r.type);
    if (type === undefined)
      throw new SqlError(
        "TYPE_MISMATCH",
        `Cannot apply operator: ${formatType(l.type)} = ${formatType(r.type)}`,
        name.at,
      );
    terms.push(compare("=", l.expr, r.expr, name.at));
    keys.push({
      name: name.name,
      qualifier: [],
      type,
      expr: { kind: "coalesce", type, items: [coerce(l.expr, type), coerce(r.expr, type)] },
    });
  }
  const rest = [...left.scope.fields, ...right.scope.fields].filter((field) => !used.has(field));
  const on: Expr = terms.length === 1 ? terms[0]! : { kind: "logical", type: BOOLEAN, operator: "AND", terms };
  return {
    plan: { kind: "join", join: kind, left: left.plan, right: right.plan, on },
    scope: new Scope([...keys, ...rest], around.outer),
  };
}
