import { isUnknown, list, text } from "../../../aws/values";
import type { StackRule } from "../../framework/rule";
import type { StackView, View } from "../../framework/view";
import { principalsOf, statementsIn, type Statement } from "../../iam/documents";
import { wildcard } from "../../../aws/wildcard";
import { ALARM, referring, resolve } from "../../graph/links";

const TOPIC = "aws:sns/topic:Topic";
const KEY = "aws:kms/key:Key";
const CLOUDWATCH = "cloudwatch.amazonaws.com";

export const alarmHeard: StackRule = {
  id: "alarm-heard",
  group: "operability",
  title: "The policy and the key of a topic that alarms notify allow CloudWatch to publish.",
  rationale:
    "CloudWatch cannot use AWS's own key for SNS, nor a key or a topic that does not allow it: the alarm goes off, and nobody is notified.",
  severity: "high",
  level: "mandatory",
  remediation:
    "Use a key of your own that allows kms:Decrypt and kms:GenerateDataKey to cloudwatch.amazonaws.com, and allow it sns:Publish on the topic.",
  page: "https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Notify_Users_Alarm_Changes.html",
  checkStack(stack, found) {
    for (const topic of topicsOf(stack)) {
      const key = text(topic.raw.kmsMasterKeyId);
      if (key === "alias/aws/sns" || key?.endsWith(":alias/aws/sns") === true)
        found
          .on(topic)
          .add(
            "kmsMasterKeyId",
            '"alias/aws/sns"',
            "alarms publish to this topic, and CloudWatch cannot use AWS's own key",
            "use a customer managed key that allows cloudwatch.amazonaws.com",
          );
      const own = resolve(stack, [KEY], key);
      // Without a policy of its own a key is open to the account's policies only.
      if (own !== undefined && !lets(own, "policy", found.on(own), "kms:GenerateDataKey"))
        found
          .on(own)
          .add(
            "policy",
            `nothing for ${CLOUDWATCH}`,
            `alarms publish to ${topic.name}, which is encrypted with this key`,
            "allow kms:Decrypt and kms:GenerateDataKey to the service",
          );
      const policies = referring(stack, ["aws:sns/topicPolicy:TopicPolicy"], "arn", topic);
      const holder = policies[0] ?? (topic.plain.policy === undefined ? undefined : topic);
      // SNS's default lets in whatever acts for the account.
      if (holder !== undefined && !lets(holder, "policy", found.on(holder), "sns:Publish"))
        found
          .on(holder)
          .add(
            "policy",
            `nothing for ${CLOUDWATCH}`,
            `alarms publish to ${topic.name}, and this policy replaces the one that allowed them`,
            "allow sns:Publish to the service",
          );
    }
  },
};

/** Topics of the stack that an alarm names. */
function topicsOf(stack: StackView): Set<View> {
  const topics = new Set<View>();
  for (const alarm of stack.of(ALARM))
    for (const member of ["alarmActions", "okActions"])
      for (const arn of list(alarm.raw[member]) ?? []) {
        const topic = resolve(stack, [TOPIC], arn);
        if (topic !== undefined) topics.add(topic);
        else if (isUnknown(arn))
          for (const urn of alarm.references[member] ?? []) {
            const made = stack.at(urn);
            if (made?.type === TOPIC) topics.add(made);
          }
      }
  return topics;
}

function lets(view: View, property: string, found: Parameters<typeof statementsIn>[1], action: string): boolean {
  if (view.plain[property] === undefined || isUnknown(view.plain[property])) return isUnknown(view.plain[property]);
  const statements = statementsIn(view, found, "resource");
  return found.unknown.size > 0 || statements.some((statement) => grants(statement, action));
}

function grants(statement: Statement, action: string): boolean {
  return (
    statement.allow &&
    statement.actions.some((own) => wildcard(own, true)(action)) &&
    principalsOf(statement).some(({ kind, value }) => (kind === "Service" && value === CLOUDWATCH) || value === "*")
  );
}
