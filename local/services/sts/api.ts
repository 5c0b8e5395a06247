import type {
  AssumeRoleRequest,
  AssumeRoleResponse,
  GetCallerIdentityRequest,
  GetCallerIdentityResponse,
} from "@aws-sdk/client-sts";
import { ApiError, operation, roleCaller, roleId, type ServiceApi } from "../../api";
import type { Credentials } from "../../core/credentials";
import { ACCOUNT } from "../../core/model";
import { LOCAL_ADMIN_ARN } from "../../core/principals";
import type { Iam } from "../../iam";

/** Seconds of a session: AWS's default, and what it takes (https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html). */
const SESSION = { standard: 3600, least: 900, most: 43_200 };

/** STS: who a caller is, and keys that act as a role whose trust policy admits the caller. */
export function stsApi(services: { iam: Iam; readonly credentials: Credentials }): ServiceApi {
  return {
    service: "sts",
    operations: {
      GetCallerIdentity: operation<GetCallerIdentityRequest, GetCallerIdentityResponse>({
        takes: [],
        // Nobody needs a permission for it, and no policy can deny it.
        permissions: () => [],
        answer: ({ caller }) => ({ UserId: caller.userId, Account: ACCOUNT, Arn: caller.arn }),
      }),
      AssumeRole: operation<AssumeRoleRequest, AssumeRoleResponse>({
        takes: ["RoleArn", "RoleSessionName", "DurationSeconds", "ExternalId"],
        note: "the role's trust policy decides, and for a caller that it does not name, the caller's own policies, too",
        permissions: () => [],
        answer({ input, caller, authorize }) {
          const { RoleArn: role = "", RoleSessionName: name = "", DurationSeconds: seconds = SESSION.standard } = input;
          if (!/^[\w+=,.@-]{2,64}$/.test(name)) throw invalid("roleSessionName", name, "[\\w+=,.@-]{2,64}");
          if (seconds < SESSION.least || seconds > SESSION.most)
            throw invalid("durationSeconds", String(seconds), `${SESSION.least} to ${SESSION.most}`);
          const externalId = input.ExternalId === undefined ? undefined : { "sts:ExternalId": input.ExternalId };
          const trust = services.iam.assumeBy(caller.principal, role, externalId);
          if (!trust.allowed)
            throw new ApiError(
              403,
              "AccessDenied",
              `User: ${caller.arn} is not authorized to perform: sts:AssumeRole on resource: ${role} because ${trust.decidedBy}`,
            );
          if (trust.byAccount && caller.principal !== LOCAL_ADMIN_ARN)
            authorize({ action: "sts:AssumeRole", resource: role });
          const { accessKeyId, secretAccessKey, sessionToken, expiration } = services.credentials.issue(
            role,
            name,
            seconds,
          );
          return {
            Credentials: {
              AccessKeyId: accessKeyId,
              SecretAccessKey: secretAccessKey,
              SessionToken: sessionToken,
              Expiration: new Date(expiration),
            },
            AssumedRoleUser: { AssumedRoleId: `${roleId(role)}:${name}`, Arn: roleCaller(role, name).arn },
          };
        },
      }),
    },
  };
}

function invalid(member: string, value: string, rule: string): ApiError {
  return new ApiError(
    400,
    "ValidationError",
    `1 validation error detected: Value '${value}' at '${member}' failed to satisfy constraint: ${rule}`,
  );
}
