import type { Identifier, JsonCall, Node } from "../syntax/ast";
import { at, type Cursor } from "./cursor";
import { parseType } from "./type";

/** The functions of SQL/JSON, whose arguments are written in words. https://trino.io/docs/current/functions/json.html */
export function parseJson(cursor: Cursor, name: JsonCall["name"]): Node {
  const place = at(cursor.next());
  cursor.expect("(");
  const constructs = name === "JSON_OBJECT" || name === "JSON_ARRAY";
  const json = constructs ? construct(cursor, name) : query(cursor, name);
  cursor.expect(")");
  return { kind: "json", at: place, json };
}

const NOTHING = {
  passing: [],
  returning: undefined,
  onEmpty: undefined,
  onError: undefined,
  wrapper: undefined,
  quotes: undefined,
  members: [],
  nullOnNull: false,
  uniqueKeys: false,
};

function query(cursor: Cursor, name: JsonCall["name"]): JsonCall {
  const input = cursor.grammar.expression(cursor);
  format(cursor);
  cursor.expect(",");
  const path = cursor.string();
  const passing: { value: Node; name: Identifier }[] = [];
  if (cursor.take("PASSING"))
    passing.push(
      ...cursor.separated(",", () => {
        const value = cursor.grammar.expression(cursor);
        format(cursor);
        cursor.expect("AS");
        return { value, name: cursor.identifier() };
      }),
    );
  const returning = cursor.take("RETURNING") ? parseType(cursor) : undefined;
  format(cursor);
  let wrapper: string | undefined;
  if (cursor.take("WITHOUT")) {
    cursor.take("ARRAY");
    cursor.expect("WRAPPER");
    wrapper = "WITHOUT";
  } else if (cursor.is("WITH")) {
    cursor.next();
    wrapper = cursor.take("CONDITIONAL") ? "CONDITIONAL" : "UNCONDITIONAL";
    cursor.take("UNCONDITIONAL");
    cursor.take("ARRAY");
    cursor.expect("WRAPPER");
  }
  let quotes: JsonCall["quotes"];
  if (cursor.isOne("KEEP", "OMIT")) {
    quotes = cursor.next().value as "KEEP";
    cursor.expect("QUOTES");
    if (cursor.take("ON")) cursor.expect("SCALAR", "STRING");
  }
  let result: JsonCall = { ...NOTHING, name, input, path, passing, returning, wrapper, quotes };
  while (cursor.isOne("ERROR", "NULL", "DEFAULT", "TRUE", "FALSE", "UNKNOWN", "EMPTY")) {
    let word = cursor.next().value;
    let value: Node | undefined;
    if (word === "DEFAULT") value = cursor.grammar.expression(cursor);
    if (word === "EMPTY") word = `EMPTY ${cursor.take("OBJECT") ? "OBJECT" : (cursor.take("ARRAY"), "ARRAY")}`;
    cursor.expect("ON");
    if (cursor.take("EMPTY")) result = { ...result, onEmpty: word, ...(value && { emptyDefault: value }) };
    else {
      cursor.expect("ERROR");
      result = { ...result, onError: word, ...(value && { errorDefault: value }) };
    }
  }
  return result;
}

function construct(cursor: Cursor, name: JsonCall["name"]): JsonCall {
  const members: { key?: Node; value: Node; format: boolean }[] = [];
  const ends = (): boolean =>
    cursor.is(")") || cursor.is("RETURNING") || (cursor.isOne("NULL", "ABSENT") && cursor.peek().value === "ON");
  if (!ends() && !cursor.isOne("WITH", "WITHOUT"))
    members.push(
      ...cursor.separated(",", () => {
        const keyed = name === "JSON_OBJECT";
        if (keyed) cursor.take("KEY");
        const first = cursor.grammar.expression(cursor);
        if (!keyed) return { value: first, format: format(cursor) };
        if (!cursor.take("VALUE")) cursor.expect(":");
        const value = cursor.grammar.expression(cursor);
        return { key: first, value, format: format(cursor) };
      }),
    );
  let nullOnNull = name === "JSON_OBJECT";
  if (cursor.take("NULL", "ON", "NULL")) nullOnNull = true;
  else if (cursor.take("ABSENT", "ON", "NULL")) nullOnNull = false;
  const unique = cursor.is("WITH");
  if (cursor.isOne("WITH", "WITHOUT")) {
    cursor.next();
    cursor.expect("UNIQUE");
    cursor.take("KEYS");
  }
  const returning = cursor.take("RETURNING") ? parseType(cursor) : undefined;
  format(cursor);
  return { ...NOTHING, name, input: undefined, path: "", members, nullOnNull, uniqueKeys: unique, returning };
}

function format(cursor: Cursor): boolean {
  if (!cursor.take("FORMAT", "JSON")) return false;
  if (cursor.take("ENCODING")) cursor.identifier();
  return true;
}
