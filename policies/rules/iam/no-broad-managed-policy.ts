import { isUnknown, list, show } from "../../../aws/values";
import type { StackRule } from "../../framework/rule";
import { note, type View } from "../../framework/view";
import { Found } from "../../framework/found";
import { principalsOf, statementsIn } from "../../iam/documents";
import { ROLE } from "../../graph/links";
import { policiesOf } from "../../graph/roles";

/**
 * AWS's policies that hold no more than the job that they are made for, with the services whose job it is. They are right on a role that
 * one of these assumes: what they open beyond (log groups that the service itself names) cannot be narrowed by people who attach them as
 * AWS's guides say.
 */
const FITTING: Readonly<Record<string, readonly string[]>> = {
  "service-role/AWSLambdaBasicExecutionRole": ["lambda", "edgelambda"],
  "service-role/AWSLambdaVPCAccessExecutionRole": ["lambda"],
  CloudWatchLambdaInsightsExecutionRolePolicy: ["lambda"],
  AWSXRayDaemonWriteAccess: ["lambda", "states", "ecs-tasks", "ec2"],
  "service-role/AWSIoTThingsRegistration": ["iot"],
  "service-role/AWSIoTLogging": ["iot"],
  "service-role/AmazonDMSVPCManagementRole": ["dms"],
  "service-role/AmazonDMSCloudWatchLogsRole": ["dms"],
  "service-role/AmazonECSTaskExecutionRolePolicy": ["ecs-tasks"],
  "service-role/AmazonAPIGatewayPushToCloudWatchLogs": ["apigateway"],
};

export const noBroadManagedPolicy: StackRule = {
  id: "no-broad-managed-policy",
  group: "iam",
  title: "No role, user or group has a managed policy of AWS that is broader than its job.",
  rationale: "AmazonS3FullAccess opens every bucket of the account, and AWS widens its policies without asking.",
  severity: "high",
  level: "mandatory",
  remediation:
    "Write an inline policy with the actions and the ARNs that are needed. AWS's policies for one job of one service (AWSLambdaBasicExecutionRole) are right on a role of that service.",
  page: "https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_managed-vs-inline.html",
  checkStack(stack, found) {
    const seen = new Set<View>();
    const judge = (by: View, path: string, value: unknown, trusted: readonly string[] | undefined): void => {
      if (isUnknown(value)) return note(by, path);
      const policy = typeof value === "string" ? /^arn:[^:]+:iam::aws:policy\/(.+)$/.exec(value)?.[1] : undefined;
      if (policy === undefined) return;
      const services = FITTING[policy];
      if (services === undefined)
        found
          .on(by)
          .add(
            path,
            show(value),
            "this AWS managed policy applies to every resource of the account",
            "write an inline policy that names the resources",
          );
      else if (trusted !== undefined && !services.some((service) => trusted.includes(service)))
        found
          .on(by)
          .add(
            path,
            show(value),
            `this policy is made for ${services.join(", ")}, and the role trusts ${trusted.join(", ") || "no service"}`,
            "write an inline policy with what the role's user calls",
          );
    };
    for (const role of stack.of(ROLE)) {
      const trusted = servicesOf(role);
      for (const { by, path, value } of policiesOf(stack, role)) {
        seen.add(by);
        judge(by, path, value, trusted);
      }
    }
    for (const view of stack.of(
      "aws:iam/rolePolicyAttachment:RolePolicyAttachment",
      "aws:iam/rolePolicyAttachmentsExclusive:RolePolicyAttachmentsExclusive",
      "aws:iam/policyAttachment:PolicyAttachment",
    ))
      if (!seen.has(view) || hasPeople(view)) all(view, hasPeople(view) ? [] : undefined);
    for (const view of stack.of(
      "aws:iam/userPolicyAttachment:UserPolicyAttachment",
      "aws:iam/groupPolicyAttachment:GroupPolicyAttachment",
      "aws:iam/userPolicyAttachmentsExclusive:UserPolicyAttachmentsExclusive",
      "aws:iam/groupPolicyAttachmentsExclusive:GroupPolicyAttachmentsExclusive",
    ))
      all(view, []);

    function all(view: View, trusted: readonly string[] | undefined): void {
      judge(view, "policyArn", view.plain.policyArn, trusted);
      (list(view.plain.policyArns) ?? []).forEach((value, index) =>
        judge(view, `policyArns[${index}]`, value, trusted),
      );
    }
  },
};

/** Users and groups of an attachment to several, which no service assumes. */
function hasPeople({ plain }: View): boolean {
  return [plain.users, plain.groups].some((names) => (list(names)?.length ?? 0) > 0);
}

/** Short names of the services that a role trusts; undefined if the trust policy is not known. */
function servicesOf(role: View): string[] | undefined {
  const found = new Found();
  const statements = statementsIn(role, found, "trust");
  if (found.unknown.size > 0) return undefined;
  return statements
    .flatMap(principalsOf)
    .filter(({ kind }) => kind === "Service")
    .map(({ value }) => value.split(".")[0]!);
}
