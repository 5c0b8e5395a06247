import { block, text } from "../../aws/values";
import type { StackView, View } from "../framework/view";
import { FUNCTION, MAPPING, namesResource, QUEUE, SCHEDULE } from "./links";

/** Queues and topics that something sends what failed to: the resource that does, and the value that names the target. */
export function deadLetterTargets(stack: StackView): { by: View; target: string }[] {
  const targets: { by: View; target: unknown }[] = [
    ...stack.of(FUNCTION).map((by) => ({ by, target: block(by.raw.deadLetterConfig)?.targetArn as unknown })),
    ...stack
      .of(MAPPING)
      .map((by) => ({ by, target: block(block(by.raw.destinationConfig)?.onFailure)?.destinationArn as unknown })),
    ...stack.of("aws:lambda/functionEventInvokeConfig:FunctionEventInvokeConfig").map((by) => ({
      by,
      target: block(block(by.raw.destinationConfig)?.onFailure)?.destination as unknown,
    })),
    ...stack.of(SCHEDULE).map((by) => ({ by, target: block(block(by.raw.target)?.deadLetterConfig)?.arn as unknown })),
    ...stack.of(QUEUE).map((by) => ({ by, target: redriveTarget(by.raw.redrivePolicy) })),
  ];
  return targets.flatMap(({ by, target }) => {
    const known = text(target);
    return known === undefined || known === "" ? [] : [{ by, target: known }];
  });
}

function redriveTarget(policy: unknown): unknown {
  const json = text(policy);
  if (json === undefined) return undefined;
  try {
    return (JSON.parse(json) as { deadLetterTargetArn?: unknown }).deadLetterTargetArn;
  } catch {
    return undefined;
  }
}

/** Whether something sends to a queue what it failed to process. */
export function isDeadLetterQueue(stack: StackView, queue: View): boolean {
  const references = (view: View): boolean =>
    ["deadLetterConfig", "destinationConfig", "target", "redrivePolicy"].some((property) =>
      (view.references[property] ?? []).includes(queue.urn),
    );
  return (
    deadLetterTargets(stack).some(({ target }) => namesResource(target, queue)) ||
    stack.of(FUNCTION, MAPPING, SCHEDULE, QUEUE).some(references)
  );
}
