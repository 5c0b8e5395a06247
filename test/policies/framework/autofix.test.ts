import { strict as assert } from "node:assert";
import { judge } from "../../../policies/framework/judge";
import { isStackRule, type ResourceRule } from "../../../policies/framework/rule";
import { View, type Registered } from "../../../policies/framework/view";
import type { Inputs } from "../../../aws/values";
import { RULES } from "../../../policies/rules";
import { configOf } from "../../../policies/framework/context";
import { ACCOUNT, document, resource, type Shorthand } from "../resources";

const REMEDIABLE = RULES.filter((rule): rule is ResourceRule => !isStackRule(rule) && rule.autofix !== undefined);
const BUCKET_POLICY = "aws:s3/bucketPolicy:BucketPolicy";
const read = {
  Sid: "Read",
  Effect: "Allow",
  Principal: { AWS: ACCOUNT },
  Action: "s3:GetObject",
  Resource: "arn:aws:s3:::plant/*",
};

/** For each automatic fix: what is wrong, and what it becomes, whole. */
const CASES: Readonly<
  Record<string, readonly { given: Shorthand; becomes: Inputs; config?: Inputs; stack?: string }[]>
> = {
  "log-retention": [
    { given: ["aws:cloudwatch/logGroup:LogGroup", "log", { name: "/a" }], becomes: { name: "/a", retentionInDays: 7 } },
    {
      given: ["aws:cloudwatch/logGroup:LogGroup", "log", { name: "/a", retentionInDays: 3 }],
      becomes: { name: "/a", retentionInDays: 30 },
      stack: "prod",
    },
  ],
  "tls-stated": [
    {
      given: [BUCKET_POLICY, "policy", { bucket: "plant", policy: document(read) }],
      becomes: {
        bucket: "plant",
        policy: document(read, {
          Sid: "DenyWithoutTls",
          Effect: "Deny",
          Principal: "*",
          Action: "s3:*",
          Resource: ["arn:aws:s3:::plant", "arn:aws:s3:::plant/*"],
          Condition: { Bool: { "aws:SecureTransport": "false" } },
        }),
      },
    },
  ],
  tagged: [
    {
      given: ["aws:sqs/queue:Queue", "queue", { name: "q", tags: { team: "plant" } }],
      becomes: { name: "q", tags: { team: "plant", environment: "staging", stack: "staging" } },
      config: { keys: ["environment", "stack"] },
      stack: "staging",
    },
  ],
};

describe("remedies", () => {
  it("are of the rules where there is one safe way", () => {
    assert.deepEqual(REMEDIABLE.map(({ id }) => id).sort(), Object.keys(CASES).sort());
  });

  for (const rule of REMEDIABLE)
    for (const { given, becomes, config = {}, stack = "dev" } of CASES[rule.id]!)
      it(`${rule.id}: ${rule.autofix!.changes}, changes nothing else, and then nothing is found`, () => {
        const run = (registered: Registered) =>
          judge({ stack, resources: [registered], account: ACCOUNT }, { rules: [rule], config: { [rule.id]: config } });
        const before = resource(given, stack);
        const { violations } = run(before);
        assert.ok(violations.length > 0);
        assert.ok(violations.every(({ autofix }) => autofix === rule.autofix!.changes));
        const context = {
          environment: stack as "dev",
          stack,
          stackConfig: {},
          config: configOf(rule.config, stack as "dev", config),
        };
        const after = rule.autofix!.apply(new View(before), context);
        assert.deepEqual(after, becomes);
        assert.deepEqual(run({ ...before, inputs: after! }).violations, []);
      });

  it("leave alone what they cannot fix with certainty", () => {
    const rule = REMEDIABLE.find(({ id }) => id === "tagged")!;
    const before = resource(["aws:sqs/queue:Queue", "queue", { name: "q" }]);
    const config = { keys: ["cost-center"] };
    const { violations } = judge({ stack: "dev", resources: [before] }, { rules: [rule], config: { tagged: config } });
    assert.equal(violations.length, 1);
    assert.equal(violations[0]!.autofix, undefined);
  });
});
