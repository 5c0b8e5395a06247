import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { IoTDataPlaneClient, PublishCommand } from "@aws-sdk/client-iot-data-plane";
import { TransformLogStats } from "../cli/start/transform-log-stats";
import { makeReport, type Report } from "../cli/start/report";
import { summary } from "../cli/start/summary";
import { Clock } from "../local/core/clock";
import type { DeliveryStream } from "../local/services/firehose/delivery-stream";
import { Session } from "../local/session";

const ROOT = path.resolve(__dirname, "..");
const START = Date.UTC(2026, 0, 1);
const HOUR = START / 1000;

/** A gateway was off the air for some hours and sends what its devices measured in one message. */
const FUNCTION = `exports.handler = async (messages) => messages.flatMap(({ gateway, readings }) =>
  readings.map(([ts, value]) => ({ gateway, ts, value })));`;

/** The program itself in the local cloud, and the function as it would be deployed; nothing is replaced but AWS. */
describe("messages with rows of several partitions, from a gateway to SQL", function () {
  this.timeout(180_000);
  let folder: string;
  let session: Session | undefined;
  let http: string | undefined;
  beforeEach(() => {
    folder = fs.mkdtempSync(path.join(os.tmpdir(), "fan-out-"));
    const write = (name: string, content: unknown): void => {
      const file = path.join(folder, name);
      fs.mkdirSync(path.dirname(file), { recursive: true });
      fs.writeFileSync(file, typeof content === "string" ? content : JSON.stringify(content));
    };
    write("documents/channel.json", { channelName: "plant" });
    write("documents/pipeline.json", {
      pipelineName: "unpack",
      pipelineActivities: [
        { channel: { name: "in", channelName: "plant", next: "split" } },
        { lambda: { name: "split", lambdaName: "split_readings", batchSize: 1, next: "out" } },
        { datastore: { name: "out", datastoreName: "readings" } },
      ],
    });
    write("documents/datastore.json", {
      datastoreName: "readings",
      fileFormatConfiguration: {
        parquetConfiguration: {
          schemaDefinition: {
            columns: [
              { name: "gateway", type: "string" },
              { name: "ts", type: "bigint" },
              { name: "value", type: "bigint" },
            ],
          },
        },
      },
      datastorePartitions: { partitions: [{ timestampPartition: { attributeName: "ts" } }] },
    });
    write("function/index.js", FUNCTION);
  });
  afterEach(async () => {
    await session?.close();
    session = undefined;
    fs.rmSync(folder, { recursive: true, force: true });
  });

  const open = async (data = "data", time = START): Promise<Session> => {
    await session?.close();
    session = await Session.open(
      {
        projectDir: ROOT,
        stack: "dev",
        config: {
          definitions: path.join(folder, "documents"),
          ruleNames: "{}",
          topicFilters: '{"plant":"gw/+"}',
          functions: JSON.stringify({
            split_readings: { path: path.join(folder, "function"), handler: "index.handler", runtime: "nodejs22.x" },
          }),
        },
        dataDir: path.join(folder, data),
        fresh: false,
        onError: (error) => {
          throw error;
        },
      },
      new Clock(time),
    );
    ({ http } = await session.cloud.listen({ mqtt: 0, http: 0 }));
    return session;
  };

  const publish = async (message: object): Promise<void> => {
    const client = new IoTDataPlaneClient({
      endpoint: http,
      region: "eu-central-1",
      credentials: { accessKeyId: "any", secretAccessKey: "any" },
    });
    try {
      const payload = Buffer.from(JSON.stringify(message));
      await client.send(new PublishCommand({ topic: "gw/1", qos: 1, payload }));
    } finally {
      client.destroy();
    }
  };

  const reported = async (of: Session, transformLog: TransformLogStats): Promise<Report> =>
    makeReport(of, {
      startedAt: 0,
      endpoints: { mqtt: "", http: "" },
      refusedMessages: new Map(),
      put: 0,
      transformLog,
    });

  const rows = async ({ cloud, outputs }: Session): Promise<unknown[][]> => {
    const { database, table } = outputs.datastores.readings!;
    const found = await cloud.query(`SELECT gateway, value, __hour FROM "${table}" ORDER BY value`, database);
    return found.rows.map((row) => row.map((value) => (typeof value === "bigint" ? Number(value) : value)));
  };

  it("stores each row once in its partition, and counts each message once", async () => {
    const own = await open();
    const transformLog = new TransformLogStats(own);
    own.cloud.start();
    // 30 messages of 24 readings: from one hour to 24 of them in a message
    const wanted: unknown[][] = [];
    for (let message = 0; message < 30; message++) {
      const readings = Array.from({ length: 24 }, (_, reading) => {
        const hour = reading % (1 + (message % 24));
        const value = message * 100 + reading;
        wanted.push([`g${message}`, value, String(hour).padStart(2, "0")]);
        return [HOUR + hour * 3600 + message, value];
      });
      await publish({ gateway: `g${message}`, readings });
    }
    await publish({ gateway: "empty", readings: [] });
    await publish({ gateway: "broken" });
    await own.cloud.drain();
    assert.deepEqual(await rows(own), wanted);
    const report = await reported(own, transformLog);
    const { received, stored, filtered, failed, pending, fanOut } = report.pipelines.unpack!;
    assert.deepEqual([received, stored, filtered, failed, pending], [32, 30, 1, 1, 0]);
    // hours beyond the first: 0 + 1 + ... + 23, and once more 0 + ... + 5
    assert.deepEqual(fanOut, { received: 276 + 15, stored: 276 + 15, failed: 0, pending: 0 });
    assert.equal(report.datastores.readings!.rows, 720);
    assert.equal(report.datastores.readings!.partitions, 24);
    assert.deepEqual(report.iam.refused, []);
    assert.deepEqual(report.iam.unused, []);
    assert.match(await summary(report, own, {}, 0), /fan-out +unpack +291 received +291 stored +0 failed/);
  });

  it("fails a message whole whose further rows cannot be put, and stores none of it", async () => {
    const own = await open();
    const transformLog = new TransformLogStats(own);
    own.cloud.start();
    const { fanOutStream, errorPrefix } = own.outputs.pipelines.unpack!;
    // As if somebody had deleted it.
    const streams = own.cloud.deliveryStreams as Map<string, DeliveryStream>;
    const fanOut = streams.get(fanOutStream!)!;
    streams.delete(fanOutStream!);
    const readings = [
      [HOUR, 1],
      [HOUR + 3600, 2],
    ];
    await publish({ gateway: "several", readings });
    await publish({ gateway: "one", readings: [[HOUR, 3]] });
    await own.cloud.drain();
    assert.deepEqual(await rows(own), [["one", 3, "00"]]);
    streams.set(fanOutStream!, fanOut);
    const { pipelines } = await reported(own, transformLog);
    const { received, stored, failed, reasons } = pipelines.unpack!;
    assert.deepEqual([received, stored, failed], [2, 1, 1]);
    assert.match(Object.keys(reasons)[0]!, /^ResourceNotFoundException: Firehose .* not found/);
    const objects = own.cloud.s3.list(own.outputs.datastores.readings!.bucket, errorPrefix);
    const lines = objects.map(({ file }) => JSON.parse(fs.readFileSync(file, "utf8")) as { rawData: string });
    assert.deepEqual(
      lines.map(
        ({ rawData }) => (JSON.parse(Buffer.from(rawData, "base64").toString()) as { readings: unknown }).readings,
      ),
      [readings],
    );
  });

  it("stores each row once although the process is killed between the function's answer and the objects", async () => {
    const first = await open();
    first.cloud.start();
    const wanted: unknown[][] = [];
    for (let message = 0; message < 6; message++) {
      const values = [0, 1, 2].map((hour) => [HOUR + hour * 3600, message * 10 + hour]);
      wanted.push(...[0, 1, 2].map((hour) => [`g${message}`, message * 10 + hour, `0${hour}`]));
      await publish({ gateway: `g${message}`, readings: values });
    }
    const { deliveryStream, fanOutStream } = first.outputs.pipelines.unpack!;
    await first.cloud.clock.advanceTo(START + 70_000);
    const answered = first.cloud.deliveryStreams.get(fanOutStream!)!;
    assert.equal(answered.pending, 12);
    assert.equal(first.cloud.deliveryStreams.get(deliveryStream)!.counts.stored, 0);
    // What a killed process leaves behind: nothing is closed.
    fs.cpSync(path.join(folder, "data"), path.join(folder, "left"), { recursive: true });
    fs.rmSync(path.join(folder, "left", "lock"), { recursive: true });
    const second = await open("left", START + 70_000);
    second.cloud.start();
    await second.cloud.drain();
    assert.deepEqual(await rows(second), wanted);
    const { received, stored } = second.cloud.deliveryStreams.get(fanOutStream!)!.counts;
    assert.deepEqual([received, stored], [12, 12]);
    // Nothing is kept once it is in objects.
    const kept = path.join(folder, "left", "firehose", deliveryStream, "answers");
    assert.deepEqual(fs.readdirSync(kept), []);
  });
});
