/** Aggregates that make a map, a list or a sketch of their rows. https://trino.io/docs/current/functions/aggregate.html */
import { SqlError } from "../syntax/error";
import { formatType, type Type, type TypeOf } from "../types/type";
import { identityOf } from "../values/compare";
import { NumericHistogram } from "../values/numeric-histogram";
import { MapValue, type Value } from "../values/value";
import { xxhash64 } from "../values/xxhash64";
import { aggregate, nativeAggregate, type CallTypes } from "./registry";

const invalid = (text: string): never => {
  throw new SqlError("INVALID_FUNCTION_ARGUMENT", text);
};

/** Values gathered under each key, in the order of the keys' first rows; null for no key at all. */
function gather<T>(
  rows: readonly Value[][],
  key: Type,
  start: (row: Value[]) => T,
  add: (held: T, row: Value[]) => T,
): [Value, T][] | null {
  const identity = identityOf(key);
  const found = new Map<string, [Value, T]>();
  for (const row of rows) {
    if (row[0] === null) continue;
    const id = identity(row[0]!);
    const known = found.get(id);
    if (known === undefined) found.set(id, [row[0]!, start(row)]);
    else known[1] = add(known[1], row);
  }
  return found.size === 0 ? null : [...found.values()];
}

const asMap = (entries: [Value, Value][] | null): Value => (entries === null ? null : new MapValue(entries));

aggregate("map_agg(K, V): map(K,V)", (rows, { args }) =>
  asMap(
    gather(
      rows,
      args[0]!,
      ([, value]) => value!,
      (first) => first,
    ),
  ),
);
aggregate("multimap_agg(K, V): map(K,array(V))", (rows, { args }) =>
  asMap(
    gather<Value[]>(
      rows,
      args[0]!,
      ([, value]) => [value!],
      (all, [, value]) => {
        all.push(value!);
        return all;
      },
    ),
  ),
);
aggregate("histogram(T): map(T,bigint)", (rows, { args }) =>
  asMap(
    gather(
      rows,
      args[0]!,
      () => 1n,
      (count) => count + 1n,
    ),
  ),
);
aggregate("map_union(map(K,V)): map(K,V)", (rows, { args }) => {
  const maps = rows.map(([map]) => map as MapValue | null).filter((map) => map !== null);
  if (maps.length === 0) return null;
  const entries = maps.flatMap((map) => map.entries.map(([key, value]): Value[] => [key, value]));
  return asMap(
    gather(
      entries,
      (args[0] as TypeOf<"map">).key,
      ([, value]) => value!,
      (first) => first,
    ) ?? [],
  );
});

for (const type of ["varchar", "bigint"])
  aggregate(`approx_most_frequent(bigint, ${type}, bigint): map(${type},bigint)`, (rows, { args }) => {
    if (rows.length === 0) return null;
    const [buckets] = rows[0] as [bigint];
    if (buckets < 2n) invalid("approx_most_frequent bucket count must be greater than one");
    const counted = gather(
      rows.map(([, value]) => [value!]),
      args[1]!,
      () => 1n,
      (count) => count + 1n,
    );
    if (counted === null) return null;
    return new MapValue(counted.sort(([, a], [, b]) => (a > b ? -1 : a < b ? 1 : 0)).slice(0, Number(buckets)));
  });

for (const type of ["real", "double"])
  for (const weight of ["", ", double"])
    aggregate(`numeric_histogram(bigint, ${type}${weight}): map(${type},${type})`, (rows) => {
      if (rows.length === 0) return null;
      const [buckets] = rows[0] as [bigint];
      if (buckets < 2n) invalid("numeric_histogram bucket count must be greater than one");
      const histogram = new NumericHistogram(Number(buckets));
      for (const [, value, by = 1] of rows as [bigint, number | null, number | null][])
        if (value !== null && by !== null) histogram.add(value, by);
      const found = histogram.buckets();
      return found.length === 0
        ? null
        : new MapValue(found.map((bucket) => (type === "real" ? bucket.map(Math.fround) : bucket) as [number, number]));
    });

nativeAggregate("bitwise_and_agg(bigint): bigint");
nativeAggregate("bitwise_or_agg(bigint): bigint");
nativeAggregate("listagg(varchar, varchar): varchar");
nativeAggregate("listagg(varchar, varchar, varchar, boolean): varchar");

/** Bytes of the text that LISTAGG makes. */
const MOST_BYTES = 1024 * 1024;

/** @param filler ends a list that is cut, with the number of texts left out if `count` */
export function joinList(texts: string[], separator: string, filler?: string, count?: boolean): string | null {
  if (texts.length === 0) return null;
  const size = (text: string): number => Buffer.byteLength(text);
  let bytes = 0;
  let kept = 0;
  for (const text of texts) {
    bytes += size(text) + (kept > 0 ? size(separator) : 0);
    if (bytes > MOST_BYTES) break;
    kept++;
  }
  if (kept === texts.length) return texts.join(separator);
  if (filler === undefined)
    throw new SqlError(
      "EXCEEDED_FUNCTION_MEMORY_LIMIT",
      `Concatenated string has the length in bytes larger than the maximum output length ${MOST_BYTES}`,
    );
  return `${texts.slice(0, kept).join(separator)}${separator}${filler}${count === true ? `(${texts.length - kept})` : ""}`;
}

// checksum: the sum of the values' hashes, whatever their order.

const PRIME = 0x9e3779b185ebca87n;
const u64 = (value: bigint): bigint => BigInt.asUintN(64, value);
/** Of eight bytes, the least first. */
function hashWhole(value: bigint): bigint {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64LE(u64(value));
  return xxhash64(bytes);
}

/** As Trino's types hash a value that is not NULL. @throws SqlError for a type that is not hashed here */
function hasher(type: Type): (value: Value) => bigint {
  switch (type.kind) {
    case "tinyint":
    case "smallint":
    case "integer":
    case "bigint":
    case "date":
      return (value) => hashWhole(BigInt(value as number | bigint));
    case "boolean":
      return (value) => hashWhole(value === true ? 1n : 0n);
    case "double":
      return (value) => {
        const view = new DataView(new ArrayBuffer(8));
        view.setFloat64(0, value === 0 ? 0 : (value as number));
        return hashWhole(view.getBigInt64(0));
      };
    case "varchar":
      return (value) => xxhash64(Buffer.from(value as string));
    case "varbinary":
      return (value) => xxhash64(value as Uint8Array);
    case "unknown":
      return () => 0n;
    default:
      throw new SqlError("NOT_SUPPORTED", `checksum of ${formatType(type)} is not executed by the local cloud`);
  }
}

aggregate("checksum(T): varbinary", (rows, { args }: CallTypes) => {
  if (rows.length === 0) return null;
  const hash = hasher(args[0]!);
  const sum = rows.reduce((total, [value]) => u64(total + (value === null ? PRIME : u64(hash(value!) * PRIME))), 0n);
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64LE(sum);
  return new Uint8Array(bytes);
});
