import * as iam from "@pulumi/aws/iam";
import * as pulumi from "@pulumi/pulumi";
import { trustConditionFor } from "../../../aws/iam/trust-conditions";
import type { AwsContext } from "./aws-context";
import { lift } from "./inputs";
import { physicalName, uniqueName } from "./names";
import type { Scope } from "./scope";
import { transformed, type Transform } from "./transform";

/** A statement of a role's policy. Its Sid says in the account, as its comment does here, which call needs it. */
export interface Statement {
  Sid: string;
  Effect: "Allow";
  Action: string[];
  Resource: pulumi.Input<string>[] | pulumi.Output<string[]>;
  Condition?: Record<string, Record<string, pulumi.Input<string> | pulumi.Input<string>[]>>;
}

/** A statement without a condition. */
export function allow(Sid: string, Action: string[], Resource: Statement["Resource"]): Statement {
  return { Sid, Effect: "Allow", Action, Resource };
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
  service: "dms" | "ecs-tasks" | "firehose" | "iot" | "lambda" | "quicksight" | "scheduler" | "states";
  /** whether the service acts as the one of its region, `dms.REGION.amazonaws.com` */
  regional?: boolean;
  /** what the actor is in the component: `archive` */
  actor: string;
  /** the resource on whose behalf a service acts, where its trust names one: `rule/NAME`, `schedule-group/NAME` */
  sourceResource?: pulumi.Input<string>;
  description: string;
  /** a function is asked when the component is constructed, and can look at what transforms made of its children */
  statements: Statement[] | (() => Statement[]);
  transforms: RoleTransforms;
}

/** Creates a role. Whoever uses it also depends on its policy: a role's ARN says nothing about when it may act. */
export function createRole(
  { component, name, aws, tags, permissionsBoundaryArn }: Scope,
  { service, regional = false, actor, sourceResource, description, statements, transforms }: RoleSettings,
): RoleNodes & { arn: pulumi.Output<string> } {
  const roleArgs: iam.RoleArgs = {
    name: uniqueName(component, "role", name, actor),
    description,
    assumeRolePolicy: trustPolicy(service, regional, aws, sourceResource),
    permissionsBoundary: permissionsBoundaryArn,
    tags,
  };
  const made = transformed(transforms.role, `${name}-${actor}-role`, roleArgs, { parent: component });
  const role = new iam.Role(...made);
  const policy = new iam.RolePolicy(
    ...transformed(
      transforms.policy,
      `${name}-${actor}-policy`,
      {
        name: physicalName("rolePolicy", name, actor),
        role: role.name,
        policy: document(typeof statements === "function" ? Promise.resolve().then(statements) : statements),
      },
      { parent: component },
    ),
  );
  // Roles are in the path "/" unless a transform chose another.
  const path = lift<[string | undefined], string>([made[1].path], (given = "/") => given.slice(1));
  return { role, policy, arn: aws.role(pulumi.interpolate`${path}${role.name}`) };
}

/** A trust policy with the confused-deputy condition that the service documents, and no other. */
function trustPolicy(
  service: string,
  regional: boolean,
  aws: AwsContext,
  resource: pulumi.Input<string> | undefined,
): pulumi.Output<string> {
  const statement = pulumi.all([aws.place, resource]).apply(([place, named]) => ({
    Effect: "Allow",
    Principal: { Service: `${service}.${regional ? `${place.region}.` : ""}amazonaws.com` },
    Action: "sts:AssumeRole",
    Condition: trustConditionFor(`${service}.amazonaws.com`, place, named),
  }));
  return document([statement]);
}

function document(statements: pulumi.Input<unknown[]>): pulumi.Output<string> {
  return pulumi.jsonStringify({ Version: "2012-10-17", Statement: statements });
}
