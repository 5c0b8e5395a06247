import { show } from "../../../aws/values";
import type { StackRule } from "../../framework/rule";
import type { StackView, View } from "../../framework/view";
import { Found } from "../../framework/found";
import { principalsOf, statementsIn } from "../../iam/documents";
import { overlap } from "../../../aws/arn";
import { wildcard } from "../../../aws/wildcard";
import { CALLS } from "../../../aws/calls";
import { requiredCalls, type RequiredCall } from "../../graph/calls";
import { namesResource, resolve, ROLE } from "../../graph/links";
import { rolesOf, type Grant } from "../../graph/roles";

export const missingPermission: StackRule = {
  id: "missing-permission",
  group: "iam",
  title:
    "A role has every permission that its user needs: to read its source, write its destination and its errors, call its function, and log.",
  rationale:
    "A delivery stream that may not write its error prefix, or a rule that may not write its stream, loses messages although the deployment succeeded.",
  severity: "high",
  level: "mandatory",
  remediation: "Add the action on the resource to the role's policy.",
  page: "https://docs.aws.amazon.com/firehose/latest/dev/controlling-access.html",
  checkStack(stack, found) {
    const uses = new Map(rolesOf(stack).map((use) => [use.role, use]));
    for (const view of stack.of(...Object.keys(CALLS)))
      for (const call of requiredCalls(view, stack)) {
        const role = resolve(stack, [ROLE], call.role);
        const use = role === undefined ? undefined : uses.get(role);
        // What a policy that is not known grants, is not known; the rules that read it say so.
        if (use === undefined || !use.whole || use.grants.some((grant) => gives(grant, call))) continue;
        if (call.action.startsWith("kms:") && keyLets(stack, call.on, use.role)) continue;
        found
          .on(view)
          .add(
            call.at,
            `no ${call.action} on ${show(call.on)} in the role ${use.role.name}`,
            "the call is made with this role, and is denied without it",
            `add ${call.action} to the role's policy`,
          );
      }
  },
};

/** Whether a key of the stack lets a role in by its own policy; then the role's need not. */
function keyLets(stack: StackView, arn: string, role: View): boolean {
  const key = resolve(stack, ["aws:kms/key:Key"], arn);
  if (key === undefined) return false;
  const found = new Found();
  const statements = statementsIn(key, found, "resource");
  const named = statements.some(
    (statement) =>
      statement.allow &&
      principalsOf(statement).some(({ kind, value }) => kind === "AWS" && namesResource(value, role)),
  );
  return named || found.unknown.size > 0;
}

function gives({ statement }: Grant, { action, on }: RequiredCall): boolean {
  if (!statement.allow) return false;
  // Grants by exception are another rule's.
  if (statement.raw.NotAction !== undefined || statement.raw.NotResource !== undefined) return true;
  return (
    statement.actions.some((own) => wildcard(own, true)(action)) &&
    statement.resources.some((own) => own === "*" || covers(own, on))
  );
}

/** Whether a grant's resource is what the call is made on; a function's ARN with or without its qualifier. */
function covers(own: string, on: string): boolean {
  if (on.split(":")[2] === "lambda") {
    const plain = (arn: string): string => arn.split(":").slice(0, 7).join(":");
    return overlap(plain(own), plain(on));
  }
  return overlap(own, on);
}
