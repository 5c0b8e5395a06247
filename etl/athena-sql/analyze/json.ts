import type { Node, NodeOf } from "../syntax/ast";
import { bindFunction } from "../builtins/bind";
import { SqlError, type Position } from "../syntax/error";
import { canCast } from "../types/cast";
import { resolveType } from "../types/resolve";
import { BOOLEAN, formatType, JSON_TYPE, sameType, VARCHAR, type Type } from "../types/type";
import { parseJsonPath } from "../values/json-path-parser";
import { stringLiteral } from "./literal";
import type { Expr } from "./plan";

/** JSON_EXISTS, JSON_VALUE, JSON_QUERY, JSON_OBJECT and JSON_ARRAY as calls of functions. @throws SqlError */
export function jsonExpression({ json, at }: NodeOf<"json">, analyze: (part: Node) => Expr): Expr {
  if (json.returning !== undefined && json.name !== "JSON_VALUE" && resolveType(json.returning).kind !== "varchar")
    throw new SqlError(
      "NOT_SUPPORTED",
      `${json.name} RETURNING ${formatType(resolveType(json.returning))} is not executed by the local cloud`,
      at,
    );
  if (json.name === "JSON_OBJECT" || json.name === "JSON_ARRAY") {
    const parts = json.members.flatMap(({ key, value, format }) => [
      ...(key === undefined ? [] : [toJson(analyze(key), false, key.at)]),
      toJson(analyze(value), format, value.at),
    ]);
    if (json.uniqueKeys)
      throw new SqlError(
        "NOT_SUPPORTED",
        "WITH UNIQUE KEYS behavior is not supported for JSON_OBJECT function when FORMAT is specified",
        at,
      );
    const options: Expr[] = [{ kind: "literal", type: BOOLEAN, value: json.nullOnNull }];
    return call(json.name, [...options, ...parts], at);
  }
  try {
    parseJsonPath(json.path);
  } catch (error) {
    if (error instanceof SqlError) throw new SqlError(error.code, error.text, at);
    throw error;
  }
  const variables = json.passing.flatMap(({ value, name }) => [
    toJson(stringLiteral(name.name), false, at),
    toJson(analyze(value), false, value.at),
  ]);
  const input = analyze(json.input!);
  const text = input.type.kind === "json" ? call("json_format", [input], at) : converted(input, VARCHAR, at);
  const passing = variables.length === 0 ? stringLiteral("{}") : call("$json_variables", variables, at);
  const front = [text, stringLiteral(json.path), passing];
  const onError = stringLiteral(json.onError ?? (json.name === "JSON_EXISTS" ? "FALSE" : "NULL"));
  const onEmpty = stringLiteral(json.onEmpty ?? "NULL");
  switch (json.name) {
    case "JSON_EXISTS":
      return call("$json_exists", [...front, onError], at);
    case "JSON_QUERY": {
      const wrapper = stringLiteral(json.wrapper ?? "WITHOUT");
      return call("$json_query", [...front, wrapper, stringLiteral(json.quotes ?? "KEEP"), onEmpty, onError], at);
    }
    case "JSON_VALUE": {
      const type = json.returning === undefined ? VARCHAR : resolveType(json.returning);
      const otherwise = (node: Node | undefined): Expr =>
        node === undefined ? { kind: "literal", type, value: null } : converted(analyze(node), type, node.at);
      const defaults = [otherwise(json.emptyDefault), otherwise(json.errorDefault)];
      return call("$json_value", [...front, onEmpty, onError, ...defaults], at);
    }
  }
}

function call(name: string, args: readonly Expr[], at: Position): Expr {
  const bound = bindFunction(name.startsWith("JSON_") ? `$${name.toLowerCase()}` : name, args, at);
  return {
    kind: "call",
    type: bound.result,
    call: bound,
    args: args.map((arg, i) => converted(arg, bound.args[i]!, at)),
    at,
  };
}

function converted(expr: Expr, type: Type, at: Position): Expr {
  if (sameType(expr.type, type)) return expr;
  if (expr.kind === "literal" && expr.value === null) return { ...expr, type };
  if (!canCast(expr.type, type))
    throw new SqlError("TYPE_MISMATCH", `Cannot cast ${formatType(expr.type)} to ${formatType(type)}`, at);
  return { kind: "cast", type, operand: expr, safe: false };
}

/** A value as JSON: a JSON value counts as the text that it is, unless FORMAT JSON stands behind it. */
function toJson(expr: Expr, format: boolean, at: Position): Expr {
  if (format) return expr.type.kind === "json" ? expr : call("json_parse", [converted(expr, VARCHAR, at)], at);
  if (expr.type.kind === "json") return converted(call("json_format", [expr], at), JSON_TYPE, at);
  return converted(expr, JSON_TYPE, at);
}
