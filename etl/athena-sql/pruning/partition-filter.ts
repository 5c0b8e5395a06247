/** Which partitions of a table a query reads. https://docs.aws.amazon.com/athena/latest/ug/partitions.html */
import { NO_PARTITION_VALUE } from "../../../aws/limits/glue-partitions";
import type { ColumnExpr, Expr } from "../analyze/plan";
import { SqlError } from "../syntax/error";
import { isWhole, VARCHAR, type Type } from "../types/type";
import { makeCast, textOf } from "../values/cast";
import { compilePartial, OPEN, type Answer, type Evaluate, type Resolve } from "./evaluate";
import type { TableScan } from "./scans";

/** What the conditions of a query leave of a table's partitions. Values are as the catalog has them, in the order of the keys. */
export interface PartitionFilter {
  /** places of the keys that conditions restrict */
  readonly keys: ReadonlySet<number>;
  /** whether rows of a partition can be in the result; a value that is undefined is not known yet */
  mayMatch(values: readonly (string | undefined)[]): boolean;
  /** the only values that a key may have, if conditions list them */
  named(key: number): readonly string[] | undefined;
}

interface Condition {
  readonly evaluate: Evaluate;
  readonly keys: ReadonlySet<number>;
  /** `key = constant` and `key IN (constants)`: the constants as text */
  readonly named: readonly string[] | undefined;
}

/** @param keys names of the table's partition keys */
export function partitionFilter(scan: TableScan, keys: readonly string[]): PartitionFilter {
  const columns = keys.map((key) => scan.columns.findIndex(({ name }) => name?.toLowerCase() === key.toLowerCase()));
  const types = columns.map((column) => scan.columns[column]!.type);
  const places = new Map(columns.map((column, place) => [column, place]));
  const reader = new Reader(scan, places);
  const conditions = scan.conditions.flatMap((condition) => reader.condition(condition) ?? []);
  const read = types.map(valueReader);
  return {
    keys: new Set(conditions.flatMap((condition) => [...condition.keys])),
    mayMatch: (values) => {
      const known = values.map((value, place): Answer => (value === undefined ? OPEN : read[place]!(value)));
      return conditions.every(({ evaluate }) => {
        const met = evaluate(known);
        return met === OPEN || met === true;
      });
    },
    named: (key) => conditions.find((one) => one.named !== undefined && one.keys.has(key))?.named,
  };
}

/** The filter of somebody who reads everything. */
export const EVERY_PARTITION: PartitionFilter = {
  keys: new Set(),
  mayMatch: () => true,
  named: () => undefined,
};

/** A value of the catalog as one of SQL; open if it is none of the key's type, of which the query says more when it reads it. */
function valueReader(type: Type): (text: string) => Answer {
  const cast = type.kind === "varchar" ? (text: string) => text : makeCast(VARCHAR, type);
  return (text) => {
    if (text === NO_PARTITION_VALUE) return null;
    try {
      return cast(text);
    } catch (error) {
      if (error instanceof SqlError) return OPEN;
      throw error;
    }
  };
}

/** Types of which equal values are the same to every function. */
const EXCHANGEABLE = new Set<Type["kind"]>([
  "varchar",
  "tinyint",
  "smallint",
  "integer",
  "bigint",
  "date",
  "timestamp",
  "boolean",
]);

/** Reads conditions as what they say of the partition keys. */
class Reader {
  /** columns that are equal in every row that matters, by their names */
  private readonly equal = new Map<string, ColumnExpr[]>();

  constructor(
    private readonly scan: TableScan,
    private readonly places: ReadonlyMap<number, number>,
  ) {
    for (const condition of scan.conditions) {
      if (condition.kind !== "compare" || condition.operator !== "=") continue;
      const { left, right } = condition;
      if (left.kind !== "column" || right.kind !== "column" || !EXCHANGEABLE.has(left.type.kind)) continue;
      this.equal.set(nameOf(left), [...(this.equal.get(nameOf(left)) ?? []), right]);
      this.equal.set(nameOf(right), [...(this.equal.get(nameOf(right)) ?? []), left]);
    }
  }

  /** Undefined for one that says nothing of the keys. */
  condition(condition: Expr): Condition | undefined {
    const keys = new Set<number>();
    const evaluate = compilePartial(condition, this.resolver(keys, new Set()));
    // A constant leaves all partitions, or none.
    if (keys.size === 0 && evaluate([]) === OPEN) return undefined;
    return { evaluate, keys, named: keys.size === 1 ? this.named(condition) : undefined };
  }

  private resolver(keys: Set<number>, passed: ReadonlySet<string>): Resolve {
    return (column, compile) => {
      if (column.relation === this.scan.relation) {
        const place = this.places.get(column.index);
        if (place === undefined) return undefined;
        keys.add(place);
        return (known) => known[place] ?? (place in known ? null : OPEN);
      }
      const outputs = this.scan.path.get(column.relation);
      if (outputs !== undefined) {
        const expr = outputs(column.index);
        return expr && compile(expr);
      }
      const name = nameOf(column);
      const others = (this.equal.get(name) ?? []).filter((other) => !passed.has(nameOf(other)));
      for (const other of others) {
        const before = keys.size;
        const evaluate = compilePartial(other, this.resolver(keys, new Set([...passed, name])));
        if (keys.size > before || evaluate([]) !== OPEN) return evaluate;
      }
      return undefined;
    };
  }

  private named(condition: Expr): readonly string[] | undefined {
    if (condition.kind === "compare" && condition.operator === "=")
      return this.constants(condition.left, [condition.right]) ?? this.constants(condition.right, [condition.left]);
    return condition.kind === "in" ? this.constants(condition.operand, condition.items) : undefined;
  }

  private constants(key: Expr, items: readonly Expr[]): readonly string[] | undefined {
    const column = key.kind === "cast" ? key.operand : key;
    if (column.kind !== "column" || column.relation !== this.scan.relation) return undefined;
    // Converted to another kind of type, a value has another text.
    if (column.type.kind !== key.type.kind && !(isWhole(column.type) && isWhole(key.type))) return undefined;
    const text = textOf(column.type) as (value: unknown) => string;
    const texts: string[] = [];
    for (const item of items) {
      const value = compilePartial(item, () => undefined)([]);
      if (value === OPEN) return undefined;
      if (value !== null) texts.push(text(value));
    }
    return texts;
  }
}

const nameOf = ({ relation, index }: ColumnExpr): string => `${relation}.${index}`;
