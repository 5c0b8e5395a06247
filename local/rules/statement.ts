import {
  ExpressionError,
  parseExpressionAt,
  readToken,
  type FunctionTable,
  type Node,
  type Token,
} from "../../etl/expressions";
import { filterProblem } from "./topics";

/** One item of a SELECT list; `name` is the member it becomes. */
export interface Item {
  name: string;
  node: Node;
}

/** A topic rule's statement: `SELECT * | VALUE expr | item [AS name], ... FROM 'filter' [WHERE condition]`. */
export interface Statement {
  /** `*` stands in the list: the whole message, and the items beside it */
  all: boolean;
  items: Item[];
  /** SELECT VALUE: the result is the value itself */
  value: Node | undefined;
  filter: string;
  where: Node | undefined;
}

/** Parses a statement of version 2016-03-23. @throws ExpressionError with the place of what is wrong */
export function parseStatement<C>(sql: string, functions: FunctionTable<C>): Statement {
  let at = 0;
  const peek = (): Token => readToken(sql, at);
  const take = (word: string): boolean => {
    const token = peek();
    if (token.kind === "string" || token.word !== word) return false;
    at = token.end;
    return true;
  };
  const fail = (expected: string): never => {
    const token = peek();
    throw new ExpressionError(
      sql,
      token.at,
      `expected ${expected}, found ${token.kind === "end" ? "the end" : `"${token.text}"`}`,
    );
  };
  const expression = (): Node => {
    const { node, end } = parseExpressionAt(sql, at, { functions });
    at = end;
    return node;
  };

  const statement: Statement = { all: false, items: [], value: undefined, filter: "", where: undefined };
  if (!take("select")) fail("SELECT");
  if (peek().word === "value" && !["as", ",", "from", "."].includes(readToken(sql, peek().end).word)) {
    take("value");
    statement.value = expression();
  } else
    do {
      if (take("*")) {
        if (statement.all) fail("one * only");
        statement.all = true;
        continue;
      }
      const start = peek().at;
      const node = expression();
      let name = node.kind === "path" ? String(node.steps.at(-1)) : undefined;
      if (take("as")) {
        const token = peek();
        if (token.kind !== "name" && token.kind !== "string") fail("a name after AS");
        name = token.text;
        at = token.end;
      }
      if (name === undefined)
        throw new ExpressionError(sql, start, "an item that is no attribute needs a name: add AS and a name");
      statement.items.push({ name, node });
    } while (take(","));
  if (!take("from")) fail('"," or FROM');
  const filter = peek();
  if (filter.kind !== "string") fail("the topic filter in quotes");
  const problem = filterProblem(filter.text);
  if (problem !== undefined)
    throw new ExpressionError(sql, filter.at, `the topic filter '${filter.text}' is not valid: ${problem}`);
  statement.filter = filter.text;
  at = filter.end;
  if (take("where")) statement.where = expression();
  if (peek().kind !== "end") fail(statement.where === undefined ? "WHERE or the end" : "an operator or the end");
  return statement;
}
