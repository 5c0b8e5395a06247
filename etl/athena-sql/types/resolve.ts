import type { TypeNode } from "../syntax/ast";
import { SqlError, type Position } from "../syntax/error";
import { UNBOUNDED, type SimpleKind, type Type } from "./type";

/** Types that Trino has and telemetry does not need; they are refused by name. */
const NOT_EXECUTED = new Set(
  "hyperloglog p4hyperloglog qdigest tdigest setdigest ipaddress ipprefix geometry sphericalgeography bingtile color uuid codepoints joniregexp likepattern jsonpath json2016 regr classifier model re2jregexp".split(
    " ",
  ),
);
const SIMPLE: Readonly<Record<string, SimpleKind>> = {
  unknown: "unknown",
  boolean: "boolean",
  tinyint: "tinyint",
  smallint: "smallint",
  integer: "integer",
  int: "integer",
  bigint: "bigint",
  real: "real",
  double: "double",
  varbinary: "varbinary",
  date: "date",
  json: "json",
  "interval day to second": "interval day to second",
  "interval year to month": "interval year to month",
};
/** The type that a statement names. @throws SqlError if there is none */
export function resolveType(node: TypeNode): Type {
  const { name, parameters, at } = node;
  const simple = SIMPLE[name];
  if (simple !== undefined && parameters.length === 0) return { kind: simple };
  switch (name) {
    case "decimal": {
      const [precision = 38, scale = 0] = numbers(node);
      if (precision < 1 || precision > 38)
        throw new SqlError("TYPE_MISMATCH", `DECIMAL precision must be in range [1, 38]: ${precision}`, at);
      if (scale > precision)
        throw new SqlError(
          "TYPE_MISMATCH",
          `DECIMAL scale must be in range [0, precision (${precision})]: ${scale}`,
          at,
        );
      return { kind: "decimal", precision, scale };
    }
    case "varchar": {
      const [length = UNBOUNDED] = numbers(node);
      return { kind: "varchar", length };
    }
    case "char": {
      const [length = 1] = numbers(node);
      if (length > 65536)
        throw new SqlError("TYPE_MISMATCH", `CHAR length must be in range [0, 65536], got ${length}`, at);
      return { kind: "char", length };
    }
    case "time":
    case "timestamp":
    case "time with time zone":
    case "timestamp with time zone": {
      const [precision = 3] = numbers(node);
      checkPrecision(name, precision, at);
      return { kind: name, precision };
    }
    case "array": {
      const [element, ...more] = parameters;
      if (typeof element !== "object" || more.length > 0) break;
      return { kind: "array", element: resolveType(element) };
    }
    case "map": {
      const [key, value, ...more] = parameters;
      if (typeof key !== "object" || typeof value !== "object" || more.length > 0) break;
      return { kind: "map", key: resolveType(key), value: resolveType(value) };
    }
    case "row":
      if (node.fields === undefined) break;
      return { kind: "row", fields: node.fields.map((field) => ({ name: field.name, type: resolveType(field.type) })) };
  }
  if (NOT_EXECUTED.has(name))
    throw new SqlError("NOT_SUPPORTED", `Type '${name}' is not executed by the local cloud`, at);
  throw new SqlError("TYPE_NOT_FOUND", `Unknown type: ${name}`, at);
}

/** @throws SqlError */
export function checkPrecision(name: string, precision: number, at: Position): void {
  if (precision > 12)
    throw new SqlError("TYPE_MISMATCH", `${name.toUpperCase()} precision must be in range [0, 12]: ${precision}`, at);
}

function numbers({ parameters, name, at }: TypeNode): number[] {
  return parameters.map((parameter) => {
    if (typeof parameter !== "number") throw new SqlError("TYPE_NOT_FOUND", `Unknown type: ${name}`, at);
    return parameter;
  });
}
