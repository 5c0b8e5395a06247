import type {
  GetPolicyRequest,
  GetTopicRuleRequest,
  GetTopicRuleResponse,
  ListCertificatesRequest,
  ListCertificatesResponse,
  ListPoliciesRequest,
  ListPoliciesResponse,
  ListTopicRulesRequest,
  ListTopicRulesResponse,
} from "@aws-sdk/client-iot";
import { ApiError, operation, type Operation, type ServiceApi } from "../../api";
import { ACCOUNT, ofType, TYPES, type Properties } from "../../core/model";
import { page, thingOperations, type ThingServices } from "../things/api";

/** IoT Core's control plane: topic rules as they are declared, the thing registry, the address of the data plane. */
export function iotApi(services: ThingServices): ServiceApi {
  return {
    service: "iot",
    notes: [
      "Topic rules and thing types are those that the program declares. There are no IoT policies and no certificates, so their lists are empty.",
    ],
    operations: { ...thingOperations(services), ...ruleOperations(services), ...credentialOperations() },
  };
}

function ruleOperations({ region, resources }: ThingServices): Record<string, Operation<never>> {
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

function credentialOperations(): Record<string, Operation<never>> {
  return {
    ListPolicies: operation<ListPoliciesRequest, ListPoliciesResponse>({
      takes: [],
      ignores: { marker: "the list is empty", pageSize: "the list is empty", ascendingOrder: "the list is empty" },
      permissions: () => [{ action: "iot:ListPolicies", resource: "*" }],
      answer: () => ({ policies: [] }),
    }),
    GetPolicy: operation<GetPolicyRequest, object>({
      takes: ["policyName"],
      permissions: () => [{ action: "iot:GetPolicy", resource: "*" }],
      answer: ({ input: { policyName } }) => {
        throw new ApiError(404, "ResourceNotFoundException", `Policy not found with name ${policyName}`);
      },
    }),
    ListCertificates: operation<ListCertificatesRequest, ListCertificatesResponse>({
      takes: [],
      ignores: { marker: "the list is empty", pageSize: "the list is empty", ascendingOrder: "the list is empty" },
      permissions: () => [{ action: "iot:ListCertificates", resource: "*" }],
      answer: () => ({ certificates: [] }),
    }),
  };
}
