import { strict as assert } from "node:assert";
import * as fs from "node:fs";
import * as path from "node:path";
import { judge } from "../../../policies/framework/judge";
import { GROUPS } from "../../../policies/framework/rule";
import { RULES } from "../../../policies/rules";
import { functionSafe } from "../../../policies/rules/compute/function-safe";
import { logRetention } from "../../../policies/rules/retention/log-retention";
import { noWildcardAction } from "../../../policies/rules/iam/no-wildcard-action";
import { tlsOnly } from "../../../policies/rules/encryption/tls-only";
import { document, resource } from "../resources";

const UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";
const DAY = 86_400_000;

describe("the pack", () => {
  it("has ids that are Pulumi's policy names, each once, and everything a reader wants", () => {
    assert.equal(new Set(RULES.map(({ id }) => id)).size, RULES.length);
    for (const rule of RULES) {
      assert.match(rule.id, /^[a-z0-9-]+$/);
      assert.notEqual(rule.id, "all");
      for (const text of [rule.title, rule.rationale, rule.remediation])
        assert.match(text, /[.)]$/, `${rule.id}: ${text}`);
      assert.match(rule.page, /^https:\/\/|^docs\//);
    }
  });

  it("has the rule of every file, by the file's name and folder", () => {
    const folder = path.resolve(__dirname, "../../../policies/rules");
    const files = Object.keys(GROUPS).flatMap((group) =>
      fs.readdirSync(path.join(folder, group)).flatMap((file) => (file === "index.ts" ? [] : [`${group}/${file}`])),
    );
    assert.deepEqual(RULES.map(({ group, id }) => `${group}/${id}.ts`).sort(), files.sort());
    for (const file of files)
      assert.ok(fs.existsSync(path.join(__dirname, "../rules", file.replace(".ts", ".test.ts"))), `no test of ${file}`);
  });

  it("says what it cannot decide, and goes on with the rest", () => {
    const policy = document({ Effect: "Allow", Action: "s3:*", Resource: "*" });
    const { violations, undecided } = judge(
      {
        stack: "dev",
        resources: [
          resource(["aws:iam/rolePolicy:RolePolicy", "known", { policy }]),
          resource(["aws:iam/rolePolicy:RolePolicy", "unknown", { policy: UNKNOWN }]),
        ],
      },
      { rules: [noWildcardAction] },
    );
    assert.deepEqual(
      violations.map(({ urn }) => urn.split("::").at(-1)),
      ["known"],
    );
    assert.deepEqual(undecided, [
      {
        policy: "no-wildcard-action",
        urn: "urn:pulumi:dev::plant::aws:iam/rolePolicy:RolePolicy::unknown",
        message:
          "unknown (aws:iam:RolePolicy), policy: not decidable: the value is not known in preview; give the resource an explicit name, or check it after the update",
      },
    ]);
  });

  it("finds behind a value that is not known what does not depend on it", () => {
    const own = { runtime: UNKNOWN, architectures: ["x86_64"], loggingConfig: { logFormat: "JSON" } };
    const { violations, undecided } = judge(
      { stack: "dev", resources: [resource(["aws:lambda/function:Function", "f", own])] },
      { rules: [functionSafe] },
    );
    assert.deepEqual(
      violations.map(({ message }) => message),
      [
        'f (aws:lambda:Function), architectures: saw ["x86_64"]; functions run on arm64, which costs a fifth less; set ["arm64"]',
      ],
    );
    assert.equal(undecided.length, 1);
    assert.match(undecided[0]!.message, /^f \(aws:lambda:Function\), runtime: not decidable: /);
  });

  it("finds a bucket's satellites by what Pulumi says they were made from, when names are not known", () => {
    const bucket = resource(["aws:s3/bucket:Bucket", "bucket", {}]);
    const policy = resource([
      "aws:s3/bucketPolicy:BucketPolicy",
      "policy",
      {
        bucket: UNKNOWN,
        policy: document({
          Effect: "Deny",
          Principal: "*",
          Action: "s3:*",
          Resource: "*",
          Condition: { Bool: { "aws:SecureTransport": "false" } },
        }),
      },
      { references: { bucket: [bucket.urn] } },
    ]);
    assert.deepEqual(judge({ stack: "dev", resources: [bucket, policy] }, { rules: [tlsOnly] }).violations, []);
    assert.equal(judge({ stack: "dev", resources: [bucket] }, { rules: [tlsOnly] }).violations.length, 1);
  });

  it("takes levels and settings as Pulumi's configuration of packs gives them", () => {
    const log = resource(["aws:cloudwatch/logGroup:LogGroup", "log", { retentionInDays: 7 }]);
    const run = (config: Parameters<typeof judge>[1]["config"], stack = "dev") =>
      judge({ stack, resources: [log] }, { rules: [logRetention], config }).violations.map(({ level }) => level);
    assert.deepEqual(run({}), []);
    assert.deepEqual(run({}, "prod"), ["mandatory"]);
    assert.deepEqual(run({ all: { environment: "prod" } }), ["mandatory"]);
    assert.deepEqual(run({ "log-retention": { minimumDays: 14, enforcementLevel: "advisory" } }), ["advisory"]);
    assert.deepEqual(run({ all: "disabled" }, "prod"), []);
  });

  it("leaves out what an exception covers, and reports exceptions that are over or cover nothing", () => {
    const log = resource(["aws:cloudwatch/logGroup:LogGroup", "log", {}]);
    const exception = { rule: "log-retention", resource: "lo*", reason: "moves in spring", expires: "2027-03-31" };
    const run = (now: string, exceptions = [exception]) =>
      judge({ stack: "dev", resources: [log] }, { rules: [logRetention], exceptions, now: Date.parse(now) });
    const covered = run("2027-03-31T23:59:59Z");
    assert.deepEqual(covered.violations, []);
    assert.deepEqual(
      covered.excepted.map(({ reason, expires }) => [reason, expires]),
      [["moves in spring", "2027-03-31"]],
    );
    const over = run(new Date(Date.parse("2027-03-31T00:00:00Z") + DAY).toISOString());
    assert.deepEqual(
      over.violations.map(({ policy, level }) => [policy, level]),
      [
        ["log-retention", "mandatory"],
        ["exceptions", "mandatory"],
      ],
    );
    assert.equal(
      over.violations[1]?.message,
      "the exception from log-retention for lo* (moves in spring) expired on 2027-03-31; fix the resource, or extend the exception",
    );
    const unused = run("2027-01-01", [{ ...exception, resource: "other" }]);
    assert.deepEqual(
      unused.violations.map(({ policy, level }) => [policy, level]),
      [
        ["log-retention", "mandatory"],
        ["exceptions", "advisory"],
      ],
    );
  });
});
