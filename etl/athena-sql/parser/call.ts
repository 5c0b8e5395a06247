import type { Call, FrameBound, Identifier, Node, SortItem, WindowFrame, WindowSpec } from "../syntax/ast";
import { at, type Cursor } from "./cursor";

/** `f(...)` with FILTER, null treatment and OVER. */
export function parseCall(cursor: Cursor): Node {
  const place = at(cursor.token);
  const name = cursor.qualifiedName();
  cursor.expect("(");
  let star = false;
  let distinct = false;
  let args: Node[] = [];
  let orderBy: SortItem[] = [];
  if (cursor.is("*") && cursor.peek().text === ")") star = cursor.take("*");
  else if (!cursor.is(")")) {
    distinct = cursor.take("DISTINCT");
    if (!distinct) cursor.take("ALL");
    if (!cursor.is("ORDER")) args = cursor.separated(",", () => cursor.grammar.expression(cursor));
    if (cursor.is("ORDER")) orderBy = parseOrderBy(cursor);
  }
  if (!cursor.is(")")) cursor.fail("')'", "','", "'ORDER'");
  cursor.next();
  return { kind: "call", at: place, call: { name, args, star, distinct, orderBy, ...tail(cursor) } };
}

function tail(cursor: Cursor): Pick<Call, "filter" | "nulls" | "over"> {
  let filter: Node | undefined;
  if (cursor.is("FILTER", "(")) {
    cursor.expect("FILTER", "(", "WHERE");
    filter = cursor.grammar.expression(cursor);
    cursor.expect(")");
  }
  let nulls: Call["nulls"];
  if (cursor.is("IGNORE", "NULLS") || cursor.is("RESPECT", "NULLS")) {
    nulls = cursor.next().value as "IGNORE";
    cursor.next();
  }
  let over: Call["over"];
  if (cursor.is("OVER") && (cursor.peek().text === "(" || cursor.isIdentifier(1))) {
    cursor.next();
    over = cursor.is("(") ? parseWindow(cursor) : cursor.identifier();
  }
  return { filter, nulls, over };
}

/** `LISTAGG(x, ', ' ON OVERFLOW TRUNCATE ...) WITHIN GROUP (ORDER BY ...)` */
export function parseListagg(cursor: Cursor): Node {
  const token = cursor.next();
  const place = at(token);
  const name: Identifier = { name: "listagg", quoted: false, at: place };
  cursor.expect("(");
  const distinct = cursor.take("DISTINCT");
  if (!distinct) cursor.take("ALL");
  const args = [cursor.grammar.expression(cursor)];
  if (cursor.take(",")) args.push({ kind: "string", at: at(cursor.token), value: cursor.string() });
  else args.push({ kind: "string", at: place, value: "" });
  if (cursor.take("ON", "OVERFLOW")) {
    if (cursor.take("TRUNCATE")) {
      const filler = cursor.token.kind === "string" ? cursor.string() : "...";
      const count = cursor.isOne("WITH", "WITHOUT")
        ? cursor.next().value === "WITH"
        : cursor.fail("'WITH'", "'WITHOUT'");
      cursor.expect("COUNT");
      // A list that is too long is cut when these are given.
      args.push({ kind: "string", at: place, value: filler }, { kind: "boolean", at: place, value: count });
    } else cursor.expect("ERROR");
  }
  cursor.expect(")");
  cursor.expect("WITHIN", "GROUP", "(");
  const orderBy = parseOrderBy(cursor);
  cursor.expect(")");
  const rest = tail(cursor);
  return { kind: "call", at: place, call: { name: [name], args, star: false, distinct, orderBy, ...rest } };
}

/** `ORDER BY` with its keys. */
export function parseOrderBy(cursor: Cursor): SortItem[] {
  cursor.expect("ORDER", "BY");
  return cursor.separated(",", () => {
    const key = cursor.grammar.expression(cursor);
    const descending = cursor.take("DESC");
    if (!descending) cursor.take("ASC");
    let nullsFirst = false;
    if (cursor.take("NULLS")) {
      nullsFirst = cursor.take("FIRST");
      if (!nullsFirst) cursor.expect("LAST");
    }
    return { at: key.at, key, descending, nullsFirst };
  });
}

/** What stands in the parentheses of OVER, and of WINDOW. */
export function parseWindow(cursor: Cursor): WindowSpec {
  const place = at(cursor.expect("("));
  const named = cursor.isIdentifier() && !["PARTITION", "ROWS", "RANGE", "GROUPS"].includes(cursor.token.value);
  const base = named ? cursor.identifier() : undefined;
  const partitionBy = cursor.take("PARTITION", "BY")
    ? cursor.separated(",", () => cursor.grammar.expression(cursor))
    : [];
  const orderBy = cursor.is("ORDER") ? parseOrderBy(cursor) : [];
  const frame = cursor.isOne("ROWS", "RANGE", "GROUPS") ? parseFrame(cursor) : undefined;
  cursor.expect(")");
  return { at: place, base, partitionBy, orderBy, frame };
}

function parseFrame(cursor: Cursor): WindowFrame {
  const token = cursor.next();
  const unit = token.value as WindowFrame["unit"];
  if (!cursor.take("BETWEEN")) return { at: at(token), unit, start: parseBound(cursor), end: undefined };
  const start = parseBound(cursor);
  cursor.expect("AND");
  return { at: at(token), unit, start, end: parseBound(cursor) };
}

function parseBound(cursor: Cursor): FrameBound {
  const place = at(cursor.token);
  if (cursor.take("UNBOUNDED")) {
    const kind = cursor.take("PRECEDING") ? "UNBOUNDED PRECEDING" : "UNBOUNDED FOLLOWING";
    if (kind === "UNBOUNDED FOLLOWING") cursor.expect("FOLLOWING");
    return { at: place, kind, value: undefined };
  }
  if (cursor.take("CURRENT", "ROW")) return { at: place, kind: "CURRENT ROW", value: undefined };
  const value = cursor.grammar.expression(cursor);
  if (cursor.take("PRECEDING")) return { at: place, kind: "PRECEDING", value };
  cursor.expect("FOLLOWING");
  return { at: place, kind: "FOLLOWING", value };
}
