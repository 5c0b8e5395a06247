/**
 * The transform function of a pipeline's delivery stream: the entry that is bundled. The archive holds the pipeline's
 * and the datastore's document beside it, as `definition.json` (a TransformDefinition).
 */
import { readFileSync } from "node:fs";
import path from "node:path";
import { compilePipeline, type TransformDefinition } from "../etl/pipeline";
import { createFirehoseHandler } from "./firehose";
import { AwsServices } from "./services";

const definition = JSON.parse(readFileSync(path.join(__dirname, "definition.json"), "utf8")) as TransformDefinition;
const services = new AwsServices(definition.functions);

export const handler = createFirehoseHandler(
  compilePipeline(definition),
  (lines) => {
    // not console: its prefixes and its own JSON would hide the metrics
    process.stdout.write(lines);
  },
  { services: (remaining) => services.within(remaining) },
);
