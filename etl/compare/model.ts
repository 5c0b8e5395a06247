/** Two tables of one shape compared: what is known of them, and what came out. */

/** A table as the catalog has it; columns in order, partition keys behind them. Types are Hive's, in lower case. */
export interface ComparedTable {
  readonly database: string;
  readonly name: string;
  readonly columns: readonly { readonly name: string; readonly type: string }[];
}

/** The table of before, or that of after. */
export type Side = "before" | "after";

/** A value of a result that JSON can hold: whole numbers beyond 2^53 and what is no number in JSON as text. */
export type Cell = string | number | boolean | null;

/** What a row was found by. */
export interface RowKey {
  readonly [column: string]: Cell;
}

/** A column's values on one side. */
export interface Distribution {
  /** rows that have a value */
  values: number;
  nulls: number;
  min: Cell;
  max: Cell;
  /** of numbers */
  mean?: number;
  /** of numbers: the standard deviation of all values */
  deviation?: number;
  /** of numbers: values in equal steps from the smallest to the largest value of both sides */
  bins?: { from: number; to: number; counts: number[] };
  /** of texts and booleans: the values that occur most, and how often */
  top?: { value: Cell; count: number }[];
}

/** A column in which rows of the same key may differ. */
export interface ColumnDifference {
  name: string;
  /** rows of the same key that differ in it */
  differ: number;
  /** of these, those that have a value before alone, and after alone */
  onlyBefore: number;
  onlyAfter: number;
  examples: { key: RowKey; before: Cell; after: Cell }[];
  /** of numbers: the largest difference */
  largest?: number;
  /** types of both sides, if they differ, and what both are compared as */
  types?: { before: string; after: string; comparedAs: string };
  /** the one side that has the column; then it is not compared */
  side?: Side;
  distribution?: { before?: Distribution; after?: Distribution };
}

/** Rows that are not the same, of one device and day. A member is absent if rows have no such column. */
export interface GroupDifference {
  device?: Cell;
  /** `yyyy-MM-dd` */
  day?: Cell;
  differ: number;
  onlyBefore: number;
  onlyAfter: number;
}

/** Rows by what became of them: before = both + differ + onlyBefore, after = both + differ + onlyAfter. */
export interface RowCounts {
  /** the same on both sides, as often */
  both: number;
  /** on both sides with the same key, and other values */
  differ: number;
  onlyBefore: number;
  onlyAfter: number;
}

/** What a comparison of two tables found. */
export interface TableComparison {
  /** columns that rows were matched by */
  key: string[];
  rows: RowCounts;
  /** rows that each side has */
  totals: { before: number; after: number };
  /** rows that share their key with another row of their side */
  repeated: { before: number; after: number };
  /** in the order of the tables; those of one side behind */
  columns: ColumnDifference[];
  /** columns that were left out, and why */
  leftOut: { name: string; why: string }[];
  /** those with the most rows that are not the same */
  groups: GroupDifference[];
  /** what the other groups have together */
  otherGroups: { groups: number; differ: number; onlyBefore: number; onlyAfter: number };
  /** keys of rows that one side alone has */
  examples: { onlyBefore: RowKey[]; onlyAfter: RowKey[] };
}
