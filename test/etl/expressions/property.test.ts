import assert from "node:assert/strict";
import fc from "fast-check";
import {
  compileExpression,
  Decimal34,
  ExpressionError,
  expressionTypes,
  FILTER_FUNCTIONS,
  MATH_FUNCTIONS,
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
  fc
    .constantFrom<number | bigint>(0.5, 1, 2.25, 1e-9, 10n ** 21n)
    .map((value): Node => ({ kind: "number", at: 0, value, decimal: true })),
  fc.constant<Node>({ kind: "number", at: 0, value: 9007199254740993n, decimal: false }),
  fc.constantFrom("", "x", "it's", "3", "-2.5", "true").map((value): Node => ({ kind: "string", at: 0, value })),
  fc.boolean().map((value): Node => ({ kind: "boolean", at: 0, value })),
  fc.constant<Node>({ kind: "null", at: 0 }),
  path,
);
/** A call of any function, with as many arguments as it takes. */
function call(node: fc.Arbitrary<Node>): fc.Arbitrary<Node> {
  const made = (name: string, args: readonly Node[]): Node => ({ kind: "call", at: 0, name, args });
  const written = (texts: readonly string[]): fc.Arbitrary<Node> =>
    fc.constantFrom(...texts).map((text): Node => ({ kind: "string", at: 0, value: text }));
  return fc.constantFrom(...FILTER_FUNCTIONS.entries()).chain(([called, { min, max }]) => {
    if (called === "cast") {
      const types = written(["int", "integer", "decimal", "string", "boolean", "bool"]);
      return fc.tuple(node, types).map((args) => made(called, args));
    }
    if (called.startsWith("regexp_")) {
      const pattern = written(["^a", "[0-9]+", "x|7", ".", "(.)$"]);
      return fc.tuple(node, pattern, ...(min === 3 ? [node] : [])).map((args) => made(called, args));
    }
    return fc.array(node, { minLength: min, maxLength: Math.min(max, 3) }).map((args) => made(called, args));
  });
}

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
      call(node),
      call(node),
      fc.record({ kind: kind("array"), at, items: fc.array(node, { maxLength: 2 }) }),
      fc.record({
        kind: kind("object"),
        at,
        members: fc.uniqueArray(fc.record({ name: fc.constantFrom("x", "it's", "null"), value: node }), {
          selector: ({ name: member }) => member,
          maxLength: 2,
        }),
      }),
    ),
  };
}).node;

/** Formulas of numbers only, which seldom end in Undefined. */
const formula: fc.Arbitrary<Node> = fc.letrec<{ node: Node }>((tie) => {
  const node = tie("node");
  const at = fc.constant(0);
  const numbers = [...MATH_FUNCTIONS.entries()];
  return {
    node: fc.oneof(
      { maxDepth: 5, withCrossShrink: true },
      fc.integer({ min: 0, max: 100 }).map((value): Node => ({ kind: "number", at: 0, value, decimal: false })),
      fc.constantFrom(0.5, 1.8, 2, 1e-3).map((value): Node => ({ kind: "number", at: 0, value, decimal: true })),
      fc.constantFrom("a", "b", "c").map((called): Node => ({ kind: "path", at: 0, steps: [called] })),
      fc.record({
        kind: fc.constant("binary" as const),
        at,
        operator: fc.constantFrom("+", "-", "*", "/", "%"),
        left: node,
        right: node,
      }) as fc.Arbitrary<Node>,
      fc.record({ kind: fc.constant("negate" as const), at, operand: node }),
      fc
        .constantFrom(...numbers)
        .chain(([called, { min, max }]) =>
          fc
            .array(node, { minLength: min, maxLength: max })
            .map((args): Node => ({ kind: "call", at: 0, name: called, args })),
        ),
    ),
  };
}).node;
const reading = fc.oneof(
  fc.integer({ min: -1000, max: 1000 }),
  fc.double({ min: -1e6, max: 1e6, noNaN: true }).map((x) => (Math.abs(x) < 1e-200 ? 0 : x)),
  fc.bigInt({ min: 2n ** 53n, max: 10n ** 20n }),
  fc.constantFrom("7", "-2.5"),
);
const readings = fc.record({ a: reading, b: reading, c: reading });

const scalar: fc.Arbitrary<Value> = fc.oneof(
  fc.integer({ min: -20, max: 20 }),
  fc.constantFrom<Value>(1.5, 9007199254740993n, -9007199254740993n, 1e250, "7", "x", "TRUE", "", true, false, null),
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

/** How often each property is tried: PROPERTY_RUNS=100000 for a long run. */
const RUNS = process.env.PROPERTY_RUNS === undefined ? undefined : Number(process.env.PROPERTY_RUNS);

describe("expressions, in general", function () {
  if (RUNS !== undefined) this.timeout(0);

  it("parse(print(tree)) is the tree", () => {
    fc.assert(
      fc.property(tree, (node) => {
        const { node: parsed } = parseExpression(printExpression(node), { functions: FILTER_FUNCTIONS });
        assert.deepEqual(strip(parsed), strip(node));
      }),
      { numRuns: RUNS ?? 1500 },
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
      { numRuns: RUNS ?? 3000 },
    );
  });

  it("are computed as a slow evaluator does, and kept as numbers", () => {
    fc.assert(
      fc.property(formula, readings, fc.boolean(), (node, context, integerDivision) => {
        const result = compiled(node, context, integerDivision);
        assert.equal(toJson([result]), toJson([slowly(node, context, integerDivision)]), printExpression(node));
        // a text alone, or joined to another, is the only other value of a formula
        assert.ok(result instanceof Decimal34 || ["number", "bigint", "string", "undefined"].includes(typeof result));
        if (typeof result === "number") assert.ok(Number.isFinite(result) && !Object.is(result, -0));
        const { node: parsed } = parseExpression(printExpression(node), { functions: MATH_FUNCTIONS });
        assert.deepEqual(strip(parsed), strip(node));
      }),
      { numRuns: RUNS ?? 2000 },
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
      { numRuns: RUNS ?? 3000 },
    );
  });
});
