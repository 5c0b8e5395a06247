import { noAdminAction } from "../../../policies/rules/iam/no-admin-action";
import { ACCOUNT, REGION, rolePolicy, rule, statement, trust } from "../harness";

/** The role of a dataset's runs: the end of its window is a parameter that it writes. */
rule(noAdminAction, {
  good: [
    ["aws:iam/role:Role", "archive", { name: "archive", assumeRolePolicy: trust("states.amazonaws.com") }],
    rolePolicy({
      Sid: "KeepWindow",
      Action: ["ssm:GetParameter", "ssm:PutParameter"],
      Resource: [`arn:aws:ssm:${REGION}:${ACCOUNT}:parameter/plant-window`],
    }),
  ],
  bad: [
    {
      title: "a run that deletes the parameter",
      of: "policy",
      change: statement("policy", (own) => (own.Action = ["ssm:DeleteParameter"])),
      messages: [
        'policy (aws:iam:RolePolicy), policy.Statement[0].Action: saw "ssm:DeleteParameter"; this call administers or destroys, and no service makes it at run time; remove it',
      ],
    },
  ],
});
