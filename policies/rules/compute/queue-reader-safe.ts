import { absent, number, text } from "../../../aws/values";
import type { StackRule } from "../../framework/rule";
import { FUNCTION, MAPPING, QUEUE, resolveIn } from "../../graph/links";

export const queueReaderSafe: StackRule = {
  id: "queue-reader-safe",
  group: "compute",
  title:
    "A queue that a function reads has a dead-letter queue, and hides a message for at least as long as the function may run.",
  rationale:
    "A message that the function fails on is retried until its retention ends and is then lost; one that becomes visible while it is processed is processed twice.",
  severity: "medium",
  level: "mandatory",
  remediation:
    "Set redrivePolicy with deadLetterTargetArn and maxReceiveCount, and visibilityTimeoutSeconds to six times the function's timeout.",
  page: "https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html",
  checkStack(stack, found) {
    for (const mapping of stack.of(MAPPING)) {
      const queue = resolveIn(stack, [QUEUE], mapping, "eventSourceArn", mapping.raw.eventSourceArn);
      const source = text(mapping.plain.eventSourceArn);
      if (queue === undefined || (source !== undefined && !source.includes(":sqs:"))) continue;
      if (absent(queue.raw.redrivePolicy) || queue.raw.redrivePolicy === "")
        found
          .on(queue)
          .add(
            "redrivePolicy",
            "nothing",
            `${mapping.name} reads it, and what fails again and again goes to a queue for dead letters`,
            "set deadLetterTargetArn and maxReceiveCount",
          );
      const reader = resolveIn(stack, [FUNCTION], mapping, "functionName", mapping.raw.functionName);
      if (reader === undefined) continue;
      const timeout = number(reader.raw.timeout) ?? 3;
      const hidden = number(queue.raw.visibilityTimeoutSeconds) ?? 30;
      if (hidden < timeout)
        found
          .on(queue)
          .add(
            "visibilityTimeoutSeconds",
            String(hidden),
            `${reader.name} may take ${timeout} s, and Lambda refuses the mapping`,
            `set ${timeout * 6}`,
          );
    }
  },
};
