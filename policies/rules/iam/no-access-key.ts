import { show } from "../../../aws/values";
import type { ResourceRule } from "../../framework/rule";

export const noAccessKey: ResourceRule = {
  id: "no-access-key",
  group: "iam",
  title: "No IAM user has a long-lived access key or password.",
  rationale: "Long-lived keys leak from repositories and laptops; the secret is also in the stack's state.",
  severity: "high",
  level: "mandatory",
  remediation: "Let people and machines assume a role (IAM Identity Center, OIDC, instance roles).",
  page: "https://docs.aws.amazon.com/IAM/latest/UserGuide/best-practices.html#bp-workloads-use-roles",
  types: ["aws:iam/accessKey:AccessKey", "aws:iam/userLoginProfile:UserLoginProfile"],
  check(view, found) {
    found.add(
      "user",
      show(found.attempt(() => view.inputs.user as unknown)),
      "credentials that do not end are not made",
      "use a role",
    );
  },
};
