/**
 * The tables that a query reads, and what it asks of each one's rows, as Trino's planner knows it before the query runs: conditions of WHERE,
 * ON and HAVING, down through derived tables, views, named queries and joins. https://trino.io/docs/current/optimizer/pushdown.html
 */
import type { BodyPlan, Expr, OutputColumn, QueryPlan, RelationPlan, SelectPlan, WithPlan } from "../analyze/plan";
import { visitParts } from "../analyze/walk";
import { compilePartial, type Resolve } from "./evaluate";

/** What the columns of a relation stand for: an expression over the relations below it; undefined where that is not one row's own. */
type Outputs = (index: number) => Expr | undefined;

/** A relation that a query's rows are known by, and its columns as whoever reads them has them. */
interface Reader {
  readonly relation: number;
  as(expr: Expr, index: number): Expr;
}

/** The relations between a condition and the table that it is pushed down to. */
export type Path = ReadonlyMap<number, Outputs>;

/** One mention of a table: a query that names a table twice reads it twice. */
export interface TableScan {
  readonly relation: number;
  readonly database: string;
  readonly name: string;
  readonly columns: readonly OutputColumn[];
  /** every row that has a part in the result meets each of them */
  readonly conditions: readonly Expr[];
  readonly path: Path;
}

const NOWHERE: Path = new Map();

/** In the order of the query; a named query is read as often as it is named, and not at all if it is not. */
export function tableScans(query: QueryPlan): TableScan[] {
  const walk = new Walk();
  walk.query(query, [], NOWHERE, []);
  return walk.found;
}

class Walk {
  readonly found: TableScan[] = [];
  private readonly withs = new Map<number, WithPlan>();
  /** recursive queries that are being read */
  private readonly open = new Set<number>();

  query(query: QueryPlan, given: readonly Expr[], path: Path, readers: readonly Reader[]): void {
    for (const one of query.withs) this.withs.set(one.id, one);
    // A condition on what is left of a limit says nothing of the rows before it.
    const conditions = query.limit === undefined && query.offset === undefined ? given : [];
    this.body(
      query.body,
      conditions,
      path,
      readers,
      query.orderBy.some(({ key }) => hasWindow(key)),
    );
    for (const { key } of query.orderBy) this.inside(key);
  }

  private body(
    body: BodyPlan,
    conditions: readonly Expr[],
    path: Path,
    readers: readonly Reader[],
    windowed = false,
  ): void {
    switch (body.kind) {
      case "select":
        return this.select(body, windowed ? [] : conditions, path, readers);
      case "nested":
        return this.query(body.query, conditions, path, readers);
      case "values":
        return body.rows.flat().forEach((item) => this.inside(item));
      case "setOperation":
        return this.sides(body, conditions, path, readers);
    }
  }

  private sides(
    { operator, left, right, types }: Extract<BodyPlan, { kind: "setOperation" }>,
    conditions: readonly Expr[],
    path: Path,
    readers: readonly Reader[],
  ): void {
    const own = readers.map(({ relation, as }): Reader => ({
      relation,
      as: (operand, index) => as({ kind: "cast", type: types[index]!, operand, safe: false }, index),
    }));
    this.body(left, conditions, path, own);
    // Rows to be taken away are all those of the right side, whatever is asked of the rest.
    this.body(right, operator === "EXCEPT" ? [] : conditions, path, own);
  }

  private select(select: SelectPlan, given: readonly Expr[], path: Path, readers: readonly Reader[]): void {
    const { items, where, grouping, having, from } = select;
    for (const expr of [...items, where, having, ...(grouping?.keys ?? [])]) if (expr !== undefined) this.inside(expr);
    for (const aggregate of grouping?.aggregates ?? []) this.inside(aggregate);
    if (from === undefined) return;
    const inner = new Map(path);
    for (const { relation, as } of readers) inner.set(relation, (index) => items[index] && as(items[index], index));
    if (grouping !== undefined) {
      const { keys, sets } = grouping;
      const grouped = (index: number): boolean => sets.length > 0 && sets.every((set) => set.includes(index));
      inner.set(grouping.relation, (index) => (grouped(index) ? keys[index] : undefined));
    }
    const conditions = items.some(hasWindow) ? [] : given;
    this.relation(from, [...conditions, ...terms(where), ...terms(having)], inner);
  }

  private relation(relation: RelationPlan, conditions: readonly Expr[], path: Path): void {
    switch (relation.kind) {
      case "table": {
        const { database, name, columns } = relation;
        this.found.push({ relation: relation.relation, database, name, columns, conditions, path });
        return;
      }
      case "derived":
        return this.query(relation.query, conditions, path, [plain(relation.relation)]);
      case "named":
        return this.named(relation, conditions, path);
      case "unnest":
        return relation.items.forEach((item) => this.inside(item));
      case "sampled":
        return this.relation(relation.relation, conditions, path);
      case "join":
        return this.join(relation, conditions, path);
    }
  }

  private named(
    { id, relation }: Extract<RelationPlan, { kind: "named" }>,
    conditions: readonly Expr[],
    path: Path,
  ): void {
    const one = this.withs.get(id);
    if (one === undefined || this.open.has(id)) return;
    if (!one.recursive) return this.query(one.query, conditions, path, [plain(relation)]);
    this.open.add(id);
    this.query(one.query, [], NOWHERE, []);
    this.open.delete(id);
  }

  /** Rows of a side that may be filled up with NULL are asked less. */
  private join(join: Extract<RelationPlan, { kind: "join" }>, conditions: readonly Expr[], path: Path): void {
    if (join.on !== undefined) this.inside(join.on);
    const sides = { left: relationsOf(join.left), right: relationsOf(join.right) };
    const filled = {
      left: join.join === "RIGHT" || join.join === "FULL",
      right: join.join === "LEFT" || join.join === "FULL",
    };
    // A condition that no row without a partner meets makes an inner join of an outer one, or of a full one half of it.
    for (const side of ["left", "right"] as const)
      filled[side] &&= !conditions.some((condition) => isNeverMet(condition, sides[side], path));
    const on = terms(join.on);
    for (const [side, other] of [
      ["left", "right"],
      ["right", "left"],
    ] as const) {
      const own = !filled[side]
        ? conditions
        : filled[other]
          ? []
          : // Its partner has to meet these, and is equal to it where ON says so.
            conditions.filter((condition) => isOf(condition, sides[other], path));
      // Rows that need no partner need not meet ON.
      this.relation(join[side], filled[other] ? own : [...own, ...on], path);
    }
  }

  /** Queries within an expression read tables, too. */
  private inside(expr: Expr): void {
    visitParts(expr, (part) => {
      if (!("query" in part)) return true;
      if ("operand" in part) this.inside(part.operand);
      this.query(part.query, [], NOWHERE, []);
      return false;
    });
  }
}

const plain = (relation: number): Reader => ({ relation, as: (expr) => expr });

/** The conditions that AND holds together. */
function terms(condition: Expr | undefined): readonly Expr[] {
  if (condition === undefined) return [];
  return condition.kind === "logical" && condition.operator === "AND" ? condition.terms.flatMap(terms) : [condition];
}

function hasWindow(expr: Expr): boolean {
  let found = false;
  visitParts(expr, (part) => {
    found ||= part.kind === "window";
    return !found && !("query" in part);
  });
  return found;
}

function relationsOf(relation: RelationPlan): Set<number> {
  switch (relation.kind) {
    case "join":
      return new Set([...relationsOf(relation.left), ...relationsOf(relation.right)]);
    case "sampled":
      return relationsOf(relation.relation);
    default:
      return new Set([relation.relation]);
  }
}

/** Whether a condition is not true of a row whose columns of some relations are all NULL. */
function isNeverMet(condition: Expr, relations: ReadonlySet<number>, path: Path): boolean {
  const resolve: Resolve = (column, compile) => {
    if (relations.has(column.relation)) return () => null;
    const expr = path.get(column.relation)?.(column.index);
    return expr && compile(expr);
  };
  const met = compilePartial(condition, resolve)([]);
  return met === null || met === false;
}

/** Whether a condition reads nothing but some relations. */
function isOf(condition: Expr, relations: ReadonlySet<number>, path: Path): boolean {
  let own = true;
  visitParts(condition, (part) => {
    if ("query" in part) own = false;
    if (part.kind === "column" && !relations.has(part.relation)) {
      const expr = path.get(part.relation)?.(part.index);
      own &&= expr !== undefined && isOf(expr, relations, path);
    }
    return own;
  });
  return own;
}
