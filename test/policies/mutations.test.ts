import { strict as assert } from "node:assert";
import { judge } from "../../policies/framework/judge";
import type { Registered } from "../../policies/framework/view";
import type { Inputs } from "../../aws/values";
import { RULES } from "../../policies/rules";
import { ACCOUNT, ARCHIVE, BUCKET, BUCKET_ARN, document, resource, trust, type Shorthand } from "./harness";

type Change = (inputs: Inputs) => void;

/** Every statement of a document in `policy`. */
const grant =
  (change: (statements: Inputs[]) => void): Change =>
  (inputs) => {
    const parsed = JSON.parse(inputs.policy as string) as { Statement: Inputs[] };
    change(parsed.Statement);
    inputs.policy = JSON.stringify(parsed);
  };
const s3 =
  (change: Change): Change =>
  ({ extendedS3Configuration }) =>
    change(extendedS3Configuration as Inputs);

/** Changes of the archive's program: the rule that has to catch it, the resource, what is done to it. */
const CHANGES: readonly [rule: string, of: string, what: string, change: Change][] = [
  ["no-wildcard-action", "role-policy", "s3:*", grant(([first]) => (first!.Action = "s3:*"))],
  ["no-wildcard-resource", "role-policy", "every resource", grant(([first]) => (first!.Resource = "*"))],
  [
    "no-wildcard-resource",
    "role-policy",
    "every stream",
    grant(([, , third]) => (third!.Resource = `arn:aws:kinesis:eu-central-1:${ACCOUNT}:stream/*`)),
  ],
  ["action-exists", "role-policy", "a misspelt action", grant(([first]) => (first!.Action = "s3:PutObjects"))],
  [
    "action-exists",
    "role-policy",
    "a service that is not there",
    grant(([first]) => (first!.Action = "kinesisfirehose:PutRecord")),
  ],
  [
    "resource-fits-action",
    "role-policy",
    "an object action on a bucket",
    grant(([first]) => (first!.Resource = [BUCKET_ARN])),
  ],
  [
    "condition-key-exists",
    "role-policy",
    "a key that the action does not send",
    grant(([first]) => (first!.Condition = { StringEquals: { "kinesis:Nothing": "x" } })),
  ],
  [
    "condition-key-exists",
    "role-policy",
    "an operator that is not there",
    grant(([first]) => (first!.Condition = { StringEqual: { "aws:SourceAccount": "x" } })),
  ],
  [
    "no-inverted-grant",
    "role-policy",
    "NotAction",
    grant(([first]) => ((first!.NotAction = "s3:DeleteBucket"), delete first!.Action)),
  ],
  [
    "pass-role-condition",
    "role-policy",
    "PassRole",
    grant((all) =>
      all.push({ Effect: "Allow", Action: "iam:PassRole", Resource: `arn:aws:iam::${ACCOUNT}:role/archive` }),
    ),
  ],
  [
    "unused-permission",
    "role-policy",
    "another stream's bucket",
    grant(([first]) => (first!.Resource as string[]).push("arn:aws:s3:::other-bucket/*")),
  ],
  [
    "unused-permission",
    "role-policy",
    "an action that Firehose does not call",
    grant(([first]) => (first!.Action as string[]).push("s3:DeleteObject")),
  ],
  ["trust-condition", "role", "no condition", (inputs) => (inputs.assumeRolePolicy = trust("firehose.amazonaws.com"))],
  [
    "trust-condition",
    "role",
    "a key that Firehose does not send",
    (inputs) =>
      (inputs.assumeRolePolicy = trust("firehose.amazonaws.com", {
        StringEquals: { "sts:ExternalId": ACCOUNT, "aws:SourceAccount": ACCOUNT },
      })),
  ],
  [
    "trust-condition",
    "role",
    "another account",
    (inputs) =>
      (inputs.assumeRolePolicy = trust("firehose.amazonaws.com", {
        StringEquals: { "sts:ExternalId": "999999999999" },
      })),
  ],
  ["role-fits-user", "role", "another service", (inputs) => (inputs.assumeRolePolicy = trust("lambda.amazonaws.com"))],
  [
    "no-public-principal",
    "role",
    "everyone",
    (inputs) => (inputs.assumeRolePolicy = document({ Effect: "Allow", Principal: "*", Action: "sts:AssumeRole" })),
  ],
  [
    "no-public-principal",
    "bucket-policy",
    "a public bucket",
    grant((all) => all.push({ Effect: "Allow", Principal: "*", Action: "s3:GetObject", Resource: `${BUCKET_ARN}/*` })),
  ],
  [
    "no-broad-managed-policy",
    "role",
    "AmazonS3FullAccess",
    (inputs) => (inputs.managedPolicyArns = ["arn:aws:iam::aws:policy/AmazonS3FullAccess"]),
  ],
  [
    "tls-stated",
    "bucket-policy",
    "TLS demanded of objects only",
    grant(([first]) => (first!.Resource = [`${BUCKET_ARN}/*`])),
  ],
  ["bucket-private", "block", "three of four", (inputs) => (inputs.restrictPublicBuckets = false)],
  [
    "bucket-owner-enforced",
    "ownership",
    "access lists",
    (inputs) => (inputs.rule = { objectOwnership: "ObjectWriter" }),
  ],
  ["no-access-lists", "bucket", "public-read", (inputs) => (inputs.acl = "public-read")],
  ["data-versioned", "versioning", "suspended", (inputs) => (inputs.versioningConfiguration = { status: "Suspended" })],
  [
    "multipart-ends",
    "lifecycle",
    "no abort",
    (inputs) => delete (inputs.rules as Inputs[])[0]!.abortIncompleteMultipartUpload,
  ],
  [
    "noncurrent-ends",
    "lifecycle",
    "no end of versions",
    (inputs) => delete (inputs.rules as Inputs[])[0]!.noncurrentVersionExpiration,
  ],
  [
    "retention-as-said",
    "lifecycle",
    "earlier than said",
    (inputs) => ((inputs.rules as Inputs[])[1]!.expiration = { days: 30 }),
  ],
  ["read-data-kept", "lifecycle", "after a day", (inputs) => ((inputs.rules as Inputs[])[1]!.expiration = { days: 1 })],
  ["two-keys", "bucket", "forceDestroy", (inputs) => (inputs.forceDestroy = true)],
  ["log-retention", "log", "for ever", (inputs) => (inputs.retentionInDays = 0)],
  ["stream-retention", "stream", "not decided", (inputs) => delete inputs.retentionPeriod],
  ["stream-encrypted", "stream", "not encrypted", (inputs) => (inputs.encryptionType = "NONE")],
  ["stream-record-size", "stream", "large records", (inputs) => (inputs.maxRecordSizeInKib = 10_240)],
  ["stream-limits", "stream", "shards on demand", (inputs) => (inputs.streamModeDetails = { streamMode: "ON_DEMAND" })],
  ["delivery-safe", "archive", "no log", s3((inputs) => delete inputs.cloudwatchLoggingOptions)],
  ["delivery-safe", "archive", "no error prefix", s3((inputs) => delete inputs.errorOutputPrefix)],
  [
    "delivery-safe",
    "archive",
    "errors among the data",
    s3((inputs) => (inputs.errorOutputPrefix = "raw/dt=errors/!{firehose:error-output-type}/")),
  ],
  [
    "delivery-limits",
    "archive",
    "a namespace that is not there",
    s3((inputs) => (inputs.prefix = "raw/!{time:yyyy}/")),
  ],
  [
    "log-group-exists",
    "archive",
    "a log group that is not there",
    s3((inputs) => ((inputs.cloudwatchLoggingOptions as Inputs).logGroupName = "/other")),
  ],
  ["no-plain-secret", "stream", "an access key in a tag", (inputs) => (inputs.tags = { note: "AKIAIOSFODNN7EXAMPLE" })],
  ["one-region", "stream", "another region", (inputs) => (inputs.region = "us-east-1")],
];

const PROGRAM: readonly Shorthand[] = [...BUCKET, ...ARCHIVE];

describe("a change of a good program", () => {
  for (const [rule, of, what, change] of CHANGES)
    it(`is caught by ${rule}: ${what}`, () => {
      const resources: Registered[] = PROGRAM.map((each) => resource(each));
      change(resources.find(({ name }) => name === of)!.inputs);
      const { violations } = judge(
        { stack: "dev", resources, account: ACCOUNT, region: "eu-central-1" },
        { rules: RULES },
      );
      const own = violations.filter(({ policy }) => policy === rule);
      assert.ok(own.length > 0, `found instead: ${violations.map(({ policy }) => policy).join(", ") || "nothing"}`);
      assert.ok(own.every(({ level, message }) => level === "mandatory" && message.split("; ").length >= 3));
    });

  for (const [rule, without] of [
    ["bucket-private", "block"],
    ["bucket-owner-enforced", "ownership"],
    ["bucket-encrypted", "encryption"],
    ["data-versioned", "versioning"],
    ["bucket-lifecycle", "lifecycle"],
    ["tls-only", "bucket-policy"],
    ["log-group-exists", "log"],
    ["log-group-exists", "log-stream"],
  ] as const)
    it(`is caught by ${rule}: ${without} left out`, () => {
      const resources = PROGRAM.filter(([, name]) => name !== without).map((each) => resource(each));
      const { violations } = judge({ stack: "dev", resources }, { rules: RULES });
      assert.ok(violations.some(({ policy, level }) => policy === rule && level === "mandatory"));
    });
});
