/**
 * What `aws iotanalytics describe-channel` and its sisters printed, and `aws iot get-topic-rule`:
 * the document under the kind's name, with members of other names, and what only the service knew.
 */
import type { LoadedKind } from "../model/document-kinds";
import { isRecord } from "../../../aws/text/record";
import type { SourceMessage, SourceDocument } from "./source-document";

/** Members of a description by the name that creating took. */
const RENAMED: Readonly<Record<LoadedKind, Readonly<Record<string, string>>>> = {
  channel: { name: "channelName", storage: "channelStorage" },
  datastore: { name: "datastoreName", storage: "datastoreStorage" },
  pipeline: { name: "pipelineName", activities: "pipelineActivities" },
  dataset: { name: "datasetName" },
  topicRule: {},
};

/** What the service added; it says how things were, and asks for nothing. */
const ADDED: readonly string[] = [
  "arn",
  "status",
  "creationTime",
  "lastUpdateTime",
  "lastMessageArrivalTime",
  "reprocessingSummaries",
  "createdAt",
];
/** What stands beside the description. */
const BESIDE: readonly string[] = ["statistics", "ruleArn", "ResponseMetadata", "$metadata"];

const WRAPPERS: Readonly<Record<string, LoadedKind>> = {
  channel: "channel",
  datastore: "datastore",
  pipeline: "pipeline",
  dataset: "dataset",
  rule: "topicRule",
};

/** The description that a value is, wrapped or taken out of its wrapper; undefined when it is none. */
export function fromDescribeOutput(value: Record<string, unknown>, root: string): SourceDocument | undefined {
  const wrapper = Object.keys(WRAPPERS).find((name) => isRecord(value[name]));
  if (wrapper === undefined) {
    const kind = kindOfDescription(value);
    return kind === undefined ? undefined : description(kind, value, root, []);
  }
  const kind = WRAPPERS[wrapper] as LoadedKind;
  const inner = value[wrapper] as Record<string, unknown>;
  // an activity of a pipeline looks alike: { "channel": { "name", "channelName", "next" } }
  if (kind === "channel" || kind === "datastore") if (Object.hasOwn(inner, `${kind}Name`)) return undefined;
  if (kind === "topicRule" ? !Object.hasOwn(inner, "sql") : !Object.hasOwn(inner, "name")) return undefined;
  const others = Object.keys(value).filter((name) => name !== wrapper && !BESIDE.includes(name));
  const messages = others.map((name): SourceMessage => {
    return { severity: "error", path: "$", message: `there is no member "${name}" beside "${wrapper}"; remove it` };
  });
  return description(kind, inner, `${root}.${wrapper}`, messages);
}

function kindOfDescription(value: Record<string, unknown>): LoadedKind | undefined {
  if (typeof value.name !== "string") return undefined;
  const arn =
    typeof value.arn === "string" ? /:iotanalytics:.*?:(channel|datastore|pipeline|dataset)\//.exec(value.arn) : null;
  if (arn !== null) return arn[1] as LoadedKind;
  if (Array.isArray(value.activities)) return "pipeline";
  return undefined;
}

function description(
  kind: LoadedKind,
  inner: Record<string, unknown>,
  root: string,
  messages: readonly SourceMessage[],
): SourceDocument {
  const names = RENAMED[kind];
  const moved = new Map<string, string>();
  const document: Record<string, unknown> = {};
  let name: string | undefined;
  for (const [member, entry] of Object.entries(inner)) {
    if (ADDED.includes(member)) continue;
    // an SDK's dump has null for missing members, and an empty list of rules is none
    if (entry === null || (member === "lateDataRules" && Array.isArray(entry) && entry.length === 0)) continue;
    if (kind === "topicRule" && member === "ruleName") {
      if (typeof entry === "string") name = entry;
      continue;
    }
    const renamed = names[member] ?? member;
    if (renamed !== member) moved.set(`$.${renamed}`, `${root}.${member}`);
    document[renamed] = entry;
  }
  const spelled = new Map(Object.entries(names).map(([written, member]) => [member, written]));
  return {
    shape: "description",
    kind,
    value: document,
    root,
    name,
    namePath: `${root}.ruleName`,
    moved,
    placeholders: new Map(),
    messages,
    spell: (member) => spelled.get(member) ?? member,
  };
}
