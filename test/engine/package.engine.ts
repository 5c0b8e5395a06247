import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import { ROOT, Small } from "./engine";

const PLUGIN = path.join(ROOT, "plugin");

/** The components as a Pulumi package: another process constructs them. Replaces a program in another language, whose hosts there are not here. */
describe("the component package, by the real engine", () => {
  let project: Small;
  before(
    () => (project = new Small("remote", { plugins: { providers: [{ name: "iot-telemetry-etl", path: PLUGIN }] } })),
  );

  const REMOTE = `
    class Remote extends pulumi.ComponentResource {
      constructor(type: string, name: string, outputs: string[], args: pulumi.Inputs) {
        const undefinedYet = Object.fromEntries(outputs.map((output) => [output, undefined]));
        super("iot-telemetry-etl:index:" + type, name, { ...undefinedYet, ...args }, {}, true);
      }
      [output: string]: any;
    }
  `;
  const program = (type: string): string => `
    ${REMOTE}
    const plant = new Remote("TelemetryChannel", "plant", ["streamName"], { topicFilter: "remote/+/x", tags: { plant: "north" } });
    const rows = new Remote("ParquetDatastore", "rows", ["name", "bucket", "rootPrefix", "prefix", "databaseName", "tableName"], {
      columns: [{ name: "temperature", type: "${type}" }],
    });
    const { name, bucket, rootPrefix, prefix, databaseName, tableName } = rows;
    const pipeline = new Remote("EtlPipeline", "plain", ["functionName", "errorPrefix"], {
      channel: { streamName: plant.streamName },
      datastore: { name, bucket, rootPrefix, prefix, databaseName, tableName, partitions: [], columns: [{ name: "temperature", type: "${type}" }] },
      activities: [{ filter: { filter: "temperature < 200" } }],
    });
    export const stream = plant.streamName;
    export const table = tableName;
    export const errors = pipeline.errorPrefix;
  `;

  it("has the schema that is in the repository", () => {
    const schema = project.json<{ name: string; resources: object }>("package", "get-schema", PLUGIN);
    const kept = JSON.parse(fs.readFileSync(path.join(PLUGIN, "schema.json"), "utf8")) as typeof schema;
    assert.equal(schema.name, kept.name);
    const names = (of: typeof schema) =>
      Object.entries(of.resources as Record<string, { inputProperties: object; properties?: object }>)
        .map(([type, { inputProperties, properties = {} }]) => [
          type,
          Object.keys(inputProperties).sort(),
          Object.keys(properties).sort(),
        ])
        .sort();
    assert.deepEqual(names(schema), names(kept));
  });

  it("refuses wrong arguments, each at its property", () => {
    project.program(program("colour"));
    const output = project.pulumi(1, "preview");
    assert.match(output, /columns\[0\]\.type.*colour/);
  });

  it("is constructed in a preview and in an up, wired by outputs, and has nothing to do after", () => {
    project.program(program("int"));
    assert.match(project.pulumi(0, "preview"), /EtlPipeline +plain +create/);
    project.pulumi(0, "up", "--yes", "--skip-preview");
    project.pulumi(0, "up", "--yes", "--skip-preview", "--expect-no-changes");
    assert.deepEqual(project.json("stack", "output", "--json"), {
      stream: "remote-dev-plant",
      table: "rows",
      errors: "errors/plain/",
    });
    const state = project.state();
    const find = (type: string) => state.filter(({ urn }) => urn.includes(type));
    const [delivery] = find("EtlPipeline$aws:kinesis/firehoseDeliveryStream");
    assert.equal(delivery!.parent, find("EtlPipeline::plain")[0]!.urn);
    const [source] = [delivery!.inputs!.kinesisSourceConfiguration as { kinesisStreamArn: string }];
    assert.equal(source.kinesisStreamArn, find("TelemetryChannel$aws:kinesis/stream")[0]!.id);
    assert.deepEqual(find("TelemetryChannel$aws:kinesis/stream")[0]!.inputs!.tags, { plant: "north" });
    project.pulumi(0, "destroy", "--yes", "--skip-preview");
    assert.deepEqual(
      project.held("kinesis.Stream").filter((name) => name.startsWith("remote")),
      [],
    );
  });
});
