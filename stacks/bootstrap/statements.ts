import type * as pulumi from "@pulumi/pulumi";
import type { AwsContext } from "../../components/parts/common/aws-context";
import type { Statement } from "../../components/parts/common/role";
import { CALLS, DELETES_DATA, DELETES_DATA_OF_BUCKET, type Calls, type Names } from "./calls";
import { CONTAINER_CALLS } from "./container-calls";
import { HISTORIAN_CALLS } from "./historian-calls";
import { QUICKSIGHT_CALLS } from "./quicksight-calls";

/** What may be done with the stack's resources. */
export type Extent = "read" | "write";

/**
 * The statements that the table of calls comes to: one for the types that lie on the same resources, one for what IAM grants for no
 * single resource, one for each service that gets a role.
 */
export function statementsFor(
  extent: Extent,
  names: Names,
  aws: AwsContext,
  boundary: pulumi.Input<string>,
): Statement[] {
  const groups = new Map<string, { on: string[]; actions: Set<string> }>();
  /** by the policy that speaks of them */
  const account = new Map<string, Set<string>>();
  const accountOf = (action: string): Set<string> => {
    const part = PARTS[action.split(":")[0]!] === "historian" ? "historian" : "";
    const actions = account.get(part) ?? new Set<string>();
    account.set(part, actions);
    return actions;
  };
  const bounded = new Set<string>();
  const services = new Set<string>();
  const grant = (on: string[], actions: readonly string[], calls: Calls): void => {
    const group = groups.get(on.join()) ?? { on, actions: new Set<string>() };
    for (const action of actions) {
      const special = calls.account?.includes(action)
        ? accountOf(action)
        : calls.bounded?.includes(action)
          ? bounded
          : undefined;
      (special ?? group.actions).add(action);
    }
    if (group.actions.size > 0) groups.set(on.join(), group);
  };
  for (const calls of Object.values({ ...CALLS, ...CONTAINER_CALLS, ...HISTORIAN_CALLS, ...QUICKSIGHT_CALLS })) {
    const on = calls.on(names);
    if (on.length === 0) continue;
    grant(on, calls.read, calls);
    if (extent === "read") continue;
    grant(on, [...calls.create, ...calls.update], calls);
    grant([...on, ...(calls.deletesToo?.(names) ?? [])], calls.delete, calls);
    if (calls.passesRoleTo !== undefined) services.add(calls.passesRoleTo);
  }
  const statements = [...groups.values()].map(({ on, actions }, index): Statement => ({
    Sid: `${sidOf(on[0]!)}${index}`,
    Effect: "Allow",
    Action: [...actions].sort(),
    Resource: on.map((end) => arnOf(end, aws)),
  }));
  for (const [part, actions] of account)
    statements.push({
      Sid: part === "" ? "NoSingleResource" : "NoSingleReplication",
      Effect: "Allow",
      Action: [...actions].sort(),
      Resource: ["*"],
    });
  if (bounded.size > 0)
    statements.push({
      Sid: "BoundedRoles",
      Effect: "Allow",
      Action: [...bounded].sort(),
      Resource: [aws.role(`${names.dashed}-*`)],
      Condition: { StringEquals: { "iam:PermissionsBoundary": boundary } },
    });
  if (services.size > 0)
    statements.push({
      Sid: "PassRoles",
      Effect: "Allow",
      Action: ["iam:PassRole"],
      Resource: [aws.role(`${names.dashed}-*`)],
      Condition: { StringEquals: { "iam:PassedToService": [...services].sort() } },
    });
  return statements;
}

/** Services by the policy that speaks of them. A role's inline policies have 10,240 characters together, each managed one 6,144. */
const PARTS: Readonly<Record<string, string>> = {
  ...{ athena: "stores", glue: "stores", s3: "stores", sqs: "stores", ssm: "stores" },
  iam: "stores",
  iot: "devices",
  ...{ scheduler: "runs", states: "runs", ecr: "runs", ecs: "runs" },
  ...{ dms: "historian", ec2: "historian", quicksight: "reports" },
};

/** Statements in parts that a managed policy each has room for. */
export function inParts(statements: readonly Statement[]): Map<string, Statement[]> {
  const parts = new Map<string, Statement[]>();
  for (const statement of statements) {
    const own = new Set(statement.Action.map((action) => PARTS[action.split(":")[0]!] ?? "flow"));
    const part = own.size === 1 ? [...own][0]! : "flow";
    parts.set(part, [...(parts.get(part) ?? []), statement]);
  }
  return parts;
}

/** Deleting buckets with the objects in them. */
export function deletesData({ dashed }: Names, aws: AwsContext): Statement[] {
  return [
    {
      Sid: "DeleteData",
      Effect: "Allow",
      Action: [...DELETES_DATA],
      Resource: [aws.bucket(`${dashed}-*`, "*")],
    },
    {
      Sid: "ListDataToDelete",
      Effect: "Allow",
      Action: [...DELETES_DATA_OF_BUCKET],
      Resource: [aws.bucket(`${dashed}-*`)],
    },
  ];
}

/** `kinesis:stream/NAME` in this aws; `cloudwatch::dashboard/NAME` is in no region. */
export function arnOf(end: string, aws: AwsContext): Statement["Resource"][number] {
  // Groups of QuickSight are in a region of their own.
  if (end.startsWith("arn:")) return end;
  const [, service = "", noRegion, resource = ""] = /^([a-z0-9]+):(:?)(.*)$/s.exec(end)!;
  if (service === "s3") return aws.bucket(resource);
  if (service === "iam") return aws.role(resource.slice("role/".length));
  return noRegion === ":" ? aws.global(service, resource) : aws.arn(service, resource);
}

function sidOf(end: string): string {
  const service = end.split(":")[0]!;
  return service[0]!.toUpperCase() + service.slice(1);
}
