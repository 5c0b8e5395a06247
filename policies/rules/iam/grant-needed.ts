import { show } from "../../limits/values";
import type { StackRule } from "../../framework/rule";
import { fitsTemplate as fits, parseArn } from "../../iam/arn";
import { actionOf } from "../../iam/catalog";
import { isOwnName, NAME_PREFIXES } from "../../iam/own-names";
import { holdings } from "../../stack/held";
import { stackSetting } from "../../framework/context";
import { FUNCTION } from "../../stack/links";
import { functionNames, isNeeded, needsOf } from "../../stack/needs";
import { rolesOf } from "../../stack/roles";

export const grantNeeded: StackRule = {
  id: "grant-needed",
  group: "iam",
  title:
    "Every grant of a role is needed by those that use the role, and is on something that the stack holds or names.",
  protects:
    "A delivery stream that can reach another stream's bucket, or an action that nobody calls, is a way in for whoever takes the role over.",
  severity: "high",
  level: "mandatory",
  mend: "Remove the action or the resource; give each actor a role of its own.",
  page: "https://docs.aws.amazon.com/IAM/latest/UserGuide/best-practices.html#grant-least-privilege",
  config: NAME_PREFIXES,
  checkStack(stack, found, context) {
    const held = holdings(stack);
    const key = stackSetting(context, "kmsKeyArn");
    for (const { role, consumers, grants } of rolesOf(stack, found))
      for (const { owner, statement } of grants) {
        if (!statement.allow) continue;
        const on = found.on(owner);
        const at = `${statement.at}.Resource`;
        for (const resource of statement.resources) {
          if (resource === "*" || held(resource) || resource === key) continue;
          if (isOwnName(parseArn(resource)?.resource ?? "", context.config.namePrefixes)) continue;
          on.add(
            at,
            show(resource),
            "the stack neither holds nor names this resource",
            "remove it, or name the resource where it is used",
          );
        }
        for (const consumer of consumers) {
          const needs = needsOf(consumer, stack);
          if (needs === undefined) continue;
          for (const name of statement.actions) {
            const action = actionOf(name)?.name;
            if (action === undefined) continue;
            const spare = statement.resources.filter(
              (resource) =>
                (resource === "*" || held(resource)) &&
                !isNeeded(needs, action, resource) &&
                (consumer.type !== FUNCTION || functionNames(consumer, action, resource) === false),
            );
            // An action that is needed on one of the statement's resources is right there, and meaningless on resources of another type.
            const used = statement.resources.length - spare.length;
            const reported = used > 0 ? spare.filter((resource) => resourceIsOf(action, resource)) : spare;
            for (const resource of reported)
              on.add(
                at,
                `${action} on ${show(resource)}`,
                `${consumer.label}, which acts as ${role.name}, does not need it`,
                `remove ${used > 0 ? "the resource" : "the action"}`,
              );
          }
        }
      }
  },
};

function resourceIsOf(action: string, resource: string): boolean {
  return resource === "*" || (actionOf(action)?.arns.some((arn) => fits(resource, arn)) ?? false);
}
