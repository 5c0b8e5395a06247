import type { StackRule } from "../../framework/rule";
import type { View } from "../../framework/view";
import { statementsIn, principalsOf, type Statement } from "../../iam/documents";
import { wildcard } from "../../iam/arn";
import { bucketsOf, satellitesOf } from "../../stack/buckets";
import { physicalName } from "../../stack/links";

export const tlsOnly: StackRule = {
  id: "tls-only",
  group: "encryption",
  title: "Every bucket denies requests that do not come over TLS.",
  protects: "S3 answers plain HTTP too; messages and credentials of a wrongly set client travel in the open.",
  severity: "high",
  level: "mandatory",
  mend: "Deny s3:* to everyone on the bucket and its objects while aws:SecureTransport is false.",
  page: "https://docs.aws.amazon.com/AmazonS3/latest/userguide/security-best-practices.html#transit",
  checkStack(stack, found) {
    for (const bucket of bucketsOf(stack)) {
      const policies = satellitesOf(stack, "policy", bucket);
      const legacy = bucket.raw.policy !== undefined && policies.length === 0 ? [bucket] : [];
      const holders = [...policies, ...legacy];
      if (holders.length === 0) {
        found
          .on(bucket)
          .add(
            "",
            "no bucket policy",
            "a bucket denies requests without TLS",
            "add an aws.s3.BucketPolicy that denies s3:* while aws:SecureTransport is false",
          );
        continue;
      }
      if (policies.length > 1)
        found
          .on(policies[1]!)
          .add(
            "bucket",
            `${policies.length} policies of ${bucket.name}`,
            "each replaces the other whole",
            "join their statements",
          );
      const [holder] = holders as [View];
      const on = found.on(holder);
      const statements = statementsIn(holder, on, "resource");
      if (on.unknown.size > 0) continue;
      const name = physicalName(bucket);
      if (!statements.some((statement) => denies(statement, name)))
        on.add(
          "policy",
          tlsSeen(statements),
          "a bucket denies s3:* to everyone, on itself and its objects, while aws:SecureTransport is false",
          "add the statement",
        );
    }
  },
};

function denies(statement: Statement, bucket: string | undefined): boolean {
  const { raw } = statement;
  if (raw.Effect !== "Deny") return false;
  if (!principalsOf(statement).some(({ kind, value }) => value === "*" && (kind === "*" || kind === "AWS")))
    return false;
  if (!statement.actions.some((action) => action === "s3:*" || action === "*")) return false;
  const conditions = statement.conditions;
  if (conditions.length !== 1) return false;
  const [condition] = conditions;
  if (
    condition === undefined ||
    !/^(Bool|BoolIfExists)$/.test(condition.operator) ||
    condition.key.toLowerCase() !== "aws:securetransport" ||
    condition.values.some((value) => value.toLowerCase() !== "false")
  )
    return false;
  if (bucket === undefined) return true;
  return [`arn:aws:s3:::${bucket}`, `arn:aws:s3:::${bucket}/any`].every((arn) =>
    statement.resources.some((resource) => wildcard(resource.replace(/^arn:aws-[a-z-]+:/, "arn:aws:")).test(arn)),
  );
}

function tlsSeen(statements: readonly Statement[]): string {
  const near = statements.find(({ conditions }) =>
    conditions.some(({ key }) => key.toLowerCase() === "aws:securetransport"),
  );
  return near === undefined
    ? "no statement on aws:SecureTransport"
    : `${near.at}, which leaves requests without TLS open`;
}
