/** The table of functions that an expression may call. */
import type { Node } from "./ast";
import type { Value } from "./values";

/**
 * What a function yields when it yields anything but Undefined: "Same" is the type of its first argument, "Widest" Decimal as
 * soon as one argument is.
 */
export type ResultType = "Int" | "Decimal" | "Same" | "Widest" | "String" | "Boolean" | "Any";

/** A function: its arguments, its result and what it computes. */
export interface FunctionSpec<C = unknown> {
  /** least and greatest number of arguments */
  readonly min: number;
  readonly max: number;
  /** how it is written, for messages: `trunc(x, n)` */
  readonly signature: string;
  readonly result: ResultType;
  /** of result "Any": whether a whole number that comes out is a Decimal all the same, to a division of whole numbers */
  yieldsDecimal?(args: readonly Value[]): boolean;
  /** what every argument must be, or become, for a value to come out: a number, or a text; absent: anything goes */
  readonly takes?: "numbers" | "texts";
  /** `context` is what the compiled expression was called with */
  evaluate(args: readonly Value[], context: C): Value;
  /** what `evaluate` does for one argument, or for two, without a list of them: for functions that are called in numbers */
  readonly ofOne?: (x: Value) => Value;
  readonly ofTwo?: (a: Value, b: Value) => Value;
  /** it is answered outside of the expression, and may have to be waited for */
  readonly external?: boolean;
  /** the last argument is the ARN of a role, written out */
  readonly lastIsRole?: boolean;
  /** looks at the arguments when the expression is checked, and says what is wrong with them */
  check?(args: readonly Node[]): string | undefined;
}

/** Lower-case name to function. */
export type FunctionTable<C = unknown> = ReadonlyMap<string, FunctionSpec<C>>;

/** A table from an object; later tables win. */
export function functionTable<C>(...parts: Iterable<readonly [string, FunctionSpec<C>]>[]): FunctionTable<C> {
  return new Map(parts.flatMap((part) => [...part].map(([name, spec]) => [name.toLowerCase(), spec] as const)));
}
