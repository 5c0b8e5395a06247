import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { IoTDataPlaneClient, PublishCommand } from "@aws-sdk/client-iot-data-plane";
import { Clock } from "../local/core/clock";
import { Session } from "../local/session";

/** The program itself in the local cloud, and the function as it would be deployed; nothing is replaced but AWS. */
describe("a column whose type changes, of a datastore in JSON format with partitions", () => {
  let folder: string;
  let session: Session | undefined;
  beforeEach(() => {
    folder = fs.mkdtempSync(path.join(os.tmpdir(), "json-types-"));
    const documents = {
      "channel.json": { channelName: "plant" },
      "pipeline.json": {
        pipelineName: "keep",
        pipelineActivities: [
          { channel: { name: "in", channelName: "plant", next: "out" } },
          { datastore: { name: "out", datastoreName: "kept" } },
        ],
      },
      "datastore.json": {
        datastoreName: "kept",
        fileFormatConfiguration: { jsonConfiguration: {} },
        datastorePartitions: { partitions: [{ attributePartition: { attributeName: "site" } }] },
      },
    };
    for (const [name, document] of Object.entries(documents))
      fs.writeFileSync(path.join(folder, name), JSON.stringify(document));
  });
  afterEach(async () => {
    await session?.close();
    session = undefined;
    fs.rmSync(folder, { recursive: true, force: true });
  });

  it("is changed in the partitions that were registered before, so that queries read all of them", async () => {
    session = await Session.open(
      {
        projectDir: path.resolve(__dirname, ".."),
        stack: "dev",
        config: { definitions: folder, ruleNames: "{}", topicFilters: '{"plant":"dt/+"}' },
        dataDir: path.join(folder, "data"),
        fresh: true,
        onError: (error) => {
          throw error;
        },
      },
      new Clock(Date.UTC(2026, 0, 1)),
    );
    const { cloud, outputs } = session;
    const { http: endpoint } = await cloud.listen({ mqtt: 0, http: 0 });
    cloud.start();
    const credentials = { accessKeyId: "any", secretAccessKey: "any" };
    const client = new IoTDataPlaneClient({ endpoint, region: "eu-central-1", credentials });
    try {
      const send = async (...messages: object[]): Promise<void> => {
        for (const message of messages) {
          const payload = Buffer.from(JSON.stringify(message));
          await client.send(new PublishCommand({ topic: "dt/x", qos: 1, payload }));
        }
        await cloud.drain();
      };
      await send({ site: "a", value: 1 }, { site: "b", value: 2 });
      await send({ site: "c", value: 2.5, unit: "bar" });
      await send({ site: "a", value: 3, unit: "bar" });
      const { database, table } = outputs.datastores.kept!;
      const { rows } = await cloud.query(`SELECT site, value, unit FROM "${table}" ORDER BY value`, database);
      assert.deepEqual(rows, [
        ["a", 1, null],
        ["b", 2, null],
        ["c", 2.5, "bar"],
        ["a", 3, "bar"],
      ]);
      const catalog = cloud.glue.tables.get(`${database}.${table}`)!;
      const types = ({ descriptor }: { descriptor: Readonly<Record<string, unknown>> }): string[] =>
        (descriptor.Columns as { Name: string; Type: string }[]).map(({ Name, Type }) => `${Name} ${Type}`);
      const columns = catalog.columns.map(({ name, type }) => `${name} ${type}`);
      assert.ok(columns.includes("value double"));
      assert.deepEqual(catalog.registered!.list().map(types), [columns, columns, columns]);
      assert.deepEqual(cloud.iam.refused(), []);
      // what Athena says of a partition that was left behind
      const [partition] = catalog.registered!.list();
      const Columns = (partition!.descriptor.Columns as { Name: string }[]).map((column) =>
        column.Name === "value" ? { ...column, Type: "bigint" } : column,
      );
      catalog.registered!.put([{ ...partition!, descriptor: { ...partition!.descriptor, Columns } }]);
      const all = cloud.query(`SELECT value FROM "${table}"`, database);
      await assert.rejects(all, {
        code: "HIVE_PARTITION_SCHEMA_MISMATCH",
        message: new RegExp(
          `column 'value' in table '${database}.${table}' is declared as type 'double', but partition '__partition_site=a' declared column 'value' as type 'bigint'`,
        ),
      });
      const others = await cloud.query(
        `SELECT value FROM "${table}" WHERE __partition_site <> 'a' ORDER BY 1`,
        database,
      );
      assert.deepEqual(others.rows, [[2], [2.5]]);
    } finally {
      client.destroy();
    }
  });
});
