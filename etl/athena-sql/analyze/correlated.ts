/**
 * Queries that name columns of the query around them. Trino turns them into joins and refuses those for which it knows no way
 * (io.trino.sql.planner.optimizations.PlanNodeDecorrelator and the rules TransformCorrelated*). Refused here is what Trino 413 was seen to
 * refuse.
 */
import { SqlError, type Position } from "../syntax/error";
import type { BodyPlan, ColumnExpr, Expr, QueryPlan, RelationPlan, SelectPlan } from "./plan";
import { mapQuery, visitParts } from "./walk";

/** Where a query stands: as a value, behind LATERAL, EXISTS, IN (also `= ANY`), or another ANY or ALL. */
export type QueryForm = "scalar" | "lateral" | "exists" | "in" | "quantified";

type IsOuter = (column: ColumnExpr) => boolean;

/** @throws SqlError for a query that names columns around it in a way that Trino does not support */
export function checkCorrelation(form: QueryForm, query: QueryPlan, at: Position): void {
  if (outerColumns(query).length === 0) return;
  const inside = relationsIn(query);
  if (!isSupported(form, query, ({ relation }) => !inside.has(relation)))
    throw new SqlError("NOT_SUPPORTED", "Given correlated subquery is not supported", at);
}

/** Condition of an outer join: its queries may not name columns around them. @throws SqlError */
export function checkOuterJoin(on: Expr): void {
  visitParts(on, (part) => {
    if (!("query" in part)) return;
    const [first] = outerColumns(part.query);
    if (first !== undefined)
      throw new SqlError(
        "NOT_SUPPORTED",
        `Reference to column '${first.text}' from outer scope not allowed in this context`,
        first.at,
      );
  });
}

/** Columns that a query names and does not have, in the order they are written. */
function outerColumns(query: QueryPlan): ColumnExpr[] {
  const inside = relationsIn(query);
  return columnsOf(query).filter(({ relation }) => !inside.has(relation));
}

function columnsOf(query: QueryPlan): ColumnExpr[] {
  const found: ColumnExpr[] = [];
  mapQuery(query, (expr) => {
    found.push(...columnsIn(expr));
    return expr;
  });
  return found;
}

function columnsIn(expr: Expr): ColumnExpr[] {
  const found: ColumnExpr[] = [];
  visitParts(expr, (part) => {
    if (part.kind === "column") found.push(part);
  });
  return found;
}

/** The numbers of all relations of a query, those of queries inside it too. */
function relationsIn(query: QueryPlan): Set<number> {
  const found = new Set<number>();
  const addQuery = (one: QueryPlan): void => {
    found.add(one.result);
    one.withs.forEach((named) => addQuery(named.query));
    addBody(one.body);
  };
  const addBody = (body: BodyPlan): void => {
    if (body.kind === "nested") return addQuery(body.query);
    if (body.kind === "setOperation") {
      addBody(body.left);
      return addBody(body.right);
    }
    if (body.kind !== "select") return;
    if (body.grouping !== undefined) found.add(body.grouping.relation);
    if (body.from !== undefined) addRelation(body.from);
  };
  const addRelation = (relation: RelationPlan): void => {
    if (relation.kind === "join") {
      addRelation(relation.left);
      return addRelation(relation.right);
    }
    if (relation.kind === "sampled") return addRelation(relation.relation);
    found.add(relation.relation);
    if (relation.kind === "derived") addQuery(relation.query);
  };
  addQuery(query);
  mapQuery(query, (expr) => {
    visitParts(expr, (part) => {
      if ("query" in part) addQuery(part.query);
    });
    return expr;
  });
  return found;
}

function isSupported(form: QueryForm, query: QueryPlan, isOuter: IsOuter): boolean {
  const { body } = query;
  const names = (expr: Expr): boolean => columnsIn(expr).some(isOuter);
  switch (body.kind) {
    case "nested":
      return query.limit !== undefined || isSupported(form, body.query, isOuter);
    case "setOperation":
      return false;
    case "values":
      if (!body.rows.some((row) => row.some(names)) || form === "exists") return true;
      return body.rows.length === 1 && (form === "scalar" || form === "lateral");
    case "select":
      return isSourceSupported(form, query, body, isOuter) && areItemsSupported(form, body, names);
  }
}

function areItemsSupported(form: QueryForm, select: SelectPlan, names: (expr: Expr) => boolean): boolean {
  const { items, from, where, grouping, having, distinct } = select;
  const inItems = items.some(names);
  const isFiltered = where !== undefined && names(where);
  const isUnnest = from?.kind === "unnest" && from.items.some(names);
  switch (form) {
    case "exists":
      return true;
    case "in":
      return !inItems && grouping === undefined && !distinct && !isUnnest;
    case "quantified":
      return !inItems && grouping?.keys.length !== 0;
    case "scalar":
    case "lateral":
      if (grouping !== undefined) {
        const { aggregates, keys } = grouping;
        if (!isUnnest && aggregates.some(names)) return false;
        return !(isFiltered && having !== undefined && keys.length === 0);
      }
      if (isFiltered && items.some(({ kind }) => kind === "window")) return false;
      return !inItems || isUnnest || (where === undefined && isSingleRow(from));
  }
}

/** Whether Trino can take what FROM, WHERE, GROUP BY and LIMIT name of the query around. */
function isSourceSupported(form: QueryForm, query: QueryPlan, select: SelectPlan, isOuter: IsOuter): boolean {
  const { from, where, grouping, distinct, items } = select;
  const names = (expr: Expr): boolean => columnsIn(expr).some(isOuter);
  if (from?.kind === "join" && isNamedBelow(from, names)) return false;
  if (from?.kind === "unnest" && from.items.some(names))
    return where === undefined && !grouping?.aggregates.some(({ filter }) => filter !== undefined);
  if (from?.kind === "derived" && !from.lateral && from.query.body.kind === "select")
    if (!isSourceSupported("exists", from.query, from.query.body, isOuter)) return false;
  const filters = where === undefined ? [] : conjuncts(where).filter(names);
  const local = (expr: Expr): ColumnExpr[] => columnsIn(expr).filter((column) => !isOuter(column));
  const equal = filters.map((filter) => localSide(filter, isOuter));
  const others = filters.filter((_, i) => equal[i] === undefined);
  const keys = grouping !== undefined ? grouping.keys : distinct ? items : [];
  if (keys.length > 0 && form !== "quantified" && !others.every((filter) => local(filter).every(isOneOf(keys))))
    return false;
  const { limit, orderBy } = query;
  if (limit === undefined || filters.length === 0 || grouping !== undefined || isSingleRow(from)) return true;
  if (others.length > 0 || limit.ties || form === "in") return false;
  if (orderBy.length > 0) return limit.count === 1;
  const fixed = equal.flatMap((side) => side ?? []);
  return form === "exists" || items.every((item) => local(item).every(isOneOf(fixed)));
}

/** Whether a join's sides name the query around; what ON of an inner join names is a filter. */
function isNamedBelow(relation: RelationPlan, names: (expr: Expr) => boolean): boolean {
  switch (relation.kind) {
    case "join":
      return isNamedBelow(relation.left, names) || isNamedBelow(relation.right, names);
    case "unnest":
      return relation.items.some(names);
    case "derived":
      return !relation.lateral && columnsOf(relation.query).some(names);
    default:
      return false;
  }
}

/** Of `local = outer` the local side; undefined for other conditions. */
function localSide(filter: Expr, isOuter: IsOuter): Expr | undefined {
  if (filter.kind !== "compare" || filter.operator !== "=") return undefined;
  for (const [one, other] of [
    [filter.left, filter.right],
    [filter.right, filter.left],
  ] as const)
    if (!columnsIn(one).some(isOuter) && columnsIn(one).length > 0 && columnsIn(other).every(isOuter)) return one;
  return undefined;
}

const conjuncts = (expr: Expr): Expr[] =>
  expr.kind === "logical" && expr.operator === "AND" ? expr.terms.flatMap(conjuncts) : [expr];

const isOneOf =
  (exprs: readonly Expr[]) =>
  (column: ColumnExpr): boolean =>
    exprs.some((one) => one.kind === "column" && one.relation === column.relation && one.index === column.index);

/** Whether a relation has one row whatever the data. */
function isSingleRow(from: RelationPlan | undefined): boolean {
  if (from === undefined) return true;
  if (from.kind !== "derived" || from.query.limit !== undefined) return false;
  const { body } = from.query;
  if (body.kind === "values") return body.rows.length === 1;
  if (body.kind !== "select" || body.having !== undefined) return false;
  return body.grouping === undefined
    ? body.where === undefined && isSingleRow(body.from)
    : body.grouping.keys.length === 0;
}
