/** What a text certainly is, if it is a secret by its form; undefined for any other. */
export function secretKind(value: unknown): string | undefined {
  if (typeof value !== "string") return undefined;
  if (/\b(AKIA|ASIA)[A-Z0-9]{16}\b/.test(value)) return "an access key of AWS";
  if (/-----BEGIN ([A-Z]+ )?PRIVATE KEY-----/.test(value)) return "a private key";
  if (/\bgh[pousr]_[A-Za-z0-9]{36}\b/.test(value)) return "a token of GitHub";
  if (/\bxox[abprs]-[A-Za-z0-9-]{20,}/.test(value)) return "a token of Slack";
  if (/\bpul-[0-9a-f]{40}\b/.test(value)) return "a token of Pulumi";
  if (/\beyJ[A-Za-z0-9_-]{10,}\.eyJ[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]{10,}/.test(value)) return "a JSON web token";
  if (/(^|[\s'"=(])[a-z][a-z0-9+.-]*:\/\/[^\s:/@'"]+:[^\s:/@'"]+@/i.test(value)) return "a URL with a password";
  if (
    /\\?"(password|passwd|secret|api_?key|access_?key|auth_?token|token)\\?"\s*:\s*\\?"(?![{$<]|arn:)[^"\\]{6,}/i.test(
      value,
    )
  )
    return "a JSON text with a password";
  if (/(^|[;&?\s])(password|passwd|pwd)\s*=\s*[^;&\s{$'"]{4,}/i.test(value))
    return "a connection string with a password";
  return undefined;
}

/** Whether a name says that its value is a secret. Names of the place where one is kept are not meant. */
export function isSecretName(name: string): boolean {
  const words = name.replace(/([a-z0-9])([A-Z])/g, "$1_$2").toLowerCase();
  if (/(arn|_id|name|path|url|uri|prefix|ttl|_length|_count|_version|_file)$/.test(words)) return false;
  return /(^|[^a-z])(password|passwd|passphrase|pwd|secret|secret_?key|api_?key|access_?key|private_?key|client_?secret|token|auth_?token|credentials?|connection_?string)([^a-z]|$)/.test(
    words,
  );
}
