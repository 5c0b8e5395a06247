import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { TransformLogStats } from "../cli/start/transform-log-stats";
import { makeReport, type Report } from "../cli/start/report";
import { Clock } from "../local/core/clock";
import { LOCAL_ADMIN_ARN } from "../local/core/principals";
import { Session, type DeploymentError } from "../local/session";

const ROOT = path.resolve(__dirname, "..");
const START = Date.UTC(2026, 0, 1);
const MINUTE = 60_000;
const BY_HTTP = { qos: 1, retain: false, clientId: "N/A", principal: LOCAL_ADMIN_ARN, source: "http" } as const;
const PIPELINE = {
  candidate: {
    document: "definitions/candidates/kelvin/pipeline.json",
    datastore: "definitions/candidates/kelvin/datastore.json",
  },
};

/** The example's program in the local cloud; nothing is replaced but AWS. */
describe("a candidate, from the first message to its end", function () {
  this.timeout(600_000);
  let folder: string;
  let now = START;
  let session: Session | undefined;
  before(() => (folder = fs.mkdtempSync(path.join(os.tmpdir(), "candidate-"))));
  after(() => fs.rmSync(folder, { recursive: true, force: true }));
  afterEach(async () => {
    await session?.close();
    session = undefined;
  });

  const write = (name: string, document: object): string => {
    const file = path.join(folder, name);
    fs.mkdirSync(path.dirname(file), { recursive: true });
    fs.writeFileSync(file, JSON.stringify(document));
    return file;
  };
  /** Deploys with settings of the pipeline and others, as `npm start` does. */
  async function open(pipeline: object, config: Record<string, object | string | boolean> = {}): Promise<Session> {
    await session?.close();
    session = undefined;
    session = await Session.open(
      {
        projectDir: ROOT,
        stack: "dev",
        config: {
          channels: JSON.stringify({ etl_device_data: { receivedAt: true } }),
          pipelines: JSON.stringify({ calculate_fahrenheit: pipeline }),
          ...Object.fromEntries(
            Object.entries(config).map(([key, value]) => [
              key,
              typeof value === "string" ? value : JSON.stringify(value),
            ]),
          ),
        },
        dataDir: path.join(folder, "data"),
        fresh: false,
        onError: (error) => {
          throw error;
        },
      },
      new Clock(now),
    );
    await session.cloud.listen({ mqtt: 0, http: 0 });
    await session.cloud.invokeDeclared();
    session.cloud.start();
    return session;
  }

  let sent = 0;
  /** Publishes messages, one in each of so many seconds of the local clock. */
  async function publish(seconds: number): Promise<void> {
    const { cloud, clock } = session!;
    for (let second = 0; second < seconds; second++) {
      now = clock.now() + 1000;
      await clock.advanceTo(now);
      const timestamp = new Date(now).toISOString().slice(0, 19).replace("T", " ");
      const message = JSON.stringify({ device_id: `d${sent % 3}`, temperature: sent++ % 100, humidity: 5, timestamp });
      await cloud.messages.publishMessage({ topic: "dt/d/aggregate", payload: Buffer.from(message), ...BY_HTTP });
    }
  }
  async function deliver(): Promise<Report> {
    await session!.cloud.drain();
    now = session!.clock.now();
    const progress = {
      startedAt: Date.now(),
      endpoints: { mqtt: "", http: "" },
      refusedMessages: new Map(),
      put: 0,
      transformLog: new TransformLogStats(session!),
    };
    return makeReport(session!, progress);
  }
  const DATABASE = "iot_telemetry_etl_dev";
  const count = async (table: string): Promise<number> =>
    Number((await session!.cloud.query(`SELECT count(*) FROM ${table}`, DATABASE)).rows[0]![0]);
  const columns = async (): Promise<string[]> =>
    (await session!.cloud.query("SELECT * FROM etl_aggregate_store LIMIT 1", DATABASE)).columns.map(({ name }) => name);
  const candidate = () => session!.outputs.pipelines.calculate_fahrenheit!.candidate!;
  const conserved = (report: Report): void => {
    const { received, stored, filtered, failed, left, pending } = report.candidates.calculate_fahrenheit!;
    assert.equal(received, stored + filtered + failed + left + pending);
    assert.equal(received, report.channels.etl_device_data!.received, "every record of the stream reached it");
    assert.deepEqual([report.iam.refused, report.iam.unused, report.defects], [[], [], []]);
  };

  it("comes beside a datastore with rows, whose readers see nothing of it", async () => {
    await open({});
    await publish(30);
    await deliver();
    assert.equal(await count("etl_aggregate_store"), 30);

    await open(PIPELINE);
    await publish(300);
    const report = await deliver();
    conserved(report);
    const { left, stored, boundary } = report.candidates.calculate_fahrenheit!;
    assert.equal(await count("etl_aggregate_store"), 330);
    assert.equal(await count("etl_aggregate_store__rows"), 330);
    assert.ok(!(await columns()).includes("temperature_kelvin"));
    // A message each second: those of the boundary's second and later are its own, and no other.
    assert.ok(left > 60 && stored > 60, `${left} left, ${stored} stored`);
    const own = await session!.cloud.query(
      `SELECT count(*), min("timestamp"), min(temperature_kelvin - temperature) FROM etl_aggregate_store__candidate`,
      DATABASE,
    );
    const first = new Date(Math.ceil(boundary! / 1000) * 1000).toISOString().slice(0, 19).replace("T", " ");
    assert.deepEqual(own.rows[0]!.map(String), [String(stored), first, "273.15"]);
  });

  it("goes on with its boundary in the next run, and leaves nothing any more", async () => {
    await open(PIPELINE);
    await publish(20);
    const report = await deliver();
    conserved(report);
    const { left, stored } = report.candidates.calculate_fahrenheit!;
    assert.deepEqual([left, stored], [0, 20]);
  });

  it("is not promoted before it is deployed", async () => {
    const document = JSON.parse(fs.readFileSync(path.join(ROOT, PIPELINE.candidate.document), "utf8")) as {
      pipelineActivities: { math?: { math: string } }[];
    };
    document.pipelineActivities[2]!.math!.math = "temperature + 273";
    const changed = { ...PIPELINE.candidate, document: write("other.json", document), promote: true };
    await assert.rejects(open({ candidate: changed }), (error: DeploymentError) => {
      assert.match(error.message, /candidate\.promote: saw true, and the candidate g[0-9a-f]{8} is not deployed/);
      return true;
    });
  });

  it("is promoted and rolled back while it is queried, and each query sees one of the two, wholly", async () => {
    await open(PIPELINE);
    const { glue } = session!.cloud;
    const { table } = candidate();
    const [before, after] = [await count("etl_aggregate_store"), await count(table)];
    assert.notEqual(before, after);
    const promoted = await open({ candidate: { ...PIPELINE.candidate, promote: true } });
    assert.equal(await count("etl_aggregate_store"), after);
    assert.ok((await columns()).includes("temperature_kelvin"));
    assert.notEqual(promoted.cloud.glue, glue);
    await publish(10);
    const report = await deliver();
    conserved(report);
    assert.equal(await count("etl_aggregate_store"), after + 10);

    await open({ candidate: { ...PIPELINE.candidate, promote: false } });
    assert.ok(!(await columns()).includes("temperature_kelvin"));
    assert.equal(await count("etl_aggregate_store"), before + 10, "the former rows went on while it was promoted");
  });

  it("registers partitions that are new while readers see the view, on both sides", async () => {
    await open({ candidate: { ...PIPELINE.candidate, promote: true } });
    now += 60 * MINUTE;
    await session!.clock.advanceTo(now);
    const [rows, own] = [await count("etl_aggregate_store__rows"), await count("etl_aggregate_store")];
    await publish(5);
    conserved(await deliver());
    assert.equal(await count("etl_aggregate_store__rows"), rows + 5);
    assert.equal(await count("etl_aggregate_store"), own + 5);
  });

  it("is abandoned: without the setting its view may not become a table, and with the keys its rows go", async () => {
    await assert.rejects(open({}), (error: Error) => {
      assert.match(error.message, /is deployed as a view of .*datastores\.etl_aggregate_store\.view: true/);
      return true;
    });
    await open({ candidate: { ...PIPELINE.candidate, promote: false } });
    const { prefix, bucket } = candidate();
    const rows = await count("etl_aggregate_store");
    const abandoned = { candidate: { ...PIPELINE.candidate, abandon: true } };
    await assert.rejects(open(abandoned, { datastores: { etl_aggregate_store: { view: true } } }), /both keys/);
    const keys = {
      datastores: { etl_aggregate_store: { view: true, allowDataDeletion: true } },
      allowDataDeletion: true,
    };
    await open(abandoned, keys);
    assert.equal(candidate(), undefined);
    assert.notEqual(session!.cloud.s3.list(bucket, prefix).length, 0);
    now += 3 * 24 * 60 * MINUTE;
    await session!.clock.advanceTo(now);
    assert.deepEqual(session!.cloud.s3.list(bucket, prefix), []);
    assert.equal(await count("etl_aggregate_store"), rows);
    await publish(3);
    await deliver();
    assert.equal(await count("etl_aggregate_store"), rows + 3);
  });

  it("is adopted: its resources go on as those of the pipeline, and the former rows end on the day that is said", async () => {
    const keep = { datastores: { etl_aggregate_store: { view: true } } };
    await open(PIPELINE, keep);
    await publish(200);
    await deliver();
    const { version, deliveryStream, function: lambda, table } = candidate();
    await open({ candidate: { ...PIPELINE.candidate, promote: true } }, keep);
    const rows = await count("etl_aggregate_store");
    const { positions } = session!.cloud.deliveryStreams.get(deliveryStream)!;

    const documents = path.join(folder, "documents");
    fs.cpSync(path.join(ROOT, "definitions", "etl"), documents, { recursive: true });
    fs.cpSync(path.join(ROOT, "definitions", "candidates", "kelvin"), documents, { recursive: true });
    const until = new Date(now + 2 * 24 * 60 * MINUTE).toISOString().slice(0, 10);
    const adopted = { adopted: { version, former: "rows", keepFormerUntil: until } };
    await open(adopted, { definitions: documents });
    const pipeline = session!.outputs.pipelines.calculate_fahrenheit!;
    assert.deepEqual([pipeline.deliveryStream, pipeline.function], [deliveryStream, lambda]);
    assert.deepEqual(session!.cloud.deliveryStreams.get(deliveryStream)!.positions, positions, "it reads on");
    const { rows: physical, bucket } = session!.outputs.datastores.etl_aggregate_store!;
    assert.equal(physical, table);
    assert.equal(await count("etl_aggregate_store"), rows);
    await publish(7);
    await deliver();
    assert.equal(await count("etl_aggregate_store"), rows + 7);
    const former = () => session!.cloud.s3.list(bucket, "data/etl_aggregate_store/").length;
    assert.notEqual(former(), 0);
    await session!.clock.advanceTo(Date.parse(until) + 24 * 60 * MINUTE);
    assert.equal(former(), 0);
    assert.equal(await count("etl_aggregate_store"), rows + 7);
  });
});
