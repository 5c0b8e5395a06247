import { isRecord } from "../../../aws/text/record";
import { notAuthorized } from "../../core/access-denied";
import type { Iam } from "../../iam";
import type { Secrets } from "../secretsmanager/secrets";
import { TaskRefused } from "./stream-target";

/**
 * Host and credentials of a database, read with the role of its endpoint.
 * https://docs.aws.amazon.com/dms/latest/userguide/security_iam_secretsmanager.html
 * @throws SecretsError, TaskRefused
 */
export function readSecret(
  arn: string,
  role: string,
  secrets: Secrets,
  iam: Iam,
): { host: string; port: number; user: string; password: string } {
  const action = "secretsmanager:DescribeSecret";
  const { allowed, decidedBy } = iam.check({ principal: role, action, resource: arn });
  if (!allowed) throw new TaskRefused(notAuthorized(role, action, arn, decidedBy));
  const text = secrets.getSecretValue(role, { SecretId: arn }).SecretString;
  let secret: unknown;
  try {
    secret = JSON.parse(text);
  } catch {
    secret = undefined;
  }
  const { host, port, username, password } = isRecord(secret) ? secret : ({} as Record<string, unknown>);
  const number = Number(port);
  if (
    typeof host !== "string" ||
    !Number.isInteger(number) ||
    typeof username !== "string" ||
    typeof password !== "string"
  )
    throw new TaskRefused(
      `the secret ${arn} is no JSON with the members host, port, username and password (localSecrets has its value for the local cloud)`,
    );
  return { host, port: number, user: username, password };
}
