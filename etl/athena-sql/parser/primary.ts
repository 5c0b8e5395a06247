import type { Identifier, IntervalField, Node } from "../syntax/ast";
import { SqlError } from "../syntax/error";
import { parseCall, parseListagg } from "./call";
import { at, type Cursor } from "./cursor";
import { startsQuery } from "./lookahead";
import { parseJson } from "./json";
import { parseType } from "./type";

/** A term with what follows it directly: `[i]` and `.field`. */
export function parsePrimary(cursor: Cursor): Node {
  let base = term(cursor);
  for (;;) {
    const place = base.at;
    if (cursor.take("[")) {
      const index = cursor.grammar.value(cursor);
      cursor.expect("]");
      base = { kind: "subscript", at: place, base, index };
    } else if (cursor.is(".") && cursor.isIdentifier(1)) {
      cursor.next();
      base = { kind: "dereference", at: place, base, field: cursor.identifier() };
    } else return base;
  }
}

const JSON_WORDS = ["JSON_EXISTS", "JSON_VALUE", "JSON_QUERY", "JSON_OBJECT", "JSON_ARRAY"] as const;

function term(cursor: Cursor): Node {
  const { token } = cursor;
  const place = at(token);
  switch (token.kind) {
    case "integer":
    case "decimal":
    case "double":
      cursor.next();
      return { kind: "number", at: place, form: token.kind, text: token.text };
    case "string":
    case "unicode":
      return { kind: "string", at: place, value: cursor.string() };
    case "binary": {
      cursor.next();
      const digits = token.value.replace(/\s/g, "");
      if (digits.length % 2 !== 0)
        throw new SqlError("SYNTAX_ERROR", "Binary literal must contain an even number of digits", place);
      if (!/^[0-9A-Fa-f]*$/.test(digits))
        throw new SqlError("SYNTAX_ERROR", "Binary literal can only contain hexadecimal digits", place);
      return { kind: "binary", at: place, value: digits };
    }
    case "symbol":
      if (cursor.take("?")) return { kind: "parameter", at: place, index: cursor.parameters++ };
      if (cursor.is("(")) return parenthesized(cursor);
      return cursor.fail("<expression>");
    case "end":
      return cursor.fail("<expression>");
    case "quoted":
      return named(cursor);
    default:
      return word(cursor);
  }
}

function word(cursor: Cursor): Node {
  const { token } = cursor;
  const place = at(token);
  const called = cursor.peek().text === "(";
  switch (token.value) {
    case "NULL":
      cursor.next();
      return { kind: "null", at: place };
    case "TRUE":
    case "FALSE":
      cursor.next();
      return { kind: "boolean", at: place, value: token.value === "TRUE" };
    case "CASE":
      return parseCase(cursor);
    case "CAST":
    case "TRY_CAST":
      if (!called) break;
      return parseCast(cursor);
    case "EXISTS": {
      cursor.next();
      cursor.expect("(");
      const query = cursor.grammar.query(cursor);
      cursor.expect(")");
      return { kind: "exists", at: place, query };
    }
    case "EXTRACT": {
      cursor.next();
      cursor.expect("(");
      const field = cursor.identifier().name;
      cursor.expect("FROM");
      const operand = cursor.grammar.value(cursor);
      cursor.expect(")");
      return { kind: "extract", at: place, field, operand };
    }
    case "INTERVAL":
      if (called || !isIntervalLiteral(cursor)) break;
      return parseInterval(cursor);
    case "ARRAY":
      if (cursor.peek().text !== "[") break;
      cursor.next();
      cursor.next();
      if (cursor.take("]")) return { kind: "array", at: place, items: [] };
      {
        const items = cursor.separated(",", () => cursor.grammar.expression(cursor));
        cursor.expect("]");
        return { kind: "array", at: place, items };
      }
    case "ROW":
      if (!called) break;
      cursor.next();
      return { kind: "row", at: place, items: cursor.list(() => cursor.grammar.expression(cursor)), word: true };
    case "CURRENT_DATE":
    case "CURRENT_USER":
    case "CURRENT_CATALOG":
    case "CURRENT_SCHEMA":
    case "CURRENT_PATH":
      cursor.next();
      return { kind: "current", at: place, name: token.value, precision: undefined };
    case "CURRENT_TIME":
    case "CURRENT_TIMESTAMP":
    case "LOCALTIME":
    case "LOCALTIMESTAMP": {
      cursor.next();
      let precision: number | undefined;
      if (cursor.take("(")) {
        precision = cursor.integer();
        cursor.expect(")");
      }
      return { kind: "current", at: place, name: token.value, precision };
    }
    case "TRIM":
      return parseTrim(cursor);
    case "SUBSTRING":
      if (!called) break;
      return parseSubstring(cursor);
    case "POSITION":
      if (!called) break;
      return parsePosition(cursor);
    case "NORMALIZE": {
      cursor.next();
      cursor.expect("(");
      const operand = cursor.grammar.value(cursor);
      const form = cursor.take(",") ? cursor.identifier().name.toUpperCase() : "NFC";
      cursor.expect(")");
      return { kind: "normalize", at: place, operand, form };
    }
    case "GROUPING": {
      cursor.next();
      const items = cursor.list(() => {
        const names = cursor.qualifiedName();
        return names.slice(1).reduce<Node>((base, field) => ({ kind: "dereference", at: base.at, base, field }), {
          kind: "identifier",
          at: names[0]!.at,
          name: names[0]!,
        });
      });
      return { kind: "grouping", at: place, items };
    }
    case "LISTAGG":
      return parseListagg(cursor);
    case "DOUBLE":
      if (cursor.peek().value === "PRECISION" && cursor.peek(2).kind === "string") {
        cursor.take("DOUBLE", "PRECISION");
        return { kind: "typed", at: place, type: "double", value: cursor.string() };
      }
      break;
    default:
      for (const name of JSON_WORDS) if (token.value === name) return parseJson(cursor, name);
  }
  return named(cursor);
}

/** A name, a call, a typed literal such as `DATE '2026-01-01'`, or a lambda. */
function named(cursor: Cursor): Node {
  const place = at(cursor.token);
  if (!cursor.isIdentifier()) return cursor.fail("<expression>");
  const following = cursor.peek();
  if (following.kind === "string" || following.kind === "unicode") {
    const type = cursor.identifier().name;
    return { kind: "typed", at: place, type: type.toLowerCase(), value: cursor.string() };
  }
  if (following.text === "->") {
    const parameter = cursor.identifier();
    return lambda(cursor, [parameter]);
  }
  // A qualified name is a function's only in front of a parenthesis.
  let ahead = 1;
  while (cursor.peek(ahead).text === "." && cursor.isIdentifier(ahead + 1)) ahead += 2;
  if (cursor.peek(ahead).text === "(") return parseCall(cursor);
  const name = cursor.identifier();
  return { kind: "identifier", at: place, name };
}

function lambda(cursor: Cursor, parameters: Identifier[]): Node {
  const place = parameters[0]?.at ?? at(cursor.token);
  cursor.expect("->");
  return { kind: "lambda", at: place, parameters, body: cursor.grammar.expression(cursor) };
}

function parenthesized(cursor: Cursor): Node {
  const place = at(cursor.token);
  if (isLambda(cursor)) {
    cursor.next();
    const parameters: Identifier[] = [];
    if (!cursor.is(")")) parameters.push(...cursor.separated(",", () => cursor.identifier()));
    cursor.expect(")");
    return { ...lambda(cursor, parameters), at: place };
  }
  if (startsQuery(cursor)) {
    const from = cursor.position;
    cursor.next();
    try {
      const query = cursor.grammar.query(cursor);
      if (cursor.is(")")) {
        cursor.next();
        return { kind: "subquery", at: place, query };
      }
    } catch (error) {
      // `((SELECT 1) + 2)` is an expression that begins like a query.
      if (!nestedQuery(cursor, from)) throw error;
    }
    if (!nestedQuery(cursor, from)) cursor.fail("')'");
    cursor.position = from;
  }
  cursor.next();
  const items = cursor.separated(",", () => cursor.grammar.expression(cursor));
  cursor.expect(")");
  return items.length === 1 ? items[0]! : { kind: "row", at: place, items, word: false };
}

/** Whether a further parenthesis opens directly behind the one at `from`. */
function nestedQuery(cursor: Cursor, from: number): boolean {
  const now = cursor.position;
  cursor.position = from;
  const nested = cursor.peek().text === "(";
  cursor.position = now;
  return nested;
}

/** `(a, b) ->` */
function isLambda(cursor: Cursor): boolean {
  let ahead = 1;
  if (cursor.peek(ahead).text === ")") return cursor.peek(ahead + 1).text === "->";
  while (cursor.isIdentifier(ahead)) {
    const { text } = cursor.peek(ahead + 1);
    if (text === ")") return cursor.peek(ahead + 2).text === "->";
    if (text !== ",") return false;
    ahead += 2;
  }
  return false;
}

function parseCase(cursor: Cursor): Node {
  const place = at(cursor.next());
  const operand = cursor.is("WHEN") ? undefined : cursor.grammar.expression(cursor);
  const whens: { when: Node; then: Node; at: typeof place }[] = [];
  while (cursor.is("WHEN")) {
    const start = at(cursor.next());
    const when = cursor.grammar.expression(cursor);
    cursor.expect("THEN");
    whens.push({ when, then: cursor.grammar.expression(cursor), at: start });
  }
  if (whens.length === 0) cursor.fail("'WHEN'");
  const otherwise = cursor.take("ELSE") ? cursor.grammar.expression(cursor) : undefined;
  cursor.expect("END");
  return { kind: "case", at: place, operand, whens, otherwise };
}

function parseCast(cursor: Cursor): Node {
  const token = cursor.next();
  cursor.expect("(");
  const operand = cursor.grammar.expression(cursor);
  cursor.expect("AS");
  const type = parseType(cursor);
  cursor.expect(")");
  return { kind: "cast", at: at(token), operand, type, safe: token.value === "TRY_CAST" };
}

const FIELDS = ["YEAR", "MONTH", "DAY", "HOUR", "MINUTE", "SECOND"];

function isIntervalLiteral(cursor: Cursor): boolean {
  const following = cursor.peek();
  return (
    following.kind === "string" ||
    ((following.text === "+" || following.text === "-") && cursor.peek(2).kind === "string")
  );
}

function parseInterval(cursor: Cursor): Node {
  const place = at(cursor.next());
  const sign = cursor.take("-") ? -1 : 1;
  cursor.take("+");
  const value = cursor.string();
  const field = (): IntervalField => {
    if (!FIELDS.includes(cursor.token.value))
      cursor.fail("'DAY'", "'HOUR'", "'MINUTE'", "'MONTH'", "'SECOND'", "'YEAR'");
    return cursor.next().value as IntervalField;
  };
  const from = field();
  const to = cursor.take("TO") ? field() : undefined;
  return { kind: "interval", at: place, sign, value, from, to };
}

function parseTrim(cursor: Cursor): Node {
  const place = at(cursor.next());
  cursor.expect("(");
  let side: "BOTH" | "LEADING" | "TRAILING" = "BOTH";
  let sided = false;
  if (cursor.isOne("BOTH", "LEADING", "TRAILING")) {
    side = cursor.next().value as typeof side;
    sided = true;
  }
  let characters: Node | undefined;
  let operand: Node | undefined;
  if (sided && cursor.take("FROM")) operand = cursor.grammar.value(cursor);
  else {
    const first = cursor.grammar.value(cursor);
    if (cursor.take("FROM")) {
      characters = first;
      operand = cursor.grammar.value(cursor);
    } else if (!sided && cursor.take(",")) {
      operand = first;
      characters = cursor.grammar.value(cursor);
    } else if (sided) return cursor.fail("'FROM'");
    else operand = first;
  }
  cursor.expect(")");
  return { kind: "trim", at: place, side, characters, operand };
}

function parseSubstring(cursor: Cursor): Node {
  const from = cursor.position;
  const place = at(cursor.token);
  const name = cursor.identifier();
  cursor.expect("(");
  const text = cursor.grammar.expression(cursor);
  if (!cursor.take("FROM")) {
    cursor.position = from;
    return parseCall(cursor);
  }
  const args = [text, cursor.grammar.value(cursor)];
  if (cursor.take("FOR")) args.push(cursor.grammar.value(cursor));
  cursor.expect(")");
  return plainCall(place, { ...name, name: "substr" }, args);
}

function parsePosition(cursor: Cursor): Node {
  const place = at(cursor.token);
  const name = cursor.identifier();
  cursor.expect("(");
  const searched = cursor.grammar.value(cursor);
  cursor.expect("IN");
  const text = cursor.grammar.value(cursor);
  cursor.expect(")");
  return plainCall(place, { ...name, name: "strpos" }, [text, searched]);
}

/** A call that the statement writes in words of its own. */
export function plainCall(place: Node["at"], name: Identifier, args: Node[]): Node {
  return {
    kind: "call",
    at: place,
    call: {
      name: [name],
      args,
      star: false,
      distinct: false,
      orderBy: [],
      filter: undefined,
      nulls: undefined,
      over: undefined,
    },
  };
}
