import type { TypeNode } from "../syntax/ast";
import { Cursor } from "./cursor";
import { GRAMMAR } from "./grammar";
import { parseType } from "./type";

/** A type that stands alone, such as a column's. @throws SqlError */
export function parseOnlyType(text: string): TypeNode {
  const cursor = new Cursor(text, GRAMMAR);
  const type = parseType(cursor);
  if (!cursor.ended()) cursor.fail("<EOF>");
  return type;
}
