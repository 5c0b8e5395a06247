/**
 * The functions of Trino that statements may call.
 *
 * To add a scalar function, write one line in the file of its family:
 *
 *     scalar("split_part(varchar(x), varchar(y), bigint): varchar(x)", (text: string, by: string, index: bigint) => ...)
 *
 * The signature is Trino's, from `SHOW FUNCTIONS` or its documentation: capital letters are types, small letters in parentheses are
 * lengths, `T...` is any number of arguments, `function(T,U)` is a lambda, ` where T orderable` behind the result limits a letter. Several
 * signatures of one name are overloads. The implementation is pure: it gets values as values/value.ts describes them, never NULL unless
 * `calledOnNull` is set, gives null for NULL, and fails by `throw new SqlError(code, text)` in Trino's words. Where it needs to know the
 * types (to compare elements, to print them), give `make`, which gets the argument types and the result's, in place of `run`.
 *
 * A scalar whose DuckDB function means exactly the same needs no implementation here: `native(signature)`, and its SQL in
 * local/athena/native/. So do functions that take a lambda, for DuckDB evaluates the lambda.
 *
 * An aggregate is `aggregate(signature, (rows) => value)`: it gets the arguments of all rows, NULLs included unless `skipNull`, and none at
 * all for an empty group. `nativeAggregate(signature)` leaves it to local/athena/native/.
 */
import { formatType, type Type, type TypeOf } from "../types/type";
import { MICRO_DIGITS, toMicros, toPicos } from "../values/datetime";
import { ZonedValue, type Value } from "../values/value";
import { parseSignature, type Bindings, type Signature } from "./signature";

export type FunctionKind = "scalar" | "aggregate" | "window";

// Implementations name the values they take (string, bigint, ...); what they are given is checked by the signature.
// eslint-disable-next-line @typescript-eslint/no-explicit-any
export type Run = (...args: any[]) => Value;

/** What `make` gets. */
export interface CallTypes {
  readonly args: readonly Type[];
  readonly result: Type;
  readonly bindings: Bindings;
}

/** What else there is to say of a function. */
export interface FunctionOptions {
  /** the implementation also gets NULLs */
  calledOnNull?: boolean;
  make?: (types: CallTypes) => Run;
  /** the result's type, where the signature cannot say it */
  result?: (types: CallTypes) => Type;
  /** of an aggregate: rows in which the first argument is NULL are left out */
  skipNull?: boolean;
  /** takes and gives times with more than six digits of a second in picoseconds, as they are */
  exact?: boolean;
  /** may give another value each time */
  volatile?: boolean;
}

/** A function with one signature. */
export interface FunctionDeclaration extends FunctionOptions {
  readonly kind: FunctionKind;
  readonly signature: Signature;
  /** absent of what is implemented in DuckDB's SQL */
  readonly run?: Run;
}

/** A function chosen for a call. */
export interface BoundFunction {
  readonly declaration: FunctionDeclaration;
  readonly name: string;
  /** the types that the arguments are converted to */
  readonly args: readonly Type[];
  readonly result: Type;
  readonly bindings: Bindings;
}

const byName = new Map<string, FunctionDeclaration[]>();

function add(kind: FunctionKind, text: string, run: Run | undefined, options: FunctionOptions): void {
  const signature = parseSignature(text);
  const known = byName.get(signature.name) ?? [];
  known.push({ kind, signature, ...options, ...(run === undefined ? {} : { run }) });
  byName.set(signature.name, known);
}

/** Registers a scalar function with its implementation. */
export function scalar(signature: string, run: Run | undefined, options: FunctionOptions = {}): void {
  add("scalar", signature, run, options);
}

/** Registers a scalar function that local/athena/native/ has in DuckDB's SQL. */
export function native(signature: string, options: FunctionOptions = {}): void {
  add("scalar", signature, undefined, options);
}

/** Registers an aggregate: `run` gets the rows of a group, each the list of its arguments. */
export function aggregate(
  signature: string,
  run: ((rows: Value[][], types: CallTypes) => Value) | undefined,
  options: FunctionOptions = {},
): void {
  add("aggregate", signature, undefined, {
    ...options,
    ...(run && { make: (types: CallTypes) => (rows: Value[][]) => run(rows, types) }),
  });
}

/** Registers an aggregate that local/athena/native/ has in DuckDB's SQL. */
export function nativeAggregate(signature: string, options: FunctionOptions = {}): void {
  add("aggregate", signature, undefined, options);
}

/** Registers a function that only OVER can call. */
export function windowFunction(signature: string, options: FunctionOptions = {}): void {
  add("window", signature, undefined, options);
}

/** The overloads of a name. */
export function declarationsOf(name: string): readonly FunctionDeclaration[] {
  return byName.get(name) ?? [];
}

/** What is called like a function and is part of the language. */
const FORMS =
  "cast coalesce current_date current_time current_timestamp extract grouping if localtime localtimestamp now nullif position row try try_cast typeof unnest".split(
    " ",
  );

/** The names that statements may call, in order. */
export function functionNames(): string[] {
  return [...new Set([...byName.keys(), ...FORMS])].filter((name) => !name.startsWith("$")).sort();
}

/** The implementation of a call; undefined where DuckDB's SQL has it. */
export function implementationOf({ declaration, args, result, bindings }: BoundFunction): Run | undefined {
  const run = declaration.make?.({ args, result, bindings }) ?? declaration.run;
  return run === undefined || declaration.exact === true ? run : inMicros(run, { declaration, args, result });
}

const TIMES = new Set(["time", "time with time zone", "timestamp", "timestamp with time zone"]);
/** Functions whose result has the finer digits of their argument. */
const KEEPS = new Set(["$add", "$subtract", "date_add", "at_timezone", "with_timezone", "$on_date", "sequence"]);

/**
 * Implementations take times in microseconds: those of a type with more digits of a second are given to them without the finer digits, and
 * get them back where the time is only moved.
 */
function inMicros(
  run: Run,
  { declaration, args, result }: Pick<BoundFunction, "declaration" | "args" | "result">,
): Run {
  const isFine = (type: Type): boolean => TIMES.has(type.kind) && (type as TypeOf<"time">).precision > MICRO_DIGITS;
  const { parameters } = declaration.signature;
  const named = (i: number): boolean => {
    const pattern = parameters[Math.min(i, parameters.length - 1)]!;
    return "name" in pattern && TIMES.has(pattern.name);
  };
  const fine = args.map((type, i) => isFine(type) && named(i));
  if (!fine.includes(true)) return run;
  const many = result.kind === "array" && isFine(result.element);
  const resultNamed = "name" in declaration.signature.result && (isFine(result) || many);
  const first = fine.indexOf(true);
  return (...values: Value[]) => {
    const given = values.map((value, i) => (fine[i] ? moved(value, (instant) => toMicros(instant, 12)) : value));
    const value = run(...given);
    if (!resultNamed) return value;
    const source = values[first] as bigint | ZonedValue;
    const instant = typeof source === "bigint" ? source : source.instant;
    const rest = KEEPS.has(declaration.signature.name) ? instant - toPicos(toMicros(instant, 12), 0) : 0n;
    const finer = (one: Value): Value => moved(one, (micros) => toPicos(micros, 0) + rest);
    return many && Array.isArray(value) ? value.map(finer) : finer(value);
  };
}

function moved(value: Value, move: (instant: bigint) => bigint): Value {
  if (value instanceof ZonedValue) return new ZonedValue(move(value.instant), value.zone);
  return typeof value === "bigint" ? move(value) : value;
}

export { formatType };
