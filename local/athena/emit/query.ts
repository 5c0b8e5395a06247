import type {
  BodyPlan,
  Expr,
  GroupingPlan,
  QueryPlan,
  RelationPlan,
  SelectPlan,
  Sort,
} from "../../../etl/athena-sql/analyze/plan";
import { keyOf } from "../../../etl/athena-sql/analyze/walk";
import type { Type } from "../../../etl/athena-sql/types/type";
import { fieldNames } from "../duck/storage";
import { literal as text, quoted } from "../duck/text";
import { aggregateSql } from "./aggregate";
import { castSql } from "./cast";
import type { Emitter } from "./emitter";
import { keySql, sortSql } from "./keys";

/** A query in DuckDB's SQL. Its columns are `c0`, `c1`, ... */
export function querySql(emitter: Emitter, query: QueryPlan): string {
  const { withs, body, orderBy, offset, limit } = query;
  const recursive = withs.some((one) => one.recursive) ? "RECURSIVE " : "";
  const named = withs.map(
    ({ id, query: inner }) => `w${id}(${columns(inner.output.length)}) AS (${querySql(emitter, inner)})`,
  );
  const prefix = named.length === 0 ? "" : `WITH ${recursive}${named.join(", ")} `;
  if (limit?.ties === true) return prefix + tiesSql(emitter, query);
  const tail = endSql(offset, limit?.count);
  if (body.kind === "select") return prefix + selectSql(emitter, body, orderBy) + tail;
  const sql = bodySql(emitter, body);
  if (orderBy.length === 0 && tail === "") return prefix + sql;
  return `${prefix}SELECT * FROM (${sql}) AS r${query.result}${orderSql(emitter, orderBy)}${tail}`;
}

function endSql(offset: number | undefined, limit: number | undefined): string {
  return (limit === undefined ? "" : ` LIMIT ${limit}`) + (offset === undefined ? "" : ` OFFSET ${offset}`);
}

function orderSql(emitter: Emitter, orderBy: readonly Sort[]): string {
  return orderBy.length === 0 ? "" : ` ORDER BY ${orderBy.map((sort) => sortSql(emitter, sort)).join(", ")}`;
}

/** Rows are numbered by rank, so that those that tie with the last have its number. */
function tiesSql(emitter: Emitter, { body, orderBy, offset = 0, limit, output, result }: QueryPlan): string {
  const order = orderSql(emitter, orderBy);
  const names = columns(output.length);
  const rank = `rank() OVER (${order}) AS k, row_number() OVER (${order}) AS n`;
  const ranked =
    body.kind === "select" && !body.distinct
      ? selectSql(emitter, body, [], `, ${rank}`)
      : `SELECT *, ${rank} FROM (${body.kind === "select" ? selectSql(emitter, body, []) : bodySql(emitter, body)}) AS r${result}`;
  // What is left out first counts by rows, what follows by rank among the rest.
  return `SELECT ${names} FROM (SELECT *, max(CASE WHEN n <= ${offset + limit!.count} THEN k END) OVER () AS last FROM (${ranked}) AS q) AS q WHERE n > ${offset} AND k <= last ORDER BY n`;
}

function bodySql(emitter: Emitter, body: BodyPlan): string {
  switch (body.kind) {
    case "select":
      return selectSql(emitter, body, []);
    case "nested":
      return querySql(emitter, body.query);
    case "values":
      return `SELECT * FROM (VALUES ${body.rows.map((row) => `(${row.map((item) => emitter.expr(item)).join(", ")})`).join(", ")}) AS v(${columns(body.types.length)})`;
    case "setOperation": {
      const side = (part: BodyPlan, types: readonly Type[]): string => {
        const sql = bodySql(emitter, part);
        const items = types.map((type, i) => `${castSql(emitter, `c${i}`, type, body.types[i]!, false)} AS c${i}`);
        return `(SELECT ${items.join(", ")} FROM (${sql}) AS q)`;
      };
      return `${side(body.left, body.leftTypes)} ${body.operator}${body.distinct ? "" : " ALL"} ${side(body.right, body.rightTypes)}`;
    }
  }
}

function selectSql(emitter: Emitter, select: SelectPlan, orderBy: readonly Sort[], more = ""): string {
  const { items, distinct, from, where, grouping, having } = select;
  const source = from === undefined ? "" : ` FROM ${relationSql(emitter, from)}`;
  const condition = where === undefined ? "" : ` WHERE ${emitter.expr(where)}`;
  const list = items.map((item, i) => `${emitter.expr(item)} AS c${i}`).join(", ");
  const places = new Map(items.map((item, i) => [keyOf(item), i + 1]));
  const order = orderBy.map((sort) => {
    const place = places.get(keyOf(sort.key));
    const usable = place !== undefined && (distinct || sort.key.type.kind !== "timestamp with time zone");
    if (!usable) return sortSql(emitter, sort);
    return `${place} ${sort.descending ? "DESC" : "ASC"} NULLS ${sort.nullsFirst ? "FIRST" : "LAST"}`;
  });
  const head = `SELECT ${distinct ? distinctSql(emitter, items) : ""}${list}${more}`;
  const end = order.length === 0 ? "" : ` ORDER BY ${order.join(", ")}`;
  if (grouping === undefined) return head + source + condition + end;
  const grouped = groupingSql(emitter, grouping, source + condition);
  return `${head} FROM (${grouped}) AS r${grouping.relation}${having === undefined ? "" : ` WHERE ${emitter.expr(having)}`}${end}`;
}

/** Of values that are equal and shown differently, such as one instant in two zones, one is left. */
function distinctSql(emitter: Emitter, items: readonly Expr[]): string {
  if (!items.some(({ type }) => type.kind === "timestamp with time zone")) return "DISTINCT ";
  return `DISTINCT ON (${items.map((item) => keySql(emitter, item)).join(", ")}) `;
}

function groupingSql(emitter: Emitter, { keys, sets, aggregates, groupings }: GroupingPlan, source: string): string {
  const grouped = keys.map((key) => keySql(emitter, key));
  const items = keys.map((key, i) => {
    const sql = emitter.expr(key);
    // Rows of one instant may be of several zones: the first is shown.
    const shown = sql === grouped[i] ? sql : `CASE WHEN ${grouped[i]} IS NOT NULL THEN first(${sql}) END`;
    return `${shown} AS c${i}`;
  });
  items.push(...aggregates.map((aggregate, i) => `${aggregateSql(emitter, aggregate, "")} AS c${keys.length + i}`));
  items.push(
    ...groupings.map(
      (places, i) => `CAST(GROUPING(${places.map((place) => grouped[place]!).join(", ")}) AS INTEGER) AS g${i + 1}`,
    ),
  );
  if (items.length === 0) items.push("1 AS c0");
  const [only = [], ...others] = sets;
  if (others.length === 0) {
    // A constant key would be read as a place.
    const by =
      only.length === 0
        ? keys.length === 0 && aggregates.length > 0
          ? ""
          : " GROUP BY ()"
        : ` GROUP BY ${only
            .map((place) => grouped[place]!)
            .map(keep)
            .join(", ")}`;
    return `SELECT ${items.join(", ")}${source}${by}`;
  }
  const by = sets.map((set) => `(${[...new Set(set)].map((place) => keep(grouped[place]!)).join(", ")})`);
  return `SELECT ${items.join(", ")}${source} GROUP BY GROUPING SETS (${by.join(", ")})`;
}

const keep = (sql: string): string => sql;

/** A relation of FROM in DuckDB's SQL, named `r` and its number. */
export function relationSql(emitter: Emitter, relation: RelationPlan): string {
  switch (relation.kind) {
    case "table": {
      const names = relation.columns.length === 0 ? "" : `(${columns(relation.columns.length)})`;
      return `${quoted(relation.database)}.${quoted(relation.name)} AS r${relation.relation}${names}`;
    }
    case "named":
      return `w${relation.id} AS r${relation.relation}(${columns(relation.columns.length)})`;
    case "derived":
      return `${relation.lateral ? "LATERAL " : ""}(${querySql(emitter, relation.query)}) AS r${relation.relation}(${columns(relation.query.output.length)})`;
    case "unnest":
      return `LATERAL (${unnestSql(emitter, relation.items, relation.ordinality)}) AS r${relation.relation}`;
    case "sampled":
      return `(SELECT * FROM ${relationSql(emitter, relation.relation)} WHERE random() * 100 < ${relation.percentage}) AS r${relationOf(relation.relation)}`;
    case "join": {
      const left = relationSql(emitter, relation.left);
      const right = relationSql(emitter, relation.right);
      const side = relation.right.kind === "join" ? `(${right})` : right;
      if (relation.join === "CROSS") return `${left} CROSS JOIN ${side}`;
      return `${left} ${relation.join} JOIN ${side} ON ${emitter.expr(relation.on!)}`;
    }
  }
}

function relationOf(relation: RelationPlan): number {
  return "relation" in relation && typeof relation.relation === "number" ? relation.relation : 0;
}

/** Lists side by side; the shorter are filled up with NULL. Rows become columns. */
function unnestSql(emitter: Emitter, items: readonly Expr[], ordinality: boolean): string {
  const lists: string[] = [];
  const outer: string[] = [];
  for (const item of items) {
    const sql = emitter.expr(item);
    const u = `u${lists.length}`;
    if (item.type.kind === "map") {
      outer.push(u, `u${lists.length + 1}`);
      lists.push(`map_keys(${sql})`, `map_values(${sql})`);
    } else {
      lists.push(sql);
      const element = (item.type as Extract<Type, { kind: "array" }>).element;
      if (element.kind === "row")
        outer.push(...fieldNames(element).map((name) => `struct_extract(${u}, ${text(name)})`));
      else outer.push(u);
    }
  }
  if (ordinality) {
    const lengths = lists.map((list) => `coalesce(len(${list}), 0)`);
    outer.push(`u${lists.length}`);
    lists.push(
      `range(CAST(1 AS BIGINT), CAST(${lengths.length === 1 ? lengths[0] : `greatest(${lengths.join(", ")})`} + 1 AS BIGINT))`,
    );
  }
  return `SELECT ${outer.map((sql, i) => `${sql} AS c${i}`).join(", ")} FROM (SELECT ${lists.map((list, i) => `unnest(${list}) AS u${i}`).join(", ")}) AS u`;
}

function columns(count: number): string {
  return Array.from({ length: count }, (_, i) => `c${i}`).join(", ");
}
