/**
 * The program: what the documents of a stack's folder describe, on AWS. `Pulumi.STACK.yaml` names the folder and says what documents
 * cannot (docs/configuration.md). Every mistake of configuration and documents is reported at once, before anything is created.
 */
import { buildStack } from "./stacks/build-stack";
import { readStack } from "./stacks/read";

const outputs = buildStack(readStack());

/** topic rules: rule on AWS, channel, log group with what could not be delivered */
export const rules = outputs.rules;
/** channels: stream, archive delivery stream, bucket and prefix of the raw messages */
export const channels = outputs.channels;
/** pipelines: channel, datastore, delivery stream, transform function, prefix of failed messages */
export const pipelines = outputs.pipelines;
/** datastores: Glue database and table, bucket and prefix of the rows */
export const datastores = outputs.datastores;
/** datasets: Athena workgroup and named query, where contents lie */
export const datasets = outputs.datasets;
/** the query to paste */
export const query = outputs.query;
/** the command that starts the device simulator */
export const simulator = outputs.simulator;
