import type {
  GetTopicRuleRequest,
  GetTopicRuleResponse,
  ListTopicRulesRequest,
  ListTopicRulesResponse,
} from "@aws-sdk/client-iot";
import { ApiError, operation, type Operation } from "../../../api";
import { ACCOUNT, ofType, TYPES, type Properties } from "../../../core/model";
import { page, type ThingServices } from "../../things/api";

/** Topic rules, as they are declared. */
export function ruleOperations({ region, resources }: ThingServices): Record<string, Operation<never>> {
  const rules = (): Properties[] =>
    ofType(resources ?? [], TYPES.topicRule)
      .map(({ inputs }) => inputs)
      .sort((a, b) => (a.name < b.name ? -1 : 1));
  const arnOf = (name: string): string => `arn:aws:iot:${region}:${ACCOUNT}:rule/${name}`;
  return {
    ListTopicRules: operation<ListTopicRulesRequest, ListTopicRulesResponse>({
      takes: ["maxResults", "nextToken", "ruleDisabled"],
      permissions: () => [{ action: "iot:ListTopicRules", resource: "*" }],
      answer: ({ input }) => {
        const wanted = rules().filter(
          ({ enabled }) => input.ruleDisabled === undefined || (enabled !== true) === input.ruleDisabled,
        );
        const { items, nextToken } = page(wanted, ({ name }) => name as string, input);
        const listed = items.map(({ name, enabled }) => ({
          ruleName: name as string,
          ruleArn: arnOf(name),
          ruleDisabled: enabled !== true,
        }));
        return { rules: listed, nextToken };
      },
    }),
    GetTopicRule: operation<GetTopicRuleRequest, GetTopicRuleResponse>({
      takes: ["ruleName"],
      permissions: ({ ruleName }) => [{ action: "iot:GetTopicRule", resource: arnOf(ruleName!) }],
      answer: ({ input: { ruleName } }) => {
        const rule = rules().find(({ name }) => name === ruleName);
        // AWS does not tell a rule that is not there from one that may not be read.
        if (rule === undefined)
          throw new ApiError(403, "UnauthorizedException", `Access to topic rule '${ruleName}' was denied`);
        return { ruleArn: arnOf(rule.name), rule: describe(rule) };
      },
    }),
  };
}

function describe(rule: Properties): NonNullable<GetTopicRuleResponse["rule"]> {
  const { cloudwatchLogs } = (rule.errorAction ?? {}) as Properties;
  return {
    ruleName: rule.name,
    sql: rule.sql,
    description: rule.description,
    awsIotSqlVersion: rule.sqlVersion,
    ruleDisabled: rule.enabled !== true,
    actions: ((rule.kineses ?? []) as Properties[]).map(({ roleArn, streamName, partitionKey }) => ({
      kinesis: { roleArn, streamName, partitionKey },
    })),
    errorAction:
      cloudwatchLogs === undefined
        ? undefined
        : { cloudwatchLogs: { roleArn: cloudwatchLogs.roleArn, logGroupName: cloudwatchLogs.logGroupName } },
  };
}
