/** What Trino converts without being asked (io.trino.type.TypeCoercion). */
import { decimal, isWhole, sameType, timestamp, timestampTz, type Field, type Type, type TypeOf } from "./type";

/** The type that values of both can be read as; undefined if there is none. */
export function commonType(a: Type, b: Type): Type | undefined {
  if (sameType(a, b)) return a;
  if (a.kind === "unknown") return b;
  if (b.kind === "unknown") return a;
  if (a.kind === b.kind) return commonOfKind(a, b);
  const up = coerceKind(a, b.kind);
  if (up !== undefined) return commonType(up, b);
  const down = coerceKind(b, a.kind);
  return down === undefined ? undefined : commonType(a, down);
}

/** Whether a value is converted to a type without a cast. */
export function canCoerce(from: Type, to: Type): boolean {
  if (sameType(from, to)) return true;
  if (from.kind === "row" && to.kind === "row")
    return (
      from.fields.length === to.fields.length &&
      from.fields.every((field, i) => canCoerce(field.type, to.fields[i]!.type))
    );
  if (from.kind === "array" && to.kind === "array") return canCoerce(from.element, to.element);
  if (from.kind === "map" && to.kind === "map") return canCoerce(from.key, to.key) && canCoerce(from.value, to.value);
  const common = commonType(from, to);
  return common !== undefined && sameType(common, to);
}

function commonOfKind(a: Type, b: Type): Type | undefined {
  switch (a.kind) {
    case "decimal": {
      const other = b as TypeOf<"decimal">;
      const scale = Math.max(a.scale, other.scale);
      const whole = Math.max(a.precision - a.scale, other.precision - other.scale);
      return decimal(Math.min(38, whole + scale), scale);
    }
    case "varchar":
    case "char":
      return a.length >= (b as typeof a).length ? a : b;
    case "time":
    case "timestamp":
    case "time with time zone":
    case "timestamp with time zone":
      return a.precision >= (b as typeof a).precision ? a : b;
    case "array": {
      const element = commonType(a.element, (b as typeof a).element);
      return element && { kind: "array", element };
    }
    case "map": {
      const key = commonType(a.key, (b as typeof a).key);
      const value = commonType(a.value, (b as typeof a).value);
      return key && value && { kind: "map", key, value };
    }
    case "row": {
      const other = (b as typeof a).fields;
      if (a.fields.length !== other.length) return undefined;
      const fields: Field[] = [];
      for (const [i, field] of a.fields.entries()) {
        const type = commonType(field.type, other[i]!.type);
        if (type === undefined) return undefined;
        const sameName = field.name !== undefined && field.name.toLowerCase() === other[i]!.name?.toLowerCase();
        fields.push({ name: sameName ? field.name : undefined, type });
      }
      return { kind: "row", fields };
    }
    default:
      return undefined;
  }
}

const WHOLE = ["tinyint", "smallint", "integer", "bigint"];
const DIGITS: Readonly<Record<string, number>> = { tinyint: 3, smallint: 5, integer: 10, bigint: 19 };

/** A value of the type as one of another kind, if Trino converts it. */
function coerceKind(from: Type, to: Type["kind"]): Type | undefined {
  if (isWhole(from)) {
    if (WHOLE.indexOf(to) > WHOLE.indexOf(from.kind) || to === "real" || to === "double") return { kind: to } as Type;
    return to === "decimal" ? decimal(DIGITS[from.kind]!, 0) : undefined;
  }
  switch (from.kind) {
    case "decimal":
      return to === "real" || to === "double" ? { kind: to } : undefined;
    case "real":
      return to === "double" ? { kind: to } : undefined;
    case "date":
      if (to === "timestamp") return timestamp(0);
      return to === "timestamp with time zone" ? timestampTz(0) : undefined;
    case "time":
      return to === "time with time zone" ? { kind: to, precision: from.precision } : undefined;
    case "timestamp":
      return to === "timestamp with time zone" ? timestampTz(from.precision) : undefined;
    case "varchar":
      return to === "char" ? { kind: "char", length: Math.min(from.length, 65536) } : undefined;
    case "char":
      return undefined;
    default:
      return undefined;
  }
}

/** Decimal types of a sum, product, quotient or remainder. @returns undefined if Trino has no such type */
export function decimalResult(operator: string, a: TypeOf<"decimal">, b: TypeOf<"decimal">): Type | undefined {
  const most = Math.max(a.scale, b.scale);
  switch (operator) {
    case "*":
      return a.scale + b.scale > 38 ? undefined : decimal(Math.min(38, a.precision + b.precision), a.scale + b.scale);
    case "/":
      return decimal(Math.min(38, a.precision + b.scale + Math.max(b.scale - a.scale, 0)), most);
    case "%":
      return decimal(Math.min(b.precision - b.scale, a.precision - a.scale) + most, most);
    default:
      return decimal(Math.min(38, 1 + most + Math.max(a.precision - a.scale, b.precision - b.scale)), most);
  }
}

/** A whole number's or decimal's type as a decimal type; undefined for other types. */
export const asDecimal = (type: Type): TypeOf<"decimal"> | undefined =>
  type.kind === "decimal" ? type : isWhole(type) ? (decimal(DIGITS[type.kind]!, 0) as TypeOf<"decimal">) : undefined;
