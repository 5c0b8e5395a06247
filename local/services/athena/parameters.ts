import type { Node, Statement } from "../../../etl/athena-sql/syntax/ast";
import { SqlError } from "../../../etl/athena-sql/syntax/error";
import { parseOnlyExpression } from "../../../etl/athena-sql/parser";

const AT = { line: 1, column: 1 };

/**
 * ExecutionParameters as Athena reads them: what is an expression without names is that expression, all else is a text
 * (https://docs.aws.amazon.com/athena/latest/ug/querying-with-prepared-statements.html; the rule as
 * https://github.com/aoyagikouhei/athena-local measured it). Values for a statement without question marks are not looked at.
 * @throws SqlError for another number of values than the statement has question marks
 */
export function executionParameters(statement: Statement, values: readonly string[]): Node[] {
  if (values.length === 0 || statement.kind === "prepare") return [];
  if (statement.kind !== "execute") {
    const wanted = Math.max(-1, ...nodes(statement, "parameter").map(({ index }) => index)) + 1;
    if (wanted === 0) return [];
    if (wanted !== values.length)
      throw new SqlError(
        "INVALID_PARAMETER_USAGE",
        `Incorrect number of parameters: expected ${wanted} but found ${values.length}`,
        AT,
      );
  }
  return values.map(parameterOf);
}

function parameterOf(value: string): Node {
  try {
    const node = parseOnlyExpression(value);
    if (nodes(node, "identifier").length === 0 && nodes(node, "parameter").length === 0) return node;
  } catch (error) {
    if (!(error instanceof SqlError)) throw error;
  }
  return { kind: "string", at: AT, value };
}

/** All nodes of a kind, at any depth. */
function nodes<K extends Node["kind"]>(value: unknown, kind: K): Extract<Node, { kind: K }>[] {
  if (typeof value !== "object" || value === null) return [];
  const inner = Object.values(value).flatMap((one) => nodes(one, kind));
  return (value as { kind?: unknown }).kind === kind ? [value as Extract<Node, { kind: K }>, ...inner] : inner;
}
