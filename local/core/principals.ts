import { ACCOUNT } from "./model";

/** The principal of whoever started the local cloud; only a bucket policy can deny it anything. */
export const LOCAL_ADMIN_ARN = `arn:aws:iam::${ACCOUNT}:user/you`;

const ROLE_KEY = "LOCAL.";

/** The access key id under which calls of a role arrive; `principalOf` reads it back. */
export function credentialsOf(roleArn: string): string {
  return `${ROLE_KEY}${Buffer.from(roleArn).toString("base64url")}`;
}

/** The principal behind an access key id: a role of the stack, or the person at this machine. */
export function principalOf(accessKeyId: string): string {
  return accessKeyId.startsWith(ROLE_KEY)
    ? Buffer.from(accessKeyId.slice(ROLE_KEY.length), "base64url").toString("utf8")
    : LOCAL_ADMIN_ARN;
}
