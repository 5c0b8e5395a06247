import { limitRule } from "../../framework/limit-rule";

export const iamLimits = limitRule(
  "iam-limits",
  "Policy documents have the shape and the size that IAM takes.",
  "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html",
  [
    "aws:iam/groupPolicy:GroupPolicy",
    "aws:iam/policy:Policy",
    "aws:iam/role:Role",
    "aws:iam/rolePolicy:RolePolicy",
    "aws:iam/userPolicy:UserPolicy",
  ],
);
