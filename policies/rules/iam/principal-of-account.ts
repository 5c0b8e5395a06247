import { show } from "../../../aws/values";
import { optional } from "../../framework/context";
import type { ResourceRule } from "../../framework/rule";
import { requiredValues, principalsOf, statementsIn, typesOf } from "../../iam/documents";
import { PERMISSION } from "../../graph/links";

const POLICIES = typesOf("resource");

export const principalOfAccount: ResourceRule = {
  id: "principal-of-account",
  group: "iam",
  title: "The policy of a bucket, queue, topic, key or function allows no other account unless it is named.",
  rationale: "The administrators of the other account decide who reads the data; the stack's roles do not show it.",
  severity: "critical",
  level: "mandatory",
  remediation:
    "Remove the principal; an account that is meant is named in the rule's setting accounts, or confined by aws:PrincipalOrgID.",
  page: "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html",
  config: { accounts: optional("array", "ids of other accounts that are allowed") },
  types: [
    ...POLICIES,
    PERMISSION,
    "aws:kms/grant:Grant",
    // What hands data on to whoever is named.
    "aws:cloudwatch/logSubscriptionFilter:LogSubscriptionFilter",
    "aws:sns/topicSubscription:TopicSubscription",
  ],
  check(view, found, context) {
    const trusted = [context.account, ...((context.config.accounts as string[] | undefined) ?? [])];
    if (context.account === undefined) return;
    const judge = (path: string, value: string): void => {
      const account = /^(?:arn:[^:]+:[^:]*:[^:]*:)?(\d{12})(?::|$)/.exec(value)?.[1];
      if (account !== undefined && !trusted.includes(account))
        found.add(
          path,
          show(value),
          `another account than the stack's ${context.account} is let in`,
          "remove it, or name the account in the rule's setting accounts",
        );
    };
    if (!POLICIES.includes(view.type)) {
      for (const member of [
        "principal",
        "sourceArn",
        "sourceAccount",
        "granteePrincipal",
        "destinationArn",
        "endpoint",
      ])
        found.attempt(() => {
          const value: unknown = view.inputs[member];
          if (typeof value === "string") judge(member, value);
        });
      return;
    }
    for (const statement of statementsIn(view, found, "resource")) {
      if (
        !statement.allow ||
        ["aws:PrincipalOrgID", "aws:PrincipalOrgPaths"].some((key) => requiredValues(statement, key))
      )
        continue;
      for (const { kind, value } of principalsOf(statement))
        if (kind === "AWS") judge(`${statement.at}.Principal`, value);
      for (const { key, values, at, operator } of statement.conditions)
        if (/^aws:Source(Account|Arn|Owner)$/i.test(key) && !operator.includes("Not"))
          for (const value of values) judge(at, value);
    }
  },
};
