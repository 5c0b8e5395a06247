import { absent, block, blocks, isUnknown, text } from "../../../aws/values";
import type { StackRule } from "../../framework/rule";
import type { StackView, View } from "../../framework/view";
import { FUNCTION, PERMISSION, referring, resolve, RULE, SCHEDULE } from "../../graph/links";

/** Services that call a function and do not wait for its answer. */
const ASYNCHRONOUS = /^(s3|sns|events|iot|ses|codecommit|logs|config)\./;

export const asyncFailuresKept: StackRule = {
  id: "async-failures-kept",
  group: "compute",
  title: "A function that is invoked asynchronously keeps the events that it failed on.",
  rationale: "After two retries Lambda discards the event; only a metric counts it.",
  severity: "high",
  level: "mandatory",
  remediation: "Set deadLetterConfig, or onFailure in an aws.lambda.FunctionEventInvokeConfig.",
  page: "https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html",
  checkStack(stack, found) {
    for (const [view, by] of calledAsynchronously(stack)) {
      const deadLetters: unknown = block(view.raw.deadLetterConfig)?.targetArn;
      if (!absent(deadLetters) || isUnknown(view.plain.deadLetterConfig)) continue;
      const configs = referring(
        stack,
        ["aws:lambda/functionEventInvokeConfig:FunctionEventInvokeConfig"],
        "functionName",
        view,
      );
      if (configs.some(({ raw }) => !absent(block(raw.destinationConfig)?.onFailure))) continue;
      found
        .on(view)
        .add(
          "deadLetterConfig",
          "nothing",
          `${by.name} has it called without waiting, so events that fail are kept`,
          "set targetArn to a queue or a topic",
        );
    }
  },
};

/** Functions with the resource by which they are called so. */
function calledAsynchronously(stack: StackView): Map<View, View> {
  const called = new Map<View, View>();
  const take = (by: View, property: string, value: unknown): void => {
    const named = resolve(stack, [FUNCTION], value);
    const made = (by.references[property] ?? []).map((urn) => stack.at(urn)).find((view) => view?.type === FUNCTION);
    const view = named ?? made;
    if (view !== undefined && !called.has(view)) called.set(view, by);
  };
  for (const permission of stack.of(PERMISSION))
    // A pre-provisioning hook is asked, and its answer is waited for.
    if (
      ASYNCHRONOUS.test(text(permission.raw.principal) ?? "") &&
      !/:provisioningtemplate\//.test(text(permission.raw.sourceArn) ?? "")
    )
      take(permission, "function", permission.raw.function);
  for (const schedule of stack.of(SCHEDULE)) take(schedule, "target", block(schedule.raw.target)?.arn);
  for (const rule of stack.of(RULE))
    for (const [, action] of blocks(rule.raw.lambdas)) take(rule, "lambdas", action.functionArn);
  return called;
}
