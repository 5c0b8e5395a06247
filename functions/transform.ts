/**
 * The transform function of a pipeline's delivery stream: the entry that is bundled. The archive holds the pipeline's
 * and the datastore's document beside it, as `definition.json` (a TransformDefinition). For a datastore in JSON format the
 * environment names its table (DATASTORE_DATABASE, DATASTORE_TABLE), whose columns are kept up with what arrives.
 */
import { readFileSync } from "node:fs";
import path from "node:path";
import { compilePipeline, type TransformDefinition } from "../etl/pipeline";
import { createFirehoseHandler } from "./firehose";
import { glueTable } from "./glue-table";
import { AwsServices } from "./services";
import { TableColumns } from "./table-columns";

const definition = JSON.parse(readFileSync(path.join(__dirname, "definition.json"), "utf8")) as TransformDefinition;
const services = new AwsServices(definition.functions);

function writeLog(lines: string): void {
  // not console: its prefixes and its own JSON would hide the metrics
  process.stdout.write(lines);
}

const pipeline = compilePipeline(definition);
const transform = createFirehoseHandler(pipeline, writeLog, {
  services: (remaining) => services.within(remaining),
  debug: process.env.AWS_LAMBDA_LOG_LEVEL === "DEBUG",
});
const { DATASTORE_DATABASE: database, DATASTORE_TABLE: table } = process.env;
const columns =
  pipeline.inferredSchema === undefined || database === undefined || table === undefined
    ? undefined
    : new TableColumns(pipeline.inferredSchema, glueTable(database, table), writeLog);

/** The entry point of the transform function. */
export const handler: typeof transform = async (...event) => {
  const answer = await transform(...event);
  // before the lines are stored, so that no query meets one that the table cannot read
  await columns?.keepUp();
  return answer;
};
