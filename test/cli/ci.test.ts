import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import * as fc from "fast-check";
import { copyOf } from "../../cli/ci/local";
import { billOf } from "../../cli/ci/bill";
import { outcomeOf, type Outcome } from "../../cli/ci/events";
import { reportText, summaryOf } from "../../cli/ci/report";

const ROOT = path.resolve(__dirname, "../..");
const URN = "urn:pulumi:dev::p::c:index:C$aws:kinesis/stream:Stream::etl-stream";

/** Lines of the engine's event log, as Pulumi 3.259 writes them. */
const log = (...events: object[]): string => events.map((event) => JSON.stringify(event)).join("\n");
const step = (op: string, more: object = {}): object => ({
  resourcePreEvent: { metadata: { op, urn: URN, type: "aws:kinesis/stream:Stream", old: null, new: null, ...more } },
});
const UPDATE = step("update", {
  old: { inputs: { retentionPeriod: 24, tags: { "a.b": "x" }, rules: [{ days: 1 }] }, outputs: { shardCount: 2 } },
  new: { inputs: { retentionPeriod: 48, tags: {}, rules: [{ days: 2 }], shardCount: 1 } },
  diffs: ["retentionPeriod", "tags", "rules", "shardCount"],
  detailedDiff: {
    retentionPeriod: { diffKind: "update", inputDiff: true },
    'tags["a.b"]': { diffKind: "delete", inputDiff: true },
    "rules[0].days": { diffKind: "update", inputDiff: true },
    shardCount: { diffKind: "update", inputDiff: false },
  },
});
const VIOLATION = {
  policyEvent: {
    policyName: "log-retention",
    enforcementLevel: "mandatory",
    message: "Every log group has a retention.\nlog (aws:cloudwatch:LogGroup): saw 7 for @all in #1; set 90\n",
  },
};
const text = (outcome: Outcome, more: object = {}): string =>
  reportText({ stack: "dev", outcome, ok: true, limits: [], output: "", ...more });

describe("npm run ci: reports", () => {
  it("shows properties before and after, of inputs or of the state, and what is removed", () => {
    const { changes } = outcomeOf(log(UPDATE));
    assert.deepEqual(changes, [
      {
        kind: "update",
        name: "etl-stream",
        type: "aws:kinesis:Stream",
        because: [],
        properties: [
          { path: "retentionPeriod", from: 24, to: 48 },
          { path: 'tags["a.b"]', from: "x", to: undefined },
          { path: "rules[0].days", from: 1, to: 2 },
          { path: "shardCount", from: 2, to: 1 },
        ],
      },
    ]);
    assert.match(text(outcomeOf(log(UPDATE))), /~ etl-stream {2}aws:kinesis:Stream\n {4}retentionPeriod: 24 => 48\n/);
    assert.match(text(outcomeOf(log(UPDATE))), /tags\["a\.b"\]: "x" => \(none\)/);
  });

  it("says deletions and replacements in the open, with the property that replaces", () => {
    const replace = step("replace", {
      old: { inputs: { name: "a" } },
      new: { inputs: { name: "b" } },
      detailedDiff: { name: { diffKind: "update-replace", inputDiff: true } },
    });
    const outcome = outcomeOf(
      log(step("create-replacement"), replace, step("delete-replaced"), step("delete"), step("same"), {
        summaryEvent: { resourceChanges: { same: 3 } },
      }),
    );
    assert.equal(summaryOf(outcome), "1 to replace, 1 to delete, 3 unchanged; 0 mandatory and 0 advisory violations");
    const [open] = text(outcome).split("<details>");
    assert.match(open!, /- 🔁 `etl-stream` \(aws:kinesis:Stream\) is replaced because of `name`/);
    assert.match(open!, /- 🗑️ `etl-stream` \(aws:kinesis:Stream\) is deleted/);
  });

  it("groups violations by policy, and neither calls people nor links issues", () => {
    const found = text(outcomeOf(log(VIOLATION, VIOLATION)), { ok: false });
    assert.match(found, /^### ❌ `dev`: no changes, 0 unchanged; 2 mandatory and 0 advisory violations\n/);
    assert.equal(found.match(/Every log group/g)!.length, 1);
    assert.equal(found.match(/ {2}- log \(aws/g)!.length, 2);
    assert.ok(!/@all|#1/.test(found));
  });

  it("shows what the program says is wrong, and for any other failure the end of the output", () => {
    const error = { diagnosticEvent: { severity: "error", message: "the stack has a mistake:\n- a ``` b\n" } };
    const failed = { diagnosticEvent: { severity: "error", message: "preview failed\n" } };
    const told = text(outcomeOf(log(error, failed)), { ok: false, output: "noise" });
    assert.match(told, /\n````\nthe stack has a mistake:\n- a ``` b\n````\n/);
    assert.ok(!told.includes("noise") && !told.includes("preview failed"));
    assert.match(text(outcomeOf(""), { ok: false, output: "error: no stack named 'dev' found" }), /no stack named/);
  });

  it("reads what there is of a log that broke off", () => {
    assert.equal(outcomeOf(`${log(UPDATE)}\n{"resourcePreEv`).changes.length, 1);
  });

  it("closes every fence and fold, whatever the values are", () =>
    fc.assert(
      fc.property(fc.string(), fc.jsonValue(), (message, value) => {
        const update = step("update", {
          old: { inputs: {} },
          new: { inputs: { a: value } },
          detailedDiff: { a: { diffKind: "add", inputDiff: true } },
        });
        const own = text(outcomeOf(log(update, { diagnosticEvent: { severity: "error", message } })), { ok: false });
        const fences = [...own.matchAll(/^(`{3,})(?:diff)?$/gm)].map(([, ticks]) => ticks!);
        // The first opens; only one as long closes it.
        let open: string | undefined;
        for (const ticks of fences) open = open === undefined ? ticks : ticks === open ? undefined : open;
        assert.equal(open, undefined);
        assert.equal(own.match(/^<details>$/gm)!.length, own.match(/^<\/details>$/gm)!.length);
      }),
    ));

  it("cuts a list that no comment holds", () => {
    const many = Array.from({ length: 500 }, () => UPDATE);
    const own = text(outcomeOf(log(...many)));
    assert.ok(own.length < 30_000);
    assert.match(own, /\.\.\. and 2,?100 lines more; the run's log has them all/);
  });
});

describe("npm run ci: the bill", () => {
  let file: string;
  before(() => {
    file = path.join(fs.mkdtempSync(path.join(os.tmpdir(), "ci-bill-")), "Pulumi.dev.yaml");
  });
  after(() => fs.rmSync(path.dirname(file), { recursive: true, force: true }));
  const shards = (op: string, before: number | undefined, now: number | undefined): object =>
    step(op, {
      old: before === undefined ? null : { inputs: { name: "s", shardCount: before } },
      new: now === undefined ? null : { inputs: { name: "s", shardCount: now } },
    });
  const bill = (config: string, ...events: object[]) => {
    fs.writeFileSync(file, config);
    return billOf(outcomeOf(log(...events)), file, 0);
  };

  it("shows what a change costs, and the lines that change", () => {
    // a shard is 0.015 USD an hour
    assert.deepEqual(bill("", shards("update", 1, 3)), {
      summary: "32.85 USD a month and 0.01 per million messages of 300 bytes, +21.90 by this change",
      lines: ["+21.90  etl-stream: Kinesis, shards"],
    });
    assert.deepEqual(bill("", shards("same", 3, 3))!.lines, []);
    assert.equal(bill("", shards("create", undefined, 1))!.lines[0], "+10.95  etl-stream: Kinesis, shards");
  });

  it("counts a replacement once, and a deletion as what is saved", () => {
    const steps = [
      shards("create-replacement", 1, 2),
      shards("replace", 1, 2),
      shards("delete-replaced", 1, undefined),
    ];
    assert.deepEqual(bill("", ...steps)!.lines, ["+10.95  etl-stream: Kinesis, shards"]);
    const other = step("same", { urn: `${URN}2`, old: { inputs: {} }, new: { inputs: {} } });
    assert.deepEqual(bill("", other, shards("delete", 1, undefined))!.lines, ["-10.95  etl-stream: Kinesis, shards"]);
  });

  it("is for the traffic that the stack's file expects", () => {
    const traffic = "config:\n  iot-telemetry-etl:traffic: { rate: 1000 }\n";
    // 2,628 million PUT units, 0.014 USD a million
    assert.equal(
      bill(traffic, shards("update", 1, 2))!.summary,
      "58.69 USD a month for 1,000 messages/s of 300 bytes, +10.95 by this change",
    );
  });

  it("is said of no preview that came to no resource, and stands in the report", () => {
    assert.equal(bill("", VIOLATION), undefined);
    const own = { summary: "32.85 USD a month", lines: ["+21.90  etl-stream: Kinesis, shards"] };
    const shown = text(outcomeOf(log(UPDATE)), { bill: own });
    assert.match(shown, /estimated 32\.85 USD a month/);
    assert.match(shown, /USD a month that change[\s\S]*\+21\.90 {2}etl-stream: Kinesis, shards/);
  });
});

describe("npm run ci: the local cloud's copy of a stack's file", () => {
  it("has no key, and a placeholder for each secret, wherever it stands", () => {
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), "ci-test-"));
    try {
      const file = [
        "secretsprovider: awskms://alias/x?region=eu-central-1",
        "encryptedkey: AQICAHg=",
        "config:",
        "  aws:region: eu-central-1",
        "  p:token:",
        "    secure: v1:abc",
        "  p:tags:",
        "    owner:",
        "      secure: v1:def",
        "    list: [{ secure: v1:ghi }, plain]",
        "  p:secure: plain",
      ];
      fs.writeFileSync(path.join(folder, "Pulumi.dev.yaml"), file.join("\n"));
      assert.deepEqual(copyOf(folder, "dev"), {
        content: {
          config: {
            "aws:region": "eu-central-1",
            "p:token": "secret",
            "p:tags": { owner: "secret", list: ["secret", "plain"] },
            "p:secure": "plain",
          },
        },
        secrets: ["p:token", "p:tags"],
      });
      assert.throws(() => copyOf(folder, "prod"), /Pulumi\.prod\.yaml does not exist/);
    } finally {
      fs.rmSync(folder, { recursive: true });
    }
  });
});

describe("npm run ci: usage", () => {
  const run = (...argv: string[]): { status: number | null; stderr: string } =>
    spawnSync(process.execPath, ["--require", "./register.cjs", "cli/ci.ts", ...argv], {
      cwd: ROOT,
      encoding: "utf8",
      env: { ...process.env, GITHUB_REPOSITORY: "acme/plant", GITHUB_TOKEN: "" },
    });

  for (const [argv, message] of [
    [[], "what to do is missing: preview, drift, compare, comment or issue."],
    [["preview", "--base", "x"], "--base takes --local: AWS itself knows what is deployed."],
    [["drift", "--local"], "--local: drift does not take it."],
    [["comment", "--head", "a:b"], "comment takes --pull-request NUMBER, or --head OWNER:BRANCH with --sha SHA."],
  ] as const)
    it(`refuses ${argv.join(" ") || "nothing"}`, () => {
      const { status, stderr } = run(...argv);
      assert.equal(status, 2);
      assert.ok(stderr.startsWith(message), stderr);
    });

  it("says which variable a job lacks", () => {
    const { status, stderr } = run("comment", "--pull-request", "7");
    assert.equal(status, 1);
    assert.match(stderr, /GITHUB_TOKEN is not set; give the step env/);
  });
});
