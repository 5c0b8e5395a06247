import { withoutBlanks } from "../../../aws/iam/policy-document";
import { INLINE_MAX } from "../../../aws/limits/iam";
import { list } from "../../../aws/values";
import type { StackRule } from "../../framework/rule";
import { referring, ROLE } from "../../graph/links";

export const inlinePoliciesFit: StackRule = {
  id: "inline-policies-fit",
  group: "iam",
  title: "The inline policies of a role fit into 10,240 characters together, and it has at most ten managed policies.",
  rationale: "IAM refuses the policy that exceeds the sum, in the middle of the update.",
  severity: "medium",
  level: "mandatory",
  remediation: "Name fewer resources, share a prefix, or move a part into a managed policy.",
  page: "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html",
  checkStack(stack, found) {
    for (const role of stack.of(ROLE)) {
      let total = 0;
      const policies = referring(stack, ["aws:iam/rolePolicy:RolePolicy"], "role", role);
      const documents = [
        ...policies.map((policy) => [policy, () => policy.inputs.policy as unknown] as const),
        ...(list(role.raw.inlinePolicies) ?? []).map(
          (_, index) => [role, () => (role.inputs.inlinePolicies as { policy?: unknown }[])[index]?.policy] as const,
        ),
      ];
      for (const [view, read] of documents) {
        const document = found.attempt(view, read);
        total += withoutBlanks(typeof document === "string" ? document : JSON.stringify(document ?? ""));
      }
      // One document alone is reported with the resource's own limits.
      if (documents.length > 1 && total > INLINE_MAX)
        found
          .on(role)
          .add(
            "",
            `${total} characters without blanks in ${documents.length} inline policies`,
            "all of a role together have at most 10,240",
            "name fewer resources, or use a managed policy",
          );
      const attached = referring(stack, ["aws:iam/rolePolicyAttachment:RolePolicyAttachment"], "role", role).length;
      if (attached > 10)
        found
          .on(role)
          .add("", `${attached} managed policies`, "a role has ten, unless the quota was raised", "join some");
    }
  },
};
