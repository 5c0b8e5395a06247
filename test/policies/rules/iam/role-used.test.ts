import { roleUsed } from "../../../../policies/rules/iam/role-used";
import { LAMBDA_TRUST, role } from "../../misconfigurations/plant";
import { adding } from "../../misconfigurations/run";
import { spec } from "../../spec";

spec(roleUsed, {
  more: [
    adding(
      "role-used",
      "a role without a user",
      "spare-role (aws:iam:Role): saw no resource that uses it; a role must be used; remove it, or name it where it was meant to be used",
      ...role("spare", LAMBDA_TRUST),
    ),
  ],
  unknown: {
    of: "spare-role",
    add: role("spare", LAMBDA_TRUST),
    property: "assumeRolePolicy",
    says: "spare-role (aws:iam:Role), assumeRolePolicy: not decidable: the value is not known in preview; give the resource an explicit name, or check it after the update",
  },
});
