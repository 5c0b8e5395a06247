/** Equality, identity and order of values, as Trino has them for each type. */
import type { Type } from "../types/type";
import type { MapValue, ZonedValue } from "./value";
import { type Value } from "./value";
import { floorMod } from "./whole";

/** `=` of two values that are not NULL: null where a NULL inside leaves it open. */
// A comparison knows what it gets by the type it was made for.
// eslint-disable-next-line @typescript-eslint/no-explicit-any
export type Equal = (a: any, b: any) => boolean | null;
// eslint-disable-next-line @typescript-eslint/no-explicit-any
export type Compare = (a: any, b: any) => number;

/** The `=` of a type. */
export function equalOf(type: Type): Equal {
  switch (type.kind) {
    case "array": {
      const element = nullableEqual(equalOf(type.element));
      return (a: Value[], b: Value[]) =>
        a.length === b.length ? every(a.map((item, i) => element(item, b[i]!))) : false;
    }
    case "row": {
      const fields = type.fields.map((field) => nullableEqual(equalOf(field.type)));
      return (a: Value[], b: Value[]) => every(fields.map((equal, i) => equal(a[i]!, b[i]!)));
    }
    case "map": {
      const key = identityOf(type.key);
      const value = nullableEqual(equalOf(type.value));
      return (a: MapValue, b: MapValue) => {
        if (a.entries.length !== b.entries.length) return false;
        const others = new Map(b.entries.map(([k, v]) => [key(k), v]));
        return every(
          a.entries.map(([k, v]) => {
            const id = key(k);
            return others.has(id) ? value(v, others.get(id)!) : false;
          }),
        );
      };
    }
    case "timestamp with time zone":
    case "time with time zone":
      return (a: ZonedValue, b: ZonedValue) => instantOf(type, a) === instantOf(type, b);
    case "varbinary":
      return (a: Uint8Array, b: Uint8Array) => Buffer.compare(a, b) === 0;
    default:
      return (a: Value, b: Value) => a === b;
  }
}

function nullableEqual(equal: Equal): Equal {
  return (a: Value, b: Value) => (a === null || b === null ? null : equal(a, b));
}

/** AND of three values. */
function every(results: readonly (boolean | null)[]): boolean | null {
  if (results.includes(false)) return false;
  return results.includes(null) ? null : true;
}

/** An instant, or the time of day that a clock in UTC shows. */
export function instantOf(type: Type, { instant, zone }: ZonedValue): bigint {
  if (type.kind !== "time with time zone" || zone === "UTC") return instant;
  const [, sign, hours, minutes] = /^([+-])(\d\d):(\d\d)$/.exec(zone)!;
  const minute = type.precision > 6 ? 60_000_000_000_000n : 60_000_000n;
  const shift = BigInt(Number(hours) * 60 + Number(minutes)) * (sign === "-" ? -minute : minute);
  return floorMod(instant - shift, minute * 1440n);
}

/** A text that two values share exactly when they are not distinct (NULL is NULL, NaN is NaN); for sets and keys. */
export function identityOf(type: Type): (value: Value) => string {
  switch (type.kind) {
    case "array": {
      const element = identityOf(type.element);
      return (value) => (value === null ? "∅" : `[${(value as Value[]).map((item) => quote(element(item))).join()}]`);
    }
    case "row": {
      const fields = type.fields.map((field) => identityOf(field.type));
      return (value) =>
        value === null ? "∅" : `(${fields.map((field, i) => quote(field((value as Value[])[i]!))).join()})`;
    }
    case "map": {
      const [key, item] = [identityOf(type.key), identityOf(type.value)];
      return (value) =>
        value === null
          ? "∅"
          : `{${(value as MapValue).entries
              .map(([k, v]) => `${quote(key(k))}:${quote(item(v))}`)
              .sort()
              .join()}}`;
    }
    case "timestamp with time zone":
    case "time with time zone":
      return (value) => (value === null ? "∅" : String(instantOf(type, value as ZonedValue)));
    case "varbinary":
      return (value) => (value === null ? "∅" : Buffer.from(value as Uint8Array).toString("hex"));
    case "varchar":
    case "char":
    case "json":
      return (value) => (value === null ? "∅" : `'${value as string}`);
    default:
      return (value) => (value === null ? "∅" : Object.is(value, -0) ? "0" : String(value));
  }
}

const quote = (text: string): string => JSON.stringify(text);

/** The order of values that are not NULL. @param nan where NaN stands: 1 behind all others, -1 before them */
export function compareOf(type: Type, nan: 1 | -1 = 1): Compare {
  switch (type.kind) {
    case "array": {
      const element = compareOf(type.element, nan);
      return (a: Value[], b: Value[]) => {
        for (let i = 0; i < Math.min(a.length, b.length); i++) {
          const order = element(notNull(a[i]!, "ARRAY"), notNull(b[i]!, "ARRAY"));
          if (order !== 0) return order;
        }
        return a.length - b.length;
      };
    }
    case "row": {
      const fields = type.fields.map((field) => compareOf(field.type, nan));
      return (a: Value[], b: Value[]) => {
        for (const [i, field] of fields.entries()) {
          const order = field(notNull(a[i]!, "ROW"), notNull(b[i]!, "ROW"));
          if (order !== 0) return order;
        }
        return 0;
      };
    }
    case "timestamp with time zone":
    case "time with time zone":
      return (a: ZonedValue, b: ZonedValue) => sign(instantOf(type, a), instantOf(type, b));
    case "varbinary":
      return (a: Uint8Array, b: Uint8Array) => Buffer.compare(a, b);
    case "varchar":
    case "char":
      return compareText;
    case "real":
    case "double":
      return (a: number, b: number) => {
        if (Number.isNaN(a)) return Number.isNaN(b) ? 0 : nan;
        if (Number.isNaN(b)) return -nan;
        return sign(a, b);
      };
    default:
      return sign as Compare;
  }
}

function sign(a: number | bigint | boolean, b: number | bigint | boolean): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** By code points, as UTF-8 bytes compare. */
export function compareText(a: string, b: string): number {
  const length = Math.min(a.length, b.length);
  for (let i = 0; i < length; i++) {
    const [x, y] = [a.charCodeAt(i), b.charCodeAt(i)];
    if (x === y) continue;
    // A surrogate stands for a character beyond all others.
    const [high, low] = [x >= 0xd800 && x <= 0xdfff, y >= 0xd800 && y <= 0xdfff];
    return high === low ? x - y : high ? 1 : -1;
  }
  return a.length - b.length;
}

function notNull(value: Value, type: string): Value {
  if (value === null) throw new NullInside(type);
  return value;
}

/** A comparison met a NULL inside an array or a row, which has no order. */
export class NullInside extends Error {
  constructor(readonly type: string) {
    super(`${type} comparison not supported for arrays with null elements`);
  }
}
