import { spawnSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { documentFiles, loadFiles } from "../etl/documents";
import { SourceError } from "../etl/documents/read/parsed-file";
import { parseSource } from "../etl/documents/read/source";

const ROOT = path.resolve(__dirname, "..");
const SEED = path.join(ROOT, "definitions/etl");
const DOCUMENTS = 1000;
const CUTS = 100_000;
const RANDOM = 1_000_000;

/** Measures `npm run check` with 1,000 documents, as a user calls it; the reference is JSON.parse of the same files. */
export async function benchCheck(): Promise<void> {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "bench-check-"));
  try {
    writeDocuments(folder);
    const command = ["--require", "./register.cjs", "cli/check.ts", folder, "--json"];
    const start = process.hrtime.bigint();
    const { status, stdout } = spawnSync(process.execPath, command, { cwd: ROOT, maxBuffer: 1 << 30 });
    const seconds = since(start);
    const { summary } = JSON.parse(stdout.toString()) as { summary: { documents: number; valid: number } };
    if (status !== 0 || summary.valid !== DOCUMENTS)
      throw new Error(`check ended with ${status}: ${JSON.stringify(summary)}`);

    const files = documentFiles(folder, true);
    const loading = process.hrtime.bigint();
    loadFiles(files, { purpose: "check" });
    const loaded = since(loading);
    const parsing = process.hrtime.bigint();
    for (const file of files) JSON.parse(fs.readFileSync(file, "utf8"));
    const parsed = since(parsing);
    process.stdout.write(
      `  ${DOCUMENTS} documents in as many files: ${seconds.toFixed(2)} s as a command (aim: under 2 s), ` +
        `${loaded.toFixed(2)} s of it the documents; reading and JSON.parse alone ${parsed.toFixed(2)} s\n`,
    );
    hostile(fs.readFileSync(path.join(SEED, "datastore.json")));
  } finally {
    fs.rmSync(folder, { recursive: true });
  }
}

/** Equal numbers of channels, datastores, pipelines and datasets, connected by their names. */
function writeDocuments(folder: string): void {
  const read = (name: string): Record<string, unknown> =>
    JSON.parse(fs.readFileSync(path.join(SEED, `${name}.json`), "utf8")) as Record<string, unknown>;
  const pipeline = fs.readFileSync(path.join(SEED, "pipeline.json"), "utf8");
  for (let index = 0; index < DOCUMENTS / 4; index++) {
    const [channel, datastore] = [`channel_${index}`, `datastore_${index}`];
    const documents = {
      channel: { ...read("channel"), channelName: channel },
      datastore: { ...read("datastore"), datastoreName: datastore },
      pipeline: {
        ...(JSON.parse(
          pipeline.replace("etl_device_data", channel).replace("etl_aggregate_store", datastore),
        ) as object),
        pipelineName: `pipeline_${index}`,
      },
      dataset: {
        ...read("dataset"),
        datasetName: `dataset_${index}`,
        actions: [{ actionName: "query", queryAction: { sqlQuery: `SELECT * FROM ${datastore}` } }],
      },
    };
    for (const [kind, document] of Object.entries(documents)) {
      fs.writeFileSync(path.join(folder, `${kind}_${index}.json`), JSON.stringify(document, undefined, 2));
    }
  }
}

/** Random bytes, and documents that are truncated or have a byte changed: each must get a result, never an unexpected error. */
function hostile(document: Buffer): void {
  const started = process.hrtime.bigint();
  const counts = { refused: 0, read: 0 };
  const answer = (bytes: Buffer): void => {
    try {
      parseSource(bytes, "document.json");
      counts.read++;
    } catch (error) {
      if (!(error instanceof SourceError)) throw error;
      counts.refused++;
    }
  };
  for (let index = 0; index < CUTS; index++) answer(document.subarray(0, index % (document.lastIndexOf("}") - 1)));
  if (counts.read > 0) throw new Error(`${counts.read} documents that are cut off were read`);
  const noise = randomBytes(RANDOM + 64);
  for (let index = 0; index < RANDOM; index++) {
    answer(noise.subarray(index, index + 1 + ((noise[index] as number) & 63)));
  }
  for (let index = 0; index < CUTS; index++) {
    const changed = Buffer.from(document);
    changed[index % changed.length] = noise[index] as number;
    answer(changed);
  }
  process.stdout.write(
    `  ${CUTS.toLocaleString("en-US")} documents cut off, as many with a byte changed, ${RANDOM.toLocaleString("en-US")} random bytes: ` +
      `${counts.refused.toLocaleString("en-US")} refused in words, ${counts.read.toLocaleString("en-US")} still JSON, no other error, ${since(started).toFixed(1)} s\n`,
  );
}

/** s */
function since(start: bigint): number {
  return Number(process.hrtime.bigint() - start) / 1e9;
}
