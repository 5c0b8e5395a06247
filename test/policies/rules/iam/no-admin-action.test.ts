import { noAdminAction } from "../../../../policies/rules/iam/no-admin-action";
import { adding } from "../../misconfigurations/run";
import { AUTHORITY, PROVISIONING, provisioningRole, TEMPLATE, usedByRule } from "../../misconfigurations/provisioning";
import { document, type Shorthand } from "../../resources";
import { spec } from "../../spec";

const administers = (action: string): string =>
  `provisioning-policy (aws:iam:RolePolicy), policy.Statement[0].Action: saw "${action}"; this action administers or deletes resources, and no service calls it at run time; remove it`;

/** A boundary with the calls of a provisioning role: it grants nothing. */
const BOUNDARY: Shorthand = [
  "aws:iam/policy:Policy",
  "boundary",
  { name: "boundary", policy: document({ Effect: "Allow", Action: PROVISIONING, Resource: ["*"] }) },
];

spec(noAdminAction, {
  good: {
    "a provisioning template, whose role gives certificates their policy": {
      add: [...provisioningRole(PROVISIONING), TEMPLATE],
    },
    "an authority of the user's, with such a role": { add: [...provisioningRole(PROVISIONING), AUTHORITY] },
    "a boundary of such roles": { add: [BOUNDARY] },
  },
  more: [
    adding(
      "no-admin-action",
      "a provisioning template whose role makes policies",
      administers("iot:CreatePolicy"),
      ...provisioningRole([...PROVISIONING, "iot:CreatePolicy"]),
      TEMPLATE,
    ),
    adding(
      "no-admin-action",
      "a topic rule that has the role of a provisioning template, too",
      ["iot:AttachPolicy", "iot:AttachThingPrincipal", "iot:UpdateCertificate"].map(administers),
      ...provisioningRole(PROVISIONING),
      TEMPLATE,
      usedByRule,
    ),
  ],
  unknown: {
    of: "machine-policy",
    property: "policy",
    says: "machine-policy (aws:iam:RolePolicy), policy: not decidable: the value is not known in preview; give the resource an explicit name, or check it after the update",
  },
});
