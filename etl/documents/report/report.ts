/** Adds to each document what it means here and meant otherwise in the retired service. */
import { tablesOf } from "../../athena-sql/tables";
import type { DocumentSet, DocumentSummary } from "../model/document-set";
import type {
  ChannelDocument,
  DatasetDocument,
  DatastoreDocument,
  PipelineDocument,
  TopicRuleDocument,
} from "../model/types";
import { remarkPartitions, remarkQuery } from "./partitions-and-queries";
import { remarkFlow } from "./pipeline";
import { remarkDivisions, remarkStored } from "./stored-values";
import { remarkPipeline, remarkStorage, remarkTopicRule } from "./remarks";

/** Remarks on documents that have the shape they should, and on valid ones together with those that they name. */
export function reportDifferences(set: DocumentSet): void {
  for (const summary of set.documents) if (summary.document !== undefined) remarkAlone(summary);
  for (const { document, findings } of set.pipelines) {
    const names = document.pipelineActivities.map(({ datastore }) => datastore?.datastoreName);
    const datastore = set.datastores.find(({ name }) => names.includes(name))?.document;
    remarkDivisions(document, datastore, findings);
    if (datastore !== undefined) remarkStored(document, datastore, findings);
  }
  for (const { document, findings } of set.datasets) {
    remarkQuery(document, datastoresOf(document, set), findings);
  }
}

function remarkAlone({ kind, document, findings }: DocumentSummary): void {
  switch (kind) {
    case "channel":
      return remarkStorage(document as ChannelDocument, findings);
    case "datastore":
      remarkStorage(document as DatastoreDocument, findings);
      return remarkPartitions(document as DatastoreDocument, findings);
    case "pipeline":
      remarkPipeline(document as PipelineDocument, findings);
      return remarkFlow(document as PipelineDocument, findings);
    case "topicRule":
      return remarkTopicRule(document as TopicRuleDocument, findings);
    default:
  }
}

function datastoresOf(dataset: DatasetDocument, set: DocumentSet): DatastoreDocument[] {
  const sql = dataset.actions[0]?.queryAction?.sqlQuery;
  const tables = new Set(sql === undefined ? [] : tablesOf(sql).map(({ table }) => table.toLowerCase()));
  return set.datastores.filter(({ name }) => tables.has(name.toLowerCase())).map(({ document }) => document);
}
