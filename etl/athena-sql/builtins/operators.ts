/** Operators are functions, too: `$add` and its kin are chosen among their overloads as functions are. */
import { SqlError } from "../syntax/error";
import { decimalResult } from "../types/coerce";
import { type Type, type TypeOf } from "../types/type";
import { addMonths, localOf, MICROS_PER_DAY, zonedOf } from "../values/datetime";
import { instantOf } from "../values/compare";
import { ZonedValue } from "../values/value";
import { divideHalfUp, floorDiv, floorMod, powerOf10 } from "../values/whole";
import { native, scalar, type CallTypes } from "./registry";

const WHOLE = ["bigint", "integer", "smallint", "tinyint"] as const;

for (const type of [...WHOLE, "double", "real"]) {
  for (const name of ["$add", "$subtract", "$multiply", "$divide", "$modulus"])
    native(`${name}(${type}, ${type}): ${type}`);
  native(`$negate(${type}): ${type}`);
  native(`$plus(${type}): ${type}`);
}

type Decimal = TypeOf<"decimal">;

function decimalOperands({ bindings }: CallTypes): [Decimal, Decimal] {
  const { numbers } = bindings;
  const of = (p: string, s: string): Decimal => ({
    kind: "decimal",
    precision: numbers.get(p)!,
    scale: numbers.get(s)!,
  });
  return [of("p", "s"), of("q", "t")];
}

const result =
  (operator: string) =>
  (types: CallTypes): Type => {
    const [a, b] = decimalOperands(types);
    const found = decimalResult(operator, a, b);
    if (found === undefined)
      throw new SqlError(
        "INVALID_ARGUMENTS",
        `DECIMAL scale must be in range [0, precision (${Math.min(38, a.precision + b.precision)})]: ${a.scale + b.scale}`,
      );
    return found;
  };

const LIMIT = powerOf10(38);

/** @throws SqlError for more than 38 digits */
function checked(value: bigint): bigint {
  if (value >= LIMIT || value <= -LIMIT) throw new SqlError("NUMERIC_VALUE_OUT_OF_RANGE", "Decimal overflow");
  return value;
}

const divisionByZero = (): never => {
  throw new SqlError("DIVISION_BY_ZERO", "Division by zero");
};

function decimalOperator(
  name: string,
  operator: string,
  make: (a: Decimal, b: Decimal, result: Decimal) => (x: bigint, y: bigint) => bigint,
): void {
  scalar(`${name}(decimal(p,s), decimal(q,t)): decimal`, undefined, {
    result: result(operator),
    make: (types) => {
      const [a, b] = decimalOperands(types);
      return make(a, b, types.result as Decimal);
    },
  });
}

for (const [name, operator, sign] of [
  ["$add", "+", 1n],
  ["$subtract", "-", -1n],
] as const)
  decimalOperator(name, operator, (a, b, to) => {
    const [left, right] = [powerOf10(to.scale - a.scale), powerOf10(to.scale - b.scale) * sign];
    return (x, y) => checked(x * left + y * right);
  });
decimalOperator("$multiply", "*", () => (x, y) => checked(x * y));
decimalOperator("$divide", "/", (a, b, to) => {
  const factor = powerOf10(to.scale - a.scale + b.scale);
  return (x, y) => (y === 0n ? divisionByZero() : checked(divideHalfUp(x * factor, y)));
});
for (const name of ["$modulus", "mod"])
  decimalOperator(name, "%", (a, b, to) => {
    const [left, right] = [powerOf10(to.scale - a.scale), powerOf10(to.scale - b.scale)];
    return (x, y) => (y === 0n ? divisionByZero() : (x * left) % (y * right));
  });
scalar("$negate(decimal(p,s)): decimal(p,s)", (x: bigint) => -x);

// Dates and times with intervals. https://trino.io/docs/current/functions/datetime.html#date-and-time-operators

const DAY_MS = 86_400_000n;

function dateByDays(days: number, millis: bigint): number {
  if (millis % DAY_MS !== 0n)
    throw new SqlError("INVALID_FUNCTION_ARGUMENT", "Cannot add hour, minutes or seconds to a date");
  return days + Number(millis / DAY_MS);
}

function timestampByMonths(micros: bigint, months: number): bigint {
  const days = floorDiv(micros, MICROS_PER_DAY);
  return BigInt(addMonths(Number(days), months)) * MICROS_PER_DAY + (micros - days * MICROS_PER_DAY);
}

const zonedByMonths = (value: ZonedValue, months: number): ZonedValue =>
  zonedOf(timestampByMonths(localOf(value), months), value.zone);
const zonedByMillis = ({ instant, zone }: ZonedValue, millis: bigint): ZonedValue =>
  new ZonedValue(instant + millis * 1000n, zone);

const DAYS = "interval day to second";
const MONTHS = "interval year to month";

/** A timestamp has at least milliseconds after an interval was added to it. */
const atLeastMillis = ({ args }: CallTypes): Type => {
  const type = args.find(({ kind }) => kind.startsWith("time")) as TypeOf<"timestamp">;
  return { ...type, precision: Math.max(3, type.precision) };
};

interface Shift {
  readonly type: string;
  readonly interval: string;
  // Values are named by the types of the signature.
  // eslint-disable-next-line @typescript-eslint/no-explicit-any
  readonly by: (value: any, interval: any) => any;
  readonly result?: (types: CallTypes) => Type;
}

const SHIFTS: Shift[] = [
  { type: "date", interval: DAYS, by: dateByDays },
  { type: "date", interval: MONTHS, by: addMonths },
  {
    type: "timestamp(p)",
    interval: DAYS,
    by: (value: bigint, millis: bigint) => value + millis * 1000n,
    result: atLeastMillis,
  },
  { type: "timestamp(p)", interval: MONTHS, by: timestampByMonths },
  { type: "timestamp(p) with time zone", interval: DAYS, by: zonedByMillis, result: atLeastMillis },
  { type: "timestamp(p) with time zone", interval: MONTHS, by: zonedByMonths },
  {
    type: "time(p)",
    interval: DAYS,
    by: (value: bigint, millis: bigint) => floorMod(value + millis * 1000n, MICROS_PER_DAY),
    result: atLeastMillis,
  },
  {
    type: "time(p) with time zone",
    interval: DAYS,
    by: ({ instant, zone }: ZonedValue, millis: bigint) =>
      new ZonedValue(floorMod(instant + millis * 1000n, MICROS_PER_DAY), zone),
    result: atLeastMillis,
  },
];

for (const { type, interval, by, result: resultOf } of SHIFTS) {
  const options = resultOf === undefined ? {} : { result: resultOf };
  scalar(`$add(${type}, ${interval}): ${type}`, by, options);
  scalar(`$add(${interval}, ${type}): ${type}`, (i, value) => by(value, i), options);
  scalar(`$subtract(${type}, ${interval}): ${type}`, (value, i: bigint | number) => by(value, -i), options);
}

const utcTime = (value: ZonedValue): bigint => instantOf({ kind: "time with time zone", precision: 6 }, value);
scalar(
  "$on_date(date, time(p)): timestamp(p)",
  (days: number, micros: bigint) => BigInt(days) * MICROS_PER_DAY + micros,
);
scalar(
  "$on_date(date, time(p) with time zone): timestamp(p) with time zone",
  (days: number, value: ZonedValue) => new ZonedValue(BigInt(days) * MICROS_PER_DAY + utcTime(value), value.zone),
);
scalar(`$subtract(date, date): ${DAYS}`, (a: number, b: number) => BigInt(a - b) * DAY_MS);
scalar(`$subtract(timestamp(p), timestamp(p)): ${DAYS}`, (a: bigint, b: bigint) => divideHalfUp(a - b, 1000n));
scalar(`$subtract(timestamp(p) with time zone, timestamp(p) with time zone): ${DAYS}`, (a: ZonedValue, b: ZonedValue) =>
  divideHalfUp(a.instant - b.instant, 1000n),
);
scalar(`$subtract(time(p), time(p)): ${DAYS}`, (a: bigint, b: bigint) => divideHalfUp(a - b, 1000n));
scalar(`$subtract(time(p) with time zone, time(p) with time zone): ${DAYS}`, (a: ZonedValue, b: ZonedValue) =>
  divideHalfUp(utcTime(a) - utcTime(b), 1000n),
);
/** @throws SqlError for a factor that is no number */
const factor = (by: number, verb: string): number => {
  if (Number.isNaN(by)) throw new SqlError("INVALID_FUNCTION_ARGUMENT", `Cannot ${verb} by double NaN`);
  return by;
};
scalar(`$add(${DAYS}, ${DAYS}): ${DAYS}`, (a: bigint, b: bigint) => a + b);
scalar(`$subtract(${DAYS}, ${DAYS}): ${DAYS}`, (a: bigint, b: bigint) => a - b);
scalar(`$multiply(${DAYS}, bigint): ${DAYS}`, (a: bigint, b: bigint) => a * b);
scalar(`$multiply(${DAYS}, double): ${DAYS}`, (a: bigint, b: number) =>
  BigInt(Math.trunc(Number(a) * factor(b, "multiply"))),
);
scalar(`$multiply(bigint, ${DAYS}): ${DAYS}`, (a: bigint, b: bigint) => a * b);
scalar(`$multiply(double, ${DAYS}): ${DAYS}`, (a: number, b: bigint) =>
  BigInt(Math.trunc(factor(a, "multiply") * Number(b))),
);
scalar(`$divide(${DAYS}, double): ${DAYS}`, (a: bigint, b: number) =>
  b === 0 ? divisionByZero() : BigInt(Math.trunc(Number(a) / factor(b, "divide"))),
);
scalar(`$negate(${DAYS}): ${DAYS}`, (a: bigint) => -a);
scalar(`$add(${MONTHS}, ${MONTHS}): ${MONTHS}`, (a: number, b: number) => a + b);
scalar(`$subtract(${MONTHS}, ${MONTHS}): ${MONTHS}`, (a: number, b: number) => a - b);
scalar(`$multiply(${MONTHS}, bigint): ${MONTHS}`, (a: number, b: bigint) => a * Number(b));
scalar(`$multiply(${MONTHS}, double): ${MONTHS}`, (a: number, b: number) => Math.trunc(a * factor(b, "multiply")));
scalar(`$multiply(bigint, ${MONTHS}): ${MONTHS}`, (a: bigint, b: number) => Number(a) * b);
scalar(`$multiply(double, ${MONTHS}): ${MONTHS}`, (a: number, b: number) => Math.trunc(factor(a, "multiply") * b));
scalar(`$divide(${MONTHS}, double): ${MONTHS}`, (a: number, b: number) =>
  b === 0 ? divisionByZero() : Math.trunc(a / factor(b, "divide")),
);
scalar(`$negate(${MONTHS}): ${MONTHS}`, (a: number) => -a);

native("$subscript(array(T), bigint): T");
native("$subscript(map(K,V), K): V");
