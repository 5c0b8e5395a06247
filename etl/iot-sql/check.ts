/** What can be said of a rule's statement and of its templates before a message comes. */
import {
  caret,
  children,
  ExpressionError,
  expressionTypes,
  neverYields,
  printExpression,
  textComparisonProblem,
  textComparisons,
  typesOf,
  type Finding,
  type Node,
} from "../expressions";
import { expressionsOf } from "./compile";
import { RULE_FUNCTIONS } from "./functions";
import { RuleProgram } from "./program";
import type { Statement } from "./statement";
import { Template, topicLevel } from "./template";

/** What checking a statement found. */
export interface Checked {
  /** undefined when there is an error */
  readonly statement: Statement | undefined;
  /** the mistake; `withCaret()` shows the place */
  readonly error: ExpressionError | undefined;
  /** what is likely to be a mistake, each with its caret */
  readonly warnings: readonly string[];
}

const TYPES = { functions: RULE_FUNCTIONS, integerDivision: true } as const;
/** Functions that AWS calls once in a statement. */
const ONCE = ["get_registry_data"];
/** Functions that always yield a text or number that is not empty. */
const NEVER_EMPTY: ReadonlySet<string> = new Set(
  "newuuid timestamp accountid principal clientid sourceip sql_version rand length".split(" "),
);

/** Parses and checks a rule's statement; it does not throw for any text. */
export function checkStatement(sql: string): Checked {
  try {
    const { statement } = new RuleProgram(sql);
    checkOnce(statement);
    const warnings = [...statement.warnings, ...conditionWarnings(statement)].sort((a, b) => a.at - b.at);
    return { statement, error: undefined, warnings: shown(sql, warnings) };
  } catch (error) {
    if (!(error instanceof ExpressionError)) throw error;
    return { statement: undefined, error, warnings: [] };
  }
}

/** The topic filter of a rule's statement; undefined when it has none, or is no statement. */
export function filterOf(sql: string): string | undefined {
  return checkStatement(sql).statement?.filter;
}

/** Checks a template of an action; `sql` is the rule's statement, of which it may use the variables. */
export function checkTemplate(text: string, sql: string): Pick<Checked, "error"> & { readonly mayBeEmpty: boolean } {
  const { statement } = checkStatement(sql);
  try {
    const { parts } = new Template(text, statement?.variables);
    return {
      error: undefined,
      mayBeEmpty: parts.every((part) => typeof part !== "string" && mayBeEmpty(part, statement)),
    };
  } catch (error) {
    if (!(error instanceof ExpressionError)) throw error;
    return { error, mayBeEmpty: false };
  }
}

function shown(sql: string, findings: readonly Finding[]): string[] {
  return findings.map(({ at, message }) => `${message}\n${caret(sql, at)}`);
}

function checkOnce(statement: Statement): void {
  const calls = (node: Node): Node[] => [
    ...(node.kind === "call" && ONCE.includes(node.name) ? [node] : []),
    ...children(node).flatMap(calls),
  ];
  const [, second] = expressionsOf(statement, statement.variables)
    .flatMap(calls)
    .sort((a, b) => a.at - b.at);
  if (second?.kind !== "call") return;
  const wayOut = `set a variable once and use it twice: SET @data = ${second.name}(...) SELECT @data.a, @data.b ...`;
  throw new ExpressionError(statement.text, second.at, `AWS calls ${second.name} once in a statement; ${wayOut}`);
}

function conditionWarnings({ where, items, value, variables }: Statement): Finding[] {
  const found = expressionsOf({ items, value, where }, variables)
    .flatMap(textComparisons)
    .map((node) => ({ at: node.at, message: textComparisonProblem(node) }));
  if (where === undefined) return found;
  const never = neverYields(where, TYPES);
  if (never !== undefined)
    found.push({
      at: never.at,
      message: `${printExpression(never)} is always Undefined, so the condition is never true and no message passes`,
    });
  else if ((expressionTypes(where, TYPES) & typesOf("Boolean")) === 0)
    found.push({
      at: where.at,
      message: "the condition is never true or false, so no message passes; compare it with something",
    });
  return found;
}

function mayBeEmpty(node: Node, statement: Statement | undefined): boolean {
  const level = topicLevel(node);
  if (level !== undefined) return !hasLevel(statement?.filter, level);
  if (node.kind === "call") {
    if (node.name === "topic" && node.args.length === 0) return statement?.filter === undefined;
    if (node.name === "get_or_default" && node.args[1] !== undefined) return mayBeEmpty(node.args[1], statement);
    return !NEVER_EMPTY.has(node.name);
  }
  if (node.kind === "string") return node.value === "";
  return node.kind !== "number" && node.kind !== "boolean";
}

/** Whether every topic of a filter has this level, counted from 1. */
export function hasLevel(filter: string | undefined, level: number): boolean {
  const levels = filter?.split("/") ?? [];
  // `a/#` matches a/b, and not a: https://docs.aws.amazon.com/iot/latest/developerguide/mqtt.html#mqtt-differences
  return level <= levels.length;
}
