import { absent, text } from "../../../aws/values";
import type { ResourceRule } from "../../framework/rule";
import { parseDocument, statementsOf } from "../../../aws/iam/policy-document";
import { statementsIn } from "../../iam/documents";
import { deniesPlain, seenOfTls } from "../../iam/tls";
import { nameOf } from "../../../aws/arn";

export const tlsStated: ResourceRule = {
  id: "tls-stated",
  group: "encryption",
  title: "The policy of a bucket denies requests that do not come over TLS, on the bucket and on its objects.",
  rationale: "S3 also answers plain HTTP; a misconfigured client would send messages and credentials unencrypted.",
  severity: "high",
  level: "mandatory",
  remediation:
    "Deny s3:* to everyone on the bucket and its objects while aws:SecureTransport is false; with the level `remediate` the pack adds the statement.",
  page: "https://docs.aws.amazon.com/AmazonS3/latest/userguide/security-best-practices.html#transit",
  types: ["aws:s3/bucketPolicy:BucketPolicy", "aws:s3/bucket:Bucket"],
  check(view, found) {
    if (absent(view.inputs.policy) || view.inputs.policy === "") return;
    const statements = statementsIn(view, found, "resource");
    if (found.unknown.size > 0) return;
    const bucket = text(view.plain.bucket);
    if (!statements.some((statement) => deniesPlain(statement, bucket === undefined ? undefined : nameOf(bucket))))
      found.add(
        "policy",
        seenOfTls(statements),
        "a bucket denies s3:* to everyone, on itself and its objects, while aws:SecureTransport is false",
        "add the statement",
      );
  },
  autofix: {
    changes: "adds the statement that denies requests without TLS",
    apply(view) {
      const bucket = text(view.plain.bucket);
      const document = parseDocument(view.plain.policy);
      if (bucket === undefined || document === undefined) return undefined;
      const arn = `arn:aws:s3:::${nameOf(bucket)}`;
      const statement = {
        Sid: "DenyWithoutTls",
        Effect: "Deny",
        Principal: "*",
        Action: "s3:*",
        Resource: [arn, `${arn}/*`],
        Condition: { Bool: { "aws:SecureTransport": "false" } },
      };
      return {
        ...view.plain,
        policy: JSON.stringify({ ...document, Statement: [...statementsOf(document), statement] }),
      };
    },
  },
};
