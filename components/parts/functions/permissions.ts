import type * as pulumi from "@pulumi/pulumi";
import { show, type Checks } from "../common/checks";
import type { AwsContext } from "../common/aws-context";
import type { Statement } from "../common/role";

/** Actions that a function of yours may take. */
export interface PermissionArgs {
  /** Actions of IAM. Example: ["dynamodb:GetItem"]. */
  actions: string[];
  /** ARNs of what they are taken on, in which * stands for any text, or "*" for actions without a resource. Example: ["arn:aws:dynamodb:eu-central-1:123456789012:table/limits"]. */
  resources: pulumi.Input<string>[];
  /** Conditions of IAM: values by key by operator. Default: none. Example: { StringEquals: { "aws:ResourceTag/plant": ["north"] } }. */
  conditions?: Record<string, Record<string, string[]>>;
}

/** What a function may do beside writing its log. */
export interface FunctionPermissions {
  secrets?: pulumi.Input<string>[];
  secretsKeyArn?: pulumi.Input<string>;
  statements?: PermissionArgs[];
}

/** https://docs.aws.amazon.com/secretsmanager/latest/userguide/troubleshoot.html#ARN_secretnamehyphen: six characters follow the name */
const SECRET = /^arn:aws[a-z-]*:secretsmanager:[a-z0-9-]+:\d{12}:secret:[\w/+=.@-]{1,512}-([A-Za-z0-9]{6}|\?{6})$/;

/** Checks secrets and statements of a function. */
export function checkPermissions(
  checks: Checks,
  { secrets = [], secretsKeyArn, statements = [] }: FunctionPermissions,
): void {
  if (!Array.isArray(secrets)) checks.add("secrets", `saw ${show(secrets)}; a list of ARNs`);
  else
    secrets.forEach((secret, index) =>
      checks.input(`secrets[${index}]`, secret, (arn) =>
        SECRET.test(arn)
          ? undefined
          : `saw ${show(arn)}; the ARN of a secret, arn:aws:secretsmanager:REGION:ACCOUNT:secret:NAME-XXXXXX; six ? stand for the six characters that AWS adds to the name`,
      ),
    );
  checks.kmsKey("secretsKeyArn", secretsKeyArn);
  if (secretsKeyArn !== undefined && Array.isArray(secrets) && secrets.length === 0)
    checks.add("secretsKeyArn", "there is no secret that it could decrypt; name the secrets in secrets");
  if (!Array.isArray(statements)) checks.add("statements", `saw ${show(statements)}; a list of { actions, resources }`);
  else statements.forEach((statement, index) => checkStatement(checks, `statements[${index}]`, statement));
}

function checkStatement(checks: Checks, at: string, { actions, resources }: Partial<PermissionArgs>): void {
  if (!Array.isArray(actions) || actions.length === 0)
    checks.add(`${at}.actions`, `saw ${show(actions)}; a list of actions such as ["dynamodb:GetItem"]`);
  else
    actions.forEach((action, index) => {
      if (typeof action !== "string" || !/^[a-z0-9-]+:[A-Za-z]\w*\*?$/.test(action))
        checks.add(
          `${at}.actions[${index}]`,
          `saw ${show(action)}; SERVICE:ACTION, in which a * may stand at the end after the beginning of a name`,
        );
    });
  if (!Array.isArray(resources) || resources.length === 0)
    checks.add(`${at}.resources`, `saw ${show(resources)}; a list of ARNs, or ["*"] for actions without a resource`);
  else
    resources.forEach((resource, index) =>
      checks.input(`${at}.resources[${index}]`, resource, (arn) =>
        arn === "*" || /^arn:aws[a-z-]*:[a-z0-9-]+:[^:]*:[^:]*:\S+$/.test(arn)
          ? undefined
          : `saw ${show(arn)}; an ARN, or "*" for actions without a resource`,
      ),
    );
}

/** The statements for them. */
export function permissionStatements(
  { secrets = [], secretsKeyArn, statements = [] }: FunctionPermissions,
  aws: AwsContext,
): Statement[] {
  const own: Statement[] = [];
  if (secrets.length > 0)
    own.push({ Sid: "GetSecrets", Effect: "Allow", Action: ["secretsmanager:GetSecretValue"], Resource: secrets });
  // Secrets Manager decrypts with the caller's permissions, unless the key is AWS's.
  // https://docs.aws.amazon.com/secretsmanager/latest/userguide/security-encryption.html#security-encryption-authz
  if (secretsKeyArn !== undefined)
    own.push({
      Sid: "DecryptSecrets",
      Effect: "Allow",
      Action: ["kms:Decrypt"],
      Resource: [secretsKeyArn],
      Condition: {
        StringEquals: { "kms:ViaService": aws.endpoint("secretsmanager") },
        StringLike: { "kms:EncryptionContext:SecretARN": secrets },
      },
    });
  statements.forEach(({ actions, resources, conditions }, index) =>
    own.push({
      Sid: `Own${index + 1}`,
      Effect: "Allow",
      Action: actions,
      Resource: resources,
      ...(conditions === undefined ? {} : { Condition: conditions }),
    }),
  );
  return own;
}
