import type { PartitionFilter } from "../../../etl/athena-sql/pruning";
import type { KeyProjection } from "./projection";

/** Values of one key that are looked at one by one; of a key with more, all count. */
const MOST_VALUES = 1_000_000;

/**
 * How many partitions a projection has, and how many of them a filter leaves. Athena makes a LIST request for each of these, whether
 * anything is there or not.
 */
export function countProjected(
  keys: readonly KeyProjection[],
  filter: PartitionFilter,
): { planned: number; total: number } {
  const values = keys.map((key, place) => valuesOf(key, filter.named(place)));
  // What no condition restricts is multiplied, so that a query without conditions is counted at once.
  let factor = 1;
  const restricted: number[] = [];
  values.forEach((own, place) => {
    if (filter.keys.has(place) && own.list !== undefined) restricted.push(place);
    else factor *= own.count;
  });
  const chosen = new Array<string | undefined>(keys.length).fill(undefined);
  const count = (depth: number): number => {
    const place = restricted[depth];
    if (place === undefined) return 1;
    let sum = 0;
    for (const value of values[place]!.list!) {
      chosen[place] = value;
      if (filter.mayMatch(chosen)) sum += count(depth + 1);
    }
    chosen[place] = undefined;
    return sum;
  };
  const planned = filter.mayMatch(chosen) ? factor * count(0) : 0;
  return { planned, total: values.reduce((product, { all }) => product * all, 1) };
}

interface Values {
  /** of them all */
  readonly all: number;
  /** that a query may mean */
  readonly count: number;
  /** undefined where there are too many */
  readonly list: readonly string[] | undefined;
}

function valuesOf(key: KeyProjection, named: readonly string[] | undefined): Values {
  const own = key.values === undefined ? [] : first(key.values(), MOST_VALUES + 1);
  const wanted = named?.filter((value) => key.has(value));
  // An injected key has the values that the query names.
  const all = key.values === undefined ? Math.max(1, wanted?.length ?? 0) : own.length;
  if (wanted !== undefined) return { all, count: wanted.length, list: [...new Set(wanted)] };
  return { all, count: all, list: key.values !== undefined && all <= MOST_VALUES ? own : undefined };
}

function first(values: Iterable<string>, most: number): string[] {
  const found: string[] = [];
  for (const value of values) {
    found.push(value);
    if (found.length === most) break;
  }
  return found;
}
