import type { Grammar } from "./cursor";
import { parseExpression, parseValue } from "./expression";
import { parsePrimary } from "./primary";
import { parseQuery } from "./query";

/** The rules of Trino's grammar. */
export const GRAMMAR: Grammar = {
  expression: parseExpression,
  value: parseValue,
  primary: parsePrimary,
  query: parseQuery,
};
