import type * as pulumi from "@pulumi/pulumi";
import { KMS_KEY_ARN } from "../component-args";
import type { Checks } from "../common/checks";
import { input, list, matching, object, record, required, text, type Shape } from "../common/shape";
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

/** The arguments that give permissions. */
export const PERMISSIONS: Shape<FunctionPermissions> = {
  secrets: list(
    input(
      matching(
        SECRET,
        "the ARN of a secret, arn:aws:secretsmanager:REGION:ACCOUNT:secret:NAME-XXXXXX; six ? stand for the six characters that AWS adds to the name",
      ),
    ),
    "ARNs of secrets",
  ),
  secretsKeyArn: KMS_KEY_ARN,
  statements: list(
    object<PermissionArgs>({
      actions: required(
        list(
          matching(
            /^[a-z0-9-]+:[A-Za-z]\w*\*?$/,
            "SERVICE:ACTION, in which a * may stand at the end after the beginning of a name",
          ),
          "actions such as dynamodb:GetItem",
          { min: 1 },
        ),
      ),
      resources: required(
        list(
          input(
            matching(
              /^(\*|arn:aws[a-z-]*:[a-z0-9-]+:[^:]*:[^:]*:\S+)$/,
              'an ARN, or "*" for actions without a resource',
            ),
          ),
          'ARNs, or ["*"] for actions without a resource',
          { min: 1 },
        ),
      ),
      conditions: record(record(list(text(), "values"), "values by key"), "values by key by operator"),
    }),
    "statements",
  ),
};

/** Checks what the arguments that give permissions say together. */
export function checkPermissions(checks: Checks, { secrets = [], secretsKeyArn }: FunctionPermissions): void {
  if (secretsKeyArn !== undefined && secrets.length === 0)
    checks.add("secretsKeyArn", "there is no secret that it could decrypt; name the secrets in secrets");
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
