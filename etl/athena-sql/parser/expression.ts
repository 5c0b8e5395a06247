import type { Comparison, Node } from "../syntax/ast";
import { SqlError } from "../syntax/error";
import { at, type Cursor } from "./cursor";
import { startsQuery } from "./lookahead";
import { parsePrimary } from "./primary";

const COMPARISONS: Readonly<Record<string, Comparison>> = {
  "=": "=",
  "<>": "<>",
  "!=": "<>",
  "<": "<",
  "<=": "<=",
  ">": ">",
  ">=": ">=",
};

/** Any expression, AND and OR included. */
export function parseExpression(cursor: Cursor): Node {
  return cursor.nested(() => logical(cursor, "OR", () => logical(cursor, "AND", () => parseNot(cursor))));
}

function logical(cursor: Cursor, operator: "AND" | "OR", read: () => Node): Node {
  const first = read();
  if (!cursor.is(operator)) return first;
  const terms = [first];
  while (cursor.take(operator)) terms.push(read());
  return { kind: "logical", at: first.at, operator, terms };
}

function parseNot(cursor: Cursor): Node {
  if (!cursor.is("NOT")) return parsePredicate(cursor);
  const start = at(cursor.next());
  return { kind: "not", at: start, operand: cursor.nested(() => parseNot(cursor)) };
}

function parsePredicate(cursor: Cursor): Node {
  const left = parseValue(cursor);
  const { token } = cursor;
  const place = at(token);
  const operator = token.kind === "symbol" ? COMPARISONS[token.value] : undefined;
  if (operator !== undefined) {
    cursor.next();
    if (cursor.isOne("ALL", "ANY", "SOME") && cursor.peek().value === "(") {
      const quantifier = cursor.next().value === "ALL" ? "ALL" : "ANY";
      cursor.expect("(");
      const query = cursor.grammar.query(cursor);
      cursor.expect(")");
      return { kind: "quantified", at: place, operator, quantifier, left, query };
    }
    return { kind: "comparison", at: place, operator, left, right: parseValue(cursor) };
  }
  if (cursor.take("IS")) {
    const negated = cursor.take("NOT");
    if (cursor.take("NULL")) return { kind: "isNull", at: place, operand: left, negated };
    if (cursor.take("DISTINCT", "FROM"))
      return { kind: "distinctFrom", at: place, left, right: parseValue(cursor), negated };
    return cursor.fail("'DISTINCT'", ...(negated ? [] : ["'NOT'"]), "'NULL'");
  }
  const negated = cursor.is("NOT") && ["BETWEEN", "IN", "LIKE"].includes(cursor.peek().value) && cursor.take("NOT");
  if (cursor.take("BETWEEN")) {
    const low = parseValue(cursor);
    cursor.expect("AND");
    return { kind: "between", at: place, operand: left, low, high: parseValue(cursor), negated };
  }
  if (cursor.take("IN")) {
    cursor.expect("(");
    if (startsQuery(cursor)) {
      const from = cursor.position;
      const query = cursor.grammar.query(cursor);
      if (cursor.take(")")) return { kind: "inQuery", at: place, operand: left, query, negated };
      cursor.position = from;
    }
    const items = cursor.separated(",", () => parseExpression(cursor));
    cursor.expect(")");
    return { kind: "in", at: place, operand: left, items, negated };
  }
  if (cursor.take("LIKE")) {
    const pattern = parseValue(cursor);
    const escape = cursor.take("ESCAPE") ? parseValue(cursor) : undefined;
    return { kind: "like", at: place, operand: left, pattern, escape, negated };
  }
  return left;
}

/** What may stand beside a comparison: arithmetic and `||`. */
export function parseValue(cursor: Cursor): Node {
  let left = parseSum(cursor);
  while (cursor.is("||")) {
    const place = at(cursor.next());
    left = { kind: "concat", at: place, left, right: parseSum(cursor) };
  }
  return left;
}

function parseSum(cursor: Cursor): Node {
  let left = parseProduct(cursor);
  while (cursor.isOne("+", "-")) {
    const token = cursor.next();
    left = { kind: "arithmetic", at: at(token), operator: token.value as "+", left, right: parseProduct(cursor) };
  }
  return left;
}

function parseProduct(cursor: Cursor): Node {
  let left = parseUnary(cursor);
  while (cursor.isOne("*", "/", "%")) {
    const token = cursor.next();
    left = { kind: "arithmetic", at: at(token), operator: token.value as "*", left, right: parseUnary(cursor) };
  }
  return left;
}

function parseUnary(cursor: Cursor): Node {
  if (cursor.isOne("+", "-")) {
    const token = cursor.next();
    const operand = cursor.nested(() => parseUnary(cursor));
    return { kind: "unary", at: at(token), operator: token.value as "-", operand };
  }
  let operand = parsePrimary(cursor);
  while (cursor.is("AT") && cursor.peek().value === "TIME") {
    const place = at(cursor.token);
    cursor.expect("AT", "TIME", "ZONE");
    const { token } = cursor;
    if (token.kind !== "string" && token.kind !== "unicode" && !cursor.is("INTERVAL"))
      throw new SqlError("SYNTAX_ERROR", `mismatched input '${token.text}'. Expecting: 'INTERVAL', <string>`, token);
    operand = { kind: "atTimeZone", at: place, operand, zone: parsePrimary(cursor) };
  }
  return operand;
}
