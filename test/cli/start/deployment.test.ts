import assert from "node:assert/strict";
import { deploymentText } from "../../../cli/start/deployment";
import type { Evaluation } from "../../../local/engine";
import type { Change } from "../../../local/state/data-folder";

const STACK = "urn:pulumi:dev::p::pulumi:pulumi:Stack::p-dev";
const CHANNEL = "urn:pulumi:dev::p::iot-telemetry-etl:index:TelemetryChannel::readings";
const STREAM = "urn:pulumi:dev::p::iot-telemetry-etl:index:TelemetryChannel$aws:kinesis/stream:Stream::readings-stream";
const LOG =
  "urn:pulumi:dev::p::iot-telemetry-etl:index:TelemetryChannel$aws:cloudwatch/logGroup:LogGroup::readings-log";
const DATABASE = "urn:pulumi:dev::p::aws:glue/catalogDatabase:CatalogDatabase::datastores";
const GONE = "urn:pulumi:dev::p::aws:s3/bucket:Bucket::old::bucket";

const resource = (urn: string, parent?: string) => ({
  urn,
  name: urn.split("::")[3]!,
  type: urn.split("::")[2]!.split("$").at(-1)!,
  custom: urn.includes("aws:"),
  parent,
});
const evaluation = {
  project: "p",
  stack: "dev",
  region: "eu-central-1",
  resources: [
    resource(STACK),
    resource(CHANNEL, STACK),
    resource(STREAM, CHANNEL),
    resource(LOG, CHANNEL),
    resource(DATABASE, STACK),
  ],
} as unknown as Evaluation;
const changes = (kinds: Record<string, Change["kind"]>): Change[] =>
  Object.entries(kinds).map(([urn, kind]) => ({ urn, kind, properties: [], retain: false }));

const LONG = `definitions/etl/pipeline.json:15:25: $.pipelineActivities[1].math.math: ${"gives decimals and is rounded ".repeat(10)}`;

describe("cli/start: what was deployed", () => {
  const created = changes({ [STREAM]: "created", [LOG]: "created", [DATABASE]: "created" });

  it("has a line for each component and each resource outside of components", () => {
    assert.equal(
      deploymentText(evaluation, created, { warnings: [], verbose: false }),
      [
        "p (dev) in the local cloud, region eu-central-1: resources 3 created",
        "+  readings    TelemetryChannel          2 resources",
        "+  datastores  aws:glue:CatalogDatabase",
        "(--verbose lists the resources)",
        "",
        "",
      ].join("\n"),
    );
  });

  it("counts what changed in a component, and lists what was deleted", () => {
    const mixed = changes({ [STREAM]: "updated", [LOG]: "unchanged", [DATABASE]: "replaced", [GONE]: "deleted" });
    const lines = deploymentText(evaluation, mixed, { warnings: [], verbose: false }).split("\n");
    assert.match(lines[0]!, /resources 1 updated, 1 replaced, 1 deleted, 1 unchanged$/);
    assert.ok(
      lines.includes("~   readings     TelemetryChannel          1 updated, 1 unchanged resources"),
      lines.join("\n"),
    );
    assert.ok(lines.includes("+-  datastores   aws:glue:CatalogDatabase"));
    assert.ok(lines.includes("-   old::bucket  aws:s3:Bucket"));
  });

  it("has one line when nothing changed, and does not repeat warnings", () => {
    const same = changes({ [STREAM]: "unchanged", [LOG]: "unchanged", [DATABASE]: "unchanged" });
    assert.equal(
      deploymentText(evaluation, same, { warnings: [LONG], verbose: false }),
      "p (dev) in the local cloud, region eu-central-1: resources 3 unchanged\n\n",
    );
  });

  it("shows a warning in a line, and names the command that shows it in full", () => {
    const lines = deploymentText(evaluation, created, { warnings: [LONG, "short"], verbose: false }).split("\n");
    const from = lines.findIndex((line) => line.startsWith("warning:"));
    assert.match(lines[from]!, /^warning: definitions\/etl\/pipeline.json:15:25: gives decimals and .* \.\.\.$/);
    assert.ok(lines[from]!.length < 150);
    assert.equal(lines[from + 1], "warning: short");
    assert.equal(lines[from + 2], "         in full: npm run check -- definitions/etl");
    const other = deploymentText(evaluation, created, { warnings: [`x ${"y".repeat(200)}`], verbose: false });
    assert.match(other, /in full: the option --verbose/);
  });

  it("shows a warning about a change in full, for no later run repeats it", () =>
    assert.ok(
      deploymentText(evaluation, created, { warnings: [], changeWarnings: [LONG], verbose: false })
        .split("\n")
        .includes(`warning: ${LONG}`),
    ));

  it("lists every resource below its component with --verbose, and warnings in full", () => {
    const text = deploymentText(evaluation, created, { warnings: [LONG], verbose: true });
    assert.ok(text.includes("+     │  ├─ readings-stream  aws:kinesis:Stream\n"), text);
    assert.ok(text.includes(`warning: ${LONG}\n`));
    assert.ok(!text.includes("--verbose"));
  });
});
