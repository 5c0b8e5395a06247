/** Functions of maps. https://trino.io/docs/current/functions/map.html */
import { SqlError } from "../syntax/error";
import { UNKNOWN, VARCHAR, type TypeOf } from "../types/type";
import { makeCast } from "../values/cast";
import { identityOf } from "../values/compare";
import { MapValue, type Value } from "../values/value";
import { scalar, type CallTypes } from "./registry";

const invalid = (text: string): never => {
  throw new SqlError("INVALID_FUNCTION_ARGUMENT", text);
};

const mapType = ({ args }: CallTypes): TypeOf<"map"> => args[0] as TypeOf<"map">;

/** A key as messages show it. */
function keyText(type: TypeOf<"map">["key"], key: Value): string {
  if (key === null) return "NULL";
  return type.kind === "varchar" || type.kind === "char" ? (key as string) : String(makeCast(type, VARCHAR)(key));
}

scalar("map(): map(K,V)", () => new MapValue([]), { result: () => ({ kind: "map", key: UNKNOWN, value: UNKNOWN }) });
scalar("map(array(K), array(V)): map(K,V)", undefined, {
  make: ({ result }) => {
    const { key: type } = result as TypeOf<"map">;
    const id = identityOf(type);
    return (keys: Value[], values: Value[]) => {
      if (keys.length !== values.length) invalid("Key and value arrays must be the same length");
      const seen = new Set<string>();
      for (const key of keys) {
        if (key === null) invalid("map key cannot be null");
        if (seen.size === seen.add(id(key)).size) invalid(`Duplicate map keys (${keyText(type, key)}) are not allowed`);
      }
      return new MapValue(keys.map((key, i) => [key, values[i]!]));
    };
  },
});
scalar("cardinality(map(K,V)): bigint", ({ entries }: MapValue) => BigInt(entries.length));
scalar("map_keys(map(K,V)): array(K)", ({ entries }: MapValue) => entries.map(([key]) => key));
scalar("map_values(map(K,V)): array(V)", ({ entries }: MapValue) => entries.map(([, value]) => value));
scalar("map_entries(map(K,V)): array(row(K,V))", ({ entries }: MapValue) =>
  entries.map(([key, value]) => [key, value]),
);

function finder(types: CallTypes): (map: MapValue, key: Value) => Value | undefined {
  const id = identityOf(mapType(types).key);
  return ({ entries }, key) => {
    const wanted = id(key);
    return entries.find(([one]) => id(one) === wanted)?.[1];
  };
}

scalar("element_at(map(K,V), K): V", undefined, {
  make: (types) => {
    const find = finder(types);
    return (map: MapValue, key: Value) => find(map, key) ?? null;
  },
});
scalar("map_concat(map(K,V)...): map(K,V)", undefined, {
  make: (types) => {
    if (types.args.length < 2) invalid("There must be two or more concatenation arguments to map_concat");
    const id = identityOf((types.result as TypeOf<"map">).key);
    return (...maps: MapValue[]) => {
      const found = new Map<string, readonly [Value, Value]>();
      for (const { entries } of maps) for (const entry of entries) found.set(id(entry[0]), entry);
      return new MapValue([...found.values()]);
    };
  },
});
scalar("map_from_entries(array(row(K,V))): map(K,V)", undefined, {
  make: ({ result }) => {
    const { key: type } = result as TypeOf<"map">;
    const id = identityOf(type);
    return (entries: ([Value, Value] | null)[]) => {
      const seen = new Set<string>();
      for (const entry of entries) {
        if (entry === null) return invalid("map entry cannot be null");
        if (entry[0] === null) invalid("map key cannot be null");
        if (seen.size === seen.add(id(entry[0])).size)
          invalid(`Duplicate keys (${keyText(type, entry[0])}) are not allowed`);
      }
      return new MapValue(entries as [Value, Value][]);
    };
  },
});
scalar("multimap_from_entries(array(row(K,V))): map(K,array(V))", undefined, {
  make: ({ result }) => {
    const id = identityOf((result as TypeOf<"map">).key);
    return (entries: ([Value, Value] | null)[]) => {
      const found = new Map<string, [Value, Value[]]>();
      for (const entry of entries) {
        if (entry === null) return invalid("map entry cannot be null");
        const [key, value] = entry;
        if (key === null) invalid("map key cannot be null");
        const own = found.get(id(key));
        if (own === undefined) found.set(id(key), [key, [value]]);
        else own[1].push(value);
      }
      return new MapValue([...found.values()]);
    };
  },
});
