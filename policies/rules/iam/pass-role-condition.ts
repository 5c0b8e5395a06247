import { show } from "../../../aws/values";
import type { ResourceRule } from "../../framework/rule";
import { parseArn } from "../../../aws/arn";
import { wildcard } from "../../../aws/wildcard";
import { requiredValues, statementsIn, typesOf } from "../../iam/documents";
import { isOwnName, NAME_PREFIXES } from "../../iam/own-names";

export const passRoleCondition: ResourceRule = {
  id: "pass-role-condition",
  group: "iam",
  title: "iam:PassRole names the role and, by iam:PassedToService, the service that gets it.",
  rationale:
    "Anyone who may pass a role to any service can start a function or a notebook with the permissions of that role.",
  severity: "critical",
  level: "mandatory",
  remediation: "Name the role's ARN, and add Condition StringEquals iam:PassedToService.",
  page: "https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_use_passrole.html",
  config: NAME_PREFIXES,
  types: typesOf("identity"),
  check(view, found, context) {
    for (const statement of statementsIn(view, found, "identity")) {
      if (!statement.allow || !statement.actions.some((action) => wildcard(action, true)("iam:passrole"))) continue;
      const services = requiredValues(statement, "iam:PassedToService");
      if (services === undefined)
        found.add(
          `${statement.at}.Condition`,
          "no iam:PassedToService",
          "iam:PassRole says to which service the role may be passed",
          'add "Condition": {"StringEquals": {"iam:PassedToService": "SERVICE.amazonaws.com"}}',
        );
      else
        for (const service of services)
          if (!/^[a-z0-9.-]+\.amazonaws\.com(\.cn)?$/.test(service))
            found.add(
              `${statement.at}.Condition`,
              show(service),
              "it names one service",
              "write SERVICE.amazonaws.com",
            );
      for (const resource of statement.resources)
        if (/[*?]/.test(resource) && !isOwnName(parseArn(resource)?.resource ?? "", context.config.namePrefixes))
          found.add(
            `${statement.at}.Resource`,
            show(resource),
            "iam:PassRole names each role",
            "write the role's ARN in full",
          );
    }
  },
};
