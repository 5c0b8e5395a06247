import { NAMES } from "../../aws/names";
import { checkPolicyDocument } from "./document";
import { TYPES } from "../model";
import { automaticName, digitsOf, type Handler } from "../resources/handler";
import {
  checked,
  description,
  flag,
  jsonText,
  number,
  physicalName,
  refused,
  replaces,
  required,
  tags,
  text,
} from "../resources/properties";

const INLINE = "use aws.iam.RolePolicy with an inline document";

/** Role (building blocks 0.2); its trust policy is executed. */
export const role: Handler = {
  type: TYPES.role,
  naming: { property: "name", make: (context) => automaticName(context, 64) },
  drawn: ["uniqueId"],
  properties: {
    name: physicalName(NAMES.role),
    assumeRolePolicy: required(jsonText()),
    description,
    path: refused("leave it out", "/"),
    // Nothing is attached by others here that would have to be detached, and sessions last as long as a run.
    forceDetachPolicies: checked(flag()),
    maxSessionDuration: checked(number(3600, 43_200)),
    tags,
    namePrefix: refused("give the whole name as name"),
    managedPolicyArns: refused(`managed policies are not known here; ${INLINE}`),
    inlinePolicies: refused(INLINE),
    permissionsBoundary: refused("leave it out"),
  },
  check: (inputs) => checkPolicyDocument(inputs.assumeRolePolicy, "trust", "assumeRolePolicy"),
  plan: (inputs, context) => ({
    id: inputs.name,
    outputs: {
      arn: `arn:aws:iam::${context.account}:role/${inputs.name}`,
      uniqueId: `AROA${digitsOf(context, 17).toUpperCase()}`,
      path: "/",
      maxSessionDuration: inputs.maxSessionDuration ?? 3600,
      forceDetachPolicies: inputs.forceDetachPolicies ?? false,
    },
  }),
};

/** Inline policy of a role; executed. */
export const rolePolicy: Handler = {
  type: TYPES.rolePolicy,
  naming: { property: "name", make: (context) => automaticName(context, 128) },
  properties: {
    name: physicalName(NAMES.policy),
    role: replaces(required(text())),
    policy: required(
      jsonText({
        // All inline policies of one role together; one alone may not be over it either (building blocks 0.2).
        check: (value) => {
          const length = value.replace(/\s/g, "").length;
          return length > 10_240
            ? `${length} characters without blanks; a role's inline policies have at most 10,240`
            : undefined;
        },
      }),
    ),
    namePrefix: refused("give the whole name as name"),
  },
  check: (inputs) => checkPolicyDocument(inputs.policy, "identity", "policy"),
  plan: (inputs) => ({ id: `${inputs.role}:${inputs.name}`, outputs: {} }),
};
