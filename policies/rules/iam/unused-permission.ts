import { show } from "../../../aws/values";
import type { StackRule } from "../../framework/rule";
import type { View } from "../../framework/view";
import { fitsTemplate as fits, headOf, nameOf, overlap, parseArn } from "../../../aws/arn";
import { actionOf } from "../../../aws/iam/action-catalog";
import { isOwnName, NAME_PREFIXES } from "../../iam/own-names";
import { ownedArns } from "../../graph/owned-arns";
import { configuredArns } from "../../framework/context";
import { areasOfBucket } from "../../graph/buckets";
import { DELIVERY, FUNCTION, LOG_GROUP, physicalName } from "../../graph/links";
import { isPermitted, permittedCalls, type PermittedCall } from "../../graph/calls";
import { codeUses } from "../../graph/function-code";
import { rolesOf } from "../../graph/roles";

export const unusedPermission: StackRule = {
  id: "unused-permission",
  group: "iam",
  title: "Every permission of a role is needed by the role's users, and is for something that the stack owns or names.",
  rationale:
    "Permissions for another stream's bucket, or for actions that nobody calls, help an attacker who takes over the role.",
  severity: "high",
  level: "mandatory",
  remediation: "Remove the action or the resource; give each service its own role.",
  page: "https://docs.aws.amazon.com/IAM/latest/UserGuide/best-practices.html#grant-least-privilege",
  config: NAME_PREFIXES,
  checkStack(stack, found, context) {
    const owned = ownedArns(stack);
    const configured = configuredArns(context);
    const groups = stack.of(LOG_GROUP).flatMap((view) => physicalName(view) ?? []);
    for (const { role, consumers, grants } of rolesOf(stack))
      for (const { owner, statement } of grants) {
        if (!statement.allow) continue;
        const on = found.on(owner);
        const at = `${statement.at}.Resource`;
        for (const resource of statement.resources) {
          if (resource === "*" || owned(resource) || configured.has(resource)) continue;
          if (isOwnName(parseArn(resource)?.resource ?? "", context.config.namePrefixes)) continue;
          on.add(
            at,
            show(resource),
            "the stack neither owns nor names this resource",
            "remove it, or name the resource where it is used",
          );
        }
        for (const consumer of consumers) {
          const calls = permittedCalls(consumer, stack);
          if (calls === undefined) continue;
          for (const name of statement.actions) {
            const action = actionOf(name)?.name;
            if (action === undefined) continue;
            const spare = statement.resources.filter(
              (resource) =>
                (resource === "*" || owned(resource)) &&
                !isPermitted(calls, action, resource) &&
                (consumer.type !== FUNCTION || codeUses(consumer, action, resource, stack) === false),
            );
            // An action that is needed on one of the statement's resources is right there, and meaningless on resources of another type.
            const used = statement.resources.length - spare.length;
            const reported = used > 0 ? spare.filter((resource) => resourceIsOf(action, resource)) : spare;
            for (const resource of statement.resources.filter((each) => !spare.includes(each)))
              for (const reached of reach(resource, action, consumer, calls))
                on.add(
                  at,
                  `${action} on ${show(resource)}`,
                  `it reaches ${reached} too, which ${consumer.label} does not use`,
                  "name the prefix or the group that is used",
                );
            for (const resource of reported)
              on.add(
                at,
                `${action} on ${show(resource)}`,
                `${consumer.label}, which uses the role ${role.name}, does not need it`,
                `remove ${used > 0 ? "the resource" : "the action"}`,
              );
          }
        }
      }

    /** What a pattern of a grant takes in that somebody else of the stack writes. */
    function reach(resource: string, action: string, consumer: View, calls: readonly PermittedCall[]): string[] {
      const parts = parseArn(resource);
      if (parts === undefined || !/[*?]/.test(parts.resource) || consumer.type !== DELIVERY) return [];
      if (parts.service === "s3" && parts.resource.includes("/")) {
        const bucket = parts.resource.split("/")[0]!;
        const head = headOf(parts.resource.slice(bucket.length + 1));
        return areasOfBucket(stack, bucket)
          .filter(({ by, prefix }) => by !== consumer && (prefix.startsWith(head) || head.startsWith(prefix)))
          .filter(({ prefix }) => isOthers(resource, `arn:aws:s3:::${bucket}/${prefix}*`, action, calls))
          .map(({ by }) => `the data of ${by.name}`)
          .filter((text, index, all) => all.indexOf(text) === index);
      }
      // A group that is named in full is that one.
      if (parts.service !== "logs" || /^log-group:[^*?:]+:/.test(parts.resource)) return [];
      return groups
        .map((name) => `arn:${parts.partition}:logs:${parts.region}:${parts.account}:log-group:${name}:*`)
        .filter((arn) => isOthers(resource, arn, action, calls))
        .map((arn) => `the log group ${nameOf(arn)}`);
    }
  },
};

/** Whether a pattern takes in what others write, and the consumer does not need. */
function isOthers(pattern: string, other: string, action: string, calls: readonly PermittedCall[]): boolean {
  return overlap(pattern, other) && !isPermitted(calls, action, other);
}

function resourceIsOf(action: string, resource: string): boolean {
  return resource === "*" || (actionOf(action)?.arns.some((arn) => fits(resource, arn)) ?? false);
}
