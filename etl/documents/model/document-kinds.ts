/** How the kind of a document is recognised, and what the members of other shapes are called. */
import { nearestSpelling } from "../../../aws/text/nearest";

/** Kinds of documents that are loaded. */
export type LoadedKind = "channel" | "pipeline" | "datastore" | "dataset" | "topicRule";

/** For each kind the member that names it, and others that only it has. */
export const KINDS: readonly (readonly [LoadedKind, readonly string[]])[] = [
  ["pipeline", ["pipelineName", "pipelineActivities"]],
  ["datastore", ["datastoreName", "datastoreStorage", "datastorePartitions", "fileFormatConfiguration"]],
  ["dataset", ["datasetName", "contentDeliveryRules", "lateDataRules"]],
  ["channel", ["channelName", "channelStorage"]],
  ["topicRule", ["sql", "topicRulePayload", "awsIotSqlVersion", "ruleDisabled"]],
];

/** The member that names a document; a topic rule has none. */
export const NAME_MEMBERS: Readonly<Partial<Record<LoadedKind, string>>> = {
  pipeline: "pipelineName",
  datastore: "datastoreName",
  dataset: "datasetName",
  channel: "channelName",
};

/** The kind of a document in the command line's shape. */
export function kindOf(value: object): LoadedKind | undefined {
  const has = (names: readonly string[]): boolean => names.some((name) => Object.hasOwn(value, name));
  // the naming member decides; the others help when it is missing
  const byName = KINDS.find(([, [name]]) => has([name as string]));
  return (byName ?? KINDS.find(([, names]) => has(names)))?.[0];
}

/** A member that looks like one of a document's, and the one that may be meant. */
export function misspelt(value: object): readonly [written: string, meant: string] | undefined {
  const known = KINDS.flatMap(([, names]) => names).filter((name) => name.length > 3);
  for (const member of Object.keys(value)) {
    const meant = nearestSpelling(member, known);
    if (meant !== undefined) return [member, meant];
  }
  return undefined;
}
