import type { TypeNode } from "../syntax/ast";
import { at, type Cursor } from "./cursor";

/** `decimal(10,2)`, `row(a integer)`, `array<varchar>`, `timestamp(3) with time zone`, `integer array`. */
export function parseType(cursor: Cursor): TypeNode {
  let type = simple(cursor);
  while (cursor.take("ARRAY")) {
    if (cursor.take("[")) {
      cursor.integer();
      cursor.expect("]");
    }
    type = { at: type.at, name: "array", parameters: [type] };
  }
  return type;
}

function simple(cursor: Cursor): TypeNode {
  const start = at(cursor.token);
  if (cursor.is("ROW", "(")) {
    cursor.next();
    const fields = cursor.list(() => {
      // A name stands before its type; a type alone is a field without name.
      const from = cursor.position;
      if (cursor.isIdentifier()) {
        const name = cursor.identifier();
        if (!cursor.isOne(",", ")", "(", "<") && !isTypeTail(cursor, name.name))
          return { name: name.quoted ? name.name : name.name, type: parseType(cursor) };
        cursor.position = from;
      }
      return { name: undefined, type: parseType(cursor) };
    });
    return { at: start, name: "row", parameters: [], fields };
  }
  if (cursor.is("INTERVAL")) {
    cursor.next();
    const from = cursor.next().value;
    cursor.expect("TO");
    const to = cursor.next().value;
    return { at: start, name: `interval ${from.toLowerCase()} to ${to.toLowerCase()}`, parameters: [] };
  }
  if (cursor.is("DOUBLE", "PRECISION")) {
    cursor.take("DOUBLE", "PRECISION");
    return { at: start, name: "double", parameters: [] };
  }
  if (cursor.isOne("TIMESTAMP", "TIME")) {
    const name = cursor.next().value.toLowerCase();
    const parameters: number[] = [];
    if (cursor.take("(")) {
      parameters.push(cursor.integer());
      cursor.expect(")");
    }
    if (cursor.take("WITH")) {
      cursor.expect("TIME", "ZONE");
      return { at: start, name: `${name} with time zone`, parameters };
    }
    cursor.take("WITHOUT", "TIME", "ZONE");
    return { at: start, name, parameters };
  }
  if (!cursor.isIdentifier()) cursor.fail("<type>");
  const name = cursor.identifier().name.toLowerCase();
  const parameters: (number | TypeNode)[] = [];
  if ((name === "array" || name === "map") && cursor.take("<")) {
    parameters.push(...cursor.separated(",", () => parseType(cursor)));
    cursor.expect(">");
  } else if (cursor.is("(")) {
    parameters.push(
      ...cursor.list((): number | TypeNode => (cursor.token.kind === "integer" ? cursor.integer() : parseType(cursor))),
    );
  }
  return { at: start, name, parameters };
}

/** Words that follow a type's first word and belong to it. */
function isTypeTail(cursor: Cursor, name: string): boolean {
  const upper = name.toUpperCase();
  return (
    (upper === "DOUBLE" && cursor.is("PRECISION")) ||
    ((upper === "TIMESTAMP" || upper === "TIME") && cursor.isOne("WITH", "WITHOUT")) ||
    (upper === "INTERVAL" && cursor.isOne("YEAR", "DAY") && cursor.peek().value === "TO") ||
    (cursor.is("ARRAY") && !["(", "<"].includes(cursor.peek().text))
  );
}
