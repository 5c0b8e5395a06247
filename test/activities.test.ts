import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { IoTDataPlaneClient, PublishCommand, UpdateThingShadowCommand } from "@aws-sdk/client-iot-data-plane";
import { TransformLogStats } from "../cli/start/transform-log-stats";
import { makeReport } from "../cli/start/report";
import { summary } from "../cli/start/summary";
import { Clock } from "../local/core/clock";
import { keptTable } from "../local/services/glue/table-version";
import { Session } from "../local/session";

const ROOT = path.resolve(__dirname, "..");
const START = Date.UTC(2026, 0, 1);
const ROLE = "arn:aws:iam::123456789012:role/retired";

const PIPELINE = [
  { channel: { name: "in", channelName: "plant", next: "split" } },
  { lambda: { name: "split", lambdaName: "split_readings", batchSize: 4, next: "add" } },
  { addAttributes: { name: "add", attributes: { "reading.ts": "ts", "reading.values[1]": "value" }, next: "warm" } },
  { filter: { name: "warm", filter: "value >= 0", next: "registry" } },
  {
    deviceRegistryEnrich: { name: "registry", attribute: "thing", thingName: "device", roleArn: ROLE, next: "shadow" },
  },
  {
    deviceShadowEnrich: { name: "shadow", attribute: "shadow", thingName: "device", roleArn: ROLE, next: "corrected" },
  },
  { math: { name: "corrected", attribute: "value", math: "value + shadow.state.reported.offset", next: "flat" } },
  { selectAttributes: { name: "flat", attributes: ["device", "ts", "value", "thing.attributes.site"], next: "less" } },
  { removeAttributes: { name: "less", attributes: ["nothing"], next: "out" } },
  { datastore: { name: "out", datastoreName: "readings" } },
];

const COLUMNS = [
  { name: "device", type: "string" },
  { name: "ts", type: "bigint" },
  { name: "value", type: "double" },
  { name: "site", type: "string" },
];

/** A function as people wrote them for the retired service: callback, CommonJS. */
const FUNCTION = `exports.main = (messages, context, callback) => {
  if (messages.some(({ broken }) => broken)) return callback(new Error("a broken message"));
  callback(null, messages.flatMap(({ device, readings }) =>
    readings.map(([ts, value]) => ({ device, reading: { ts, values: [0, value] } }))));
};`;

/** The program itself in the local cloud; nothing is replaced but AWS. */
describe("all ten activities, from a message to rows", () => {
  let folder: string;
  let session: Session | undefined;
  beforeEach(() => (folder = fs.mkdtempSync(path.join(os.tmpdir(), "activities-"))));
  afterEach(async () => {
    await session?.close();
    session = undefined;
    fs.rmSync(folder, { recursive: true, force: true });
  });

  const write = (name: string, content: unknown): string => {
    const file = path.join(folder, name);
    fs.mkdirSync(path.dirname(file), { recursive: true });
    fs.writeFileSync(file, typeof content === "string" ? content : JSON.stringify(content));
    return file;
  };
  const open = async (config: Record<string, string>): Promise<Session> =>
    (session = await Session.open(
      {
        projectDir: ROOT,
        stack: "dev",
        config: {
          definitions: path.join(folder, "documents"),
          ruleNames: "{}",
          topicFilters: '{"plant":"dt/+"}',
          ...config,
        },
        dataDir: path.join(folder, "data"),
        fresh: true,
        onError: (error) => {
          throw error;
        },
      },
      new Clock(START),
    ));

  beforeEach(() => {
    write("documents/channel.json", { channelName: "plant" });
    write("documents/pipeline.json", { pipelineName: "correct", pipelineActivities: PIPELINE });
    write("documents/datastore.json", {
      datastoreName: "readings",
      fileFormatConfiguration: { parquetConfiguration: { schemaDefinition: { columns: COLUMNS } } },
      datastorePartitions: { partitions: [{ timestampPartition: { attributeName: "ts" } }] },
    });
    // the messages as they come, in the service's own format
    write("documents/keep.json", {
      pipelineName: "keep",
      pipelineActivities: [
        { channel: { name: "in", channelName: "plant", next: "out" } },
        { datastore: { name: "out", datastoreName: "kept" } },
      ],
    });
    write("documents/kept.json", {
      datastoreName: "kept",
      datastorePartitions: { partitions: [{ attributePartition: { attributeName: "line" } }] },
    });
  });

  it("calls the user's function, the registry and the shadows with roles that allow just that", async () => {
    write("function/app.js", FUNCTION);
    const { cloud, outputs } = await open({
      functions: JSON.stringify({
        split_readings: { path: path.join(folder, "function"), handler: "app.main", runtime: "nodejs20.x" },
      }),
      things: JSON.stringify({ "pump-1": { type: "pump", attributes: { site: "north" } }, "pump-2": {} }),
      pipelines: JSON.stringify({ correct: { onMathFailure: "pass" } }),
    });
    const { http } = await cloud.listen({ mqtt: 0, http: 0 });
    const transformLog = new TransformLogStats(session!);
    cloud.start();
    const client = new IoTDataPlaneClient({
      endpoint: http,
      region: "eu-central-1",
      credentials: { accessKeyId: "any", secretAccessKey: "any" },
    });
    try {
      const shadow = JSON.stringify({ state: { reported: { offset: 0.5 } } });
      await client.send(new UpdateThingShadowCommand({ thingName: "pump-1", payload: Buffer.from(shadow) }));
      const hour = START / 1000 + 3600;
      for (const message of [
        {
          device: "pump-1",
          readings: [
            [hour - 10, 1],
            [hour, 2],
            [hour + 10, -1],
          ],
        },
        {
          device: "pump-2",
          readings: [
            [hour - 10, 3],
            [hour, 4],
          ],
        },
        { device: "pump-3", readings: [] },
        { device: "pump-3", readings: [[hour, 5]], line: "north/1 é" },
        { device: "pump-4", readings: [], broken: true },
      ])
        await client.send(new PublishCommand({ topic: "dt/x", qos: 1, payload: Buffer.from(JSON.stringify(message)) }));
      await cloud.drain();
      const pipeline = outputs.pipelines.correct!;
      const { counts } = cloud.deliveryStreams.get(pipeline.deliveryStream)!;
      assert.deepEqual(
        { ...counts, bytes: 0 },
        {
          received: 5,
          stored: 3,
          filtered: 1,
          failed: 1,
          objects: 2,
          rows: 3,
          bytes: 0,
        },
      );
      // two messages have a row of a second hour each
      const further = cloud.deliveryStreams.get(pipeline.fanOutStream!)!.counts;
      assert.deepEqual([further.received, further.stored, further.failed, further.rows], [2, 2, 0, 2]);
      const { database, table } = outputs.datastores.readings!;
      const { rows } = await cloud.query(
        `SELECT device, ts - ${hour} AS ts, value, site, __hour FROM "${table}" ORDER BY device, ts`,
        database,
      );
      assert.deepEqual(
        rows.map((row) => row.map((value) => (typeof value === "bigint" ? Number(value) : value))),
        [
          ["pump-1", -10, 1.5, "north", "00"],
          ["pump-1", 0, 2.5, "north", "01"],
          ["pump-2", -10, 3, null, "00"],
          ["pump-2", 0, 4, null, "01"],
          ["pump-3", 0, 5, null, "01"],
        ],
      );
      const log = [...cloud.logs.events(`/aws/lambda/${pipeline.function}`)].map(
        ({ message }) => JSON.parse(message) as { level?: string; at?: string; reason?: string },
      );
      const told = log
        .filter(({ reason }) => reason !== undefined)
        .map(({ level, at, reason }) => `${level} ${at} ${reason}`);
      assert.deepEqual(told.sort(), [
        "ERROR split the function split_readings failed: Error: a broken message",
        "WARN registry the thing was not found in the registry: ResourceNotFoundException: Thing ... not found.",
        "WARN shadow the thing's shadow was not found: ResourceNotFoundException: No shadow exists with name: '...'",
      ]);
      assert.deepEqual(cloud.iam.refused(), []);

      // a store whose columns arrive, by an attribute that most messages have not
      const kept = outputs.datastores.kept!;
      const progress = {
        startedAt: 0,
        endpoints: { mqtt: "", http: "" },
        refusedMessages: new Map(),
        put: 0,
        transformLog,
      };
      const report = await makeReport(session!, progress);
      assert.deepEqual(report.iam.unused, []);
      assert.equal(report.datastores.kept!.rows, 5);
      assert.equal(report.pipelines.keep!.partitionFallbacks, 4);
      assert.deepEqual(Object.keys(report.pipelines.correct!.reasons), [
        "the function split_readings failed: Error: a broken message",
      ]);
      const text = await summary(report, session!, {}, 0);
      assert.match(text, /pipeline keep: 4 times a message had no usable value for a partition/);
      assert.match(text, /pipeline correct: 4 times a thing or its shadow was not found/);
      // what the next deployment declares, so that it takes none away
      assert.deepEqual(
        keptTable(path.join(folder, "data", "glue"), session!.evaluation.resources, kept.database, kept.table)?.columns,
        [
          { name: "device", type: "string" },
          { name: "readings", type: "array<array<bigint>>" },
          { name: "line", type: "string" },
          { name: "broken", type: "boolean" },
        ],
      );

      // minutes later on the local clock, no second on this machine's, the shadow is looked up again
      const changed = JSON.stringify({ state: { reported: { offset: 10 } } });
      await client.send(new UpdateThingShadowCommand({ thingName: "pump-1", payload: Buffer.from(changed) }));
      await cloud.clock.advanceTo(cloud.clock.now() + 300_000);
      const later = JSON.stringify({ device: "pump-1", readings: [[hour + 20, 1]], more: 1.5 });
      await client.send(new PublishCommand({ topic: "dt/x", qos: 1, payload: Buffer.from(later) }));
      await cloud.drain();
      const again = await cloud.query(`SELECT value FROM "${table}" WHERE ts = ${hour + 20}`, database);
      assert.deepEqual(again.rows, [[11]]);
      const all = await cloud.query(
        `SELECT device, __partition_line, cardinality(readings), broken, more FROM "${kept.table}" WHERE __partition_line IN ('unknown', 'north/1 é') ORDER BY 1, 5 DESC NULLS LAST, 2`,
        kept.database,
      );
      assert.deepEqual(
        all.rows.map((row) => row.map((value) => (typeof value === "bigint" ? Number(value) : value))),
        [
          ["pump-1", "unknown", 1, null, 1.5],
          ["pump-1", "unknown", 3, null, null],
          ["pump-2", "unknown", 2, null, null],
          ["pump-3", "north/1 é", 1, null, null],
          ["pump-3", "unknown", 0, null, null],
          ["pump-4", "unknown", 0, true, null],
        ],
      );
    } finally {
      client.destroy();
    }
  });

  it("refuses a function that the local cloud has not, before anything is there", async () => {
    await assert.rejects(open({}), /calls the function split_readings, which the program does not declare/);
  });
});
