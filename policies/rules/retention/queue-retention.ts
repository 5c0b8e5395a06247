import { absent } from "../../../aws/values";
import { member } from "../../framework/context";
import type { StackRule } from "../../framework/rule";
import { QUEUE } from "../../graph/links";
import { isDeadLetterQueue } from "../../graph/queues";

const DAY = 86_400;

export const queueRetention: StackRule = {
  id: "queue-retention",
  group: "retention",
  title: "Every queue sets its retention; a dead-letter queue keeps messages over a weekend.",
  rationale: "The default of four days can pass over a long weekend, and no trace of the failure remains.",
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
          "the retention must be set, because the default of four days is easily missed",
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
