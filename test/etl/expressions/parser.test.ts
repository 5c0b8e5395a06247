import assert from "node:assert/strict";
import {
  attributePaths,
  ExpressionError,
  expressionTypes,
  FILTER_FUNCTIONS,
  formatPath,
  formatTypes,
  functionTable,
  MATH_FUNCTIONS,
  parseExpression,
  parseExpressionAt,
  printExpression,
  readToken,
  PURE_FUNCTIONS,
  typesOf,
} from "../../../etl/expressions";

function failure(text: string, functions = FILTER_FUNCTIONS): ExpressionError {
  try {
    parseExpression(text, { functions });
  } catch (error) {
    assert.ok(error instanceof ExpressionError);
    return error;
  }
  return assert.fail(`accepted: ${text}`);
}

describe("expression parser", () => {
  const errors: [string, number, RegExp][] = [
    ["", 0, /expected a value, found the end/],
    ["a +", 3, /expected a value, found the end/],
    ["a b", 2, /expected an operator or the end, found "b"/],
    ["(a + b", 6, /expected an operator or "\)", found the end/],
    ["a + * b", 4, /expected a value, found "\*"/],
    ["a && b", 2, /found "&&"; use AND/],
    ["a || b", 2, /use OR/],
    ["2 ^ 3", 2, /power\(a, b\)/],
    ["a < b < c", 6, /cannot be chained/],
    ["a = 'x", 4, /no closing '/],
    ["a..b", 2, /attribute's name after the dot/],
    ["a[1.5]", 2, /an index/],
    ["flour(a)", 0, /no function "flour" here; did you mean floor\?/],
    ["max(a)", 0, /no function "max" here; there are abs, acos, .*, isNull, .*, upper \(at/],
    ["is_null(a)", 0, /did you mean isNull\?/],
    ["ceiling(a)", 0, /did you mean ceil\?/],
    ["substr(a, 1)", 0, /did you mean substring\?/],
    ["pow(a, 2)", 0, /a power is power\(a, b\)/],
    ["x ** 2", 3, /found "\*"; a power is written power/],
    ["t × 2", 2, /write \*/],
    ["t − 2", 2, /minus sign of the keyboard/],
    ["t ≥ 2", 2, /write >=/],
    ["a => 2", 3, /write >=/],
    ["a === 2", 4, /write =/],
    ["+a", 0, /only sign in front of a value is -/],
    ["`a` > 1", 0, /without quotes/],
    ["${a} > 1", 0, /without \$/],
    ["a = ‘x’", 4, /straight quotes/],
    ["a = 'it\\'s'", 9, /found "s"; a quote within a text is written twice/],
    ["a > 1 -- the lowest one", 13, /found "lowest"; comments are not/],
    ["a > 1 // low", 7, /comments are not/],
    ["a > /* low */ 1", 4, /found "\/"/],
    ["a > 1 /* low */", 7, /found "\*"; comments are not/],
    ["a > 1;", 5, /no semicolon/],
    ["a ? 1 : 2", 2, /CASE value WHEN/],
    ["8 MOD 3", 2, /write % or mod/],
    ["température > 1", 4, /found "é"; names have the letters a to z/],
    ["a\u200b > 1", 1, /not seen \(U\+200B\)/],
    ["a.b.", 4, /name after the dot, found the end/],
    ["a.0", 1, /found "\.0"/],
    ["a[-1]", 2, /an index such as/],
    ["a['x']", 2, /an index such as/],
    ["a[0", 3, /expected "\]", found the end/],
    ["1.2.3", 3, /found "\.3"/],
    ["0x10", 1, /found "x10"/],
    ["1e", 1, /found "e"/],
    [".", 0, /expected a value, found "\."/],
    ["12345678901234567890123456789012345", 0, /at most 34 digits/],
    ["'x' 'y'", 4, /found the text 'y'/],
    [`a ${"b".repeat(100)}`, 2, /found "b{37}\.\.\."/],
    ["a IN (1, 2", 10, /expected an operator, "," or "\)", found the end/],
    ["a IN 1", 5, /expected "\(", found "1"/],
    ["a BETWEEN 1", 11, /expected "AND", found the end/],
    ["a BETWEEN 1 OR 2", 12, /expected "AND", found "OR"/],
    ["a IS TRUE", 5, /expected "NULL", found "TRUE"/],
    ["a LIKE 'x' ESCAPE", 17, /one character/],
    ["CASE WHEN a THEN b END", 5, /CASE value WHEN/],
    ["CASE a WHEN 1 THEN 2", 20, /expected "END", found the end/],
    ["CASE a WHEN 1", 13, /expected "THEN"/],
    ["cast(a, 'x')", 6, /expected "AS"/],
    ["cast(a AS Foo)", 0, /Int, Decimal, String and Boolean/],
    ["power(a, 2, 3)", 0, /power\(a, b\) cannot be called with 3 arguments/],
    ["abs()", 0, /abs\(x\) cannot be called with 0 arguments/],
    ["round(a, 2)", 0, /round\(x\) cannot be called with 2 arguments/],
    ["a AND", 5, /expected a value, found the end/],
    ["a AND OR b", 6, /expected a value, found "OR"/],
    ["NOT", 3, /expected a value, found the end/],
    ["a NOT", 5, /IN, BETWEEN or LIKE, found the end/],
    ["()", 1, /expected a value, found "\)"/],
    ["a = 1)", 5, /found "\)"/],
    ["{'a' 1}", 5, /expected ":"/],
    ["{a: 1}", 1, /member's name in quotes/],
    ["lowr(a)", 0, /did you mean lower\?/],
    ["power(a)", 0, /power\(a, b\) cannot be called with 1 argument/],
    ["regexp_matches(a, '(')", 0, /is not a regular expression/],
    ["a = NOT b", 4, /parentheses/],
    ["a IS 5", 5, /expected "NULL"/],
    ["a NOT 5", 6, /IN, BETWEEN or LIKE/],
    ["a + #", 4, /found "#"/],
    ["1e1000", 0, /too large/],
    ["CASE a ELSE 1 END", 7, /expected WHEN/],
    ["(SELECT a FROM b)", 1, /nested query/],
    ["a LIKE 'x' ESCAPE 'ab'", 18, /one character/],
    ["AND", 0, /expected a value, found "AND"/],
    ["5x", 1, /found "x"/],
  ];
  for (const [text, at, message] of errors) {
    it(`refuses ${JSON.stringify(text)}`, () => {
      const error = failure(text);
      assert.match(error.message, message);
      assert.equal(error.at, at);
    });
  }

  it("puts a caret under the place, also in a long text with tabs", () => {
    assert.equal(failure("a\t+ )").withCaret(), 'expected a value, found ")" (at character 5)\n    a + )\n        ^');
    const long = `${"a + ".repeat(60)}) + ${"b + ".repeat(60)}b`;
    const [, shown, mark] = failure(long).withCaret().split("\n");
    assert.ok(shown !== undefined && mark !== undefined && shown.length < 140);
    assert.equal(shown[mark.length - 1], ")");
  });

  it("knows no function in math beyond the 21", () => {
    assert.equal(MATH_FUNCTIONS.size, 21);
    assert.match(failure("floor(a)", MATH_FUNCTIONS).message, /no function "floor" here; trunc\(x, 0\) cuts/);
    assert.match(failure("lower(a)", MATH_FUNCTIONS).message, /no function "lower"/);
  });

  it("bounds nesting and length instead of overflowing the stack", () => {
    assert.match(failure("(".repeat(100_000)).message, /deeper than 100/);
    assert.match(failure("-".repeat(100_000)).message, /deeper than 100/);
    assert.match(failure("NOT ".repeat(100_000)).message, /deeper than 100/);
    assert.match(failure("abs(".repeat(100_000)).message, /deeper than 100/);
    assert.match(failure("CASE (".repeat(100_000)).message, /deeper than 100/);
    assert.match(failure(`${"1 + ".repeat(100_000)}1`).message, /more than 500 operations/);
    assert.doesNotThrow(() => parseExpression(`${"a OR ".repeat(10_000)}b`, { functions: FILTER_FUNCTIONS }));
    assert.doesNotThrow(() => parseExpression(`${"(".repeat(90)}a${")".repeat(90)}`, { functions: FILTER_FUNCTIONS }));
  });

  it("stops inside another language", () => {
    const text = "SELECT a.b + 1 AS x, topic(2) FROM 'dt/#' WHERE a > 1 ; rest";
    const functions = functionTable<{ topic: string }>(PURE_FUNCTIONS, [
      ["topic", { min: 0, max: 1, signature: "topic(n)", result: "String", evaluate: (_, { topic }) => topic }],
    ]);
    const first = parseExpressionAt(text, 6, { functions });
    assert.equal(printExpression(first.node), "a.b + 1");
    assert.equal(readToken(text, first.end).word, "as");
    const second = parseExpressionAt(text, text.indexOf("topic"), { functions });
    assert.equal(readToken(text, second.end).word, "from");
    const where = parseExpressionAt(text, text.indexOf("a > 1"), { functions });
    assert.equal(text.slice(where.end), "; rest");
    assert.throws(() => parseExpressionAt(text, text.indexOf("AS x") + 4, { functions }), ExpressionError);
  });

  it("warns of == and !=", () => {
    const { warnings } = parseExpression("a == 1 AND b != 2", { functions: FILTER_FUNCTIONS });
    assert.deepEqual(
      warnings.map(({ at }) => at),
      [2, 13],
    );
  });

  it("lists attributes", () => {
    const { node } = parseExpression("a + b.c[0] * round(a) + 'x'", { functions: MATH_FUNCTIONS });
    assert.deepEqual(attributePaths(node).map(formatPath), ["a", "b.c[0]"]);
  });

  describe("types", () => {
    const ints = typesOf("Int");
    const cases: [string, number | undefined, string][] = [
      ["(t * 9/5) + 32", ints, "an Int or a Decimal or Undefined"],
      ["t + 1", ints, "an Int"],
      ["t / 2", ints, "an Int or a Decimal"],
      ["sqrt(t)", ints, "Undefined or a Decimal"],
      ["a > 1 AND b < 2", undefined, "a Boolean"],
      ["a > NULL", undefined, "Undefined"],
      ["'x' + 1", undefined, "a String"],
      ["TRUE + 1", undefined, "Undefined"],
      ["a / 0", undefined, "Undefined"],
      ["CASE 1 WHEN a THEN 'x' ELSE 2.5 END", undefined, "a Decimal or a String"],
      ["NOT 5", undefined, "Undefined"],
      ["NOT 'x'", undefined, "Undefined"],
      ["NOT 'TRUE'", undefined, "Undefined or a Boolean"],
      ["sqrt('x')", undefined, "Undefined"],
      ["sqrt('4')", undefined, "Undefined or a Decimal"],
      ["abs(TRUE)", undefined, "Undefined"],
      ["mod(t, NULL)", undefined, "Undefined"],
      ["lower(NULL)", undefined, "Undefined"],
      ["lower(5)", undefined, "Undefined or a String"],
      ["'x' * 2", undefined, "Undefined"],
      ["'7' * 2", undefined, "Undefined or a Decimal"],
      ["-'x'", undefined, "Undefined"],
      ["a BETWEEN 'x' AND 3", undefined, "Undefined"],
      ["a < 'x'", undefined, "Undefined"],
      ["a = 'x'", undefined, "Undefined or a Boolean"],
      ["a LIKE 5", undefined, "Undefined"],
      ["5 LIKE a", undefined, "Undefined"],
      ["a LIKE 'x'", undefined, "Undefined or a Boolean"],
      ["CASE a WHEN 1 THEN 'x' ELSE 2.5 END", undefined, "a Decimal or a String or Undefined"],
    ];
    for (const [text, attributes, expected] of cases) {
      it(text, () => {
        const { node } = parseExpression(text, { functions: FILTER_FUNCTIONS });
        const types = expressionTypes(node, { functions: FILTER_FUNCTIONS, attributes });
        const names = (all: string): string[] => all.split(" or ").sort();
        if (text.startsWith("(t")) return assert.deepEqual(names(formatTypes(types)), ["a Decimal", "an Int"]);
        return assert.deepEqual(names(formatTypes(types)), names(expected));
      });
    }
  });
});
