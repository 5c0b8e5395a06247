import { isNumeric, isWhole, type Type, type TypeOf } from "./type";

const TEXT_TARGETS = new Set<Type["kind"]>([
  "boolean",
  "tinyint",
  "smallint",
  "integer",
  "bigint",
  "real",
  "double",
  "decimal",
  "varchar",
  "char",
  "varbinary",
  "json",
  "date",
  "time",
  "time with time zone",
  "timestamp",
  "timestamp with time zone",
]);

/** Whether CAST knows the pair of types at all; whether a value can be converted shows when it is. */
export function canCast(from: Type, to: Type): boolean {
  if (from.kind === "unknown") return true;
  if (to.kind === "json") return canCastToJson(from);
  switch (from.kind) {
    case "varchar":
      return TEXT_TARGETS.has(to.kind);
    case "char":
      return TEXT_TARGETS.has(to.kind) && to.kind !== "varbinary";
    case "json":
      return canCastFromJson(to);
    case "array":
      return to.kind === "array" && canCast(from.element, to.element);
    case "map":
      return to.kind === "map" && canCast(from.key, to.key) && canCast(from.value, to.value);
    case "row":
      return (
        to.kind === "row" &&
        to.fields.length === from.fields.length &&
        from.fields.every((field, i) => canCast(field.type, to.fields[i]!.type))
      );
    case "boolean":
      return to.kind === "boolean" || isNumeric(to) || isText(to);
    case "date":
      return ["date", "timestamp", "timestamp with time zone"].includes(to.kind) || isText(to);
    case "time":
      return ["time", "time with time zone", "timestamp", "timestamp with time zone"].includes(to.kind) || isText(to);
    case "time with time zone":
      return ["time", "time with time zone", "timestamp", "timestamp with time zone"].includes(to.kind) || isText(to);
    case "timestamp":
    case "timestamp with time zone":
      return (
        ["date", "time", "time with time zone", "timestamp", "timestamp with time zone"].includes(to.kind) || isText(to)
      );
    case "interval day to second":
    case "interval year to month":
      return to.kind === from.kind || isText(to);
    case "varbinary":
      return to.kind === "varbinary";
    default:
      return isNumeric(from) && (isNumeric(to) || to.kind === "boolean" || isText(to));
  }
}

const isText = (type: Type): boolean => type.kind === "varchar";

function canCastToJson(from: Type): boolean {
  switch (from.kind) {
    case "array":
      return canCastToJson(from.element);
    case "map":
      return isJsonKey(from.key) && canCastToJson(from.value);
    case "row":
      return from.fields.every((field) => canCastToJson(field.type));
    default:
      return ["unknown", "boolean", "varchar", "json", "date", "timestamp"].includes(from.kind) || isNumeric(from);
  }
}

function canCastFromJson(to: Type): boolean {
  switch (to.kind) {
    case "array":
      return canCastFromJson(to.element);
    case "map":
      return isJsonKey(to.key) && canCastFromJson(to.value);
    case "row":
      return (to as TypeOf<"row">).fields.every((field) => canCastFromJson(field.type));
    default:
      return ["boolean", "varchar", "json"].includes(to.kind) || isNumeric(to);
  }
}

function isJsonKey(type: Type): boolean {
  return ["unknown", "boolean", "varchar"].includes(type.kind) || isWhole(type) || isNumeric(type);
}
