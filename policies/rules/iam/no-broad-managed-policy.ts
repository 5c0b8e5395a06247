import { list, show } from "../../limits/values";
import type { ResourceRule } from "../../framework/rule";

/** AWS's policies that hold no more than the job that they are made for, where the service asks for them by name. */
const NARROW = new Set([
  "service-role/AWSIoTThingsRegistration",
  "service-role/AmazonDMSVPCManagementRole",
  "service-role/AmazonDMSCloudWatchLogsRole",
  "service-role/AWSLambdaVPCAccessExecutionRole",
  "AWSXRayDaemonWriteAccess",
]);

export const noBroadManagedPolicy: ResourceRule = {
  id: "no-broad-managed-policy",
  group: "iam",
  title: "No role, user or group has a managed policy of AWS that is broader than its job.",
  protects:
    "AmazonS3FullAccess opens every bucket of the account, and AWSLambdaBasicExecutionRole every log group; AWS widens them without asking.",
  severity: "high",
  level: "mandatory",
  mend: "Write an inline policy with the actions and the ARNs that are needed.",
  page: "https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_managed-vs-inline.html",
  types: [
    "aws:iam/role:Role",
    "aws:iam/rolePolicyAttachment:RolePolicyAttachment",
    "aws:iam/userPolicyAttachment:UserPolicyAttachment",
    "aws:iam/groupPolicyAttachment:GroupPolicyAttachment",
    "aws:iam/policyAttachment:PolicyAttachment",
    "aws:iam/rolePolicyAttachmentsExclusive:RolePolicyAttachmentsExclusive",
  ],
  check(view, found) {
    const judge = (path: string, arn: unknown): void => {
      const policy = typeof arn === "string" ? /^arn:[^:]+:iam::aws:policy\/(.+)$/.exec(arn)?.[1] : undefined;
      if (policy !== undefined && !NARROW.has(policy))
        found.add(
          path,
          show(arn),
          "this policy of AWS holds for every resource of the account",
          "write an inline policy that names the resources",
        );
    };
    const policyArn = found.attempt(() => view.inputs.policyArn as unknown);
    judge("policyArn", policyArn);
    for (const member of ["managedPolicyArns", "policyArns"])
      found.attempt(() => list(view.inputs[member])?.forEach((arn, index) => judge(`${member}[${index}]`, arn)));
  },
};
