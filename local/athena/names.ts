/** A node of the parser's tree: one member, named for its kind. */
type Node = Record<string, unknown>;

/**
 * Names of a result's columns as Trino gives them: an expression that is no column and has no alias is `_col` with its place from 0
 * (LogicalPlanner.createOutputPlan), whatever DuckDB calls it. Between two stars a place is not known, and DuckDB's name stays.
 * @param names what DuckDB calls them
 */
export function outputNames(statement: Node, names: readonly string[]): string[] {
  const expressions = output(statement);
  if (expressions === undefined) return names.map((_, i) => `_col${i}`);
  const result = [...names];
  const first = expressions.findIndex(isStar);
  const last = expressions.findLastIndex(isStar);
  expressions.forEach((expression, i) => {
    if (isNamed(expression)) return;
    const place = first < 0 || i < first ? i : i > last ? names.length - expressions.length + i : undefined;
    if (place !== undefined) result[place] = `_col${place}`;
  });
  return result;
}

/** What the first SELECT lists; undefined for VALUES, whose columns have no names. */
function output(statement: Node): Node[] | undefined {
  const [kind = "", body] = Object.entries(statement)[0] as [string, Node];
  if (kind === "select") return body.expressions as Node[];
  if (kind === "subquery") return output(body.this as Node);
  if (kind === "values") return undefined;
  return output(body.left as Node);
}

function isStar(expression: Node): boolean {
  return "star" in expression;
}

function isNamed(expression: Node): boolean {
  if ("paren" in expression) return isNamed((expression.paren as { this: Node }).this);
  return ["alias", "column", "dot", "star"].some((kind) => kind in expression);
}
