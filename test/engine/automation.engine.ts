import assert from "node:assert/strict";
import * as path from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { LocalWorkspace } from "@pulumi/pulumi/automation";
import { EtlPipeline, ParquetDatastore, TelemetryChannel } from "../../components";
import { engine, Example } from "./engine";

/** Pulumi's Automation API, as a program of somebody's uses it; replaces an AWS account. */
describe("the Automation API, by the real engine", () => {
  const envVars = (): Record<string, string> =>
    Object.fromEntries(
      Object.entries(engine.env).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
    );

  it("runs this repository's program from its folder", async () => {
    const { folder, documents } = new Example("automation");
    const stack = await LocalWorkspace.createOrSelectStack(
      { stackName: "dev", workDir: folder },
      { envVars: envVars() },
    );
    await stack.setConfig("definitions", { value: documents });
    const preview = await stack.preview();
    assert.equal(Object.keys(preview.changeSummary).join(), "create");
    assert.ok(preview.changeSummary.create! > 60);
  });

  it("creates, changes, refreshes and destroys a program of the components within a process", async () => {
    let days = 30;
    const program = async () => {
      const channel = new TelemetryChannel("plant", { topicFilter: "auto/+/x", retention: { days } });
      const datastore = new ParquetDatastore("rows", { columns: [{ name: "temperature", type: "int" }] });
      new EtlPipeline("plain", { channel, datastore, activities: [] });
      return Promise.resolve({ stream: channel.streamName, length: pulumi.secret(3) });
    };
    const stack = await LocalWorkspace.createStack(
      { projectName: "automation", stackName: "inline", program },
      { envVars: envVars(), workDir: path.join(engine.folder) },
    );
    await stack.setConfig("aws:region", { value: "eu-central-1" });
    const { summary, outputs } = await stack.up();
    assert.equal(summary.result, "succeeded");
    assert.deepEqual(outputs, {
      stream: { value: "automation-inline-plant", secret: false },
      length: { value: 3, secret: true },
    });
    // Names that are deployed stay as they are: another name would replace buckets and streams with their data.
    const { deployment } = await stack.exportStack();
    const { resources } = deployment as { resources: { type: string; inputs?: Record<string, string> }[] };
    const names = (type: string, property = "name"): string[] =>
      resources.flatMap((each) => (each.type === type ? each.inputs![property]! : [])).sort();
    assert.deepEqual(names("aws:s3/bucket:Bucket", "bucket"), [
      "automation-inline-plant-raw-000000000000",
      "automation-inline-rows-data-000000000000",
    ]);
    assert.deepEqual(names("aws:iam/role:Role"), [
      "automation-inline-plain-parquet",
      "automation-inline-plain-transform",
      "automation-inline-plant-archive",
      "automation-inline-plant-rule",
    ]);
    assert.deepEqual(names("aws:glue/catalogDatabase:CatalogDatabase"), ["automation_inline_rows"]);
    days = 31;
    const changed: Record<string, string[]> = {};
    await stack.preview({
      onEvent: ({ resourcePreEvent }) => {
        const { op, type, detailedDiff } = resourcePreEvent?.metadata ?? {};
        if (op === "update" && type!.startsWith("aws:")) changed[type!] = Object.keys(detailedDiff ?? {});
      },
    });
    assert.deepEqual(changed["aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration"], [
      "rules[1].expiration.days",
    ]);
    const refreshed = await stack.refresh();
    assert.deepEqual(Object.keys(refreshed.summary.resourceChanges ?? {}), ["same"]);
    await stack.destroy();
    const { deployment: destroyed } = await stack.exportStack();
    assert.deepEqual((destroyed as { resources?: unknown[] }).resources ?? [], []);
  });
});
