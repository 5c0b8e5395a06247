import { passRoleCondition } from "../../../../policies/rules/iam/pass-role-condition";
import { spec } from "../../spec";

spec(passRoleCondition, {
  messages: {
    "machine-policy: PassRole without the service": [
      'machine-policy (aws:iam:RolePolicy), policy.Statement[6].Condition: saw no iam:PassedToService; iam:PassRole says to which service the role may be passed; add "Condition": {"StringEquals": {"iam:PassedToService": "SERVICE.amazonaws.com"}}',
    ],
    "machine-policy: PassRole for every role": [
      'machine-policy (aws:iam:RolePolicy), policy.Statement[6].Resource: saw "*"; iam:PassRole names each role; write the role\'s ARN in full',
    ],
    "machine-policy: PassRole to any service": [
      'machine-policy (aws:iam:RolePolicy), policy.Statement[6].Condition: saw "*.amazonaws.com"; it names one service; write SERVICE.amazonaws.com',
    ],
  },
  unknown: {
    of: "machine-policy",
    property: "policy",
    says: "machine-policy (aws:iam:RolePolicy), policy: not decidable: the value is not known in preview; give the resource an explicit name, or check it after the update",
  },
});
