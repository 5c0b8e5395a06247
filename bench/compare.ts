import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { DuckDBInstance } from "@duckdb/node-api";
import { compareTables, planComparison } from "../etl/compare";
import { Athena, type CatalogTable } from "../local/athena";

const ROWS = Number(process.env.BENCH_ROWS ?? 10_000_000);
const COLUMNS = [
  { name: "device_id", type: "string" },
  { name: "temperature", type: "int" },
  { name: "fahrenheit", type: "double" },
  { name: "humidity", type: "int" },
  { name: "timestamp", type: "string" },
];

/**
 * Two tables of ten million rows (BENCH_ROWS, if it is set) as `npm run compare` compares them, with distributions and examples, beside DuckDB alone,
 * which joins the same files by the same key and counts the rows that differ. Both have one thread and 1 GB.
 */
export async function benchCompare(): Promise<void> {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "bench-compare-"));
  try {
    const file = (name: string): string => path.join(folder, `${name}.parquet`);
    await write(file("before"), "temperature * 9e0 / 5 + 32", folder);
    await write(file("few"), "temperature * 9e0 / 5 + CASE WHEN i % 1000 = 0 THEN 33 ELSE 32 END", folder);
    await write(file("all"), "temperature * 9e0 / 5 + 33", folder);
    for (const [after, what] of [
      ["few", "one row in 1,000 differs"],
      ["all", "every row differs"],
    ] as const) {
      const bare = await join(file("before"), file(after), folder);
      const own = await compare(file("before"), file(after));
      if (bare.differ !== own.differ) throw new Error(`${own.differ} rows differ, DuckDB alone counts ${bare.differ}`);
      process.stdout.write(
        `  ${what}: ${own.seconds.toFixed(1)} s (rows matched in ${own.matched.toFixed(1)} s), DuckDB alone ${bare.seconds.toFixed(1)} s: ${(own.seconds / bare.seconds).toFixed(1)} times\n`,
      );
    }
    const most = Math.round(process.resourceUsage().maxRSS / 1024);
    process.stdout.write(`  ${ROWS.toLocaleString("en-US")} rows a side; most memory of the process ${most} MB\n`);
  } finally {
    fs.rmSync(folder, { recursive: true, force: true });
  }
}

async function open(folder: string): Promise<DuckDBInstance> {
  return DuckDBInstance.create(":memory:", {
    threads: "1",
    memory_limit: "1GB",
    temp_directory: path.join(folder, "spill"),
  });
}

async function write(file: string, fahrenheit: string, folder: string): Promise<void> {
  const instance = await open(folder);
  const connection = await instance.connect();
  await connection.run(
    `COPY (SELECT device_id, temperature, ${fahrenheit} AS fahrenheit, humidity, "timestamp" FROM (
       SELECT i, 'device-' || (i % 1000) AS device_id, (i * 7919 % 60)::INT AS temperature, (i * 31 % 100)::INT AS humidity,
         strftime(TIMESTAMP '2026-01-01' + INTERVAL (i // 1000) SECOND, '%Y-%m-%d %H:%M:%S') AS "timestamp" FROM range(${ROWS}) t(i))
     ) TO '${file}' (FORMAT parquet)`,
  );
  instance.closeSync();
}

/** What a person would write who knows that keys are unique. */
async function join(before: string, after: string, folder: string): Promise<{ seconds: number; differ: number }> {
  const instance = await open(folder);
  const connection = await instance.connect();
  const values = (side: string): string => `(${side}.temperature, ${side}.fahrenheit, ${side}.humidity)`;
  const startedAt = performance.now();
  const result = await connection.run(
    `SELECT count(*) FILTER (WHERE ${values("b")} IS DISTINCT FROM ${values("a")})
     FROM '${before}' b FULL JOIN '${after}' a USING (device_id, "timestamp")`,
  );
  const [[differ]] = (await result.getRows()) as [[bigint]];
  const seconds = (performance.now() - startedAt) / 1000;
  instance.closeSync();
  return { seconds, differ: Number(differ) };
}

async function compare(before: string, after: string): Promise<{ seconds: number; matched: number; differ: number }> {
  const table = (name: string, file: string): CatalogTable => ({
    database: "db",
    name,
    columns: COLUMNS,
    partitionKeys: [],
    parameters: {},
    location: "s3://bench/",
    files: () => [
      { path: file, bucket: "bench", key: path.basename(file), partition: {}, bytes: fs.statSync(file).size },
    ],
    unseen: () => 0,
  });
  const tables = new Map([
    ["db.before", table("before", before)],
    ["db.after", table("after", after)],
  ]);
  const plan = planComparison(
    { database: "db", name: "before", columns: COLUMNS },
    { database: "db", name: "after", columns: COLUMNS },
  );
  if ("problems" in plan) throw new Error(plan.problems.join("\n"));
  const athena = new Athena();
  const startedAt = performance.now();
  let matched = 0;
  try {
    const { rows } = await compareTables(plan, async (sql, what) => {
      const begun = performance.now();
      const result = await athena.query(sql, { database: "db", tables });
      if (what.startsWith("rows by")) matched = (performance.now() - begun) / 1000;
      return result.rows.map((row) => Object.fromEntries(row.map((value, i) => [result.columns[i]!.name, value])));
    });
    return { seconds: (performance.now() - startedAt) / 1000, matched, differ: rows.differ };
  } finally {
    athena.close();
  }
}
