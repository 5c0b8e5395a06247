/**
 * Entry point of the transform function of a pipeline's delivery stream. The archive contains the bundle of this file and `definition.json`,
 * the pipeline's and the datastore's documents (a TransformDefinition). The environment variables DATASTORE_DATABASE and DATASTORE_TABLE name
 * the datastore's table: in it the partitions of the rows are registered, and columns for new attributes of a datastore in JSON format added.
 * DATASTORE_READERS names, with commas between, under which readers find the same rows. FAN_OUT_STREAM names the delivery stream for rows of further
 * partitions, which calls this function with them again. BOUNDARY_BUCKET and BOUNDARY_KEY are where a candidate's boundary is kept. LOG_PAYLOADS=false
 * keeps messages out of the log.
 */
import { readFileSync } from "node:fs";
import path from "node:path";
import { compilePipeline, type TransformDefinition } from "../etl/pipeline";
import { BoundaryObject } from "./boundary-object";
import { copyPartitions, copyRequest } from "./copy-partitions";
import { createFanOut } from "./fan-out";
import { createFirehoseHandler } from "./firehose";
import { gluePartitionColumns } from "./glue-partition-columns";
import { gluePartitions } from "./glue-partitions";
import { glueTable } from "./glue-table";
import { unregisteredLine } from "./log";
import { PartitionColumns } from "./partition-columns";
import { PartitionRegistrar } from "./partition-registrar";
import { AwsServices } from "./services";
import { TableColumns } from "./table-columns";

const definition = JSON.parse(readFileSync(path.join(__dirname, "definition.json"), "utf8")) as TransformDefinition;
const services = new AwsServices(definition.functions);

function writeLog(lines: string): void {
  // Not console: its prefixes and its own JSON would hide the metrics.
  process.stdout.write(lines);
}

const { DATASTORE_DATABASE: database, DATASTORE_TABLE: table, DATASTORE_READERS = "" } = process.env;
const { BOUNDARY_BUCKET, BOUNDARY_KEY, FAN_OUT_STREAM: fanOut } = process.env;
const boundary =
  BOUNDARY_BUCKET === undefined || BOUNDARY_KEY === undefined
    ? undefined
    : new BoundaryObject(BOUNDARY_BUCKET, BOUNDARY_KEY, "live");
const pipeline = compilePipeline(definition);
const readers = DATASTORE_READERS.split(",").filter((name) => name !== "");
const inCatalog = database === undefined || table === undefined ? undefined : ([database, table] as const);
const inferred = pipeline.inferredSchema;
const realigned =
  inferred === undefined || !pipeline.dynamic || inCatalog === undefined
    ? undefined
    : new PartitionColumns(inCatalog.join("."), gluePartitionColumns(...inCatalog), writeLog);
const columns =
  inferred === undefined || inCatalog === undefined
    ? undefined
    : new TableColumns(inferred, glueTable(...inCatalog, readers), writeLog, Date.now, realigned?.tableChanged);
const partitions =
  !pipeline.dynamic || inCatalog === undefined
    ? undefined
    : new PartitionRegistrar(gluePartitions(...inCatalog, readers, realigned?.tableChanged), (count, reason) =>
        writeLog(`${unregisteredLine(pipeline.name, inCatalog.join("."), count, reason, Date.now())}\n`),
      );
// An earlier instance may have ended before all partitions had the columns of a changed table.
realigned?.tableChanged();
pipeline.onPartition = partitions?.add;

const transform = createFirehoseHandler(pipeline, writeLog, {
  services: (remaining) => services.within(remaining),
  fanOut: fanOut === undefined ? undefined : createFanOut(fanOut),
  catalog: async (remaining) => {
    await columns?.keepUp();
    // With the columns that the table has by now.
    await partitions?.register(remaining());
    await realigned?.keepUp(remaining());
  },
  debug: process.env.AWS_LAMBDA_LOG_LEVEL === "DEBUG",
  logPayloads: process.env.LOG_PAYLOADS !== "false",
  boundary: boundary && {
    at: async (reading) => (await boundary.get(reading)).boundary,
    batches: definition.options?.batches === true,
  },
});

/** The entry point of the transform function: records of its delivery stream, or what a deployment asks it for. */
export const handler = async (...event: Parameters<typeof transform>): Promise<object> => {
  const copy = copyRequest(event[0]);
  if (copy !== undefined && database !== undefined) return copyPartitions(database, copy);
  if (partitions?.renew(Date.now()) === true) pipeline.forgetPartitions();
  return transform(...event);
};
