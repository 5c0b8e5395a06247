import { show } from "../../../aws/values";
import { nearestSpelling } from "../../../aws/text/nearest";
import type { ResourceRule } from "../../framework/rule";
import { wildcard } from "../../../aws/wildcard";
import { actionOf, actionsOf, serviceExists } from "../../../aws/iam/action-catalog";
import { statementsIn, typesOf } from "../../iam/documents";

export const actionExists: ResourceRule = {
  id: "action-exists",
  group: "iam",
  title: "Every action in a policy is one that AWS has.",
  rationale: "IAM silently accepts a misspelt action, and the call that needs it is denied at run time.",
  severity: "high",
  level: "mandatory",
  remediation: "Write the action as the service authorization reference does.",
  page: "https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html",
  types: typesOf("identity", "trust", "resource", "device"),
  check(view, found) {
    for (const statement of statementsIn(view, found, "identity", "trust", "resource", "device"))
      for (const member of ["Action", "NotAction"] as const)
        for (const action of [statement.raw[member] as unknown].flat()) {
          if (typeof action !== "string" || action === "*") continue;
          const [service = "", name = ""] = action.split(":");
          if (name === "" || /[*?]/.test(service)) continue;
          if (!serviceExists(service))
            found.add(
              `${statement.at}.${member}`,
              show(action),
              `AWS has no service with the prefix ${show(service)}`,
              "write the prefix of the service authorization reference",
            );
          else if (/[*?]/.test(name)) {
            const fits = wildcard(name, true);
            if (!actionsOf(service).some((own) => fits(own)))
              found.add(
                `${statement.at}.${member}`,
                show(action),
                "no action of the service fits it",
                "name the action",
              );
          } else if (actionOf(action) === undefined) {
            const near = nearestSpelling(name, actionsOf(service));
            found.add(
              `${statement.at}.${member}`,
              show(action),
              `${service} has no such action`,
              near === undefined ? "look it up in the service authorization reference" : `write ${service}:${near}`,
            );
          }
        }
  },
};
