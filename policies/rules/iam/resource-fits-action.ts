import { show } from "../../../aws/values";
import type { ResourceRule } from "../../framework/rule";
import { fitsTemplate } from "../../../aws/arn";
import { actionOf } from "../../../aws/iam/action-catalog";
import { statementsIn, typesOf } from "../../iam/documents";

export const resourceFitsAction: ResourceRule = {
  id: "resource-fits-action",
  group: "iam",
  title: "The resources of a statement are of a type that its actions work on.",
  rationale:
    "Such a permission has no effect: the call is denied at run time, as s3:GetObject on a bucket without /* is.",
  severity: "high",
  level: "mandatory",
  remediation: "Give each action the ARN of the type that the service authorization reference lists for it.",
  page: "https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html",
  types: typesOf("identity", "device"),
  check(view, found) {
    for (const statement of statementsIn(view, found, "identity", "device")) {
      if (!statement.allow || statement.resources.length === 0) continue;
      const actions = statement.actions.map(actionOf);
      // What an unknown action or one with a wildcard works on is not known; other rules speak of them.
      if (actions.some((action) => action === undefined)) continue;
      for (const action of actions) {
        if (action === undefined || statement.resources.includes("*")) continue;
        if (action.arns.length === 0)
          found.add(
            `${statement.at}.Resource`,
            `${show(statement.resources[0])} for ${action.name}`,
            "this action has no resource level, so the grant never holds",
            'write "*", in a statement of its own',
          );
        else if (!statement.resources.some((resource) => action.arns.some((arn) => fitsTemplate(resource, arn))))
          found.add(
            `${statement.at}.Resource`,
            `${show(statement.resources[0])} for ${action.name}`,
            `it works on ${[...new Set(action.arns)].slice(0, 3).join(" or ")}`,
            "write the ARN so",
          );
      }
      for (const resource of statement.resources) {
        if (resource === "*") continue;
        const fits = actions.some((action) => action?.arns.some((arn) => fitsTemplate(resource, arn)) === true);
        const named = actions.some((action) => action !== undefined && action.arns.length > 0);
        // Each action was reported above if none fits.
        if (!fits && named && statement.resources.length > 1)
          found.add(
            `${statement.at}.Resource`,
            show(resource),
            `none of ${statement.actions.slice(0, 4).join(", ")} works on a resource of this type`,
            "remove it, or add the action that needs it",
          );
      }
    }
  },
};
