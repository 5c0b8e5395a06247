import type { Identifier, Node, Relation } from "../syntax/ast";
import { SqlError } from "../syntax/error";
import { at, type Cursor } from "./cursor";
import { startsQuery } from "./lookahead";

/** A table, or several that JOIN brings together. */
export function parseRelation(cursor: Cursor): Relation {
  return cursor.nested(() => {
    let left = sampled(cursor);
    for (;;) {
      const place = left.at;
      if (cursor.take("CROSS")) {
        cursor.expect("JOIN");
        left = {
          kind: "join",
          at: place,
          join: "CROSS",
          left,
          right: sampled(cursor),
          on: undefined,
          using: undefined,
        };
        continue;
      }
      if (cursor.is("NATURAL")) {
        cursor.fail("',', 'CROSS', 'FULL', 'INNER', 'JOIN', 'LEFT', 'RIGHT', <EOF>");
      }
      const type = joinType(cursor);
      if (type === undefined) return left;
      const right = parseRelation(cursor);
      if (cursor.take("ON")) {
        const on = cursor.grammar.expression(cursor);
        left = { kind: "join", at: place, join: type, left, right, on, using: undefined };
      } else if (cursor.take("USING")) {
        const using = cursor.list(() => cursor.identifier());
        left = { kind: "join", at: place, join: type, left, right, on: undefined, using };
      } else return cursor.fail("'ON'", "'USING'");
    }
  });
}

function joinType(cursor: Cursor): "INNER" | "LEFT" | "RIGHT" | "FULL" | undefined {
  if (cursor.take("JOIN")) return "INNER";
  if (cursor.take("INNER")) {
    cursor.expect("JOIN");
    return "INNER";
  }
  for (const side of ["LEFT", "RIGHT", "FULL"] as const)
    if (cursor.take(side)) {
      cursor.take("OUTER");
      cursor.expect("JOIN");
      return side;
    }
  return undefined;
}

function sampled(cursor: Cursor): Relation {
  const relation = aliased(cursor);
  if (cursor.is("MATCH_RECOGNIZE", "("))
    throw new SqlError("NOT_SUPPORTED", "MATCH_RECOGNIZE is not executed by the local cloud", cursor.token);
  if (!cursor.take("TABLESAMPLE")) return relation;
  const { token } = cursor;
  if (!cursor.take("BERNOULLI") && !cursor.take("SYSTEM")) cursor.fail("'BERNOULLI'", "'SYSTEM'");
  cursor.expect("(");
  const percentage = cursor.grammar.expression(cursor);
  cursor.expect(")");
  return { kind: "sampled", at: at(token), relation, method: token.value as "SYSTEM", percentage };
}

function aliased(cursor: Cursor): Relation {
  const relation = primary(cursor);
  const explicit = cursor.take("AS");
  if (!explicit && (!cursor.isAlias() || cursor.is("MATCH_RECOGNIZE", "("))) return relation;
  const alias = cursor.identifier();
  const columns: Identifier[] | undefined = cursor.is("(") ? cursor.list(() => cursor.identifier()) : undefined;
  return { kind: "aliased", at: relation.at, relation, alias, columns };
}

function primary(cursor: Cursor): Relation {
  const place = at(cursor.token);
  if (cursor.take("UNNEST")) {
    const items: Node[] = cursor.list(() => cursor.grammar.expression(cursor));
    const ordinality = cursor.take("WITH", "ORDINALITY");
    return { kind: "unnest", at: place, items, ordinality };
  }
  if (cursor.is("LATERAL", "(")) {
    cursor.take("LATERAL", "(");
    const query = cursor.grammar.query(cursor);
    cursor.expect(")");
    return { kind: "lateral", at: place, query };
  }
  if (cursor.is("(")) {
    if (startsQuery(cursor)) {
      const from = cursor.position;
      cursor.next();
      try {
        const query = cursor.grammar.query(cursor);
        if (cursor.take(")")) return { kind: "subqueryRelation", at: place, query };
      } catch (error) {
        // `((SELECT 1) t CROSS JOIN u)` begins like a query.
        cursor.position = from;
        if (cursor.peek().text !== "(") throw error;
      }
      cursor.position = from;
      if (cursor.peek().text !== "(") {
        cursor.next();
        cursor.grammar.query(cursor);
        cursor.fail("')'");
      }
    }
    cursor.next();
    const relation = parseRelation(cursor);
    cursor.expect(")");
    return relation;
  }
  if (!cursor.isIdentifier()) cursor.fail("'('", "'LATERAL'", "'TABLE'", "'UNNEST'", "<identifier>");
  return { kind: "table", at: place, name: cursor.qualifiedName() };
}
