import { passRoleCondition } from "../../../../policies/rules/iam/pass-role-condition";
import { allow, change } from "../../misconfigurations/run";
import { ACCOUNT } from "../../resources";
import { spec } from "../../spec";

const config = { "pass-role-condition": { namePrefixes: ["plant-dev-"] } };
const pass = (name: string) =>
  allow({
    Action: ["iam:PassRole"],
    Resource: [`arn:aws:iam::${ACCOUNT}:role/${name}`],
    Condition: { StringEquals: { "iam:PassedToService": "lambda.amazonaws.com" } },
  });

spec(passRoleCondition, {
  good: {
    "roles whose names begin as the project's do": { of: "machine-policy", change: pass("plant-dev-*"), config },
  },
  more: [
    change(
      "pass-role-condition",
      "machine-policy",
      "roles of another project",
      pass("plant-*"),
      `machine-policy (aws:iam:RolePolicy), policy.Statement[6].Resource: saw "arn:aws:iam::${ACCOUNT}:role/plant-*"; iam:PassRole names each role; write the role's ARN in full`,
      { config },
    ),
  ],
  unknown: {
    of: "machine-policy",
    property: "policy",
    says: "machine-policy (aws:iam:RolePolicy), policy: not decidable: the value is not known in preview; give the resource an explicit name, or check it after the update",
  },
});
