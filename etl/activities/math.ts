import type { MathActivity } from "../documents/model/types";
import { compileExpression, Decimal34, MATH_FUNCTIONS, parseExpression } from "../expressions";
import type { Message } from "../json";
import { attributeReader, textTest } from "./attributes";
import { explain } from "./explain";
import type { Compilation, Step } from "./step";

/**
 * Evaluates an expression and writes the number to an attribute, new or not (docs/sources.md: math-failure).
 * https://docs.aws.amazon.com/iotanalytics/latest/userguide/pipeline-activities.html
 */
export function compileMath(activity: MathActivity, { layout, options, counters }: Compilation): Step {
  const { name, math } = activity;
  const { node } = parseExpression(math, { functions: MATH_FUNCTIONS });
  const evaluate = compileExpression<Message>(node, {
    functions: MATH_FUNCTIONS,
    attribute: (path) => attributeReader(layout, path),
    textEquals: (path, text) => textTest(layout, path, text),
    integerDivision: options.integerDivision,
  });
  const target = layout.slot(activity.attribute);
  const pass = options.onMathFailure === "pass";
  return (message) => {
    const value = evaluate(message);
    if (typeof value === "number" || typeof value === "bigint") {
      message.setNumber(target, value);
      return undefined;
    }
    if (value instanceof Decimal34) {
      message.setJson(target, value.toString());
      return undefined;
    }
    if (pass) {
      counters.mathFailuresPassed++;
      return undefined;
    }
    const reason = `the math expression ${math.trim()} gives no number: ${explain(node, message, layout)}`;
    return { result: "failed", at: name, reason };
  };
}
