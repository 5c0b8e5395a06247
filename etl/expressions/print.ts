/** Writes a tree as text, so that parsing the text gives the same tree. */
import type { Numeric } from "./decimal34";
import { formatPath, type Node, type SelectItem, type Selection } from "./ast";

/** How tightly a node binds; a child that binds less is put in parentheses. */
const OR = 1;
const AND = 2;
const NOT = 3;
const COMPARISON = 4;
const SUM = 5;
const PRODUCT = 6;
const UNARY = 7;
const PRIMARY = 8;

/** The text of a tree, with no more parentheses than it needs. */
export function printExpression(node: Node): string {
  switch (node.kind) {
    case "number":
      return printNumber(node.value, node.decimal);
    case "string":
      return quote(node.value);
    case "boolean":
      return node.value ? "TRUE" : "FALSE";
    case "null":
      return "NULL";
    case "path":
      return formatPath(node.steps);
    case "member":
      return `${within(PRIMARY, node.object)}${printStep(node.key)}`;
    case "variable":
      return `@${node.name}`;
    case "payload":
      return "*";
    case "query":
      return `(${printSelection(node.query)} FROM ${printExpression(node.query.from)}${printWhere(node.query)})`;
    case "exists":
      return `EXISTS (${printExpression(node.operand)})`;
    case "negate":
      return `-${within(UNARY, node.operand)}`;
    case "not":
      return `NOT ${within(NOT, node.operand)}`;
    case "binary": {
      const level = binding(node);
      const operand = level === COMPARISON ? SUM : level;
      return `${within(operand, node.left)} ${node.operator} ${within(level + 1, node.right)}`;
    }
    case "logic":
      return node.operands.map((operand) => within(binding(node) + 1, operand)).join(` ${node.operator} `);
    case "isNull":
      return `${within(SUM, node.operand)} IS ${node.negated ? "NOT " : ""}NULL`;
    case "in":
      return `${within(SUM, node.operand)} ${not(node)}IN (${list(node.items)})`;
    case "between":
      return `${within(SUM, node.operand)} ${not(node)}BETWEEN ${within(SUM, node.low)} AND ${within(SUM, node.high)}`;
    case "like": {
      const escape = node.escape === undefined ? "" : ` ESCAPE ${quote(node.escape)}`;
      return `${within(SUM, node.operand)} ${not(node)}LIKE ${within(SUM, node.pattern)}${escape}`;
    }
    case "case": {
      const branches = node.branches.map(
        ({ when, then }) => ` WHEN ${printExpression(when)} THEN ${printExpression(then)}`,
      );
      const otherwise = node.otherwise === undefined ? "" : ` ELSE ${printExpression(node.otherwise)}`;
      // the parentheses keep a first operand such as NOT from being read as the end of an attribute called "case"
      return `CASE (${printExpression(node.operand)})${branches.join("")}${otherwise} END`;
    }
    case "call":
      return node.name === "cast" ? printCast(node.args) : `${node.name}(${list(node.args)})`;
    case "array":
      return `[${list(node.items)}]`;
    case "object":
      return `{${node.members.map(({ name, value }) => `${quote(name)}: ${printExpression(value)}`).join(", ")}}`;
  }
}

/** A name as it is, any other key in brackets. */
function printStep(key: Node): string {
  return key.kind === "string" && /^[A-Za-z_]\w*$/.test(key.value) ? `.${key.value}` : `[${printExpression(key)}]`;
}

function printSelection({ items, value }: Selection): string {
  return value === undefined ? `SELECT ${items.map(printItem).join(", ")}` : `SELECT VALUE ${printExpression(value)}`;
}

function printItem(item: SelectItem): string {
  if (item.kind === "all") return "*";
  if (item.kind === "spread") return `${within(PRIMARY, item.node)}.*`;
  const name = item.name.length === 1 ? quote(item.name[0] as string) : item.name.join(".");
  return `${printExpression(item.node)} AS ${name}`;
}

function printWhere({ where }: Selection): string {
  return where === undefined ? "" : ` WHERE ${printExpression(where)}`;
}

function binding(node: Node): number {
  switch (node.kind) {
    case "logic":
      return node.operator === "OR" ? OR : AND;
    case "not":
      return NOT;
    case "isNull":
    case "in":
    case "between":
    case "like":
      return COMPARISON;
    case "binary":
      return node.operator === "+" || node.operator === "-"
        ? SUM
        : node.operator === "*" || node.operator === "/" || node.operator === "%"
          ? PRODUCT
          : COMPARISON;
    case "negate":
      return UNARY;
    default:
      return PRIMARY;
  }
}

function within(level: number, node: Node): string {
  const text = printExpression(node);
  return binding(node) < level ? `(${text})` : text;
}

function list(nodes: readonly Node[]): string {
  return nodes.map(printExpression).join(", ");
}

function not(node: { readonly negated: boolean }): string {
  return node.negated ? "NOT " : "";
}

function quote(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

function printNumber(value: Numeric, decimal: boolean): string {
  const text = String(value);
  return decimal && /^\d+$/.test(text) ? `${text}.0` : text;
}

function printCast(args: readonly Node[]): string {
  const [operand, type] = args as [Node, Node & { kind: "string" }];
  return `cast(${printExpression(operand)} AS ${type.value})`;
}
