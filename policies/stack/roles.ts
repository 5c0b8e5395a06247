import { isUnknown } from "../limits/values";
import type { StackFound } from "../framework/found";
import type { StackView, View } from "../framework/view";
import { parseArn } from "../iam/arn";
import { statementsIn, type Statement } from "../iam/documents";
import { DELIVERY, FUNCTION, MACHINE, physicalName, refersTo, ROLE, RULE, SCHEDULE } from "./links";

/** The service that assumes a role on behalf of a resource of a type. */
export const ACTS_AS: Readonly<Record<string, string>> = {
  [DELIVERY]: "firehose.amazonaws.com",
  [RULE]: "iot.amazonaws.com",
  "aws:iot/provisioningTemplate:ProvisioningTemplate": "iot.amazonaws.com",
  "aws:iot/loggingOptions:LoggingOptions": "iot.amazonaws.com",
  [FUNCTION]: "lambda.amazonaws.com",
  [MACHINE]: "states.amazonaws.com",
  [SCHEDULE]: "scheduler.amazonaws.com",
  "aws:dms/endpoint:Endpoint": "dms.amazonaws.com",
  "aws:glue/catalogTableOptimizer:CatalogTableOptimizer": "glue.amazonaws.com",
  "aws:sagemaker/notebookInstance:NotebookInstance": "sagemaker.amazonaws.com",
  "aws:ecs/taskDefinition:TaskDefinition": "ecs-tasks.amazonaws.com",
};

export interface Grant {
  /** the resource whose document holds it */
  owner: View;
  statement: Statement;
}

export interface RoleUse {
  role: View;
  /** resources for which the role is assumed */
  consumers: View[];
  grants: Grant[];
}

const POLICIES = ["aws:iam/rolePolicy:RolePolicy"];
const OF_IAM = /^aws:iam\//;

const cache = new WeakMap<StackView, RoleUse[]>();

/** Each role of the stack with its grants and with those that use it. */
export function rolesOf(stack: StackView, found: StackFound): RoleUse[] {
  const known = cache.get(stack);
  if (known !== undefined) return known;
  const attached = attachedPolicies(stack);
  const consumers = consumersByRole(stack);
  const uses = stack.of(ROLE).map((role): RoleUse => {
    const own = stack.of(...POLICIES).filter((policy) => refersTo(policy, "role", role));
    const owners = [role, ...own, ...(attached.get(role) ?? [])];
    return {
      role,
      consumers: consumers.get(role) ?? [],
      grants: owners.flatMap((owner) =>
        statementsIn(owner, found.on(owner), "identity").map((statement) => ({ owner, statement })),
      ),
    };
  });
  cache.set(stack, uses);
  return uses;
}

/** Managed policies of the program by the role they are attached to. */
function attachedPolicies(stack: StackView): Map<View, View[]> {
  const result = new Map<View, View[]>();
  const policies = stack.of("aws:iam/policy:Policy");
  for (const attachment of stack.of("aws:iam/rolePolicyAttachment:RolePolicyAttachment"))
    for (const role of stack.of(ROLE))
      if (refersTo(attachment, "role", role))
        result.set(role, [
          ...(result.get(role) ?? []),
          ...policies.filter((policy) => refersTo(attachment, "policyArn", policy)),
        ]);
  return result;
}

function consumersByRole(stack: StackView): Map<View, View[]> {
  const byName = new Map<string, View>();
  const byUrn = new Map(stack.of(ROLE).map((role) => [role.urn, role]));
  for (const role of stack.of(ROLE)) {
    const name = physicalName(role);
    if (name !== undefined) byName.set(name, role);
  }
  const result = new Map<View, View[]>();
  for (const view of stack.all) {
    if (OF_IAM.test(view.type) || !view.type.startsWith("aws:")) continue;
    const roles = new Set<View>();
    for (const [property, value] of Object.entries(view.raw)) {
      roleNames(value, property, (name) => {
        const role = byName.get(name);
        if (role !== undefined) roles.add(role);
      });
      for (const urn of view.references[property] ?? []) {
        const role = byUrn.get(urn);
        // A property that holds a policy document speaks of a role too, as a principal.
        if (role !== undefined && !/policy/i.test(property)) roles.add(role);
      }
    }
    for (const role of roles) result.set(role, [...(result.get(role) ?? []), view]);
  }
  return result;
}

/** Names of roles that stand as ARNs in properties named for a role. */
function roleNames(value: unknown, property: string, take: (name: string) => void): void {
  if (typeof value === "string") {
    if (!/role/i.test(property) || isUnknown(value)) return;
    const arn = parseArn(value);
    if (arn?.service === "iam" && arn.resource.startsWith("role/")) take(arn.resource.split("/").at(-1)!);
  } else if (Array.isArray(value)) for (const item of value) roleNames(item, property, take);
  else if (typeof value === "object" && value !== null)
    for (const [key, item] of Object.entries(value)) roleNames(item, key, take);
}
