/** A reprocess function's work over objects in memory, in place of S3; what it replaces is `functions/reprocess/store.ts` alone. */
import { createHash } from "node:crypto";
import { Readable } from "node:stream";
import { gunzipSync, gzipSync } from "node:zlib";
import { parquetReadObjects } from "hyparquet";
import { compilePipeline } from "../../../etl/pipeline";
import type { ObjectWork, SourceItem } from "../../../functions/reprocess/object";
import type { ReprocessDefinition } from "../../../functions/reprocess/settings";
import type { ObjectStore } from "../../../functions/reprocess/store";

export const ARCHIVE = "raw-bucket";
export const DATA = "data-bucket";

/** Objects by `bucket/key`. */
export class MemoryStore implements ObjectStore {
  readonly objects = new Map<string, Buffer>();
  /** calls that are still answered; then each fails, as if the process were gone */
  callsLeft = Infinity;

  private call(): void {
    if (this.callsLeft-- <= 0) throw new Error("killed");
  }

  async open(bucket: string, key: string) {
    this.call();
    const body = this.objects.get(`${bucket}/${key}`)!;
    return { body: Readable.from([body]), etag: etagOf(body), modified: 0 };
  }

  async text(bucket: string, key: string) {
    this.call();
    return this.objects.get(`${bucket}/${key}`)?.toString("utf8");
  }

  async put(bucket: string, key: string, body: Uint8Array | string) {
    this.call();
    this.objects.set(`${bucket}/${key}`, Buffer.from(body as Uint8Array));
  }

  async putNew(bucket: string, key: string, body: string) {
    this.call();
    if (this.objects.has(`${bucket}/${key}`)) return false;
    this.objects.set(`${bucket}/${key}`, Buffer.from(body));
    return true;
  }

  async remove(bucket: string, key: string) {
    this.call();
    this.objects.delete(`${bucket}/${key}`);
  }

  async *list(bucket: string, prefix: string) {
    this.call();
    const begin = `${bucket}/${prefix}`;
    for (const name of [...this.objects.keys()].sort()) if (name.startsWith(begin)) yield name.slice(bucket.length + 1);
  }

  /** names of the objects of rows */
  get rowFiles(): string[] {
    return [...this.objects.keys()].filter((name) => name.startsWith(`${DATA}/data/`)).sort();
  }

  /** all rows, each with its file's partition */
  async rows(): Promise<Record<string, unknown>[]> {
    const all: Record<string, unknown>[] = [];
    for (const name of this.rowFiles) {
      const bytes = this.objects.get(name)!;
      const partition = Object.fromEntries(
        [...name.matchAll(/(__\w+)=([^/]*)\//g)].map(([, key, value]) => [key!, value]),
      );
      const rows = name.endsWith(".gz")
        ? gunzipSync(bytes)
            .toString("utf8")
            .trimEnd()
            .split("\n")
            .map((line) => JSON.parse(line) as object)
        : await parquetReadObjects({ file: new Uint8Array(bytes).slice().buffer });
      all.push(...rows.map((row) => ({ ...row, ...partition })));
    }
    return all;
  }

  /** the messages below the error prefix, decoded */
  failed(): { message: string; reason: string }[] {
    return [...this.objects]
      .filter(([name]) => name.startsWith(`${DATA}/errors/`))
      .flatMap(([, bytes]) => bytes.toString("utf8").trimEnd().split("\n"))
      .map((line) => JSON.parse(line) as { rawData: string; errorMessage: string })
      .map(({ rawData, errorMessage }) => ({
        message: Buffer.from(rawData, "base64").toString("utf8"),
        reason: errorMessage,
      }));
  }
}

export function etagOf(body: Buffer): string {
  return createHash("md5").update(body).digest("hex");
}

/** Puts an object of the archive, as a delivery stream names and compresses it. */
export function archive(
  store: MemoryStore,
  time: number,
  number: number,
  messages: readonly string[],
  delimiter = "\n",
): SourceItem {
  const stamp = new Date(time).toISOString();
  const id = `${String(number).padStart(8, "0")}-1111-4222-a333-444455556666`;
  const Key = `raw/plant/dt=${stamp.slice(0, 10)}/hour=${stamp.slice(11, 13)}/plant-1-${stamp.slice(0, 19).replace(/[T:]/g, "-")}-${id}.gz`;
  const bytes = gzipSync(messages.map((message) => message + delimiter).join(""));
  store.objects.set(`${ARCHIVE}/${Key}`, bytes);
  return { Key, Etag: `"${etagOf(bytes)}"` };
}

type Partitions = NonNullable<ReprocessDefinition["datastore"]["datastorePartitions"]>["partitions"];

const BY_DEVICE_AND_HOUR: NonNullable<Partitions> = [
  { attributePartition: { attributeName: "device" } },
  { timestampPartition: { attributeName: "time" } },
];

/** A pipeline that stores into Parquet by device and hour, unless it says otherwise. */
export function definitionOf({
  version = "g00000001",
  math = "temperature * scale",
  partitions = BY_DEVICE_AND_HOUR,
  json = false,
  batches = false,
}: Partial<{
  version: string;
  math: string;
  partitions: NonNullable<Partitions>;
  json: boolean;
  batches: boolean;
}> = {}): ReprocessDefinition {
  const columns = [
    { name: "device", type: "string" },
    { name: "time", type: "bigint" },
    { name: "id", type: "int" },
    { name: "double_temperature", type: "double" },
  ];
  return {
    version,
    pipeline: {
      pipelineName: "plant",
      pipelineActivities: [
        { channel: { name: "in", channelName: "plant", next: "hot" } },
        { filter: { name: "hot", filter: "temperature < 90", next: "twice" } },
        { math: { name: "twice", attribute: "double_temperature", math, next: "out" } },
        { datastore: { name: "out", datastoreName: "readings" } },
      ],
    },
    datastore: {
      datastoreName: "readings",
      ...(partitions.length > 0 ? { datastorePartitions: { partitions } } : {}),
      ...(json ? {} : { fileFormatConfiguration: { parquetConfiguration: { schemaDefinition: { columns } } } }),
    },
    options: batches ? { batches: true } : {},
  } as unknown as ReprocessDefinition;
}

export function workOf(store: MemoryStore, definition: ReprocessDefinition, log: string[] = []): ObjectWork {
  return {
    definition,
    pipeline: compilePipeline(definition),
    store,
    settings: {
      archive: { bucket: ARCHIVE, prefix: "raw/plant/" },
      bufferSeconds: 60,
      target: {
        bucket: DATA,
        rowsPrefix: "data/readings/",
        errorPrefix: "errors/plant/",
        statePrefix: "reprocess/readings/",
        kmsKeyArn: undefined,
      },
      table: { database: "db", table: "readings" },
      boundaryKey: undefined,
      logPayloads: true,
    },
    services: undefined,
    keepColumns: undefined,
    register: undefined,
    writeLog: (line) => log.push(line),
  };
}
