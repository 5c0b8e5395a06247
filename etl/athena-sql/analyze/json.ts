import type { NodeOf } from "../ast";
import { SqlError } from "../error";
import type { Expr } from "./plan";

/** JSON_EXISTS, JSON_VALUE, JSON_QUERY, JSON_OBJECT, JSON_ARRAY. */
export function jsonExpression(node: NodeOf<"json">): Expr {
  throw new SqlError("NOT_SUPPORTED", `${node.json.name} is not executed by the local cloud`, node.at);
}
