import assert from "node:assert/strict";
import { engine, Small, type Step } from "./engine";
import * as fs from "node:fs";
import * as path from "node:path";

/** What the engine asks of the local cloud about single resources; replaces an AWS account and the provider for it. */
describe("single resources, by the real engine", () => {
  let project: Small;
  before(() => (project = new Small("single")));

  const only = (steps: Step[]): Step => {
    assert.equal(steps.length, 1, JSON.stringify(steps, undefined, 2));
    return steps[0]!;
  };

  it("refuses with the local cloud's words, each at its property, before anything is created", () => {
    const refused = (program: string): string => {
      project.program(program);
      return project.pulumi(1, "up", "--yes", "--skip-preview");
    };
    const output = refused(`
      new Stream("short", { name: "single-short", shardCount: 1, retentionPeriod: 12, streamModeDetails: { streamMode: "EAGER" } });
    `);
    assert.match(
      output,
      /'short': property retentionPeriod value \{12\} has a problem: saw 12; must be a number from 24 to 8760/,
    );
    assert.match(output, /'short': property streamModeDetails\.streamMode value .* has a problem: saw "EAGER"; /);
    const bucket = refused(`new Bucket("loud", { bucket: "Single" });`);
    assert.match(
      bucket,
      /'loud': property bucket value \{Single\} has a problem: saw "Single"; the name has lower-case letters/,
    );
    assert.deepEqual(project.held("kinesis.Stream"), []);
  });

  it("knows names and ARNs in a preview, and of what AWS draws that it is not known", () => {
    project.program(`
      const stream = new Stream("a", { name: "single-a", shardCount: 1 });
      const { name: database } = new CatalogDatabase("d", { name: "single_d" });
      const workgroup = new Workgroup("w", { name: "single-w" });
      const query = new NamedQuery("q", { name: "single-q", database, workgroup: workgroup.name, query: "SELECT 1" });
      new Parameter("known", { name: "single-known", type: "String", insecureValue: stream.arn });
      new Parameter("unknown", { name: "single-unknown", type: "String", insecureValue: query.id });
      new Parameter("half", { name: "single-half", type: "String", insecureValue: pulumi.interpolate\`\${stream.name} \${query.id}\` });
    `);
    const steps = project.steps();
    const valueOf = (name: string): unknown =>
      steps.find(({ urn }) => urn.endsWith(`::${name}`))!.newState!.inputs.insecureValue;
    const UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";
    assert.equal(valueOf("known"), "arn:aws:kinesis:eu-central-1:000000000000:stream/single-a");
    assert.equal(valueOf("unknown"), UNKNOWN);
    assert.equal(valueOf("half"), UNKNOWN);
    project.pulumi(0, "up", "--yes", "--skip-preview");
    assert.match(
      String(project.state().find(({ urn }) => urn.endsWith("::half"))!.inputs!.insecureValue),
      /^single-a [0-9a-f-]{36}$/,
    );
  });

  it("names what changed by its path, and whether it replaces", () => {
    const program = (stream: string, days: number, tags: string): string => `
      new Stream("a", { shardCount: 1, ${stream} });
      const { bucket } = new Bucket("b", { bucket: "single-b", tags: { ${tags} } });
      new BucketLifecycleConfiguration("l", { bucket, rules: [
        { id: "old", status: "Enabled", filter: { prefix: "" }, expiration: { days: ${days} } },
      ] });
    `;
    project.program(program('name: "single-a"', 30, '"cost-center": "7"'));
    project.pulumi(0, "up", "--yes", "--skip-preview");

    project.program(program('name: "single-a", retentionPeriod: 48', 30, '"cost-center": "7"'));
    const added = only(project.steps());
    assert.equal(added.op, "update");
    assert.deepEqual(added.detailedDiff, { retentionPeriod: { kind: "add", inputDiff: true } });

    project.program(program('name: "single-a"', 31, '"cost-center": "8", team: "x"'));
    const changed = project.steps();
    assert.deepEqual(
      changed.map(({ op, detailedDiff }) => [
        op,
        Object.entries(detailedDiff ?? {})
          .map(([at, { kind }]) => `${at} ${kind}`)
          .sort(),
      ]),
      [
        ["update", ["tags.team add", 'tags["cost-center"] update']],
        ["update", ["rules[0].expiration.days update"]],
      ],
    );

    project.program(program('name: "single-c"', 30, '"cost-center": "7"'));
    const replaced = only(project.steps());
    assert.equal(replaced.op, "replace");
    assert.deepEqual(replaced.replaceReasons, ["name"]);
    assert.deepEqual(replaced.detailedDiff, { name: { kind: "update-replace", inputDiff: true } });
    assert.match(project.pulumi(0, "up", "--yes", "--skip-preview"), /\+-1 replaced/);
    assert.deepEqual(
      project.held("kinesis.Stream").filter((name) => name.startsWith("single")),
      ["single-c.json"],
    );
  });

  it("finds in a refresh what was changed and what was deleted, and the next up mends both", () => {
    project.program(`
      new Stream("drift", { name: "single-drift", shardCount: 1, retentionPeriod: 24 });
      new Parameter("gone", { name: "single-gone", type: "String", value: "x" });
    `);
    project.pulumi(0, "up", "--yes", "--skip-preview");
    const file = path.join(engine.account, "kinesis.Stream", "single-drift.json");
    const text = fs.readFileSync(file, "utf8");
    fs.writeFileSync(file, text.replace('"retentionPeriod": 24', '"retentionPeriod": 72'));
    fs.rmSync(path.join(engine.account, "ssm.Parameter", "single-gone.json"));
    const output = project.pulumi(0, "refresh", "--yes", "--diff");
    assert.match(output, /~ retentionPeriod: 24 => 72/);
    assert.match(output, /~ 1 updated/);
    assert.match(output, /- 1 deleted/);
    assert.deepEqual(
      project.steps().map(({ op, detailedDiff }) => [op, Object.keys(detailedDiff ?? {})]),
      [
        ["update", ["retentionPeriod"]],
        ["create", []],
      ],
    );
    project.pulumi(0, "up", "--yes", "--skip-preview");
    assert.equal(fs.readFileSync(file, "utf8"), text);
    project.pulumi(0, "refresh", "--yes", "--expect-no-changes");
  });

  it("says what a file holds that nobody could have made in AWS", () => {
    const file = path.join(engine.account, "kinesis.Stream", "single-drift.json");
    const text = fs.readFileSync(file, "utf8");
    fs.writeFileSync(file, text.replace('"retentionPeriod": 24', '"retentionPeriod": 1'));
    assert.match(
      project.pulumi(1, "refresh", "--yes"),
      /single-drift\.json: inputs\.retentionPeriod: saw 1; must be a number from 24 to 8760; correct or delete the file/,
    );
    fs.writeFileSync(file, text);
    project.pulumi(0, "destroy", "--yes");
    assert.deepEqual(
      project.state().filter(({ type }) => type.startsWith("aws:")),
      [],
    );
  });
});
