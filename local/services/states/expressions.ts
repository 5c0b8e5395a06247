import { randomUUID } from "node:crypto";
import jsonata from "jsonata";
import { StateError } from "./types";

/**
 * JSONata as Step Functions has it: a string between `{%` and `%}` is an expression, wherever it stands in a field; it sees
 * `$states` and the machine's variables. What evaluates to nothing is an error.
 */
type Expression = jsonata.Expression;

const compiled = new Map<string, Expression>();

/** Functions that Step Functions has changed or added and the local cloud does not have. */
const NOT_EXECUTED = ["eval", "partition", "range", "hash", "random"];

/** The text of an expression, or undefined for a plain string. */
export function expressionIn(text: string): string | undefined {
  return /^\{%([^]*)%\}$/.exec(text)?.[1];
}

/** What is wrong with an expression, or undefined. */
export function expressionProblem(text: string): string | undefined {
  const unknown = NOT_EXECUTED.find((name) => new RegExp(`\\$${name}\\s*\\(`).test(text));
  if (unknown !== undefined) return `the local cloud does not execute the function $${unknown}`;
  try {
    jsonata(text);
    return undefined;
  } catch (error) {
    const { message, position } = error as { message: string; position?: number };
    return `${message}${position === undefined ? "" : ` (at character ${position})`}`;
  }
}

/** What an expression sees. */
export interface Scope {
  /** input, result, errorOutput, context */
  states: Record<string, unknown>;
  variables: Readonly<Record<string, unknown>>;
  /** ms since 1970-01-01 UTC */
  now: number;
}

/** A field with every expression in it replaced by its value. @throws StateError `States.QueryEvaluationError` */
export async function evaluate(field: unknown, scope: Scope): Promise<unknown> {
  if (typeof field === "string") {
    const text = expressionIn(field);
    return text === undefined ? field : evaluateText(text, scope);
  }
  if (Array.isArray(field)) return Promise.all(field.map((item) => evaluate(item, scope)));
  if (typeof field !== "object" || field === null) return field;
  const entries = Object.entries(field).map(async ([name, value]) => [name, await evaluate(value, scope)] as const);
  return Object.fromEntries(await Promise.all(entries));
}

async function evaluateText(text: string, { states, variables, now }: Scope): Promise<unknown> {
  let expression = compiled.get(text);
  if (expression === undefined) compiled.set(text, (expression = jsonata(text)));
  const time = new Date(now);
  expression.registerFunction("now", () => time.toISOString());
  expression.registerFunction("millis", () => now);
  expression.registerFunction("uuid", () => randomUUID());
  expression.registerFunction("parse", (json: string) => JSON.parse(json) as unknown, "<s:x>");
  let value: unknown;
  try {
    value = await expression.evaluate({}, { ...variables, states });
  } catch (error) {
    throw new StateError(
      "States.QueryEvaluationError",
      `The JSONata expression '${text.trim()}': ${(error as Error).message}`,
    );
  }
  if (value === undefined)
    throw new StateError(
      "States.QueryEvaluationError",
      `The JSONata expression '${text.trim()}' returned nothing (undefined)`,
    );
  // JSONata's lists carry marks of their own.
  return JSON.parse(JSON.stringify(value)) as unknown;
}
