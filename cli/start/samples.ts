/** What simulated devices send: the plain reading, or messages made from the stack's documents. */
import * as path from "node:path";
import { loadDocuments, samplePlan, type SamplePlan, type SampleSource } from "../../etl";
import { plainReading, type MessageKind, type Random } from "../../devices";
import type { Evaluation } from "../../local/engine";
import { PROJECT, SETTINGS } from "../../stacks/schema";

/** Names of attributes that a line shows. */
const SHOWN = 12;

/** The folder of the documents that a stack was built from. */
export function definitionsOf({ config = {} }: Evaluation, projectDir: string): string {
  return path.resolve(projectDir, config[`${PROJECT}:definitions`] ?? SETTINGS.definitions.defaults.dev);
}

/** Plans the messages for them. @param topic of the command line */
export function planOf({ config = {} }: Evaluation, folder: string, topic: string | undefined): SamplePlan {
  const topicFilters = JSON.parse(config[`${PROJECT}:topicFilters`] ?? "{}") as Record<string, string>;
  return samplePlan(loadDocuments(folder), { topicFilters, topic });
}

/** The payload of a source's messages. */
export function payloadOf(source: SampleSource, random: Random): MessageKind["payload"] {
  if (source.plain) return plainReading(random);
  return (device, ms) => source.message({ device, ms, random });
}

/** What is simulated and what is not, a line each; nothing for the plain reading on its topic. */
export function planLines({ sources, impossible }: SamplePlan): string[] {
  const lines = sources.flatMap((source) => {
    const { topic, plain, attributes, channels } = source;
    const what = plain
      ? "device_id, temperature, humidity, timestamp"
      : `${attributes.slice(0, SHOWN).join(", ")}${attributes.length > SHOWN ? ` and ${attributes.length - SHOWN} more` : ""}`;
    if (topic === undefined)
      return [
        `simulated from the documents, into the stream of ${channels.join(", ")}, as BatchPutMessage did, for no topic rule feeds it: ${what}`,
      ];
    return plain ? [] : [`simulated from the documents, on ${topic}: ${what}`];
  });
  for (const { channel, reason } of impossible) lines.push(`not simulated: channel ${channel}: ${reason}`);
  if (sources.length === 0)
    lines.push("no device is simulated; give recorded messages with --input FILE --topic TOPIC");
  return lines;
}
