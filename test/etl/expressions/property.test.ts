import assert from "node:assert/strict";
import fc from "fast-check";
import {
  compileExpression,
  ExpressionError,
  expressionTypes,
  FILTER_FUNCTIONS,
  member,
  parseExpression,
  printExpression,
  toJson,
  typeOf,
  typesOf,
  type Node,
  type Value,
} from "../../../etl/expressions";
import { slowly } from "./slow-evaluator";

const name = fc.constantFrom("a", "b", "c", "missing", "end", "in");
const path = fc.record({
  kind: fc.constant("path" as const),
  at: fc.constant(0),
  steps: fc
    .tuple(name, fc.array(fc.oneof(fc.constantFrom("x", "null", "is"), fc.nat(2)), { maxLength: 2 }))
    .map(([first, rest]) => [first, ...rest]),
});
const leaf: fc.Arbitrary<Node> = fc.oneof(
  fc.nat(50).map((value): Node => ({ kind: "number", at: 0, value, decimal: false })),
  fc.constantFrom(0.5, 1, 2.25, 1e-9, 1e21).map((value): Node => ({ kind: "number", at: 0, value, decimal: true })),
  fc.constant<Node>({ kind: "number", at: 0, value: 9007199254740993n, decimal: false }),
  fc.constantFrom("", "x", "it's", "3", "-2.5", "true").map((value): Node => ({ kind: "string", at: 0, value })),
  fc.boolean().map((value): Node => ({ kind: "boolean", at: 0, value })),
  fc.constant<Node>({ kind: "null", at: 0 }),
  path,
);
const tree: fc.Arbitrary<Node> = fc.letrec<{ node: Node }>((tie) => {
  const node = tie("node");
  const at = fc.constant(0);
  const operator = fc.constantFrom("+", "-", "*", "/", "%", "=", "<>", "<", "<=", ">", ">=");
  const negated = fc.boolean();
  const kind = <K extends string>(value: K): fc.Arbitrary<K> => fc.constant(value);
  return {
    node: fc.oneof(
      { maxDepth: 4, withCrossShrink: true },
      leaf,
      fc.record({ kind: kind("binary"), at, operator, left: node, right: node }) as fc.Arbitrary<Node>,
      fc.record({ kind: kind("binary"), at, operator, left: node, right: node }) as fc.Arbitrary<Node>,
      fc.record({ kind: kind("negate"), at, operand: node }),
      fc.record({ kind: kind("not"), at, operand: node }),
      fc.record({
        kind: kind("logic"),
        at,
        operator: fc.constantFrom("AND" as const, "OR" as const),
        operands: fc.array(node, { minLength: 2, maxLength: 3 }),
      }),
      fc.record({ kind: kind("isNull"), at, operand: node, negated }),
      fc.record({ kind: kind("in"), at, operand: node, items: fc.array(node, { maxLength: 3 }), negated }),
      fc.record({ kind: kind("between"), at, operand: node, low: node, high: node, negated }),
      fc.record({
        kind: kind("like"),
        at,
        operand: node,
        pattern: node,
        escape: fc.constantFrom(undefined, "!"),
        negated,
      }),
      fc.record({
        kind: kind("case"),
        at,
        operand: node,
        branches: fc.array(fc.record({ when: node, then: node }), { minLength: 1, maxLength: 2 }),
        otherwise: fc.option(node, { nil: undefined }),
      }),
      fc.record({
        kind: kind("call"),
        at,
        name: fc.constantFrom("abs", "round", "lower", "isnull"),
        args: fc.tuple(node),
      }),
      fc.record({ kind: kind("array"), at, items: fc.array(node, { maxLength: 2 }) }),
    ),
  };
}).node;

const scalar: fc.Arbitrary<Value> = fc.oneof(
  fc.integer({ min: -20, max: 20 }),
  fc.constantFrom<Value>(1.5, 9007199254740993n, -9007199254740993n, 1e300, "7", "x", "TRUE", "", true, false, null),
);
const value: fc.Arbitrary<Value> = fc.oneof(
  scalar,
  fc.array(scalar, { maxLength: 3 }),
  fc.record({ x: scalar, null: scalar }, { requiredKeys: [] }),
);
const message = fc.record({ a: value, b: value, c: value, end: scalar, in: scalar }, { requiredKeys: ["a"] });

function strip(node: unknown): unknown {
  return JSON.parse(
    JSON.stringify(node, (key, part: unknown) => (key === "at" ? 0 : typeof part === "bigint" ? `${part}n` : part)),
  );
}

function compiled(node: Node, context: Record<string, Value>, integerDivision: boolean): Value {
  return compileExpression<Record<string, Value>>(node, {
    functions: FILTER_FUNCTIONS,
    integerDivision,
    attribute: (steps) => (root) => steps.reduce<Value>((part, step) => member(part, step), root),
  })(context);
}

describe("expressions, in general", () => {
  it("parse(print(tree)) is the tree", () => {
    fc.assert(
      fc.property(tree, (node) => {
        const { node: parsed } = parseExpression(printExpression(node), { functions: FILTER_FUNCTIONS });
        assert.deepEqual(strip(parsed), strip(node));
      }),
      { numRuns: 1500 },
    );
  });

  it("evaluate as a slow evaluator does, and yield a type that was foreseen", () => {
    fc.assert(
      fc.property(tree, message, fc.boolean(), (node, context, integerDivision) => {
        const result = compiled(node, context, integerDivision);
        assert.equal(toJson([result]), toJson([slowly(node, context, integerDivision)]), printExpression(node));
        if (result === undefined) return; // any number may overflow
        const types = expressionTypes(node, { functions: FILTER_FUNCTIONS, integerDivision });
        // a whole Decimal is an Int to who looks at the value alone
        const allowed = typeOf(result) === "Int" ? typesOf("Int", "Decimal") : typesOf(typeOf(result));
        assert.notEqual(types & allowed, 0, printExpression(node));
      }),
      { numRuns: 3000 },
    );
  });

  it("are refused by an error of their own, whatever the text", () => {
    const parts = fc.constantFrom(
      ..."a b.c 1 2.5 'x' \" ' ( ) [ ] { } , . : + - * / % = <> < AND OR NOT IN LIKE IS NULL CASE WHEN THEN END round( # \u{1f600} \n".split(
        " ",
      ),
    );
    const text = fc.oneof(
      fc.string({ unit: "binary", maxLength: 40 }),
      fc.array(parts, { maxLength: 15 }).map((all) => all.join(" ")),
    );
    fc.assert(
      fc.property(text, (written) => {
        try {
          parseExpression(written, { functions: FILTER_FUNCTIONS });
        } catch (error) {
          assert.ok(error instanceof ExpressionError, String(error));
          assert.ok(error.at >= 0 && error.at <= written.length);
          assert.ok(error.withCaret().length > 0);
        }
      }),
      { numRuns: 3000 },
    );
  });
});
