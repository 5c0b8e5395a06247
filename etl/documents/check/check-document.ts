/** Checks one document by itself: its schema first, then the rules that rely on its shape. */
import type { DocumentSet, DocumentSummary, Loaded } from "../model/document-set";
import type { Findings } from "../model/findings";
import type { SourceDocument } from "../read/source-document";
import { checkDataset } from "./dataset";
import { checkDatastore } from "./datastore";
import { refuseDataset, refuseDatastore, refuseTopicRule } from "./not-executed";
import { checkPipeline } from "./pipeline";
import { checkWellShaped } from "./pipeline-errors";
import { channelSchema } from "./schemas/channel";
import { datasetSchema } from "./schemas/dataset";
import { datastoreSchema } from "./schemas/datastore";
import { pipelineSchema } from "./schemas/pipeline";
import type { Reporter, Schema } from "./schemas/schema";
import { topicRuleSchema } from "./schemas/topic-rule";
import { reportSiteWiseStore, withSiteWiseColumns } from "./site-wise-store";
import { checkTags } from "./tags";
import { checkTopicRule } from "./topic-rule";

/** Adds what is wrong to the summary's findings, and the document to the set if nothing is. */
export function checkDocument(summary: DocumentSummary, source: SourceDocument, set: DocumentSet): void {
  const { findings } = summary;
  const { value, spell } = source;
  let shaped = true;
  const reporter: Reporter = {
    error: (at, message) => findings.error(at, message),
    errorAnyway: (at, message) => findings.errorAnyway(at, message),
    spell,
    placeholder: (at) => findings.place.placeholder(at),
    unshaped: () => (shaped = false),
  };
  const run = <D>(
    schema: Schema,
    list: Loaded<D>[],
    executed: (document: D) => D,
    ...checks: ((document: D, findings: Findings) => void)[]
  ): void => {
    schema(value, "$", reporter);
    // the further checks rely on the shape, and not on what is in it
    if (shaped) {
      summary.document = value;
      for (const further of checks) further(value as D, findings);
    } else if (schema === pipelineSchema) checkWellShaped(value, findings);
    const { kind, name, file, root } = summary;
    if (findings.failed || !shaped || hasUnknownResult(source) || name === undefined || kind === undefined) return;
    list.push({ kind, name, file, root, document: executed(value as D), findings });
  };
  switch (summary.kind) {
    case "channel":
      return run(channelSchema, set.channels, asItIs, checkTags);
    case "datastore":
      return run(
        datastoreSchema,
        set.datastores,
        withSiteWiseColumns,
        ...[checkTags, checkDatastore, refuseDatastore, reportSiteWiseStore],
      );
    case "pipeline":
      return run(pipelineSchema, set.pipelines, asItIs, checkTags, checkPipeline);
    case "dataset":
      return run(datasetSchema, set.datasets, asItIs, checkTags, checkDataset, refusing(refuseDataset));
    case "topicRule":
      return run(topicRuleSchema, set.rules, asItIs, checkTopicRule, refusing(refuseTopicRule));
    default:
  }
}

const asItIs = <D>(document: D): D => document;

/** What this program does not execute is no mistake of the document. */
function refusing<D>(refuse: (document: D, findings: Findings) => void): (document: D, findings: Findings) => void {
  return (document, findings) => refuse(document, findings.refusing());
}

/** Whether an expression or a type is a placeholder, so that nothing can be said of what the document results in. */
function hasUnknownResult({ placeholders }: SourceDocument): boolean {
  return [...placeholders.keys()].some((place) => /\.(?:type|math|filter)$/.test(place));
}
