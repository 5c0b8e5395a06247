import type {
  AggregateExpr,
  BodyPlan,
  Bound,
  Expr,
  QueryPlan,
  RelationPlan,
  SelectPlan,
  Sort,
  WindowExpr,
} from "./plan";

/** The same expression with its parts replaced; queries inside are gone through, too. */
export function mapParts(expr: Expr, map: (part: Expr) => Expr): Expr {
  const all = (items: readonly Expr[]): Expr[] => items.map(map);
  const some = (item: Expr | undefined): Expr | undefined => item && map(item);
  switch (expr.kind) {
    case "literal":
    case "column":
    case "variable":
      return expr;
    case "lambda":
      return { ...expr, body: map(expr.body) };
    case "call":
      return { ...expr, args: all(expr.args) };
    case "cast":
    case "not":
    case "isNull":
    case "try":
    case "field":
      return { ...expr, operand: map(expr.operand) };
    case "compare":
    case "distinctFrom":
      return { ...expr, left: map(expr.left), right: map(expr.right) };
    case "logical":
      return { ...expr, terms: all(expr.terms) };
    case "in":
      return { ...expr, operand: map(expr.operand), items: all(expr.items) };
    case "like":
      return { ...expr, operand: map(expr.operand), pattern: map(expr.pattern), escape: some(expr.escape) };
    case "case":
      return {
        ...expr,
        whens: expr.whens.map(({ when, then }) => ({ when: map(when), then: map(then) })),
        otherwise: map(expr.otherwise),
      };
    case "coalesce":
    case "row":
    case "array":
      return { ...expr, items: all(expr.items) };
    case "grouping":
      return { ...expr, items: all(expr.items) };
    case "nullif":
      return { ...expr, value: map(expr.value), left: map(expr.left), right: map(expr.right) };
    case "scalarQuery":
    case "exists":
      return { ...expr, query: mapQuery(expr.query, map) };
    case "inQuery":
    case "quantified":
      return { ...expr, operand: map(expr.operand), query: mapQuery(expr.query, map) };
    case "aggregate":
      return mapAggregate(expr, map);
    case "window":
      return mapWindow(expr, map);
  }
}

/** The same aggregate with its parts replaced. */
export function mapAggregate(expr: AggregateExpr, map: (part: Expr) => Expr): AggregateExpr {
  return {
    ...expr,
    args: expr.args.map(map),
    orderBy: mapSorts(expr.orderBy, map),
    filter: expr.filter && map(expr.filter),
  };
}

function mapWindow(expr: WindowExpr, map: (part: Expr) => Expr): WindowExpr {
  const bound = (one: Bound): Bound => ({ ...one, value: one.value && map(one.value) });
  const { frame } = expr;
  return {
    ...expr,
    args: expr.args.map(map),
    filter: expr.filter && map(expr.filter),
    orderedBy: mapSorts(expr.orderedBy, map),
    partitionBy: expr.partitionBy.map(map),
    orderBy: mapSorts(expr.orderBy, map),
    frame: frame && { ...frame, start: bound(frame.start), end: bound(frame.end) },
  };
}

/** The same keys of ORDER BY with their expressions replaced. */
export function mapSorts(sorts: readonly Sort[], map: (part: Expr) => Expr): Sort[] {
  return sorts.map((sort) => ({ ...sort, key: map(sort.key) }));
}

/** The same query with every outermost expression replaced. */
export function mapQuery(query: QueryPlan, map: (part: Expr) => Expr): QueryPlan {
  return {
    ...query,
    withs: query.withs.map((one) => ({ ...one, query: mapQuery(one.query, map) })),
    body: mapBody(query.body, map),
    orderBy: mapSorts(query.orderBy, map),
  };
}

function mapBody(body: BodyPlan, map: (part: Expr) => Expr): BodyPlan {
  switch (body.kind) {
    case "select":
      return mapSelect(body, map);
    case "setOperation":
      return { ...body, left: mapBody(body.left, map), right: mapBody(body.right, map) };
    case "values":
      return { ...body, rows: body.rows.map((row) => row.map(map)) };
    case "nested":
      return { ...body, query: mapQuery(body.query, map) };
  }
}

function mapSelect(select: SelectPlan, map: (part: Expr) => Expr): SelectPlan {
  const { grouping } = select;
  return {
    ...select,
    items: select.items.map(map),
    from: select.from && mapRelation(select.from, map),
    where: select.where && map(select.where),
    having: select.having && map(select.having),
    grouping: grouping && {
      ...grouping,
      keys: grouping.keys.map(map),
      aggregates: grouping.aggregates.map((one) => mapAggregate(one, map)),
    },
  };
}

function mapRelation(relation: RelationPlan, map: (part: Expr) => Expr): RelationPlan {
  switch (relation.kind) {
    case "table":
    case "named":
      return relation;
    case "derived":
      return { ...relation, query: mapQuery(relation.query, map) };
    case "unnest":
      return { ...relation, items: relation.items.map(map) };
    case "sampled":
      return { ...relation, relation: mapRelation(relation.relation, map) };
    case "join":
      return {
        ...relation,
        left: mapRelation(relation.left, map),
        right: mapRelation(relation.right, map),
        on: relation.on && map(relation.on),
      };
  }
}

/** Calls `visit` with an expression and everything in it, outermost first; where it gives false, parts are left out. */
export function visitParts(expr: Expr, visit: (part: Expr) => boolean | void): void {
  if (visit(expr) === false) return;
  mapParts(expr, (part) => {
    visitParts(part, visit);
    return part;
  });
}

const keys = new WeakMap<Expr, string>();

/** The same for two expressions that mean the same, wherever they stand. */
export function keyOf(expr: Expr): string {
  let key = keys.get(expr);
  if (key === undefined) {
    key = JSON.stringify(expr, (name, value: unknown) => {
      if (name === "at" || name === "text" || name === "declaration" || name === "bindings") return undefined;
      return typeof value === "bigint" ? `${value}n` : value;
    });
    // Numbers of lambda parameters and named queries differ each time they are written.
    const places = new Map<string, number>();
    key = key.replace(/"id":(\d+)/g, (_, id: string) => {
      if (!places.has(id)) places.set(id, places.size);
      return `"id":${places.get(id)}`;
    });
    keys.set(expr, key);
  }
  return key;
}
