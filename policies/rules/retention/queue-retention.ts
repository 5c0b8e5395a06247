import { absent } from "../../../aws/values";
import { member } from "../../framework/context";
import type { StackRule } from "../../framework/rule";
import { QUEUE } from "../../graph/links";
import { isDeadLetterQueue } from "../../graph/queues";

const DAY = 86_400;

export const queueRetention: StackRule = {
  id: "queue-retention",
  group: "retention",
  title:
    "Every queue says how long it keeps messages; one for dead letters keeps them long enough for somebody to come back from a weekend.",
  rationale: "The default of four days ends over a long weekend, and then the failure has left no trace.",
  severity: "medium",
  level: "mandatory",
  remediation: "Set messageRetentionSeconds; 1209600 (14 days) for dead letters.",
  page: "https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-dead-letter-queues.html#understanding-message-retention-periods",
  config: {
    minimumDeadLetterDays: member("integer", "days that dead letters are kept at least", {
      dev: 1,
      staging: 4,
      prod: 7,
    }),
  },
  checkStack(stack, found, context) {
    const minimum = context.config.minimumDeadLetterDays as number;
    for (const queue of stack.of(QUEUE)) {
      const seconds = found.attempt(queue, () => queue.inputs.messageRetentionSeconds as unknown);
      const on = found.on(queue);
      if (on.unknown.size > 0) continue;
      if (absent(seconds))
        on.add(
          "messageRetentionSeconds",
          "nothing",
          "a queue's retention is decided, not left to the default of four days",
          "set it, 1209600 for dead letters",
        );
      else if (typeof seconds === "number" && seconds < minimum * DAY && isDeadLetterQueue(stack, queue))
        on.add(
          "messageRetentionSeconds",
          String(seconds),
          `dead letters are kept at least ${minimum === 1 ? "a day" : `${minimum} days`} in ${context.environment}`,
          `set ${minimum * DAY} or more`,
        );
    }
  },
};
