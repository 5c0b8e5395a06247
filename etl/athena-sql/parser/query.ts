import type {
  Body,
  GroupBy,
  GroupingElement,
  Identifier,
  NamedQuery,
  Node,
  Query,
  Select,
  SelectItem,
  WindowSpec,
} from "../syntax/ast";
import { parseOrderBy, parseWindow } from "./call";
import { at, type Cursor } from "./cursor";
import { parseRelation } from "./relation";

/** A query with WITH, ORDER BY, OFFSET and LIMIT. */
export function parseQuery(cursor: Cursor): Query {
  return cursor.nested(() => {
    const place = at(cursor.token);
    let recursive = false;
    const withs: NamedQuery[] = [];
    if (cursor.take("WITH")) {
      recursive = cursor.take("RECURSIVE");
      withs.push(...cursor.separated(",", () => namedQuery(cursor)));
    }
    const body = parseBody(cursor);
    return { at: place, recursive, withs, body, ...endOf(cursor) };
  });
}

function namedQuery(cursor: Cursor): NamedQuery {
  const name = cursor.identifier();
  const columns = cursor.is("(") ? cursor.list(() => cursor.identifier()) : undefined;
  cursor.expect("AS", "(");
  const query = parseQuery(cursor);
  cursor.expect(")");
  return { name, columns, query };
}

function endOf(cursor: Cursor): Pick<Query, "orderBy" | "offset" | "limit"> {
  const orderBy = cursor.is("ORDER") ? parseOrderBy(cursor) : [];
  let offset: Query["offset"];
  if (cursor.is("OFFSET")) {
    const place = at(cursor.next());
    offset = { count: count(cursor), at: place };
    if (!cursor.take("ROWS")) cursor.take("ROW");
  }
  let limit: Query["limit"];
  if (cursor.is("LIMIT")) {
    const place = at(cursor.next());
    limit = { count: cursor.take("ALL") ? undefined : count(cursor), ties: false, at: place };
  } else if (cursor.is("FETCH")) {
    const place = at(cursor.next());
    if (!cursor.take("FIRST")) cursor.expect("NEXT");
    const rows: Node = cursor.isOne("ROW", "ROWS")
      ? { kind: "number", at: place, form: "integer", text: "1" }
      : count(cursor);
    if (!cursor.take("ROWS")) cursor.expect("ROW");
    const ties = cursor.take("WITH", "TIES");
    if (!ties) cursor.expect("ONLY");
    limit = { count: rows, ties, at: place };
  }
  return { orderBy, offset, limit };
}

function count(cursor: Cursor): Node {
  if (cursor.token.kind !== "integer" && !cursor.is("?")) cursor.fail("'?'", "'ALL'", "<integer>");
  return cursor.grammar.primary(cursor);
}

/** UNION and EXCEPT from the left; INTERSECT binds closer. */
function parseBody(cursor: Cursor): Body {
  let left = parseIntersect(cursor);
  while (cursor.isOne("UNION", "EXCEPT")) {
    const token = cursor.next();
    const distinct = quantifier(cursor);
    const right = parseIntersect(cursor);
    left = { kind: "setOperation", at: at(token), operator: token.value as "UNION", distinct, left, right };
  }
  return left;
}

function parseIntersect(cursor: Cursor): Body {
  let left = parseTerm(cursor);
  while (cursor.is("INTERSECT")) {
    const token = cursor.next();
    const distinct = quantifier(cursor);
    left = { kind: "setOperation", at: at(token), operator: "INTERSECT", distinct, left, right: parseTerm(cursor) };
  }
  return left;
}

function quantifier(cursor: Cursor): boolean {
  if (cursor.take("ALL")) return false;
  cursor.take("DISTINCT");
  return true;
}

function parseTerm(cursor: Cursor): Body {
  const place = at(cursor.token);
  if (cursor.is("SELECT")) return parseSelect(cursor);
  if (cursor.take("VALUES"))
    return { kind: "values", at: place, rows: cursor.separated(",", () => cursor.grammar.expression(cursor)) };
  if (cursor.take("TABLE")) return { kind: "tableBody", at: place, name: cursor.qualifiedName() };
  if (!cursor.is("(")) cursor.fail("'('", "'SELECT'", "'TABLE'", "'VALUES'");
  cursor.next();
  const query = cursor.nested(() => {
    const start = at(cursor.token);
    const body = parseBody(cursor);
    return { at: start, recursive: false, withs: [], body, ...endOf(cursor) };
  });
  cursor.expect(")");
  return { kind: "nested", at: place, query };
}

const AFTER_ITEM =
  "'%', '*', '+', ',', '-', '.', '/', 'AND', 'AS', 'AT', 'EXCEPT', 'FETCH', 'FROM', 'GROUP', 'HAVING', 'INTERSECT', 'LIMIT', 'OFFSET', 'OR', 'ORDER', 'UNION', 'WHERE', 'WINDOW', '[', '||', <EOF>, <identifier>, <predicate>";

/** What may follow the list of a SELECT. */
const AFTER_SELECT = [
  ...[
    "FROM",
    "WHERE",
    "GROUP",
    "HAVING",
    "WINDOW",
    "UNION",
    "EXCEPT",
    "INTERSECT",
    "ORDER",
    "LIMIT",
    "OFFSET",
    "FETCH",
  ],
  ")",
  ";",
];

function parseSelect(cursor: Cursor): Select {
  const place = at(cursor.next());
  const distinct = cursor.take("DISTINCT");
  if (!distinct) cursor.take("ALL");
  if (cursor.ended() || cursor.is("FROM"))
    cursor.fail("'*'", ...(distinct ? [] : ["'ALL'", "'DISTINCT'"]), "<expression>");
  const items = cursor.separated(",", () => selectItem(cursor));
  const last = items[items.length - 1]!;
  if (!cursor.ended() && !cursor.isOne(...AFTER_SELECT) && last.kind === "expression" && last.alias === undefined)
    cursor.fail(AFTER_ITEM);
  const from = cursor.take("FROM") ? parseFrom(cursor) : undefined;
  const where = cursor.take("WHERE") ? cursor.grammar.expression(cursor) : undefined;
  const groupBy = cursor.is("GROUP") ? parseGroupBy(cursor) : undefined;
  const having = cursor.take("HAVING") ? cursor.grammar.expression(cursor) : undefined;
  const windows: { name: Identifier; spec: WindowSpec }[] = [];
  if (cursor.take("WINDOW"))
    windows.push(
      ...cursor.separated(",", () => {
        const name = cursor.identifier();
        cursor.expect("AS");
        return { name, spec: parseWindow(cursor) };
      }),
    );
  return { kind: "select", at: place, distinct, items, from, where, groupBy, having, windows };
}

function parseFrom(cursor: Cursor): Select["from"] {
  let left = parseRelation(cursor);
  while (cursor.is(",")) {
    cursor.next();
    const right = parseRelation(cursor);
    left = { kind: "join", at: left.at, join: "IMPLICIT", left, right, on: undefined, using: undefined };
  }
  return left;
}

function selectItem(cursor: Cursor): SelectItem {
  const place = at(cursor.token);
  if (cursor.take("*")) return { kind: "all", at: place, base: undefined, aliases: undefined };
  const all = qualifiedAll(cursor);
  if (all !== undefined) return all;
  const value = cursor.grammar.expression(cursor);
  // `(r).*`
  if (cursor.is(".", "*")) {
    cursor.take(".", "*");
    return { kind: "all", at: place, base: value, aliases: columnAliases(cursor) };
  }
  if (cursor.take("AS")) return { kind: "expression", at: place, value, alias: cursor.identifier() };
  return { kind: "expression", at: place, value, alias: cursor.isAlias() ? cursor.identifier() : undefined };
}

/** `t.*` and `db.t.*` */
function qualifiedAll(cursor: Cursor): SelectItem | undefined {
  let ahead = 0;
  while (cursor.isIdentifier(ahead) && cursor.peek(ahead + 1).text === ".") {
    ahead += 2;
    if (cursor.peek(ahead).text !== "*") continue;
    const names: Identifier[] = [];
    while (names.length < ahead / 2) {
      names.push(cursor.identifier());
      cursor.next();
    }
    cursor.next();
    const base = names
      .slice(1)
      .reduce<Node>((inner, field) => ({ kind: "dereference", at: inner.at, base: inner, field }), {
        kind: "identifier",
        at: names[0]!.at,
        name: names[0]!,
      });
    return { kind: "all", at: names[0]!.at, base, aliases: columnAliases(cursor) };
  }
  return undefined;
}

function columnAliases(cursor: Cursor): Identifier[] | undefined {
  return cursor.is("AS", "(") && cursor.take("AS") ? cursor.list(() => cursor.identifier()) : undefined;
}

function parseGroupBy(cursor: Cursor): GroupBy {
  const place = at(cursor.next());
  cursor.expect("BY");
  const distinct = cursor.take("DISTINCT");
  if (!distinct) cursor.take("ALL");
  return { at: place, distinct, elements: cursor.separated(",", () => groupingElement(cursor)) };
}

function groupingElement(cursor: Cursor): GroupingElement {
  const place = at(cursor.token);
  for (const kind of ["ROLLUP", "CUBE"] as const)
    if (cursor.is(kind, "(")) {
      cursor.next();
      return { kind: kind === "CUBE" ? "cube" : "rollup", at: place, sets: emptyOr(cursor, () => groupingSet(cursor)) };
    }
  if (cursor.take("GROUPING", "SETS")) return { kind: "sets", at: place, sets: cursor.list(() => groupingSet(cursor)) };
  return { kind: "simple", at: place, items: groupingSet(cursor) };
}

function emptyOr<T>(cursor: Cursor, read: () => T): T[] {
  if (cursor.take("(", ")")) return [];
  return cursor.list(read);
}

/** `(a, b)`, `()`, or one expression. */
function groupingSet(cursor: Cursor): Node[] {
  if (cursor.take("(", ")")) return [];
  const value = cursor.grammar.expression(cursor);
  return value.kind === "row" && !value.word ? value.items : [value];
}
