import * as iam from "@pulumi/aws/iam";
import type { Scope } from "../common/scope";

/**
 * Roles that an account has once, with names that DMS fixes: for the network, and for logs.
 * https://docs.aws.amazon.com/dms/latest/userguide/security-iam.html#CHAP_Security.APIRole
 */
const ROLES = {
  "dms-vpc-role": "service-role/AmazonDMSVPCManagementRole",
  "dms-cloudwatch-logs-role": "service-role/AmazonDMSCloudWatchLogsRole",
} as const;

/** The roles, if the component makes them. */
export interface AccountRoleNodes {
  readonly roles: iam.Role[];
  readonly attachments: iam.RolePolicyAttachment[];
}

/** Creates the account's roles of DMS. They stay when the component goes, because other replications of the account may use them. */
export function createAccountRoles({ component, name, aws, tags }: Scope): AccountRoleNodes {
  const opts = { parent: component, retainOnDelete: true };
  const made = Object.entries(ROLES).map(([roleName, managed]) => {
    const role = new iam.Role(
      `${name}-${roleName}`,
      {
        name: roleName,
        description: "Used by every replication of AWS DMS in the account",
        // As DMS's guide has it: the roles are of the account, not of one replication.
        assumeRolePolicy: JSON.stringify({
          Version: "2012-10-17",
          Statement: [{ Effect: "Allow", Principal: { Service: "dms.amazonaws.com" }, Action: "sts:AssumeRole" }],
        }),
        tags,
      },
      opts,
    );
    const policyArn = aws.place.apply(({ partition }) => `arn:${partition}:iam::aws:policy/${managed}`);
    const attachment = new iam.RolePolicyAttachment(`${name}-${roleName}-policy`, { role: role.name, policyArn }, opts);
    return { role, attachment };
  });
  return { roles: made.map(({ role }) => role), attachments: made.map(({ attachment }) => attachment) };
}
