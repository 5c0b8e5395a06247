import { createHash } from "node:crypto";
import { notAuthorized } from "../../core/access-denied";
import { parseArn } from "../../../aws/arn";
import type { Iam } from "../../iam";
import type { LocalSecret } from "./settings";

/** Why a secret is not handed out, by the codes of Secrets Manager. */
export class SecretsError extends Error {
  constructor(
    readonly code: "AccessDeniedException" | "ResourceNotFoundException" | "InvalidParameterException",
    message: string,
  ) {
    super(message);
  }
}

/** What GetSecretValue is asked. https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_GetSecretValue.html */
export interface GetSecretValue {
  /** name or ARN; of an ARN the six characters at the end may be missing */
  SecretId: string;
  VersionId?: string;
  VersionStage?: string;
}

/** The answer to GetSecretValue. */
export interface SecretValue {
  ARN: string;
  Name: string;
  SecretString: string;
  VersionId: string;
  VersionStages: string[];
  /** seconds since 1970 */
  CreatedDate: number;
}

interface Secret extends LocalSecret {
  arn: string;
  name: string;
  versionId: string;
}

/**
 * Secrets of Secrets Manager: those whose values the stack's configuration has (`localSecrets`), each with one version. They are kept in memory
 * only. Whoever reads one needs `secretsmanager:GetSecretValue` on it and, if it is encrypted with a customer's key, `kms:Decrypt` on the key
 * through Secrets Manager. https://docs.aws.amazon.com/secretsmanager/latest/userguide/security-encryption.html
 */
export class Secrets {
  private readonly secrets: readonly Secret[];

  /**
   * @param values by ARN
   * @param named ARNs of secrets without a value that policies name, so that one of them is decided on by its name too
   * @param now ms since 1970 on the local clock
   */
  constructor(
    values: Readonly<Record<string, LocalSecret>>,
    private readonly named: readonly string[],
    private readonly iam: Iam,
    private readonly region: string,
    private readonly account: string,
    private readonly now: () => number,
  ) {
    this.secrets = Object.entries(values).map(([arn, secret]) => ({
      ...secret,
      arn,
      name: nameOfSecret(arn),
      versionId: uuidOf(`${arn} ${secret.value}`),
    }));
  }

  /** @throws SecretsError */
  getSecretValue(principal: string, { SecretId, VersionId, VersionStage }: GetSecretValue): SecretValue {
    if (typeof SecretId !== "string" || SecretId === "")
      throw new SecretsError("InvalidParameterException", "You must provide a value for the SecretId parameter.");
    const secret = this.secrets.find((each) => isNamed(each, SecretId));
    // A secret that is not there is decided on, too: AWS does not say whether it exists to those who may not know.
    const resource = secret?.arn ?? this.arnOf(SecretId);
    const context = {
      "secretsmanager:SecretId": resource,
      "secretsmanager:VersionStage": VersionStage ?? "AWSCURRENT",
      ...(VersionId === undefined ? {} : { "secretsmanager:VersionId": VersionId }),
    };
    this.allow(principal, "secretsmanager:GetSecretValue", resource, context);
    if (secret === undefined)
      throw new SecretsError(
        "ResourceNotFoundException",
        `Secrets Manager can't find the specified secret. The local cloud has the secrets of the setting localSecrets: pulumi config set --secret --path 'localSecrets["ARN"].value'`,
      );
    if (
      (VersionId !== undefined && VersionId !== secret.versionId) ||
      (VersionStage !== undefined && VersionStage !== "AWSCURRENT")
    )
      throw new SecretsError(
        "ResourceNotFoundException",
        `Secrets Manager can't find the specified secret value for ${VersionId === undefined ? `staging label: ${String(VersionStage)}` : `VersionId: ${VersionId}`}`,
      );
    if (secret.kmsKeyArn !== undefined)
      this.allow(principal, "kms:Decrypt", secret.kmsKeyArn, {
        "kms:ViaService": `secretsmanager.${this.region}.amazonaws.com`,
        "kms:EncryptionContext:SecretARN": secret.arn,
      });
    return {
      ARN: secret.arn,
      Name: secret.name,
      SecretString: secret.value,
      VersionId: secret.versionId,
      VersionStages: ["AWSCURRENT"],
      CreatedDate: Math.floor(this.now() / 1000),
    };
  }

  /** The ARN of a secret by its name or ARN; one that is not there has an ARN as policies write it. */
  arnOfSecret(id: string): string {
    return this.secrets.find((each) => isNamed(each, id))?.arn ?? this.arnOf(id);
  }

  /** Every secret, without its value. */
  list(): { ARN: string; Name: string; KmsKeyId?: string; VersionIdsToStages: Record<string, string[]> }[] {
    return this.secrets.map(({ arn, name, kmsKeyArn, versionId }) => ({
      ARN: arn,
      Name: name,
      ...(kmsKeyArn === undefined ? {} : { KmsKeyId: kmsKeyArn }),
      VersionIdsToStages: { [versionId]: ["AWSCURRENT"] },
    }));
  }

  private allow(principal: string, action: string, resource: string, context: Record<string, string>): void {
    const { allowed, decidedBy } = this.iam.check({ principal, action, resource, context });
    if (!allowed)
      throw new SecretsError("AccessDeniedException", notAuthorized(principal, action, resource, decidedBy));
  }

  private arnOf(id: string): string {
    if (id.startsWith("arn:")) return id;
    const arn = this.named.find((each) => nameOfSecret(each) === id);
    return arn ?? `arn:aws:secretsmanager:${this.region}:${this.account}:secret:${id}-??????`;
  }
}

/** The name in a secret's ARN, without the six characters that AWS adds. */
export function nameOfSecret(arn: string): string {
  return (parseArn(arn)?.resource ?? arn).replace(/^secret:/, "").replace(/-([A-Za-z0-9]{6}|\?{6})$/, "");
}

function isNamed({ arn, name }: Secret, id: string): boolean {
  return id === arn || id === name || id === arn.replace(/-[A-Za-z0-9]{6}$/, "");
}

/** An id that changes with the value, as a version's does. */
function uuidOf(text: string): string {
  const hex = createHash("sha256").update(text).digest("hex");
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20, 32)].join("-");
}
