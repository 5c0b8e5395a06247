import { spawnSync } from "node:child_process";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { openServer } from "../devices/historian/server";
import { fill } from "../devices/historian/tag-values";

const ROOT = path.resolve(__dirname, "..");
const SECONDS = 100_000;
/** Enough for the full load not to wait for the local clock. */
const SHARDS = 16;

/** Measures the historian's flow: the full load into the channel beside a bare COPY of the same table to a file. */
export async function benchHistorian(): Promise<void> {
  const dataDir = fs.mkdtempSync(path.join(os.tmpdir(), "bench-historian-"));
  const folder = path.join(dataDir, "copied");
  const server = await openServer(path.join(folder, "server"), "historian", true);
  try {
    const client = await server.connect();
    await fill(client, 1_700_000_000, SECONDS, () => undefined);
    const { rows } = await client.query<{ n: string }>("SELECT count(*) AS n FROM public.tag_values");
    const count = Number(rows[0]!.n);
    // The server writes the file, as whoever it runs as may.
    const { rows: at } = await client.query<{ folder: string }>("SELECT current_setting('data_directory') AS folder");
    const copied = Date.now();
    await client.query(`COPY public.tag_values TO '${at[0]!.folder}/copied.txt'`);
    const copy = count / ((Date.now() - copied) / 1000);
    process.stdout.write(`  COPY to a file (the reference): ${Math.round(copy).toLocaleString("en-US")} rows/s\n`);
    await client.end();

    const run = (seconds: number): { seconds: number; put: number } => {
      const options = ["--data-dir", path.join(dataDir, String(seconds)), "--historian-seconds", String(seconds)];
      const result = spawnSync(
        process.execPath,
        [
          ...["--require", "./register.cjs", "cli/start.ts", "--stack", "historian", "--json", "--fresh"],
          ...["--historian-inserts", "0", "-c", `shardCount=${SHARDS}`, ...options],
        ],
        { cwd: ROOT, encoding: "utf8" },
      );
      if (result.status !== 0) throw new Error(`npm start ended with ${result.status}: ${result.stderr}`);
      const report = JSON.parse(result.stdout) as { seconds: number; sources: { scada: { put: number } } };
      return { seconds: report.seconds, put: report.sources.scada.put };
    };
    // What a start takes without rows to speak of is no part of the load.
    const start = run(1);
    const load = run(SECONDS);
    const rate = (load.put - start.put) / (load.seconds - start.seconds);
    process.stdout.write(
      `  full load into the channel, and on to Parquet: ${Math.round(rate).toLocaleString("en-US")} rows/s, ${(rate / copy).toFixed(4)} x the reference (${SHARDS} shards)\n`,
    );
  } finally {
    await server.stop();
    fs.rmSync(dataDir, { recursive: true, force: true });
  }
}
