import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { Clock } from "../../../local/core/clock";
import { Session } from "../../../local/session";

const ROOT = path.resolve(__dirname, "..", "..", "..");
const START = Date.UTC(2026, 0, 31, 12);
const HOUR = 3_600_000;
const DAY = 24 * HOUR;

/** The program, unmodified, with a datastore by site that keeps its rows for ten days. */
describe("local cloud: the maintenance of a datastore", function () {
  this.timeout(300_000);
  let folder: string;
  let session: Session;

  beforeEach(async () => {
    folder = fs.mkdtempSync(path.join(os.tmpdir(), "maintenance-"));
    const write = (name: string, document: object): void =>
      fs.writeFileSync(path.join(folder, name), JSON.stringify(document));
    write("channel.json", { channelName: "plant" });
    write("store.json", {
      datastoreName: "readings",
      retentionPeriod: { numberOfDays: 10 },
      fileFormatConfiguration: {
        parquetConfiguration: { schemaDefinition: { columns: [{ name: "temperature", type: "int" }] } },
      },
      datastorePartitions: { partitions: [{ attributePartition: { attributeName: "site" } }] },
    });
    write("pipeline.json", {
      pipelineName: "store_all",
      pipelineActivities: [
        { channel: { name: "in", channelName: "plant", next: "out" } },
        { datastore: { name: "out", datastoreName: "readings" } },
      ],
    });
    const config = {
      definitions: folder,
      ruleNames: "{}",
      topicFilters: '{"plant":"dt/+"}',
      datastores: '{"readings":{"compaction":true}}',
    };
    const onError = (error: unknown): void => assert.fail(String(error));
    const dataDir = path.join(folder, "data");
    session = await Session.open(
      { projectDir: ROOT, stack: "dev", config, dataDir, fresh: true, onError },
      new Clock(START),
    );
    await session.cloud.listen({ mqtt: 0, http: 0 });
    session.cloud.start();
  });
  afterEach(async () => {
    await session.close();
    fs.rmSync(folder, { recursive: true, force: true });
  });

  const table = () => {
    const { database, table: name } = session.outputs.datastores.readings!;
    return session.cloud.glue.tables.get(`${database}.${name}`)!;
  };
  const registered = (): string[] =>
    table()
      .registered!.list()
      .map(({ values }) => values.join("/"))
      .sort();
  const total = (metric: string): number => {
    const FunctionName = session.outputs.datastores.readings!.maintenance!;
    return session.cloud.cloudwatch.total("IotTelemetryEtl", metric, { FunctionName });
  };
  const send = async (site: string): Promise<void> => {
    await new Promise<void>((resolve, reject) =>
      session.cloud.rules.publish(
        {
          topic: "dt/1",
          payload: Buffer.from(JSON.stringify({ site, temperature: 20 })),
          qos: 1,
          retain: false,
          clientId: "c",
          principal: "device/c",
          source: "mqtt",
        },
        (verdict) => (verdict.ok ? resolve() : reject(new Error(verdict.message))),
      ),
    );
    await session.cloud.drain();
  };

  it("registers a partition that its writer could not register, and removes those whose rows have expired", async () => {
    await send("north");
    await send("south");
    assert.deepEqual(registered(), ["north", "south"]);
    // As if the transform function had been refused.
    table().registered!.remove([["north"]]);
    await session.clock.advanceTo(START + 5 * HOUR);
    assert.deepEqual(registered(), ["north", "south"]);
    assert.equal(total("PartitionsRegistered"), 1);
    const { rows } = await session.cloud.query("SELECT count(*) FROM readings", table().database);
    assert.deepEqual(
      rows.map(([count]) => Number(count)),
      [2],
    );

    await session.clock.advanceTo(START + 9 * DAY);
    await send("south");
    await session.clock.advanceTo(START + 13 * DAY);
    assert.deepEqual(registered(), ["south"], "the first row of south has expired, the second has not");
    assert.equal(total("PartitionsRemoved"), 1);
    await session.clock.advanceTo(START + 22 * DAY);
    assert.deepEqual(registered(), []);
    // A partition may come back.
    await send("north");
    assert.equal(table().files().length, 1);
    assert.deepEqual(
      session.cloud.iam.refused().map(({ principal, action }) => `${principal} ${action}`),
      [],
    );
    assert.deepEqual(session.cloud.defects.size, 0);
    assert.equal(total("MaintenanceFailures"), 0);
  });

  it("rewrites a partition that is complete as one object, and leads queries back when a late row arrives", async () => {
    const objects = (): string[] => {
      const { bucket, prefix } = session.outputs.datastores.readings!;
      return session.cloud.s3.list(bucket, prefix).map(({ key }) => key.slice(prefix.length));
    };
    const count = async (): Promise<number> => {
      const { rows } = await session.cloud.query("SELECT count(*) FROM readings", table().database);
      return Number(rows[0]![0]);
    };
    const location = (): string => String(table().registered!.get(["north"])!.descriptor.Location);
    for (let delivery = 0; delivery < 5; delivery++) await send("north");
    const own = location();
    assert.equal(objects().length, 5);
    await session.clock.advanceTo(START + 24 * HOUR);
    assert.equal(location(), own);
    await session.clock.advanceTo(START + 24.75 * HOUR);
    assert.notEqual(location(), own);
    assert.equal(await count(), 5);

    await send("north");
    assert.equal(await count(), 5, "the late row is hidden until the next run");
    await session.clock.advanceTo(session.clock.now() + HOUR / 2);
    assert.equal(location(), own);
    assert.deepEqual([objects().length, await count()], [6, 6]);
    assert.equal(total("LateObjects"), 1);

    await session.clock.advanceTo(START + 78 * HOUR);
    assert.equal(location(), own);
    assert.equal(await count(), 6);
    assert.equal(objects().length, 1);
    assert.match(objects()[0]!, /^__partition_site=north\/rows\/compacted-20260131T12\d{4}Z-/);
    assert.equal(total("PartitionsCompacted"), 1);
    assert.deepEqual(session.cloud.iam.refused(), []);
    assert.equal(total("MaintenanceFailures"), 0);
    const { bucket } = session.outputs.datastores.readings!;
    const left = session.cloud.s3.list(bucket, "maintenance/readings/compaction/").map(({ key }) => key);
    assert.deepEqual(
      left.filter((key) => !/\.(csv|txt|metadata)$/.test(key)),
      [],
      "no rewritten object is left",
    );
    assert.deepEqual(
      [...session.cloud.glue.tables.keys()].filter((name) => name.includes("compaction_")),
      [],
    );
  });
});
