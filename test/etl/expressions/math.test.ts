import assert from "node:assert/strict";
import { compileExpression, MATH_FUNCTIONS, member, parseExpression, type Value } from "../../../etl/expressions";

/** Evaluates a math expression over a plain object. */
function math(text: string, message: Record<string, Value> = {}, integerDivision = false): Value {
  const { node } = parseExpression(text, { functions: MATH_FUNCTIONS });
  const evaluate = compileExpression<Record<string, Value>>(node, {
    functions: MATH_FUNCTIONS,
    integerDivision,
    attribute: (path) => (context) => path.reduce<Value>((value, step) => member(value, step), context),
  });
  return evaluate(message);
}

describe("math expressions", () => {
  const cases: [string, Record<string, Value>, Value][] = [
    ["(temperature * 9/5) + 32 ", { temperature: 47 }, 116.6],
    ["((temp - 32) * 5.0) / 9.0", { temp: 68 }, 20],
    ["2 + 3 * 4 - 1", {}, 13],
    ["2 - 3 - 4", {}, -5],
    ["100 / 5 / 2", {}, 10],
    ["-a * -(b)", { a: 2, b: 3 }, 6],
    ["7 % 4 * 2", {}, 6],
    ["-7 % 4", {}, -3],
    ["a.b[1].c + 1", { a: { b: [0, { c: 41 }] } }, 42],
    ["MOD(8, 3)", {}, 2],
    ["Round(1.5)", {}, 2],
    ["round(-1.5)", {}, -2],
    ["round(2.4999)", {}, 2],
    ["round(0.49999999999999994)", {}, 0],
    ["ceil(1.2)", {}, 2],
    ["ceil(-1.2)", {}, -1],
    ["trunc(2.345, 2)", {}, 2.34],
    ["trunc(-2.345, 1.9)", {}, -2.3],
    ["trunc(1.005, -3)", {}, 1],
    ["trunc(0.00012345, 6)", {}, 0.000123],
    ["trunc(12345.6, 0)", {}, 12345],
    ["trunc(1e-7, 3)", {}, 0],
    ["sign(-3.2)", {}, -1],
    ["abs(-3)", {}, 3],
    ["abs('-3.5')", {}, 3.5],
    ["power(2, 10)", {}, 1024],
    ["sqrt(2.25)", {}, 1.5],
    ["sqrt(-1)", {}, undefined],
    ["ln(0)", {}, undefined],
    ["log(1000)", {}, 3],
    ["exp(0)", {}, 1],
    ["exp(1000)", {}, undefined],
    ["atan2(1, 0)", {}, Math.PI / 2],
    ["acos(2)", {}, undefined],
    ["sin(0) + cos(0) + tan(0) + asin(0) + atan(0) + sinh(0) + cosh(0) + tanh(0)", {}, 2],
    ["a + 1", { a: "20" }, "201"],
    ["a - 1", { a: "20" }, 19],
    ["a * 2", { a: "x" }, undefined],
    ["a + 1", {}, undefined],
    ["a + 1", { a: null }, undefined],
    ["a + 1", { a: true }, undefined],
    ["a + 1", { a: [1] }, undefined],
    ["a / 0", { a: 1 }, undefined],
    ["a % 0", { a: 1 }, undefined],
    ["a * a", { a: 1e200 }, undefined],
    ["id + 1", { id: 9007199254740993n }, 9007199254740994n],
    ["id * 10", { id: 9007199254740991 }, 90071992547409910n],
    ["id - id", { id: 9007199254740993n }, 0],
    ["id % 10", { id: 9007199254740993n }, 3],
    ["id / 3", { id: 9007199254740993n }, 3002399751580331],
    ["id * id * id", { id: 9007199254740993n }, undefined],
    ["end - start", { end: 5, start: 2 }, 3],
    ["case + in + like + is", { case: 1, in: 2, like: 3, is: 4 }, 10],
    [".5 + 1.5e1", {}, 15.5],
    ["12345678901234567890 - 12345678901234567889", {}, 1],
    ["a.__proto__", { a: {} }, undefined],
    ["a.constructor", { a: {} }, undefined],
    ["toString", {}, undefined],
  ];
  for (const [text, message, expected] of cases) {
    it(`${text} of ${Object.keys(message).length === 0 ? "nothing" : Object.keys(message).join()}`, () => {
      assert.equal(math(text, message), expected);
    });
  }

  describe("with integer division", () => {
    const whole: [string, Record<string, Value>, Value][] = [
      ["(temperature * 9/5) + 32 ", { temperature: 47 }, 116],
      ["-7 / 2", {}, -3],
      ["7 / 2.0", {}, 3.5],
      ["((temp - 32) * 5.0) / 9.0", { temp: 69 }, 185 / 9],
      ["a * b / 2", { a: 1.5, b: 2 }, 1.5],
      ["(a + b) / 2", { a: 1.5, b: 1.5 }, 1.5],
      ["'10' / 4", {}, 2.5],
      ["-'10' / 4", {}, -2.5],
      ["sqrt(9) / 2", {}, 1.5],
      ["round(3.2) / 2", {}, 1],
      ["abs(7) / 2", {}, 3],
      ["abs(7.0) / 2", {}, 3.5],
      ["mod(7, 4) / 2", {}, 1],
      ["a / 0", { a: 1 }, undefined],
      ["id / 2", { id: 9007199254740995n }, 4503599627370497],
    ];
    for (const [text, message, expected] of whole) {
      it(text, () => assert.equal(math(text, message, true), expected));
    }
  });
});
