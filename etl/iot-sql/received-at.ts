/** The time at which AWS IoT received a message, which a rule's SQL adds to it as a system attribute. */
import { RECEIVED_AT } from "../json";
import { REFUSED_FUNCTIONS, RULE_FUNCTIONS } from "./functions";
import { parseStatement } from "./parser";
import type { Statement } from "./statement";

/** What a rule's SQL says of the time: it gives it, it could be added, or it could not, and why. */
export type ReceivedAt =
  | { readonly kind: "given" }
  /** `sql` is the statement that gives it */
  | { readonly kind: "missing"; readonly sql: string }
  | { readonly kind: "impossible"; readonly why: string };

/**
 * Looks for the time in a rule's SQL.
 * @throws ExpressionError for SQL that AWS refuses
 */
export function receivedAtOf(sql: string): ReceivedAt {
  const { items, value, listEnd }: Statement = parseStatement(sql, {
    functions: RULE_FUNCTIONS,
    refused: REFUSED_FUNCTIONS,
  });
  if (value !== undefined)
    return { kind: "impossible", why: "SELECT VALUE gives the value itself, to which nothing is added" };
  if (items.some((item) => item.kind === "named" && item.name.length === 1 && item.name[0] === RECEIVED_AT))
    return { kind: "given" };
  const list = sql.slice(0, listEnd).trimEnd();
  const rest = sql.slice(list.length);
  return { kind: "missing", sql: `${list}, timestamp() AS ${RECEIVED_AT}${rest}` };
}
