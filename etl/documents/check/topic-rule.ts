/** What a topic rule's schema cannot say. https://docs.aws.amazon.com/iot/latest/apireference/API_IotAnalyticsAction.html */
import type { Findings } from "../model/findings";
import { show } from "../../../aws/text/show";
import type { TopicRuleDocument } from "../model/types";
import { mistakeAnyway } from "../read/placeholders";
import { checkStatement } from "../../iot-sql";

const NAME = /^(?!__)[a-zA-Z0-9_]{1,128}$/;

/** Checks the statement and the channels that a rule names. */
export function checkTopicRule(rule: TopicRuleDocument, findings: Findings): void {
  if (findings.place.placeholder("$.sql")) {
    const anyway = mistakeAnyway(rule.sql, ["a", "1", "SELECT * FROM 'a'"], (filled) =>
      checkStatement(filled).error?.withCaret(),
    );
    if (anyway !== undefined) findings.errorAnyway("$.sql", anyway);
  } else {
    const { error, warnings } = checkStatement(rule.sql);
    if (error !== undefined) findings.error("$.sql", error.withCaret());
    for (const warning of warnings) findings.warning("$.sql", warning);
  }
  rule.actions.forEach((action, index) => {
    const { iotAnalytics } = action;
    if (iotAnalytics === undefined) return;
    const path = `$.actions[${index}].iotAnalytics`;
    const { channelArn, channelName } = iotAnalytics as { channelArn?: string; channelName?: string };
    const fromArn = channelArn === undefined ? undefined : /:channel\/([^/]+)$/.exec(channelArn)?.[1];
    if (channelArn !== undefined && fromArn === undefined) {
      findings.error(`${path}.channelArn`, `${show(channelArn)} is not a channel's ARN; write channelName instead`);
    } else if (channelName === undefined && fromArn === undefined) {
      findings.error(`${path}.channelName`, "it is missing, and must be there");
    } else if (channelName === undefined && fromArn !== undefined) {
      // one way to name a channel is enough for what follows
      iotAnalytics.channelName = fromArn;
      findings.note(`${path}.channelArn`, `channelArn is deprecated; read as channelName ${show(fromArn)}`);
    }
    const name = iotAnalytics.channelName;
    if (name?.includes("${") === true) {
      findings.refuse(
        `${path}.channelName`,
        `${show(name)} chooses the channel for each message; this program wires a rule to one channel: write a rule for each`,
      );
    } else if (name !== undefined && !NAME.test(name)) {
      findings.error(
        `${path}.channelName`,
        `${show(name)} does not fit: a name has 1 to 128 letters, digits and underscores, and does not begin with two underscores`,
      );
    }
  });
}
