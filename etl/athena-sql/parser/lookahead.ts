import { MAX_DEPTH, type Cursor } from "./cursor";

/** Whether a query may begin here: parentheses are looked into. */
export function startsQuery(cursor: Cursor): boolean {
  // Deeper than that nothing is parsed.
  for (let ahead = 0; ahead <= MAX_DEPTH; ahead++) {
    const { kind, value } = cursor.peek(ahead);
    if (kind === "symbol" && value === "(") continue;
    return kind === "word" && ["SELECT", "WITH", "VALUES", "TABLE"].includes(value);
  }
  return false;
}
