import * as iam from "@pulumi/aws/iam";
import * as pulumi from "@pulumi/pulumi";
import type { AwsContext } from "./aws-context";
import { physicalName, uniqueName } from "./names";
import type { Scope } from "./scope";
import { transformed, type Transform } from "./transform";

/** A statement of a role's policy. Its Sid says in the account, as its comment does here, which call needs it. */
export interface Statement {
  Sid: string;
  Effect: "Allow";
  Action: string[];
  Resource: pulumi.Input<string>[];
  Condition?: Record<string, Record<string, pulumi.Input<string> | pulumi.Input<string>[]>>;
}

/** A role of one actor and its one inline policy. */
export interface RoleNodes {
  readonly role: iam.Role;
  readonly policy: iam.RolePolicy;
}

/** Changes to a role and its policy. */
export interface RoleTransforms {
  role?: Transform<iam.RoleArgs>;
  policy?: Transform<iam.RolePolicyArgs>;
}

interface RoleSettings {
  /** the AWS service that acts */
  service: keyof typeof TRUST;
  /** what the actor is in the component: `archive` */
  actor: string;
  /** the resource on whose behalf a service acts, where its trust names one: `schedule-group/NAME` */
  sourceResource?: string;
  description: string;
  statements: Statement[];
  transforms: RoleTransforms;
}

/** Creates a role. Whoever uses it also depends on its policy: a role's ARN says nothing about when it may act. */
export function createRole(
  { component, name, aws, tags, permissionsBoundaryArn }: Scope,
  { service, actor, sourceResource, description, statements, transforms }: RoleSettings,
): RoleNodes & { arn: pulumi.Output<string> } {
  const role = new iam.Role(
    ...transformed(
      transforms.role,
      `${name}-${actor}-role`,
      {
        name: uniqueName(component, "role", name, actor),
        description,
        assumeRolePolicy: document([
          {
            Effect: "Allow",
            Principal: { Service: `${service}.amazonaws.com` },
            Action: "sts:AssumeRole",
            ...TRUST[service](aws, sourceResource ?? "*"),
          },
        ]),
        permissionsBoundary: permissionsBoundaryArn,
        tags,
      },
      { parent: component },
    ),
  );
  const policy = new iam.RolePolicy(
    ...transformed(
      transforms.policy,
      `${name}-${actor}-policy`,
      { name: physicalName("rolePolicy", name, actor), role: role.name, policy: document(statements) },
      { parent: component },
    ),
  );
  return { role, policy, arn: aws.role(role.name) };
}

/**
 * The confused-deputy condition that each service documents, and no other.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/confused-deputy.html
 */
const TRUST = {
  // https://docs.aws.amazon.com/iot/latest/developerguide/cross-service-confused-deputy-prevention.html
  iot: (aws: AwsContext) => ({
    Condition: {
      StringEquals: { "aws:SourceAccount": aws.account },
      ArnLike: { "aws:SourceArn": aws.arn("iot", "*") },
    },
  }),
  // https://docs.aws.amazon.com/firehose/latest/dev/controlling-access.html
  firehose: (aws: AwsContext) => ({ Condition: { StringEquals: { "sts:ExternalId": aws.account } } }),
  // A schedule's role is assumed for its group, never for the schedule itself.
  // https://docs.aws.amazon.com/scheduler/latest/UserGuide/cross-service-confused-deputy-prevention.html
  scheduler: (aws: AwsContext, group: string) => ({
    Condition: {
      StringEquals: { "aws:SourceAccount": aws.account },
      ArnLike: { "aws:SourceArn": aws.arn("scheduler", group) },
    },
  }),
  // https://docs.aws.amazon.com/step-functions/latest/dg/procedure-create-iam-role.html
  states: (aws: AwsContext) => ({
    Condition: {
      StringEquals: { "aws:SourceAccount": aws.account },
      ArnLike: { "aws:SourceArn": aws.arn("states", "stateMachine:*") },
    },
  }),
  // Lambda documents none: it assumes the role only for the function that names it.
  lambda: () => ({}),
};

function document(statements: unknown[]): pulumi.Output<string> {
  return pulumi.jsonStringify({ Version: "2012-10-17", Statement: statements });
}
