import type { NodeOf } from "../syntax/ast";
import { SqlError } from "../syntax/error";
import { checkPrecision } from "../types/resolve";
import {
  BIGINT,
  DATE,
  DAY_TO_SECOND,
  decimal,
  DOUBLE,
  INTEGER,
  time,
  timestamp,
  timestampTz,
  varchar,
  YEAR_TO_MONTH,
  type Type,
} from "../types/type";
import { localIn, ofPicos, parseDate, parseInterval, parseTime, parseTimestamp, zonedIn } from "../values/datetime";
import { ZonedValue, type Value } from "../values/value";
import { zoneOfOffset } from "../values/zone";
import type { ExprOf } from "./plan";

type Literal = ExprOf<"literal">;
const literal = (type: Type, value: Value): Literal => ({ kind: "literal", type, value });

/** A number as integer, bigint, decimal or double. @throws SqlError beyond their ranges */
export function numberLiteral({ form, text, at }: NodeOf<"number">): Literal {
  const invalid = (): never => fail(`Invalid numeric literal: ${text}`, at);
  if (form === "double") return Number.isFinite(Number(text)) ? literal(DOUBLE, Number(text)) : invalid();
  if (form === "integer") {
    const value = BigInt(text);
    if (value > 9223372036854775807n || value < -9223372036854775808n) return invalid();
    const small = value <= 2147483647n && value >= -2147483648n;
    return small ? literal(INTEGER, Number(value)) : literal(BIGINT, value);
  }
  return decimalLiteral(text) ?? fail(`'${text}' is not a valid decimal literal`, at);
}

/** Undefined for what is no decimal of at most 38 digits. */
export function decimalLiteral(text: string): Literal | undefined {
  const match = /^([+-]?)0*(\d*)(?:\.(\d*))?$/.exec(text);
  if (match === null || !/\d/.test(text)) return undefined;
  const [, sign = "", whole = "", fraction = ""] = match;
  const precision = Math.max(1, whole.length + fraction.length);
  if (precision > 38) return undefined;
  const value = BigInt(whole + fraction || "0");
  return literal(decimal(precision, fraction.length), sign === "-" ? -value : value);
}

/** A text as varchar of its length. */
export function stringLiteral(value: string): Literal {
  return literal(varchar([...value].length), value);
}

/** `INTERVAL '1' DAY`. @throws SqlError */
export function intervalLiteral(node: NodeOf<"interval">): Literal {
  const { value, from, to, sign, at } = node;
  const parsed = parseInterval(value, from, to);
  if (parsed === undefined) return fail(`'${value}' is not a valid INTERVAL literal`, at);
  const months = from === "YEAR" || from === "MONTH";
  return months ? literal(YEAR_TO_MONTH, sign * Number(parsed)) : literal(DAY_TO_SECOND, BigInt(sign) * parsed);
}

/** `DATE '...'`, `TIMESTAMP '...'`, `TIME '...'`, `DECIMAL '...'`; undefined for types whose literal is a cast. */
export function typedLiteral({ type, value, at }: NodeOf<"typed">): Literal | undefined {
  const invalid = (): never => fail(`'${value}' is not a valid ${type} literal`, at);
  switch (type) {
    case "date":
      return literal(DATE, parseDate(value) ?? invalid());
    case "char":
      return literal({ kind: "char", length: [...value].length }, value.replace(/ +$/, ""));
    case "decimal":
      return decimalLiteral(value.trim()) ?? invalid();
    case "time": {
      const parsed = parseTime(value) ?? invalid();
      checkPrecision("time", parsed.precision, at);
      const local = ofPicos(parsed.picos, parsed.precision);
      if (parsed.offset === undefined) return literal(time(parsed.precision), local);
      return literal(
        { kind: "time with time zone", precision: parsed.precision },
        new ZonedValue(local, zoneOfOffset(parsed.offset)),
      );
    }
    case "timestamp": {
      const parsed = parseTimestamp(value) ?? invalid();
      if (parsed.zone === null) return invalid();
      const local = ofPicos(parsed.local, parsed.precision);
      if (parsed.zone === undefined) return literal(timestamp(parsed.precision), local);
      const zoned = zonedIn(local, parsed.zone, parsed.precision);
      // A time that the zone's clock skips is none.
      return localIn(zoned, parsed.precision) === local ? literal(timestampTz(parsed.precision), zoned) : invalid();
    }
    default:
      return undefined;
  }
}

function fail(text: string, at: NodeOf<"typed">["at"]): never {
  throw new SqlError("INVALID_LITERAL", text, at);
}
