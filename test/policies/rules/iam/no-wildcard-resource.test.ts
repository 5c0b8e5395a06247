import { noWildcardResource } from "../../../../policies/rules/iam/no-wildcard-resource";
import { change, allow, type Misconfiguration } from "../../misconfigurations/run";
import { ACCOUNT, REGION } from "../../resources";
import { spec } from "../../spec";

const config = { "no-wildcard-resource": { namePrefixes: ["plant-dev-", "plant_dev_"] } };
const stream = (name: string): string => `arn:aws:kinesis:${REGION}:${ACCOUNT}:stream/${name}`;
const create = (name: string) => allow({ Action: ["kinesis:CreateStream"], Resource: [stream(name)] });

const wide = (what: string, name: string): Misconfiguration =>
  change(
    "no-wildcard-resource",
    "archive-policy",
    what,
    create(name),
    `archive-policy (aws:iam:RolePolicy), policy.Statement[4].Resource: saw "${stream(name)}"; kinesis:CreateStream can be granted for single resources, and the * stands in the resource's own name; name the resource that is used`,
    { config },
  );

spec(noWildcardResource, {
  good: {
    "names that begin as the project's do": { of: "archive-policy", change: create("plant-dev-*"), config },
    "certificates of devices, which nobody knows before": {
      of: "archive-policy",
      change: allow({
        Action: ["iot:UpdateCertificate"],
        Resource: [`arn:aws:iot:${REGION}:${ACCOUNT}:cert/*`],
      }),
    },
    "such a name below a path": {
      of: "archive-policy",
      change: allow({
        Action: ["logs:CreateLogGroup"],
        Resource: [`arn:aws:logs:${REGION}:${ACCOUNT}:log-group:*/plant_dev_*`],
      }),
      config,
    },
  },
  more: [
    change(
      "no-wildcard-resource",
      "archive-policy",
      "every policy of devices",
      allow({ Action: ["iot:GetPolicy"], Resource: [`arn:aws:iot:${REGION}:${ACCOUNT}:policy/*`] }),
      `archive-policy (aws:iam:RolePolicy), policy.Statement[4].Resource: saw "arn:aws:iot:${REGION}:${ACCOUNT}:policy/*"; iot:GetPolicy can be granted for single resources, and the * stands in the resource's own name; name the resource that is used`,
    ),
    wide("names of another project", "plant-*"),
    wide("the beginning in the middle of a name", "*plant-dev-*"),
  ],
  unknown: {
    of: "archive-policy",
    property: "policy",
    says: "archive-policy (aws:iam:RolePolicy), policy: not decidable: the value is not known in preview; give the resource an explicit name, or check it after the update",
  },
});
