import { isUnknown, list } from "../../aws/values";
import { Found } from "../framework/found";
import { note, type StackView, type View } from "../framework/view";
import { parseArn } from "../../aws/arn";
import { statementsIn, type Statement } from "../iam/documents";
import { namesResource, physicalName, referring, resolve, ROLE } from "./links";

/** A statement of an identity policy, with the resource that holds it. */
export interface Grant {
  /** the resource whose document holds it */
  owner: View;
  statement: Statement;
}

/** A role of the stack with what uses it and what it may do. */
export interface RoleUse {
  role: View;
  /** resources for which the role is assumed */
  consumers: View[];
  grants: Grant[];
  /** whether these are all grants: no policy of somebody else's, and each document known */
  whole: boolean;
}

const OF_IAM = /^aws:iam\//;
const ATTACHMENT = "aws:iam/rolePolicyAttachment:RolePolicyAttachment";
const MANAGED = ["aws:iam/policy:Policy"];

/** Each role of the stack with its grants and with those that use it. */
export function rolesOf(stack: StackView): RoleUse[] {
  return stack.memo("roles", () => {
    const consumers = consumersByRole(stack);
    return stack.of(ROLE).map((role): RoleUse => {
      const attached = policiesOf(stack, role);
      const owners = [
        role,
        ...referring(stack, ["aws:iam/rolePolicy:RolePolicy"], "role", role),
        ...attached.flatMap(({ value, by }) => managedPolicy(stack, value, by) ?? []),
      ];
      return {
        role,
        consumers: consumers.get(role) ?? [],
        grants: owners.flatMap((owner) => grantsOf(owner)),
        whole:
          attached.every(({ value, by }) => managedPolicy(stack, value, by) !== undefined) && owners.every(isKnown),
      };
    });
  });
}

function grantsOf(owner: View): Grant[] {
  const found = new Found();
  const grants = statementsIn(owner, found, "identity").map((statement) => ({ owner, statement }));
  for (const path of found.unknown) note(owner, path);
  return grants;
}

function isKnown(owner: View): boolean {
  const found = new Found();
  statementsIn(owner, found, "identity");
  return found.unknown.size === 0;
}

/** Managed policies of a role: those attached by a resource, and those in its own arguments. */
export function policiesOf(stack: StackView, role: View): { by: View; path: string; value: unknown }[] {
  const byRole = referring(stack, [ATTACHMENT], "role", role).map((by) => ({
    by,
    path: "policyArn",
    value: by.plain.policyArn as unknown,
  }));
  const shared = stack
    .of("aws:iam/policyAttachment:PolicyAttachment")
    .filter(({ plain }) =>
      (list(plain.roles) ?? []).some((name) => typeof name === "string" && namesResource(name, role)),
    )
    .map((by) => ({ by, path: "policyArn", value: by.plain.policyArn as unknown }));
  const exclusive = referring(
    stack,
    ["aws:iam/rolePolicyAttachmentsExclusive:RolePolicyAttachmentsExclusive"],
    "roleName",
    role,
  ).flatMap((by) =>
    (list(by.plain.policyArns) ?? []).map((value, index) => ({ by, path: `policyArns[${index}]`, value })),
  );
  const own = (list(role.plain.managedPolicyArns) ?? []).map((value, index) => ({
    by: role,
    path: `managedPolicyArns[${index}]`,
    value,
  }));
  return [...byRole, ...shared, ...exclusive, ...own];
}

/** The policy of the program that an ARN names, or that an attachment was made from. */
function managedPolicy(stack: StackView, value: unknown, by: View): View | undefined {
  const named = resolve(stack, MANAGED, value);
  if (named !== undefined) return named;
  const made = (by.references.policyArn ?? []).map((urn) => stack.at(urn));
  return made.find((view) => view !== undefined && MANAGED.includes(view.type));
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
    if (view.type === "aws:iam/instanceProfile:InstanceProfile") {
      const role = resolve(stack, [ROLE], view.plain.role) ?? byUrn.get(view.references.role?.[0] ?? "");
      if (role !== undefined) result.set(role, [...(result.get(role) ?? []), view]);
    }
    if (OF_IAM.test(view.type) || !view.type.startsWith("aws:")) continue;
    const roles = new Set<View>();
    for (const [property, value] of Object.entries(view.plain)) {
      if (property !== "code")
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
