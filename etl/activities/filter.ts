import type { FilterActivity } from "../documents/model/types";
import { compileExpression, FILTER_FUNCTIONS, parseExpression } from "../expressions";
import type { Message } from "../json";
import { attributeReader, textTest } from "./attributes";
import { RegexTooSlow } from "../regex/bounded";
import type { Compilation, Step } from "./step";

/** Lets a message go on when the expression is true; anything else, a missing attribute too, filters it. https://docs.aws.amazon.com/iotanalytics/latest/userguide/pipeline-activities.html */
export function compileFilter(activity: FilterActivity, { layout, options }: Compilation): Step {
  const { node } = parseExpression(activity.filter, { functions: FILTER_FUNCTIONS });
  const evaluate = compileExpression<Message>(node, {
    functions: FILTER_FUNCTIONS,
    attribute: (path) => attributeReader(layout, path),
    textEquals: (path, text) => textTest(layout, path, text),
    integerDivision: options.integerDivision,
  });
  const filtered = { result: "filtered", at: activity.name } as const;
  return (message) => {
    let value;
    try {
      value = evaluate(message);
    } catch (error) {
      if (!(error instanceof RegexTooSlow)) throw error;
      return { result: "failed", at: activity.name, reason: error.message };
    }
    if (value === true || (typeof value === "string" && value.toLowerCase() === "true")) return undefined;
    return filtered;
  };
}
