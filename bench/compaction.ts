import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { DuckDBInstance } from "@duckdb/node-api";
import { Clock } from "../local/core/clock";
import { LOCAL_ADMIN_ARN } from "../local/core/principals";
import { Session } from "../local/session";

const ROOT = path.resolve(__dirname, "..");
const START = Date.UTC(2026, 0, 31, 12);
const HOUR = 3_600_000;
const OBJECTS = 1000;
/** what a buffer of 300 s makes of ten messages a second */
const ROWS = 3000;

/**
 * The compaction of a partition of 1,000 objects in the local cloud, from the run that begins it until queries are led to what it has written,
 * beside DuckDB alone that reads the same objects and writes one.
 */
export async function benchCompaction(): Promise<void> {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "bench-compaction-"));
  const session = await open(folder);
  // The local cloud alone does not keep the process while a compaction is under way.
  const kept = setInterval(() => undefined, 1000);
  try {
    await publish(session);
    const { database, table: name, bucket, prefix } = session.outputs.datastores.readings!;
    const [first] = session.cloud.s3.list(bucket, prefix);
    const own = first!.key.slice(0, first!.key.lastIndexOf("/") + 1);
    const sample = path.join(folder, "sample.parquet");
    await duck(
      `COPY (SELECT 'device-' || (i % 100) AS device, 20 + random() * 5 AS temperature FROM range(${ROWS}) t(i)) TO '${sample}' (FORMAT parquet, COMPRESSION snappy)`,
    );
    const bytes = fs.readFileSync(sample);
    for (let n = 0; n < OBJECTS; n++) session.cloud.s3.put(LOCAL_ADMIN_ARN, bucket, `${own}more-${n}.parquet`, bytes);
    const { registered } = session.cloud.glue.tables.get(`${database}.${name}`)!;
    const location = (): string => String(registered!.get(["north"])!.descriptor.Location);
    const before = location();
    await session.clock.advanceTo(START + 24 * HOUR);
    const start = process.hrtime.bigint();
    for (let quarters = 1; location() === before; quarters++) {
      if (quarters > 8) throw new Error("the partition was not compacted within two hours");
      await session.clock.advanceTo(START + 24 * HOUR + (quarters * HOUR) / 4);
    }
    const seconds = Number(process.hrtime.bigint() - start) / 1e9;
    const { rows } = await session.cloud.query(`SELECT count(*) FROM ${name}`, database);
    if (Number(rows[0]![0]) !== OBJECTS * ROWS + 1) throw new Error(`there are ${rows[0]![0]} rows`);
    const source = path.join(session.cloud.s3.folder(bucket), own, "more-*.parquet");
    const alone = process.hrtime.bigint();
    await duck(
      `COPY (SELECT * FROM read_parquet('${source}')) TO '${path.join(folder, "one.parquet")}' (FORMAT parquet, COMPRESSION snappy)`,
    );
    const duckSeconds = Number(process.hrtime.bigint() - alone) / 1e9;
    const megabytes = (OBJECTS * bytes.length) / 2 ** 20;
    process.stdout.write(
      `  compaction of ${OBJECTS.toLocaleString("en-US")} objects, ${(OBJECTS * ROWS).toLocaleString("en-US")} rows, ${megabytes.toFixed(0)} MB: ${seconds.toFixed(1)} s with its calls, count and journal; DuckDB alone writes the rows in ${duckSeconds.toFixed(1)} s\n`,
    );
  } finally {
    clearInterval(kept);
    await session.close();
    fs.rmSync(folder, { recursive: true, force: true });
  }
}

async function open(folder: string): Promise<Session> {
  const write = (name: string, document: object): void =>
    fs.writeFileSync(path.join(folder, name), JSON.stringify(document));
  const columns = [
    { name: "device", type: "string" },
    { name: "temperature", type: "double" },
  ];
  write("channel.json", { channelName: "plant" });
  write("store.json", {
    datastoreName: "readings",
    fileFormatConfiguration: { parquetConfiguration: { schemaDefinition: { columns } } },
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
  const onError = (error: unknown): void => {
    throw error;
  };
  const dataDir = path.join(folder, "data");
  return Session.open({ projectDir: ROOT, stack: "dev", config, dataDir, fresh: true, onError }, new Clock(START));
}

/** A message, whose row makes the partition. */
async function publish({ cloud }: Session): Promise<void> {
  await cloud.listen({ mqtt: 0, http: 0 });
  cloud.start();
  const payload = Buffer.from('{"device":"device-1","temperature":20,"site":"north"}');
  const message = { topic: "dt/1", payload, qos: 1, retain: false, clientId: "c", principal: "device/c" } as const;
  await new Promise<void>((resolve, reject) =>
    cloud.rules.publish({ ...message, source: "mqtt" }, (verdict) =>
      verdict.ok ? resolve() : reject(new Error(verdict.message)),
    ),
  );
  await cloud.drain();
}

async function duck(sql: string): Promise<void> {
  const connection = await (await DuckDBInstance.create()).connect();
  try {
    await connection.run(sql);
  } finally {
    connection.closeSync();
  }
}
