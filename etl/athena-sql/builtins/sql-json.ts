/** JSON_EXISTS, JSON_VALUE, JSON_QUERY, JSON_OBJECT and JSON_ARRAY, which the analyzer writes as calls. https://trino.io/docs/current/functions/json.html */
import { SqlError } from "../syntax/error";
import { BIGINT, BOOLEAN, DOUBLE, VARCHAR, type Type } from "../types/type";
import { makeCast } from "../values/cast";
import { quoteJson, readJson, writeJson, type JsonNode } from "../values/json-document";
import { followJsonPath, PathError } from "../values/json-path";
import type { Value } from "../values/value";
import { scalar } from "./registry";

/** What a path leads to, or what is wrong. @param passing a JSON object, the path's variables */
function follow(input: string, path: string, passing: string): JsonNode[] | string {
  const root = readJson(input);
  if (root === undefined) return "conversion to JSON failed";
  const variables = readJson(passing);
  try {
    return followJsonPath(path, root, new Map(variables?.kind === "object" ? variables.members : []));
  } catch (error) {
    if (error instanceof PathError) return `path evaluation failed: ${error.message}`;
    throw error;
  }
}

scalar(
  "$json_exists(varchar, varchar, varchar, varchar): boolean",
  (input: string, path: string, passing: string, onError: string) => {
    const found = follow(input, path, passing);
    if (typeof found !== "string") return found.length > 0;
    if (onError === "ERROR") throw new SqlError("PATH_EVALUATION_ERROR", found);
    return onError === "UNKNOWN" ? null : onError === "TRUE";
  },
);

scalar("$json_value(varchar, varchar, varchar, varchar, varchar, T, T): T", undefined, {
  calledOnNull: true,
  make: ({ result }) => {
    const convert = scalarConverter(result);
    return (
      input: string | null,
      path: string,
      passing: string,
      onEmpty: string,
      onError: string,
      ifEmpty: Value,
      ifError: Value,
    ) => {
      if (input === null) return null;
      const problem = (text: string): Value => {
        if (onError === "ERROR")
          throw new SqlError("JSON_VALUE_RESULT_ERROR", `cannot extract SQL scalar from JSON: ${text}`);
        return onError === "DEFAULT" ? ifError : null;
      };
      const found = follow(input, path, passing);
      if (typeof found === "string") return problem(found);
      const [item] = found;
      if (item === undefined) {
        if (onEmpty === "ERROR")
          throw new SqlError(
            "JSON_VALUE_RESULT_ERROR",
            "cannot extract SQL scalar from JSON: JSON path found no items",
          );
        return onEmpty === "DEFAULT" ? ifEmpty : null;
      }
      if (found.length > 1) return problem("JSON path found multiple items");
      if (item.kind === "object" || item.kind === "array")
        return problem("JSON path found an item that cannot be converted to an SQL value");
      try {
        return convert(item);
      } catch (error) {
        if (error instanceof SqlError) return problem(error.message);
        throw error;
      }
    };
  },
});

function scalarConverter(to: Type): (item: JsonNode) => Value {
  const [text, whole, double, boolean] = [VARCHAR, BIGINT, DOUBLE, BOOLEAN].map((from) => makeCast(from, to));
  return (item) => {
    switch (item.kind) {
      case "string":
        return text!(item.text);
      case "boolean":
        return boolean!(item.value);
      case "number":
        if (!/^-?\d+$/.test(item.text)) return double!(Number(item.text));
        return BigInt(item.text) === BigInt.asIntN(64, BigInt(item.text))
          ? whole!(BigInt(item.text))
          : text!(item.text);
      default:
        return null;
    }
  };
}

scalar(
  "$json_query(varchar, varchar, varchar, varchar, varchar, varchar, varchar): varchar",
  (input: string, path: string, passing: string, wrapper: string, quotes: string, onEmpty: string, onError: string) => {
    const otherwise = (behaviour: string, text: string): string | null => {
      if (behaviour === "ERROR")
        throw new SqlError("JSON_OUTPUT_CONVERSION_ERROR", `conversion from JSON failed: ${text}`);
      return behaviour === "EMPTY ARRAY" ? "[]" : behaviour === "EMPTY OBJECT" ? "{}" : null;
    };
    const found = follow(input, path, passing);
    if (typeof found === "string") return otherwise(onError, found);
    if (found.length === 0) return otherwise(onEmpty, "JSON path found no items");
    const [item] = found as [JsonNode];
    const isContainer = found.length === 1 && (item.kind === "object" || item.kind === "array");
    if (wrapper === "UNCONDITIONAL" || (wrapper === "CONDITIONAL" && !isContainer))
      return writeJson({ kind: "array", items: found }, false);
    if (found.length > 1) return otherwise(onError, "JSON path found multiple items");
    return quotes === "OMIT" && item.kind === "string" ? item.text : writeJson(item, false);
  },
);

scalar(
  "$json_object(boolean, json...): varchar",
  (nullOnNull: boolean, ...parts: (string | null)[]) => {
    const seen = new Set<string>();
    const members: string[] = [];
    for (let i = 0; i < parts.length; i += 2) {
      const [key, value] = [parts[i]!, parts[i + 1]!];
      if (key === null)
        throw new SqlError(
          "INVALID_FUNCTION_ARGUMENT",
          "null value passed for JSON object key to JSON_OBJECT function",
        );
      if (seen.has(key)) throw new SqlError("NOT_SUPPORTED", "cannot construct a JSON object with duplicate key");
      seen.add(key);
      if (value !== null || nullOnNull) members.push(`${key}:${value ?? "null"}`);
    }
    return `{${members.join(",")}}`;
  },
  { calledOnNull: true },
);
scalar(
  "$json_array(boolean, json...): varchar",
  (nullOnNull: boolean, ...values: (string | null)[]) =>
    `[${values
      .filter((value) => value !== null || nullOnNull)
      .map((value) => value ?? "null")
      .join(",")}]`,
  { calledOnNull: true },
);

/** The variables of PASSING as one JSON object: names and JSON texts in turn. */
scalar(
  "$json_variables(json...): varchar",
  (...parts: (string | null)[]) =>
    `{${parts
      .flatMap((value, i) => (i % 2 === 1 ? [`${parts[i - 1] ?? quoteJson("")}:${value ?? "null"}`] : []))
      .join(",")}}`,
  { calledOnNull: true },
);
