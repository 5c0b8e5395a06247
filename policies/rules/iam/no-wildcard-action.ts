import { show } from "../../../aws/values";
import type { ResourceRule } from "../../framework/rule";
import { principalsOf, statementsIn, typesOf, type Statement } from "../../iam/documents";

export const noWildcardAction: ResourceRule = {
  id: "no-wildcard-action",
  group: "iam",
  title: "No statement that allows names actions with a wildcard.",
  rationale: "A wildcard also allows actions that AWS adds later and actions that nobody considered.",
  severity: "critical",
  level: "mandatory",
  remediation: "Write the actions that the caller makes, one by one.",
  page: "https://docs.aws.amazon.com/IAM/latest/UserGuide/best-practices.html#grant-least-privilege",
  types: typesOf("identity", "trust", "resource", "device"),
  check(view, found) {
    for (const statement of statementsIn(view, found, "identity", "trust", "resource", "device")) {
      if (!statement.allow || isKeyAdministration(view.type, statement)) continue;
      const uses = isKeyUse(view.type, statement);
      for (const action of statement.actions)
        if (/[*?]/.test(action) && !(uses && KEY_USES.test(action)))
          found.add(
            `${statement.at}.Action`,
            show(action),
            "a statement that allows names each action in full",
            "write the actions that are needed",
          );
    }
  },
};

/** The uses of a key as AWS's guides write them for a service, each the variants of one call (CloudWatch Logs: encrypt log data using KMS). */
const KEY_USES = /^kms:(Encrypt|Decrypt|ReEncrypt|GenerateDataKey|Describe)\*$/i;

/** A key's policy that lets services, and nobody else, use it. */
function isKeyUse(type: string, statement: Statement): boolean {
  const principals = principalsOf(statement);
  return type.startsWith("aws:kms/") && principals.length > 0 && principals.every(({ kind }) => kind === "Service");
}

/** AWS's own default: the account's root holds the key, so that IAM policies can speak of it. */
export function isKeyAdministration(type: string, statement: Statement): boolean {
  const principals = principalsOf(statement);
  return (
    type.startsWith("aws:kms/") &&
    principals.length > 0 &&
    principals.every(({ kind, value }) => kind === "AWS" && /^(\d{12}|arn:[^:]+:iam::\d{12}:root)$/.test(value))
  );
}
