import { absent, show } from "../../../aws/values";
import type { ResourceRule } from "../../framework/rule";

export const queueEncrypted: ResourceRule = {
  id: "queue-encrypted",
  group: "encryption",
  title: "Every queue and topic is encrypted.",
  rationale: "Dead letters contain the failed messages in plain text.",
  severity: "medium",
  level: "mandatory",
  remediation: "Set sqsManagedSseEnabled: true or kmsMasterKeyId; for a topic kmsMasterKeyId.",
  page: "https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-server-side-encryption.html",
  types: ["aws:sqs/queue:Queue", "aws:sns/topic:Topic"],
  check(view, found) {
    const key: unknown = found.attempt(() => view.inputs.kmsMasterKeyId as unknown);
    if (found.unknown.size > 0) return;
    if (!absent(key) && key !== "") return;
    if (view.type === "aws:sns/topic:Topic")
      found.add(
        "kmsMasterKeyId",
        "nothing",
        "a topic is encrypted",
        'set a key, for alarms one of your own that lets cloudwatch.amazonaws.com in, otherwise "alias/aws/sns"',
      );
    else if (view.inputs.sqsManagedSseEnabled !== true)
      found.add(
        "sqsManagedSseEnabled",
        show(view.inputs.sqsManagedSseEnabled),
        "a queue is encrypted, and the program says so",
        "set true, or kmsMasterKeyId",
      );
  },
};
