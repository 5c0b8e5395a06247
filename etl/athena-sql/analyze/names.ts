import { nearest } from "../../../aws/text/nearest";
import { choose } from "../builtins/bind";
import type { Identifier, Node, NodeOf } from "../syntax/ast";
import { SqlError, type Position } from "../syntax/error";
import { UNKNOWN, formatType } from "../types/type";
import type { Context } from "./context";
import { finishCall } from "./convert";
import { formatNode } from "./format";
import type { Expr } from "./plan";
import { Scope } from "./scope";

/** A name: a parameter of a lambda, or a column. @throws SqlError */
export function identifier(node: NodeOf<"identifier">, { scope }: Context): Expr {
  const variable = scope.variable(node.name.name);
  if (variable !== undefined) return { kind: "variable", type: variable.type, id: variable.id, name: variable.name };
  const field = scope.find([node.name], node.at);
  if (field === undefined) return notResolved(node.name.name, node.name.name, scope, node.at);
  return placed(field.expr, node);
}

/** The place and words of this mention, for messages. */
function placed(expr: Expr, node: Node): Expr {
  return expr.kind === "column" ? { ...expr, text: formatNode(node), at: node.at } : expr;
}

function notResolved(path: string, last: string, scope: Scope, at: Position): never {
  const near = nearest(last, scope.names());
  throw new SqlError(
    "COLUMN_NOT_FOUND",
    `Column '${path.toLowerCase()}' cannot be resolved${near === undefined ? "" : `; near it is ${near}`}`,
    at,
  );
}

/** `a.b`: a column with its relation, or a field of a row. @throws SqlError */
export function dereference(node: NodeOf<"dereference">, context: Context): Expr {
  const { scope } = context;
  const path = pathOf(node);
  if (path !== undefined && scope.variable(path[0]!.name) === undefined) {
    const field = scope.find(path, node.at);
    if (field !== undefined) return placed(field.expr, node);
    if (path.length === 2 && scope.find([path[0]!], node.at) === undefined)
      return notResolved(path.map(({ name }) => name).join("."), path[1]!.name, scope, node.at);
  }
  const base = context.analyze(node.base, context);
  if (base.type.kind !== "row")
    throw new SqlError("TYPE_MISMATCH", `Expression ${formatNode(node.base)} is not of type ROW`, node.base.at);
  const wanted = node.field.name.toLowerCase();
  const found = base.type.fields.flatMap(({ name }, i) => (name?.toLowerCase() === wanted ? [i] : []));
  if (found.length > 1)
    throw new SqlError("AMBIGUOUS_NAME", `Ambiguous row field reference: ${node.field.name}`, node.at);
  const [index] = found;
  if (index === undefined) {
    const names = base.type.fields.flatMap(({ name }) => name ?? []);
    return notResolved(
      formatNode(node),
      node.field.name,
      new Scope(names.map((name) => ({ name, qualifier: [], type: UNKNOWN, expr: base }))),
      node.at,
    );
  }
  return { kind: "field", type: base.type.fields[index]!.type, operand: base, index };
}

/** `a.b.c` as its parts; undefined if something else stands in front. */
export function pathOf(node: Node): Identifier[] | undefined {
  if (node.kind === "identifier") return [node.name];
  if (node.kind !== "dereference") return undefined;
  const base = pathOf(node.base);
  return base && [...base, node.field];
}

/** `a[i]` of an array, a map or a row. @throws SqlError */
export function subscript(node: NodeOf<"subscript">, base: Expr, index: Expr): Expr {
  if (base.type.kind === "row") {
    if (index.kind !== "literal" || index.type.kind !== "integer")
      throw new SqlError("TYPE_MISMATCH", "Subscript expression on ROW requires a constant index", node.index.at);
    const position = Number(index.value);
    const { fields } = base.type;
    if (position <= 0)
      throw new SqlError(
        "INVALID_FUNCTION_ARGUMENT",
        `Invalid subscript index: ${position}. ROW indices start at 1`,
        node.index.at,
      );
    const field = fields[position - 1];
    if (field === undefined)
      throw new SqlError(
        "INVALID_FUNCTION_ARGUMENT",
        `Subscript index out of bounds: ${position}, max value is ${fields.length}`,
        node.index.at,
      );
    return { kind: "field", type: field.type, operand: base, index: position - 1 };
  }
  const call = choose("$subscript", [base, index], node.at);
  if (call === undefined)
    throw new SqlError(
      "TYPE_MISMATCH",
      `Cannot use ${formatType(index.type)} for subscript of ${formatType(base.type)}`,
      node.at,
    );
  return finishCall(call, [base, index], node.at);
}

/** Remembers that a column of a table is compared with constants, which injected partition keys want. */
export function pin(operand: Node, values: readonly Node[], { scope, session }: Context): void {
  const path = pathOf(operand);
  if (path === undefined || !values.every(isConstant)) return;
  const column = scope.find(path, operand.at)?.column;
  if (column === undefined) return;
  session.use(column.database, column.table, operand.at).pinned.add(column.name.toLowerCase());
}

function isConstant({ kind }: Node): boolean {
  return ["string", "number", "typed", "boolean", "parameter"].includes(kind);
}
