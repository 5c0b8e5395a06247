import type { Node } from "../syntax/ast";

/** An expression as Trino writes it in messages (ExpressionFormatter). */
export function formatNode(node: Node): string {
  switch (node.kind) {
    case "null":
      return "null";
    case "boolean":
      return String(node.value);
    case "number":
      return node.form === "decimal" ? `DECIMAL '${node.text}'` : node.text;
    case "string":
      return `'${node.value.replaceAll("'", "''")}'`;
    case "binary":
      return `X'${node.value}'`;
    case "typed":
      return `${node.type.toUpperCase()} '${node.value}'`;
    case "interval":
      return `INTERVAL ${node.sign < 0 ? "- " : ""}'${node.value}' ${node.from}${node.to === undefined ? "" : ` TO ${node.to}`}`;
    case "parameter":
      return "?";
    case "identifier":
      return node.name.quoted ? `"${node.name.name}"` : node.name.name;
    case "dereference":
      return `${formatNode(node.base)}.${node.field.quoted ? `"${node.field.name}"` : node.field.name}`;
    case "subscript":
      return `${formatNode(node.base)}[${formatNode(node.index)}]`;
    case "row":
      return `ROW (${node.items.map(formatNode).join(", ")})`;
    case "array":
      return `ARRAY[${node.items.map(formatNode).join(",")}]`;
    case "call": {
      const { call } = node;
      const args = call.star ? "*" : `${call.distinct ? "DISTINCT " : ""}${call.args.map(formatNode).join(", ")}`;
      const name = call.name.map((part) => (part.quoted ? `"${part.name}"` : part.name)).join(".");
      const filter = call.filter === undefined ? "" : ` FILTER (WHERE ${formatNode(call.filter)})`;
      const over = call.over === undefined ? "" : " OVER ()";
      return `${name}(${args})${filter}${over}`;
    }
    case "lambda":
      return `(${node.parameters.map(({ name }) => name).join(", ")}) -> ${formatNode(node.body)}`;
    case "not":
      return `(NOT ${formatNode(node.operand)})`;
    case "logical":
      return `(${node.terms.map(formatNode).join(` ${node.operator} `)})`;
    case "unary":
      return `${node.operator}${formatNode(node.operand)}`;
    case "arithmetic":
      return `(${formatNode(node.left)} ${node.operator} ${formatNode(node.right)})`;
    case "concat":
      return `concat(${formatNode(node.left)}, ${formatNode(node.right)})`;
    case "comparison":
      return `(${formatNode(node.left)} ${node.operator} ${formatNode(node.right)})`;
    case "cast":
      return `${node.safe ? "TRY_CAST" : "CAST"}(${formatNode(node.operand)} AS ${node.type.name})`;
    case "isNull":
      return `(${formatNode(node.operand)} IS ${node.negated ? "NOT " : ""}NULL)`;
    case "extract":
      return `EXTRACT(${node.field.toUpperCase()} FROM ${formatNode(node.operand)})`;
    case "case":
      return `(CASE${node.operand === undefined ? "" : ` ${formatNode(node.operand)}`}${node.whens
        .map(({ when, then }) => ` WHEN ${formatNode(when)} THEN ${formatNode(then)}`)
        .join("")}${node.otherwise === undefined ? "" : ` ELSE ${formatNode(node.otherwise)}`} END)`;
    case "current":
      return node.name;
    case "between":
      return `(${formatNode(node.operand)} ${node.negated ? "NOT " : ""}BETWEEN ${formatNode(node.low)} AND ${formatNode(node.high)})`;
    case "in":
      return `(${formatNode(node.operand)} ${node.negated ? "NOT " : ""}IN (${node.items.map(formatNode).join(", ")}))`;
    case "like":
      return `(${formatNode(node.operand)} ${node.negated ? "NOT " : ""}LIKE ${formatNode(node.pattern)})`;
    case "atTimeZone":
      return `(${formatNode(node.operand)} AT TIME ZONE ${formatNode(node.zone)})`;
    case "grouping":
      return `GROUPING (${node.items.map(formatNode).join(", ")})`;
    case "subquery":
      return "(<query>)";
    default:
      return `<${node.kind}>`;
  }
}
