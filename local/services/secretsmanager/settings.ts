import { isRecord } from "../../../aws/text/record";

/** A secret's value in the local cloud. */
export interface LocalSecret {
  /** what GetSecretValue returns as SecretString */
  value: string;
  /** the customer's key that it is encrypted with */
  kmsKeyArn?: string;
}

/** The setting of a stack that holds the secrets of the local cloud. */
export const LOCAL_SECRETS = "localSecrets";

/**
 * The secrets in the text of the setting, by ARN. What has another shape is left out: the program reports it.
 * @param text JSON, its encrypted values opened
 */
export function localSecretsIn(text: string | undefined): Record<string, LocalSecret> {
  const secrets: Record<string, LocalSecret> = {};
  let given: unknown;
  try {
    given = JSON.parse(text ?? "{}");
  } catch {
    return secrets;
  }
  for (const [arn, secret] of Object.entries(isRecord(given) ? given : {})) {
    if (!isRecord(secret) || typeof secret.value !== "string") continue;
    const { value, kmsKeyArn } = secret;
    secrets[arn] = { value, ...(typeof kmsKeyArn === "string" ? { kmsKeyArn } : {}) };
  }
  return secrets;
}
