import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { DuckDBInstance } from "@duckdb/node-api";
import { Clock } from "../local/core/clock";
import { LOCAL_ADMIN_ARN } from "../local/core/principals";
import { Session } from "../local/session";

const ROOT = path.resolve(__dirname, "..");
const START = Date.UTC(2026, 0, 31, 12);
const FILES = 1000;
const ROWS = 10_000;
const QUERY = "SELECT device, avg(temperature) AS mean, count(*) AS n FROM readings GROUP BY device";

/**
 * A content of a dataset over 10 million rows in 1,000 files, one for each hour, by its state machine in the local cloud with its role: over all rows, by a delta
 * window of an hour, and by the same window with the count of late rows. Beside it DuckDB alone with the same files and conditions.
 */
export async function benchDatasetRefresh(): Promise<void> {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "bench-datasets-"));
  const session = await open(folder);
  const connection = await (await DuckDBInstance.create()).connect();
  // The local cloud alone does not keep the process.
  const kept = setInterval(() => undefined, 1000);
  try {
    const { bucket, prefix } = session.outputs.datastores.readings!;
    const made = path.join(folder, "made.parquet");
    for (let hour = 0; hour < FILES; hour++) {
      const first = START / 1000 - (FILES - hour) * 3600;
      await connection.run(
        `COPY (SELECT 'device-' || (i % 100) AS device, 20 + random() * 5 AS temperature, ${first} + i * 3600 // ${ROWS} AS time FROM range(${ROWS}) t(i)) TO '${made}' (FORMAT parquet, COMPRESSION snappy)`,
      );
      const bytes = fs.readFileSync(made);
      session.cloud.s3.put(LOCAL_ADMIN_ARN, bucket, `${prefix}__dt=2026-01-31/${hour}.parquet`, bytes);
    }
    const source = path.join(session.cloud.s3.folder(bucket), prefix, "*", "*.parquet");
    const duck = (condition: string): Promise<number> =>
      timed(() =>
        connection.run(
          `COPY (${QUERY.replace("readings", `read_parquet('${source}')${condition}`)}) TO '${path.join(folder, "one.csv")}' (FORMAT csv, HEADER)`,
        ),
      );
    const window = ` WHERE to_timestamp(time) >= to_timestamp(${START / 1000 - 3780}) AND to_timestamp(time) < to_timestamp(${START / 1000 - 180})`;
    for (const [name, condition] of [
      ["all_rows", ""],
      ["by_window", window],
      ["with_late_rows", window],
    ] as const) {
      // The first run of a query compiles and opens what later ones find open. A second window at the same time would be empty.
      for (const run of condition === "" ? ["first", "second"] : ["first"]) {
        const seconds = await timed(() => session.content(name));
        const alone = await duck(condition);
        process.stdout.write(
          `  ${name}, ${run} run: ${seconds.toFixed(2)} s by the state machine, DuckDB alone ${alone.toFixed(2)} s\n`,
        );
      }
    }
    const { rows } = await session.cloud.query(
      "SELECT count(*) FROM readings",
      session.outputs.datastores.readings!.database,
    );
    if (Number(rows[0]![0]) !== FILES * ROWS) throw new Error(`there are ${rows[0]![0]} rows`);
  } finally {
    clearInterval(kept);
    connection.closeSync();
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
    { name: "time", type: "bigint" },
  ];
  const dataset = (datasetName: string, filters: object[], more: object = {}): object => ({
    datasetName,
    actions: [{ queryAction: { sqlQuery: QUERY, filters } }],
    triggers: [{ schedule: { expression: "rate(1 hour)" } }],
    ...more,
  });
  const delta = [{ deltaTime: { offsetSeconds: 0, timeExpression: "from_unixtime(time)" } }];
  const late = [{ ruleConfiguration: { deltaTimeSessionWindowConfiguration: { timeoutInMinutes: 60 } } }];
  write("store.json", {
    datastoreName: "readings",
    fileFormatConfiguration: { parquetConfiguration: { schemaDefinition: { columns } } },
  });
  write("datasets.json", [
    dataset("all_rows", []),
    dataset("by_window", delta),
    dataset("with_late_rows", delta, { lateDataRules: late }),
  ]);
  const onError = (error: unknown): void => {
    throw error;
  };
  const config = { definitions: folder, ruleNames: "{}", bufferingSeconds: "60", firstDay: "2026-01-01" };
  const dataDir = path.join(folder, "data");
  return Session.open({ projectDir: ROOT, stack: "dev", config, dataDir, fresh: true, onError }, new Clock(START));
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const start = process.hrtime.bigint();
  await work();
  return Number(process.hrtime.bigint() - start) / 1e9;
}
