import { SqlError } from "../../../etl/athena-sql/syntax/error";
import { regexpSegments } from "../../../etl/athena-sql/builtins/regexp";
import { array, BOOLEAN, INTEGER, row, VARCHAR, type Type, type TypeOf } from "../../../etl/athena-sql/types/type";
import { identityOf } from "../../../etl/athena-sql/values/compare";
import { MapValue, type Value } from "../../../etl/athena-sql/values/value";
import { sqlType } from "../duck/storage";
import type { AggregateTemplate, NativeContext, ScalarTemplate } from "./template";

/** A lambda of so many parameters called with values: DuckDB binds one name by a list of one value. */
function apply(lambda: string, values: readonly string[]): string {
  const colon = lambda.indexOf(": ");
  const names = lambda.slice("lambda ".length, colon).split(", ");
  return names.reduceRight(
    (body, name, i) => `list_extract(list_transform([${values[i]!}], lambda ${name}: ${body}), 1)`,
    lambda.slice(colon + 2),
  );
}

/** Entries of a map through a lambda of key and value. @param become is what an entry becomes, from the lambda's value */
function entries(map: string, lambda: string, become: (value: string) => string): string {
  return `list_transform(map_entries(${map}), lambda e: ${become(apply(lambda, ["e.key", "e.value"]))})`;
}

/** Entries as a map; NULL as a key, or the same key twice, fails. */
function toMap(list: string, result: Type, { emitter }: NativeContext): string {
  const { key, value } = result as TypeOf<"map">;
  const pairs = array(
    row([
      { name: "key", type: key },
      { name: "value", type: value },
    ]),
  );
  const make = (): ((all: [Value, Value][]) => Value) => {
    const identity = identityOf(key);
    return (all) => {
      const seen = new Set<string>();
      for (const [one] of all) {
        if (one === null) throw new SqlError("INVALID_FUNCTION_ARGUMENT", "map key cannot be null");
        const id = identity(one);
        if (seen.has(id))
          throw new SqlError("INVALID_FUNCTION_ARGUMENT", `Duplicate keys (${String(one)}) are not allowed`);
        seen.add(id);
      }
      return new MapValue(all);
    };
  };
  return emitter.udf("map of entries", [pairs], result, make, [list]);
}

function reduced(list: string, start: string, step: string, element: Type, state: Type): string {
  const both = (s: string, t: string): string => `struct_pack(s := ${s}, t := ${t})`;
  const pairs = `list_transform(${list}, lambda e: ${both(`CAST(NULL AS ${sqlType(state)})`, `CAST(e AS ${sqlType(element)})`)})`;
  const first = both(`CAST(${start} AS ${sqlType(state)})`, `CAST(NULL AS ${sqlType(element)})`);
  return `struct_extract(list_reduce(${pairs}, lambda a, b: ${both(apply(step, ["a.s", "b.t"]), "b.t")}, ${first}), 's')`;
}

const matching =
  (name: string, decide: (found: readonly (boolean | null)[]) => boolean | null): ScalarTemplate =>
  ([list, lambda], { emitter }) =>
    emitter.udf(name, [array(BOOLEAN)], BOOLEAN, () => decide, [`list_transform(${list}, ${lambda})`]);

/** Whether one is `wanted`; undecided if none is and one is NULL. */
const some = (found: readonly (boolean | null)[], wanted: boolean): boolean | null =>
  found.includes(wanted) ? true : found.includes(null) ? null : false;
const not = (value: boolean | null): boolean | null => (value === null ? null : !value);

export const LAMBDAS: Record<string, ScalarTemplate> = {
  "transform(array(T), function(T,U))": ([list, lambda]) => `list_transform(${list}, ${lambda})`,
  "filter(array(T), function(T,boolean))": ([list, lambda]) => `list_filter(${list}, ${lambda})`,
  "reduce(array(T), S, function(S,T,S), function(S,R))": ([list, start, step, end], { call }) => {
    const [items, state] = call.args as [TypeOf<"array">, Type];
    const value = apply(end!, [reduced(list!, start!, step!, items.element, state)]);
    return `(CASE WHEN ${list} IS NOT NULL THEN ${value} END)`;
  },
  "any_match(array(T), function(T,boolean))": matching("any match", (found) => some(found, true)),
  "all_match(array(T), function(T,boolean))": matching("all match", (found) => not(some(found, false))),
  "none_match(array(T), function(T,boolean))": matching("none match", (found) => not(some(found, true))),
  "zip_with(array(T), array(U), function(T,U,R))": ([a, b, lambda]) =>
    `(CASE WHEN ${a} IS NOT NULL AND ${b} IS NOT NULL THEN list_transform(list_zip(${a}, ${b}), lambda p: ${apply(lambda!, ["p[1]", "p[2]"])}) END)`,
  "array_sort(array(T), function(T,T,integer))": ([list, lambda], { emitter, call }) => {
    const [type] = call.args as [TypeOf<"array">];
    // Each value beside every other, as DuckDB's sort takes no lambda.
    const matrix = `list_transform(${list}, lambda x: list_transform(${list}, lambda y: ${apply(lambda!, ["x", "y"])}))`;
    return emitter.udf("sort by matrix", [type, array(array(INTEGER))], type, () => sortByMatrix, [list!, matrix]);
  },
  "map_filter(map(K,V), function(K,V,boolean))": ([map, lambda], context) =>
    toMap(
      `list_filter(map_entries(${map}), lambda e: ${apply(lambda!, ["e.key", "e.value"])})`,
      context.call.result,
      context,
    ),
  "transform_values(map(K,V), function(K,V,W))": ([map, lambda], context) =>
    toMap(
      entries(map!, lambda!, (value) => `struct_pack(key := e.key, value := ${value})`),
      context.call.result,
      context,
    ),
  "transform_keys(map(K,V), function(K,V,W))": ([map, lambda], context) =>
    toMap(
      entries(map!, lambda!, (key) => `struct_pack(key := ${key}, value := e.value)`),
      context.call.result,
      context,
    ),
  "map_zip_with(map(K,V), map(K,W), function(K,V,W,R))": ([a, b, lambda], context) => {
    const [left, right] = context.call.args as [TypeOf<"map">, TypeOf<"map">];
    const fields = [left.key, left.value, right.value].map((type, i) => ({ name: "kvw"[i]!, type }));
    const zipped = context.emitter.udf("zip maps", [left, right], array(row(fields)), () => zipMaps(left.key), [
      a!,
      b!,
    ]);
    const list = `list_transform(${zipped}, lambda e: struct_pack(key := e.k, value := ${apply(lambda!, ["e.k", "e.v", "e.w"])}))`;
    return toMap(list, context.call.result, context);
  },
  "regexp_replace(varchar(x), varchar(y), function(array(varchar(x)),varchar(z)))": (
    [text, pattern, lambda],
    { emitter },
  ) => {
    const segments = row([
      { name: "before", type: VARCHAR },
      { name: "groups", type: array(VARCHAR) },
    ]);
    const list = emitter.udf("regexp segments", [VARCHAR, VARCHAR], array(segments), () => regexpSegments, [
      text!,
      pattern!,
    ]);
    const replaced = `s.before || (CASE WHEN s.groups IS NULL THEN '' ELSE ${apply(lambda!, ["s.groups"])} END)`;
    return emitter.udf("join or null", [array(VARCHAR)], VARCHAR, () => joinOrNull, [
      `list_transform(${list}, lambda s: ${replaced})`,
    ]);
  },
};

export const LAMBDA_AGGREGATES: Record<string, AggregateTemplate> = {
  "reduce_agg(T, S, function(S,T,S), function(S,S,S))": ([value, start, step], write, { call }) => {
    const [element, state] = call.args as [Type, Type];
    const list = `list_filter(${write("list", [value!])}, lambda e: e IS NOT NULL)`;
    // The start is the same for all rows of a group.
    const first = write("any_value", [start!]);
    return `(CASE WHEN len(${list}) > 0 THEN ${reduced(list, first, step!, element, state)} END)`;
  },
};

function sortByMatrix(items: Value[], matrix: (number | null)[][]): Value {
  const places = items.map((_, i) => i);
  places.sort((a, b) => {
    const order = matrix[a]![b]!;
    if (order === null || order < -1 || order > 1)
      throw new SqlError("INVALID_FUNCTION_ARGUMENT", "Lambda comparator must return either -1, 0, or 1");
    return order;
  });
  return places.map((place) => items[place]!);
}

function zipMaps(key: Type): (a: MapValue, b: MapValue) => Value {
  const identity = identityOf(key);
  return (a, b) => {
    const others = new Map(b.entries.map(([k, v]) => [identity(k), [k, v] as const]));
    const rows: Value[] = a.entries.map(([k, v]) => {
      const id = identity(k);
      const other = others.get(id)?.[1] ?? null;
      others.delete(id);
      return [k, v, other];
    });
    return [...rows, ...[...others.values()].map(([k, v]): Value => [k, null, v])];
  };
}

/** NULL if one of the texts is. */
const joinOrNull = (texts: (string | null)[]): Value => (texts.includes(null) ? null : texts.join(""));
