import type { Node, Query, Statement } from "../syntax/ast";
import { SqlError } from "../syntax/error";
import { at, Cursor } from "./cursor";
import { parseExpression } from "./expression";
import { parseQuery } from "./query";
import { GRAMMAR } from "./grammar";
import { parseStatement } from "./statement";

/** One statement; a semicolon may end it. @throws SqlError in Trino's words */
export function parse(sql: string): Statement {
  return whole(sql, (cursor) => parseStatement(cursor));
}

/** One query, as a view and a dataset have it. @throws SqlError */
export function parseOnlyQuery(sql: string): Query {
  return whole(sql, (cursor) => parseQuery(cursor));
}

/** One expression. @throws SqlError */
export function parseOnlyExpression(sql: string): Node {
  return whole(sql, (cursor) => parseExpression(cursor));
}

function whole<T>(sql: string, read: (cursor: Cursor) => T): T {
  const cursor = new Cursor(sql, GRAMMAR);
  if (cursor.ended()) throw new SqlError("SYNTAX_ERROR", "the query is empty");
  const result = read(cursor);
  let statements = 1;
  while (cursor.take(";"))
    if (!cursor.ended() && !cursor.is(";")) {
      statements++;
      read(cursor);
    }
  if (!cursor.ended()) cursor.fail("<EOF>");
  if (statements > 1) throw new SqlError("SYNTAX_ERROR", `Only one sql statement is allowed. Got: ${sql}`);
  return result;
}

export { at };
