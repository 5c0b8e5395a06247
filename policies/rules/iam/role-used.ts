import type { StackRule } from "../../framework/rule";
import type { View } from "../../framework/view";
import { physicalName } from "../../graph/links";
import { rolesOf } from "../../graph/roles";
import { FIXED_ROLES } from "../../../aws/iam/trust-conditions";
import { statementsIn, principalsOf } from "../../iam/documents";

export const roleUsed: StackRule = {
  id: "role-used",
  group: "iam",
  title: "A role that only services may assume is used by something in the stack.",
  rationale: "An unused role is a permission that nobody watches.",
  severity: "low",
  level: "advisory",
  remediation: "Remove the role, or the resource's role property names another one than was meant.",
  page: "https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_last-accessed.html",
  checkStack(stack, found) {
    for (const { role, consumers } of rolesOf(stack)) {
      if (consumers.length > 0 || isFixedRole(role)) continue;
      const principals = statementsIn(role, found.on(role), "trust").flatMap(principalsOf);
      if (principals.length > 0 && principals.every(({ kind }) => kind === "Service"))
        found
          .on(role)
          .add(
            "",
            "no resource that uses it",
            "a role must be used",
            "remove it, or name it where it was meant to be used",
          );
    }
  },
};

/** DMS finds these by their names, whichever stack of the account has the replication. */
function isFixedRole(role: View): boolean {
  return FIXED_ROLES.includes(physicalName(role) ?? "");
}
