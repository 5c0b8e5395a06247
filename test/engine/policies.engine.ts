import assert from "node:assert/strict";
import * as path from "node:path";
import { ROOT, Small } from "./engine";

const PACK = ["--policy-pack", path.join(ROOT, "policies")];

const BUCKET = `
  import * as s3 from "@pulumi/aws/s3";
  const bucket = new s3.Bucket("archive", { bucket: "acme-archive-eu" });
  const of = { bucket: bucket.id };
  new s3.BucketPublicAccessBlock("archive", {
    ...of, blockPublicAcls: true, blockPublicPolicy: true, ignorePublicAcls: true, restrictPublicBuckets: true,
  });
  new s3.BucketOwnershipControls("archive", { ...of, rule: { objectOwnership: "BucketOwnerEnforced" } });
  new s3.BucketVersioning("archive", { ...of, versioningConfiguration: { status: "Enabled" } });
  new s3.BucketServerSideEncryptionConfiguration("archive", {
    ...of, rules: [{ applyServerSideEncryptionByDefault: { sseAlgorithm: "AES256" } }],
  });
  new s3.BucketLifecycleConfiguration("archive", {
    ...of,
    rules: [{
      id: "all", status: "Enabled", filter: { prefix: "" }, expiration: { days: 365 },
      noncurrentVersionExpiration: { noncurrentDays: 30 }, abortIncompleteMultipartUpload: { daysAfterInitiation: 7 },
    }],
  });
  new s3.BucketPolicy("archive", {
    ...of,
    policy: bucket.arn.apply((arn) => JSON.stringify({
      Version: "2012-10-17",
      Statement: [{
        Effect: "Deny", Principal: "*", Action: "s3:*", Resource: [arn, arn + "/*"],
        Condition: { Bool: { "aws:SecureTransport": "false" } },
      }],
    })),
  });
  new Stream("raw", { shardCount: 1, retentionPeriod: 24, encryptionType: "KMS", kmsKeyId: "alias/aws/kinesis" });`;

const OPEN = `
  import { Role, RolePolicy } from "@pulumi/aws/iam";
  const allow = (statement: object): string =>
    JSON.stringify({ Version: "2012-10-17", Statement: [{ Effect: "Allow", ...statement }] });
  new Bucket("archive");
  new Stream("raw", { shardCount: 1, retentionPeriod: 24 });
  const role = new Role("delivery", {
    assumeRolePolicy: allow({ Action: "sts:AssumeRole", Principal: { Service: "firehose.amazonaws.com" } }),
  });
  new RolePolicy("write", { role: role.id, policy: allow({ Action: ["s3:Put*", "s3:GetObject"], Resource: "*" }) });`;

/** Rules by level, as the engine prints them. */
function said(output: string): { mandatory: string[]; advisory: string[] } {
  const of = (level: string): string[] => [
    ...new Set(
      [...output.matchAll(new RegExp(`\\[${level}\\] (?:\\[severity: \\w+\\])? +([a-z-]+) `, "g"))].map(
        ([, id]) => id!,
      ),
    ),
  ];
  return { mandatory: of("mandatory").sort(), advisory: of("advisory") };
}

/** Programs that know nothing of our components; the engine runs the rules, and what AWS draws is not known in a preview. */
describe("the policy pack on other people's programs, by the real engine", () => {
  it("says nothing of a good one, in preview and up", () => {
    const project = new Small("good");
    project.program(BUCKET);
    for (const argv of [["preview"], ["up", "--yes", "--skip-preview"]]) {
      const output = project.pulumi(0, ...argv, ...PACK);
      assert.deepEqual(said(output), { mandatory: [], advisory: [] }, output);
      assert.match(output, /✅ iot-telemetry-etl@/);
    }
    // The cloud is every file's.
    project.pulumi(0, "destroy", "--yes", "--skip-preview");
  });

  it("refuses a bad one, and says what is wrong", () => {
    const project = new Small("bad");
    project.program(OPEN);
    const output = project.pulumi(1, "preview", ...PACK);
    assert.deepEqual(
      said(output),
      {
        mandatory: [
          "bucket-encrypted",
          "bucket-lifecycle",
          "bucket-owner-enforced",
          "bucket-private",
          "no-wildcard-action",
          "no-wildcard-resource",
          "stream-encrypted",
          "tls-only",
          "trust-condition",
        ],
        advisory: ["role-used"],
      },
      output,
    );
    assert.match(output, /policy\.Statement\[0\]\.Action: saw "s3:Put\*"; .*; write the actions that are needed/);
  });
});
