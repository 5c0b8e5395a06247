import { NAMES } from "../../aws/names";
import { TYPES, ofType, type Properties, type Resource } from "../core/model";
import { checkPolicyDocument, statementsOf } from "./document";
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
import type { Declared, ProgramReport, Report } from "../resources/references";

const INLINE = "use aws.iam.RolePolicy with an inline document";

/** Role; its trust policy and its boundary are evaluated. */
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
    permissionsBoundary: text(),
  },
  check: (inputs) => checkPolicyDocument(inputs.assumeRolePolicy, "trust", "assumeRolePolicy"),
  references: (inputs, declared, report) =>
    declared.require(TYPES.managedPolicy, inputs.permissionsBoundary, "policy", "permissionsBoundary", report),
  checkProgram: checkInlinePolicies,
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

/** Managed policy; evaluated where it bounds a role. It cannot be attached here: roles have inline policies. */
export const managedPolicy: Handler = {
  type: TYPES.managedPolicy,
  naming: { property: "name", make: (context) => automaticName(context, 128) },
  drawn: ["policyId"],
  properties: {
    name: physicalName(NAMES.policy),
    policy: required(
      jsonText({
        check: (value) => {
          const length = value.replace(/\s/g, "").length;
          return length > MANAGED_CHARACTERS
            ? `${length} characters without blanks; a managed policy has at most 6,144`
            : undefined;
        },
      }),
    ),
    description: replaces(
      checked(
        text({ check: (value) => (value.length > 1000 ? `${value.length} characters; at most 1,000` : undefined) }),
      ),
    ),
    path: refused("leave it out", "/"),
    tags,
    namePrefix: refused("give the whole name as name"),
    delayAfterPolicyCreationInMs: refused("leave it out"),
  },
  check: (inputs) => checkPolicyDocument(inputs.policy, "identity", "policy"),
  plan: (inputs, context) => {
    const arn = `arn:aws:iam::${context.account}:policy/${inputs.name}`;
    return {
      id: arn,
      outputs: { arn, path: "/", policyId: `ANPA${digitsOf(context, 17).toUpperCase()}`, attachmentCount: 0 },
    };
  },
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
        // All inline policies of one role together; one alone may not be over it either.
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
  references: (inputs, declared, report) => {
    declared.require(TYPES.role, inputs.role, "role", "role", report);
    statementsOf(inputs.policy).forEach((statement, index) => checkCalled(statement, index, declared, report));
  },
  plan: (inputs) => ({ id: `${inputs.role}:${inputs.name}`, outputs: {} }),
};

/** Without blanks. https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html */
const MANAGED_CHARACTERS = 6144;

/** What all inline policies of one role may have together, without blanks. https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html */
const INLINE_CHARACTERS = 10_240;

function checkInlinePolicies(resources: readonly Resource[], report: ProgramReport): void {
  const lengths = new Map<string, number>();
  for (const { inputs } of ofType(resources, TYPES.rolePolicy))
    lengths.set(inputs.role, (lengths.get(inputs.role) ?? 0) + String(inputs.policy).replace(/\s/g, "").length);
  for (const resource of ofType(resources, TYPES.role)) {
    const length = lengths.get(resource.inputs.name) ?? 0;
    if (length > INLINE_CHARACTERS)
      report(
        resource,
        "",
        `its inline policies have ${length.toLocaleString("en-US")} characters together; a role's have at most 10,240`,
      );
  }
}

/** Whoever may call a function will: one that is on AWS alone would fail the messages that it is given. */
function checkCalled(
  { Effect, Action, Resource }: Properties,
  index: number,
  declared: Declared,
  report: Report,
): void {
  if (Effect !== "Allow" || ![Action].flat().includes("lambda:InvokeFunction")) return;
  for (const arn of [Resource].flat().map(String)) {
    const name = /^arn:aws[a-z-]*:lambda:[^:]*:[^:]*:function:([A-Za-z0-9_-]+)(:[^:]*)?$/.exec(arn)?.[1];
    if (name === undefined || declared.has(TYPES.function, name)) continue;
    report(
      `policy.Statement[${index}]`,
      `calls the function ${name}, which the program does not declare, and the local cloud has no other. Give its folder or file in the stack's file, functions: { ${name}: { path: FOLDER } }, or for this run -c 'functions={"${name}":{"path":"FOLDER"}}'`,
    );
  }
}
