/** What loading documents gives. */
import type { LoadedKind } from "./document-kinds";
import type { Findings, Problem } from "./findings";
import type { ChannelDocument, DatasetDocument, DatastoreDocument, PipelineDocument, TopicRuleDocument } from "./types";

/** A document without errors of its own, in the command line's shape. */
export interface Loaded<D> {
  kind: LoadedKind;
  name: string;
  /** path of its file, as it was given */
  file: string;
  /** where it stands in the file: `$`, `$[1]` in a list, `$.Resources.X.Properties` in a template */
  root: string;
  document: D;
  /** what was found in it, and about it among the others */
  findings: Findings;
}

/** Every document that was found, valid or not. */
export interface DocumentSummary {
  file: string;
  root: string;
  kind: LoadedKind | undefined;
  name: string | undefined;
  /** what was found in it, and about it among the others */
  findings: Findings;
  /** the document in the command line's shape, when all of it has the shape it should */
  document?: unknown;
}

/** Everything that was loaded together: valid documents by kind, all documents with their findings, and the rest. */
export interface DocumentSet {
  channels: Loaded<ChannelDocument>[];
  rules: Loaded<TopicRuleDocument>[];
  pipelines: Loaded<PipelineDocument>[];
  datastores: Loaded<DatastoreDocument>[];
  datasets: Loaded<DatasetDocument>[];
  documents: DocumentSummary[];
  /** of all documents, in their order */
  problems: Problem[];
  /** files and parts of files that are nobody's documents, with the reason */
  others: { file: string; path: string; reason: string }[];
}
