import * as iam from "@pulumi/aws/iam";
import * as pulumi from "@pulumi/pulumi";
import { physicalName } from "./names";
import type { Place } from "./aws-context";
import { hooked, type Transform } from "./transform";

/** A statement of a role's policy. Its Sid tells in the account, as its comment does here, which call needs it. */
export interface Statement {
  Sid: string;
  Effect: "Allow";
  Action: string[];
  Resource: pulumi.Input<string>[];
  Condition?: Record<string, Record<string, pulumi.Input<string> | pulumi.Input<string>[]>>;
}

/** A role of one actor with the one inline policy that says what it may. */
export interface RoleNodes {
  readonly role: iam.Role;
  readonly policy: iam.RolePolicy;
}

export interface RoleHooks {
  role?: Transform<iam.RoleArgs>;
  policy?: Transform<iam.RolePolicyArgs>;
}

interface RoleSettings {
  /** the AWS service that acts */
  service: keyof typeof TRUST;
  /** what the actor is in the component: `archive` */
  actor: string;
  /** the resource on whose behalf a service acts, where its trust names one: `schedule-group/NAME` */
  scope?: string;
  description: string;
  statements: Statement[];
  tags: pulumi.Input<Record<string, pulumi.Input<string>>> | undefined;
  hooks: RoleHooks;
}

/** Creates a role. Whoever uses it also depends on its policy: a role's ARN says nothing about when it may act. */
export function actorRole(
  component: pulumi.ComponentResource,
  name: string,
  place: Place,
  { service, actor, scope, description, statements, tags, hooks }: RoleSettings,
): RoleNodes & { arn: pulumi.Output<string> } {
  const role = new iam.Role(
    ...hooked(
      hooks.role,
      `${name}-${actor}-role`,
      {
        name: physicalName("role", name, actor),
        description,
        assumeRolePolicy: document([
          {
            Effect: "Allow",
            Principal: { Service: `${service}.amazonaws.com` },
            Action: "sts:AssumeRole",
            ...TRUST[service](place, scope ?? "*"),
          },
        ]),
        permissionsBoundary: boundaryIn(place),
        tags,
      },
      { parent: component },
    ),
  );
  const policy = new iam.RolePolicy(
    ...hooked(
      hooks.policy,
      `${name}-${actor}-policy`,
      { name: physicalName("rolePolicy", name, actor), role: role.name, policy: document(statements) },
      { parent: component },
    ),
  );
  return { role, policy, arn: place.role(role.name) };
}

/** The stack's configuration key with the ARN of a managed policy that bounds every role. */
const BOUNDARY_KEY = "permissionsBoundaryArn";

/**
 * The boundary of the running project's configuration, in the account that it is in: IAM takes no other. The local cloud is an account of
 * its own, in which there is none.
 */
function boundaryIn(place: Place): pulumi.Output<string | undefined> | undefined {
  const arn = new pulumi.Config().get(BOUNDARY_KEY);
  return arn === undefined
    ? undefined
    : place.account.apply((account) => (arn.split(":")[4] === account ? arn : undefined));
}

/** The confused-deputy condition that is documented for each service, and no other (building blocks 0.2). */
const TRUST = {
  iot: (place: Place) => ({
    Condition: {
      StringEquals: { "aws:SourceAccount": place.account },
      ArnLike: { "aws:SourceArn": place.arn("iot", "*") },
    },
  }),
  firehose: (place: Place) => ({ Condition: { StringEquals: { "sts:ExternalId": place.account } } }),
  // A schedule's role is assumed for its group, never for the schedule itself.
  scheduler: (place: Place, group: string) => ({
    Condition: {
      StringEquals: { "aws:SourceAccount": place.account },
      ArnLike: { "aws:SourceArn": place.arn("scheduler", group) },
    },
  }),
  states: (place: Place) => ({
    Condition: {
      StringEquals: { "aws:SourceAccount": place.account },
      ArnLike: { "aws:SourceArn": place.arn("states", "stateMachine:*") },
    },
  }),
  // Lambda documents none: it assumes the role only for the function that names it.
  lambda: () => ({}),
};

function document(statements: unknown[]): pulumi.Output<string> {
  return pulumi.jsonStringify({ Version: "2012-10-17", Statement: statements });
}
