/** Functions of arrays. https://trino.io/docs/current/functions/array.html */
import { SqlError } from "../syntax/error";
import { VARCHAR, type Type, type TypeOf } from "../types/type";
import { makeCast } from "../values/cast";
import { compareOf, equalOf, identityOf, NullInside } from "../values/compare";
import { addMonths } from "../values/datetime";
import type { Value } from "../values/value";
import { scalar, type CallTypes } from "./registry";

const invalid = (text: string): never => {
  throw new SqlError("INVALID_FUNCTION_ARGUMENT", text);
};

const elementOf = ({ args }: CallTypes): Type => (args[0] as TypeOf<"array">).element;

scalar("cardinality(array(T)): bigint", (items: Value[]) => BigInt(items.length));
scalar("element_at(array(T), bigint): T", (items: Value[], index: bigint) => {
  if (index === 0n) invalid("SQL array indices start at 1");
  return items[Number(index > 0n ? index - 1n : BigInt(items.length) + index)] ?? null;
});

/** @throws SqlError where a NULL inside leaves open whether two values are equal */
function definite(name: string, same: boolean | null): boolean {
  if (same !== null) return same;
  throw new SqlError("NOT_SUPPORTED", `${name} does not support arrays with elements that are null or contain null`);
}

/** Whether an array has a value; null where a NULL among the others leaves it open. */
function contains(type: Type): (items: Value[], value: Value) => boolean | null {
  const equal = equalOf(type);
  return (items, value) => {
    let open = false;
    for (const item of items) {
      const same = item === null ? null : definite("contains", equal(item, value));
      if (same === true) return true;
      if (same === null) open = true;
    }
    return open ? null : false;
  };
}

scalar("contains(array(T), T): boolean", undefined, { make: (types) => contains(elementOf(types)) });
scalar("contains_sequence(array(T), array(T)): boolean", undefined, {
  make: (types) => {
    const id = identityOf(elementOf(types));
    return (items: Value[], part: Value[]) => {
      const [all, wanted] = [items.map(id), part.map(id)];
      return all.some((_, i) => wanted.every((one, j) => all[i + j] === one)) || wanted.length === 0;
    };
  },
});
scalar("array_position(array(T), T): bigint", undefined, {
  make: (types) => {
    const equal = equalOf(elementOf(types));
    return (items: Value[], value: Value) =>
      BigInt(items.findIndex((item) => item !== null && definite("array_position", equal(item, value))) + 1);
  },
});
scalar("array_remove(array(T), T): array(T)", undefined, {
  make: (types) => {
    const equal = equalOf(elementOf(types));
    return (items: Value[], value: Value) =>
      items.filter((item) => item === null || !definite("array_remove", equal(item, value)));
  },
});

/** Each value once, in the order of its first place. */
function distinct(items: readonly Value[], id: (value: Value) => string): Value[] {
  const seen = new Map<string, Value>();
  for (const item of items) {
    const key = id(item);
    if (!seen.has(key)) seen.set(key, item);
  }
  return [...seen.values()];
}

function setFunction(signature: string, run: (a: Value[], b: Value[], id: (value: Value) => string) => Value): void {
  scalar(signature, undefined, {
    make: (types) => {
      const id = identityOf(elementOf(types));
      return (a: Value[], b: Value[]) => run(a, b, id);
    },
  });
}

setFunction("array_distinct(array(T)): array(T)", (a, _, id) => distinct(a, id));
setFunction("array_union(array(T), array(T)): array(T)", (a, b, id) => distinct([...a, ...b], id));
setFunction("array_intersect(array(T), array(T)): array(T)", (a, b, id) => {
  const others = new Set(b.map(id));
  return distinct(a, id).filter((item) => others.has(id(item)));
});
setFunction("array_except(array(T), array(T)): array(T)", (a, b, id) => {
  const others = new Set(b.map(id));
  return distinct(a, id).filter((item) => !others.has(id(item)));
});
setFunction("arrays_overlap(array(T), array(T)): boolean", (a, b, id) => {
  const others = new Set(b.filter((item) => item !== null).map(id));
  if (a.some((item) => item !== null && others.has(id(item)))) return true;
  const open = (some: Value[], other: Value[]): boolean => some.includes(null) && other.length > 0;
  return open(a, b) || open(b, a) ? null : false;
});

scalar("array_sort(array(T)): array(T) where T orderable", undefined, {
  make: (types) => {
    const compare = compareOf(elementOf(types));
    return (items: Value[]) => {
      const nulls = items.filter((item) => item === null);
      try {
        return [...items.filter((item) => item !== null).sort(compare), ...nulls];
      } catch (error) {
        if (error instanceof NullInside)
          throw new SqlError("INVALID_FUNCTION_ARGUMENT", "Array contains elements not supported for comparison");
        throw error;
      }
    };
  },
});

/** NaN, inside elements too, is below all others for the largest and above them for the smallest. */
function extreme(signature: string, sign: 1 | -1): void {
  scalar(signature, undefined, {
    make: (types) => {
      const compare = compareOf(elementOf(types), sign === 1 ? -1 : 1);
      return (items: Value[]) => {
        if (items.length === 0 || items.includes(null)) return null;
        return items.reduce((best, item) => (compare(item, best) * sign > 0 ? item : best));
      };
    },
  });
}

extreme("array_max(array(T)): T where T orderable", 1);
extreme("array_min(array(T)): T where T orderable", -1);

for (const rest of ["", ", varchar"])
  scalar(`array_join(array(T), varchar${rest}): varchar`, undefined, {
    make: (types) => {
      const element = elementOf(types);
      const text = makeCast(element, VARCHAR);
      return (items: Value[], by: string, forNull?: string) =>
        items
          .filter((item) => item !== null || forNull !== undefined)
          .map((item) => (item === null ? forNull! : (text(item) as string)))
          .join(by);
    },
    result: (types) => {
      const { kind } = elementOf(types);
      if (["array", "map", "row", "varbinary"].includes(kind))
        throw new SqlError("FUNCTION_NOT_FOUND", `Input type array(${kind}) not supported`);
      return VARCHAR;
    },
  });

scalar("slice(array(T), bigint, bigint): array(T)", (items: Value[], start: bigint, length: bigint) => {
  if (length < 0n) invalid("length must be greater than or equal to 0");
  if (start === 0n) invalid("SQL array indices start at 1");
  const from = start > 0n ? Number(start) - 1 : items.length + Number(start);
  return from < 0 ? [] : items.slice(from, from + Number(length));
});
scalar("trim_array(array(T), bigint): array(T)", (items: Value[], size: bigint) => {
  if (size < 0n) invalid(`size must not be negative: ${size}`);
  if (size > BigInt(items.length)) invalid(`size must not exceed array cardinality ${items.length}: ${size}`);
  return items.slice(0, items.length - Number(size));
});
scalar("reverse(array(T)): array(T)", (items: Value[]) => [...items].reverse());
scalar("flatten(array(array(T))): array(T)", (items: (Value[] | null)[]) => items.flatMap((item) => item ?? []));
scalar(
  "shuffle(array(T)): array(T)",
  (items: Value[]) =>
    items
      .map((item) => [Math.random(), item] as const)
      .sort(([a], [b]) => a - b)
      .map(([, item]) => item),
  {
    volatile: true,
  },
);
scalar(
  "repeat(T, integer): array(T)",
  (value: Value, count: number | null) => {
    if (count === null) return null;
    if (count < 0) invalid("count argument of repeat function must be greater than or equal to 0");
    if (count > 10000) invalid("count argument of repeat function must be less than or equal to 10000");
    return Array.from({ length: count }, () => value);
  },
  { calledOnNull: true },
);

// `||` of arrays and of an array and an element is concat.
scalar("concat(array(T)...): array(T)", (...all: Value[][]) => all.flat(1));
scalar("concat(array(T), T): array(T)", (items: Value[] | null, value: Value) =>
  items === null || value === null ? null : [...items, value],
);
scalar("concat(T, array(T)): array(T)", (value: Value, items: Value[]) => [value, ...items]);

for (let count = 2; count <= 5; count++) {
  const letters = "TUVWX".slice(0, count).split("");
  scalar(
    `zip(${letters.map((letter) => `array(${letter})`).join(", ")}): array(row(${letters.join(", ")}))`,
    (...all: Value[][]) =>
      Array.from({ length: Math.max(...all.map(({ length }) => length)) }, (_, i) =>
        all.map((items) => items[i] ?? null),
      ),
  );
}

scalar("ngrams(array(T), integer): array(array(T))", (items: Value[], size: number) => {
  if (size <= 0) invalid("N must be positive");
  return Array.from({ length: Math.max(1, items.length - size + 1) }, (_, i) => items.slice(i, i + size));
});
scalar("combinations(array(T), integer): array(array(T))", (items: Value[], size: number) => {
  if (size < 0) invalid(`combination size must not be negative: ${size}`);
  if (size > 5) invalid(`combination size must not exceed 5: ${size}`);
  const chosen: Value[][] = [];
  // Those whose last element comes first, come first.
  const choose = (end: number, picked: Value[]): void => {
    if (picked.length === size) {
      if (chosen.push(picked) > 100_000) invalid("combinations exceed max size");
      return;
    }
    for (let i = size - picked.length - 1; i < end; i++) choose(i, [items[i]!, ...picked]);
  };
  choose(items.length, []);
  return chosen;
});

const MOST = 10000;

/** @param step adds one step to a value */
function steps<T extends number | bigint>(start: T, stop: T, forward: boolean, step: (index: number) => T): T[] {
  if (forward ? stop < start : stop > start)
    invalid(
      "sequence stop value should be greater than or equal to start value if step is greater than zero otherwise stop should be less than or equal to start",
    );
  const found: T[] = [];
  for (let i = 0; ; i++) {
    const value = step(i);
    if (forward ? value > stop : value < stop) return found;
    if (found.push(value) > MOST) invalid(`result of sequence function must not have more than ${MOST} entries`);
  }
}

const nonZero = <T extends number | bigint>(step: T, text = "step must not be zero"): T =>
  step === 0 || step === 0n ? invalid(text) : step;

const wholeSteps = (start: bigint, stop: bigint, step: bigint = stop >= start ? 1n : -1n): bigint[] =>
  steps(start, stop, nonZero(step) > 0n, (i) => start + BigInt(i) * step);
scalar("sequence(bigint, bigint): array(bigint)", (start: bigint, stop: bigint) => wholeSteps(start, stop));
scalar("sequence(bigint, bigint, bigint): array(bigint)", wholeSteps);

const DAY_MS = 86_400_000n;
const DAYS = "interval day to second";
const MONTHS = "interval year to month";
const zeroInterval = "interval must not be zero";

scalar("sequence(date, date): array(date)", (start: number, stop: number) =>
  steps(start, stop, stop >= start, (i) => start + (stop >= start ? i : -i)),
);
scalar(`sequence(date, date, ${DAYS}): array(date)`, (start: number, stop: number, step: bigint) => {
  if (step % DAY_MS !== 0n) invalid("sequence step must be a day interval if start and end values are dates");
  const days = Number(nonZero(step, zeroInterval) / DAY_MS);
  return steps(start, stop, days > 0, (i) => start + i * days);
});
scalar(`sequence(date, date, ${MONTHS}): array(date)`, (start: number, stop: number, step: number) =>
  steps(start, stop, nonZero(step, zeroInterval) > 0, (i) => addMonths(start, i * step)),
);
scalar(
  `sequence(timestamp(p), timestamp(p), ${DAYS}): array(timestamp(p))`,
  (start: bigint, stop: bigint, step: bigint) =>
    steps(start, stop, nonZero(step, zeroInterval) > 0n, (i) => start + BigInt(i) * step * 1000n),
);
const DAY_MICROS = DAY_MS * 1000n;
scalar(
  `sequence(timestamp(p), timestamp(p), ${MONTHS}): array(timestamp(p))`,
  (start: bigint, stop: bigint, step: number) => {
    const time = ((start % DAY_MICROS) + DAY_MICROS) % DAY_MICROS;
    const day = Number((start - time) / DAY_MICROS);
    return steps(
      start,
      stop,
      nonZero(step, zeroInterval) > 0,
      (i) => BigInt(addMonths(day, i * step)) * DAY_MICROS + time,
    );
  },
);
