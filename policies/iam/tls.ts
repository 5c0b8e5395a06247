import { resourceMatcher } from "../../aws/arn";
import { principalsOf, type Statement } from "./documents";

/** Whether a statement denies everyone all of S3 without TLS, on the bucket and its objects. */
export function deniesPlain(statement: Statement, bucket: string | undefined): boolean {
  const { raw } = statement;
  if (raw.Effect !== "Deny") return false;
  if (!principalsOf(statement).some(({ kind, value }) => value === "*" && (kind === "*" || kind === "AWS")))
    return false;
  if (!statement.actions.some((action) => action === "s3:*" || action === "*")) return false;
  const [condition, ...more] = statement.conditions;
  if (
    condition === undefined ||
    more.length > 0 ||
    !/^(Bool|BoolIfExists)$/.test(condition.operator) ||
    condition.key.toLowerCase() !== "aws:securetransport" ||
    condition.values.some((value) => value.toLowerCase() !== "false")
  )
    return false;
  if (bucket === undefined) return true;
  return [`arn:aws:s3:::${bucket}`, `arn:aws:s3:::${bucket}/any`].every((arn) =>
    statement.resources.some((resource) => resourceMatcher(resource.replace(/^arn:aws-[a-z-]+:/, "arn:aws:"))(arn)),
  );
}

/** What of it there is, for a message. */
export function seenOfTls(statements: readonly Statement[]): string {
  const near = statements.find(({ conditions }) =>
    conditions.some(({ key }) => key.toLowerCase() === "aws:securetransport"),
  );
  return near === undefined
    ? "no statement on aws:SecureTransport"
    : `${near.at}, which leaves requests without TLS open`;
}
