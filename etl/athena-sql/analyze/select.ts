import type { GroupBy, Identifier, Node, Select, SelectItem, SortItem, WindowSpec } from "../syntax/ast";
import { SqlError } from "../syntax/error";
import { canCoerce } from "../types/coerce";
import { BOOLEAN, formatType, isComparable } from "../types/type";
import { analyzeExpression } from "./expression";
import { coerce } from "./convert";
import { pathOf } from "./names";
import type { Context } from "./context";
import { Grouping } from "./grouping";
import type { Expr, OutputColumn, RelationPlan, SelectPlan, Sort } from "./plan";
import { checkOrderable, contextOf, noAggregates, ordinalOf, type Surroundings } from "./clauses";
import { analyzeRelation } from "./relation";
import { Scope, type ScopeField } from "./scope";
import { keyOf } from "./walk";

/** A SELECT with its columns and the keys it is sorted by. */
export interface AnalyzedSelect {
  readonly plan: SelectPlan;
  readonly output: OutputColumn[];
  readonly orderBy: Sort[];
}

interface Item {
  readonly expr: Expr;
  readonly name: string | undefined;
  readonly node: Node | undefined;
}

/** A SELECT and the ORDER BY behind it. @throws SqlError */
export function analyzeSelect(select: Select, order: readonly SortItem[], around: Surroundings): AnalyzedSelect {
  const source: { plan: RelationPlan | undefined; scope: Scope } =
    select.from === undefined
      ? { plan: undefined, scope: new Scope([], around.outer) }
      : analyzeRelation(select.from, around);
  const windows = new Map<string, WindowSpec>(select.windows.map(({ name, spec }) => [name.name.toLowerCase(), spec]));
  const context: Context = { ...contextOf(around, source.scope), windows };
  const where = select.where && predicate(select.where, "WHERE", context);
  if (select.where !== undefined) noAggregates(select.where, "WHERE clause");
  const items = select.items.flatMap((item) => selected(item, context));
  const output = items.map(({ expr, name }): OutputColumn => ({ name, type: expr.type }));
  const having = select.having && predicate(select.having, "HAVING", context);
  const sorted = order.map((item) => ({ item, sort: sortOf(item, items, context) }));
  if (select.distinct) checkDistinct(select, items, sorted);
  const grouping = new Grouping(source.scope, around.session.nextId());
  if (select.groupBy !== undefined) groupKeys(select.groupBy, items, context, grouping);
  const exprs = [
    ...items.map(({ expr, node }) => ({ expr, node })),
    ...(having === undefined ? [] : [{ expr: having, node: select.having }]),
    ...sorted.map(({ sort, item }) => ({ expr: sort.key, node: item.key as Node | undefined })),
  ];
  if (select.groupBy === undefined && select.having === undefined && !exprs.some(({ expr }) => grouping.collects(expr)))
    return {
      plan: {
        kind: "select",
        distinct: select.distinct,
        items: items.map(({ expr }) => expr),
        from: source.plan,
        where,
        grouping: undefined,
        having: undefined,
      },
      output,
      orderBy: sorted.map(({ sort }) => sort),
    };
  const over = (expr: Expr, node: Node | undefined): Expr => grouping.over(expr, node);
  const plan = {
    items: items.map(({ expr, node }) => over(expr, node)),
    having: having && over(having, select.having),
    orderBy: sorted.map(({ sort, item }) => ({ ...sort, key: over(sort.key, item.key) })),
  };
  return {
    plan: {
      kind: "select",
      distinct: select.distinct,
      from: source.plan,
      where,
      items: plan.items,
      having: plan.having,
      grouping: grouping.plan(),
    },
    output,
    orderBy: plan.orderBy,
  };
}

function predicate(node: Node, clause: string, context: Context): Expr {
  const expr = analyzeExpression(node, context);
  if (!canCoerce(expr.type, BOOLEAN))
    throw new SqlError(
      "TYPE_MISMATCH",
      `${clause} clause must evaluate to a boolean: actual type ${formatType(expr.type)}`,
      node.at,
    );
  return coerce(expr, BOOLEAN);
}

function selected(item: SelectItem, context: Context): Item[] {
  if (item.kind === "expression") {
    const expr = analyzeExpression(item.value, context);
    const path = pathOf(item.value);
    return [{ expr, name: item.alias?.name ?? path?.[path.length - 1]?.name, node: item.value }];
  }
  const { base, aliases, at } = item;
  const { scope } = context;
  const rename = (fields: readonly { name: string | undefined; expr: Expr; node?: Node }[]): Item[] => {
    if (aliases !== undefined && aliases.length !== fields.length)
      throw new SqlError(
        "MISMATCHED_COLUMN_ALIASES",
        `Column alias list has ${aliases.length} entries but relation has ${fields.length} columns`,
        at,
      );
    return fields.map(({ name, expr }, i) => ({ expr, name: aliases?.[i]?.name ?? name, node: undefined }));
  };
  if (base === undefined) {
    if (scope.fields.length === 0)
      throw new SqlError("COLUMN_NOT_FOUND", "SELECT * not allowed in queries without FROM clause", at);
    return rename(scope.fields);
  }
  const path = pathOf(base);
  const relation = path && scope.fieldsOf(path.map(({ name }) => name.toLowerCase()));
  if (relation !== undefined) return rename(relation);
  if (path !== undefined && scope.find(path, at) === undefined)
    throw new SqlError(
      "TABLE_NOT_FOUND",
      `Unable to resolve reference ${path.map(({ name }: Identifier) => name).join(".")}`,
      at,
    );
  const expr = analyzeExpression(base, context);
  if (expr.type.kind !== "row") throw new SqlError("TYPE_MISMATCH", `expected expression of type Row`, at);
  return rename(
    expr.type.fields.map(({ name, type }, index) => ({
      name,
      expr: { kind: "field" as const, type, operand: expr, index },
    })),
  );
}

/** A key of ORDER BY: a place, what is selected under that name, or an expression over both. */
function sortOf({ key, descending, nullsFirst }: SortItem, items: readonly Item[], context: Context): Sort {
  const ordinal = ordinalOf(key, items.length);
  const named: ScopeField[] = [];
  for (const { name, expr } of items)
    // The same column selected twice is still one.
    if (
      name !== undefined &&
      !named.some((one) => one.name?.toLowerCase() === name.toLowerCase() && keyOf(one.expr) === keyOf(expr))
    )
      named.push({ name, qualifier: [], type: expr.type, expr });
  const scope = new Scope(named, context.scope.parent, context.scope.variables, context.scope);
  const expr = ordinal === undefined ? analyzeExpression(key, { ...context, scope }) : items[ordinal]!.expr;
  checkOrderable(expr, key.at);
  return { key: expr, descending, nullsFirst };
}

function checkDistinct(
  select: Select,
  items: readonly Item[],
  sorted: readonly { sort: Sort; item: SortItem }[],
): void {
  for (const { expr, node } of items)
    if (!isComparable(expr.type))
      throw new SqlError(
        "TYPE_MISMATCH",
        `DISTINCT can only be applied to comparable types (actual: ${formatType(expr.type)})`,
        node?.at ?? select.at,
      );
  const keys = new Set(items.map(({ expr }) => keyOf(expr)));
  const names = new Set(items.flatMap(({ name }) => name?.toLowerCase() ?? []));
  // In a longer expression the name of what is selected is another than the column of that name.
  const renames = ({ key }: SortItem): boolean => key.kind !== "identifier" && mentionsName(key, names);
  if (sorted.some(({ sort, item }) => !keys.has(keyOf(sort.key)) || renames(item)))
    throw new SqlError(
      "EXPRESSION_NOT_IN_DISTINCT",
      "For SELECT DISTINCT, ORDER BY expressions must appear in select list",
      select.at,
    );
}

function groupKeys(groupBy: GroupBy, items: readonly Item[], context: Context, grouping: Grouping): void {
  const key = (node: Node): number => {
    const ordinal = ordinalOf(node, items.length, "GROUP BY");
    const expr = ordinal === undefined ? analyzeExpression(node, context) : items[ordinal]!.expr;
    const source = ordinal === undefined ? node : items[ordinal]!.node;
    if (source !== undefined) noAggregates(source, "GROUP BY clause");
    if (!isComparable(expr.type))
      throw new SqlError(
        "TYPE_MISMATCH",
        `${formatType(expr.type)} is not comparable, and therefore cannot be used in GROUP BY`,
        node.at,
      );
    return grouping.key(expr);
  };
  // Every element is a choice of sets; together they are all combinations.
  const elements = groupBy.elements.map(({ kind, ...element }): number[][] => {
    if ("items" in element) {
      // `GROUP BY (a, b)` is both keys; `GROUP BY a` one.
      return [element.items.map(key)];
    }
    const sets = element.sets.map((set) => set.map(key));
    if (kind === "sets") return sets;
    if (kind === "rollup")
      return Array.from({ length: sets.length + 1 }, (_, i) => sets.slice(0, sets.length - i).flat());
    return Array.from({ length: 2 ** sets.length }, (_, mask) =>
      sets.filter((_set, i) => (mask & (2 ** (sets.length - 1 - i))) === 0).flat(),
    );
  });
  const combined = elements.reduce<number[][]>(
    (all, element) => all.flatMap((set) => element.map((more) => [...set, ...more])),
    [[]],
  );
  grouping.sets = groupBy.distinct
    ? [...new Map(combined.map((set) => [[...new Set(set)].sort().join(), set])).values()]
    : combined;
}

/** Whether an expression has a name of these, alone. */
function mentionsName(node: unknown, names: ReadonlySet<string>): boolean {
  if (Array.isArray(node)) return node.some((one) => mentionsName(one, names));
  if (typeof node !== "object" || node === null) return false;
  const one = node as Node;
  if (one.kind === "identifier") return names.has(one.name.name.toLowerCase());
  return Object.entries(node).some(([member, value]) => member !== "query" && mentionsName(value, names));
}
