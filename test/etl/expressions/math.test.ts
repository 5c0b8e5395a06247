import assert from "node:assert/strict";
import {
  compileExpression,
  Decimal34,
  MATH_FUNCTIONS,
  member,
  parseExpression,
  type Value,
} from "../../../etl/expressions";

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

/** A Decimal that no double stands for, as its text. */
function comparable(value: Value): Value {
  return value instanceof Decimal34 ? value.toString() : value;
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
    ["a * a", { a: 1e200 }, "1e400"],
    ["a * a", { a: 1e250 }, "1e500"],
    ["a * a * a * a * a", { a: 1e250 }, undefined],
    // 34 digits: what a double cannot hold is no error
    ["0.1 + 0.2", {}, 0.3],
    ["price * 100", { price: 1.1 }, 110],
    ["a / 3", { a: 1 }, "0.3333333333333333333333333333333333"],
    ["a / 3", { a: 2 }, "0.6666666666666666666666666666666667"],
    ["a / 3 * 3", { a: 2 }, 2],
    ["1.000000001 * 1.000000001", {}, "1.000000002000000001"],
    ["a - 0.1", { a: 0.3 }, 0.2],
    ["a % 0.1", { a: 0.3 }, 0],
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
      assert.equal(comparable(math(text, message)), expected);
    });
  }

  /** Each function of an Int, a Decimal, a numeric text (https://docs.aws.amazon.com/iot/latest/developerguide/iot-sql-functions.html). */
  const functions: [string, Value, Value][] = [
    ["abs(%)", -4, 4],
    ["abs(%)", -2.25, 2.25],
    ["abs(%)", "-1e-3", 0.001],
    ["acos(%)", 1, 0],
    ["asin(%)", "0", 0],
    ["atan(%)", 1, Math.PI / 4],
    ["atan2(%, 2)", 2, Math.PI / 4],
    ["atan2(%, -1)", "0", Math.PI],
    ["ceil(%)", 7, 7],
    ["ceil(%)", -1.8, -1],
    ["ceil(%)", "1.2", 2],
    ["cos(%)", 0, 1],
    ["cosh(%)", 0, 1],
    ["exp(%)", 1, Math.E],
    ["ln(%)", Math.E, 1],
    ["log(%)", "0.01", -2],
    ["mod(%, 3)", 8, 2],
    ["mod(%, 3)", -8, -2],
    ["mod(%, 2.5)", 8, 0.5],
    ["mod(%, '3')", "8", 2],
    ["power(%, -1)", 4, 0.25],
    ["power(%, 0.5)", "9", 3],
    ["round(%)", 2.5, 3],
    ["round(%)", -2.5, -3],
    ["round(%)", -0.4, 0],
    ["round(%)", "2.4", 2],
    ["round(%)", 9007199254740993n, 9007199254740993n],
    ["sign(%)", -0.1, -1],
    ["sign(%)", "0", 0],
    ["sin(%)", Math.PI / 2, 1],
    ["sinh(%)", 0, 0],
    ["sqrt(%)", 2, Math.SQRT2],
    ["tan(%)", 0, 0],
    ["tanh(%)", 0, 0],
    ["trunc(%, 2)", 2.345, 2.34],
    ["trunc(%, 1)", -2.39, -2.3],
    ["trunc(%, 2)", 7, 7],
    ["trunc(%, 1.9)", 2.345, 2.3],
    ["trunc(%, -1)", 25.5, 25],
    // as written in decimal: 0.29 * 100 is 28.999999999999996
    ["trunc(%, 2)", 0.29, 0.29],
    ["trunc(%, 2)", -1.15, -1.15],
    ["trunc(%, 2)", 0.299, 0.29],
    ["trunc(%, 99)", 2.345, 2.345],
    ["trunc(%, 3)", 2.5, 2.5],
    ["trunc(%, '1')", "2.39", 2.3],
    // imaginary, infinite, too large
    ["acos(%)", 1.5, undefined],
    ["asin(%)", -2, undefined],
    ["ln(%)", -1, undefined],
    ["log(%)", 0, undefined],
    ["sqrt(%)", -0.5, undefined],
    ["power(%, 0.5)", -4, undefined],
    ["power(%, -1)", 0, undefined],
    ["exp(%)", 710, undefined],
    ["sinh(%)", 1000, undefined],
    ["mod(%, 0)", 1, undefined],
    ["ceil(%)", 1e300, undefined],
  ];
  for (const [text, argument, expected] of functions) {
    it(`${text.replace("%", String(argument))} is ${String(expected)}`, () => {
      const result = math(text.replace("%", "a"), { a: argument });
      if (typeof expected === "number" && typeof result === "number") {
        assert.ok(Math.abs(result - expected) <= 1e-15 * Math.max(1, Math.abs(expected)), String(result));
      } else assert.equal(result, expected);
    });
  }

  it("yields nothing for what is no number, whichever function and argument", () => {
    const wrong: Value[] = [
      undefined,
      null,
      true,
      false,
      "",
      " 1",
      "1 ",
      "+1",
      "1e+3",
      "0x1",
      "one",
      "NaN",
      [],
      [1],
      {},
    ];
    for (const [name, { min }] of MATH_FUNCTIONS) {
      for (let place = 0; place < min; place++) {
        for (const value of wrong) {
          const args = Array.from({ length: min }, (_, index) => (index === place ? "a" : "0.5")).join(", ");
          assert.equal(math(`${name}(${args})`, { a: value }), undefined, `${name} of ${JSON.stringify(value)}`);
        }
      }
    }
    for (const operator of ["-", "*", "/", "%"]) {
      for (const value of wrong) {
        assert.equal(math(`a ${operator} 2`, { a: value }), undefined);
        assert.equal(math(`2 ${operator} a`, { a: value }), undefined);
        assert.equal(math("-a", { a: value }), undefined);
      }
    }
  });

  it("counts every function of the guide, in any case", () => {
    const names = "abs acos asin atan atan2 ceil cos cosh exp ln log mod power round sign sin sinh sqrt tan tanh trunc";
    assert.deepEqual([...MATH_FUNCTIONS.keys()].sort(), names.split(" "));
    for (const [name, { min }] of MATH_FUNCTIONS) {
      const args = min === 1 ? "0.5" : "0.5, 2";
      assert.equal(math(`${name.toUpperCase()} ( ${args} )`), math(`${name}(${args})`));
    }
  });

  describe("with integer division", () => {
    const whole: [string, Record<string, Value>, Value][] = [
      ["(temperature * 9/5) + 32 ", { temperature: 47 }, 116],
      ["-7 / 2", {}, -3],
      ["7 / 2.0", {}, 3.5],
      ["((temp - 32) * 5.0) / 9.0", { temp: 69 }, "20.55555555555555555555555555555556"],
      ["a * b / 2", { a: 1.5, b: 2 }, 1.5],
      ["(a + b) / 2", { a: 1.5, b: 1.5 }, 1.5],
      ["'10' / 4", {}, 2.5],
      ["-'10' / 4", {}, -2.5],
      ["sqrt(9) / 2", {}, 1.5],
      ["round(3.2) / 2", {}, 1],
      ["abs(7) / 2", {}, 3],
      ["abs(7.0) / 2", {}, 3.5],
      ["mod(7, 4) / 2", {}, 1],
      ["mod(7.0, 4) / 2", {}, 1.5],
      ["trunc(7, 0.5) / 2", {}, 3],
      ["trunc(7.5, 0) / 2", {}, 3.5],
      ["9 / 5 * 1.0", {}, 1],
      ["1.0 * 9 / 5", {}, 1.8],
      ["7 % 4 / 2", {}, 1],
      ["-(7 / 2)", {}, -3],
      ["(temperature * 9/5) + 32", { temperature: -1 }, 31],
      ["CASE 1 WHEN 1 THEN 7 END / 2", {}, 3],
      ["CASE 1 WHEN 1 THEN 7.0 END / 2", {}, 3.5],
      ["a / 0", { a: 1 }, undefined],
      ["id / 2", { id: 9007199254740995n }, 4503599627370497],
    ];
    for (const [text, message, expected] of whole) {
      it(text, () => assert.equal(comparable(math(text, message, true)), expected));
    }
  });
});
