/** Finds the documents in a file's value, whatever shape they have. */
import { documentsOfTemplate, resourceIn } from "./cloudformation";
import { fromDescribeOutput } from "./describe-output";
import { isRecord } from "../../../aws/text/record";
import { kindOf, misspelt } from "../model/document-kinds";
import { createAnswer, foreignShape, foreignText } from "./foreign-formats";
import { show } from "../../../aws/text/show";
import { templateIn, type Template } from "./template";
import type { SourceMessage, SourceDocument } from "./source-document";

/** What a file's value holds. */
export interface Found {
  /** each a document, or the place of what is none although it should be, with the reason */
  documents: ({ source: SourceDocument } | { source?: undefined; root: string; reason: string })[];
  /** what is something else */
  others: { root: string; reason: string }[];
}

/**
 * `discovered`: the file was found in a folder and not named by the user, so that it may be something else. `fileName`: what a resource of CloudFormation
 * is called that has no name and stands in no template.
 */
export function documentsIn(value: unknown, discovered: boolean, fileName: string): Found {
  const found: Found = { documents: [], others: [] };
  if (!Array.isArray(value)) {
    add(value, "$", discovered, fileName, found);
  } else if (isActivityList(value)) {
    refuse(found, false, "$", activitiesAlone());
  } else if (value.length === 0) {
    refuse(found, discovered, "$", "the list is empty; put documents into it");
  } else {
    value.forEach((entry: unknown, index) => add(entry, `$[${index}]`, discovered, fileName, found));
  }
  return found;
}

function refuse(found: Found, other: boolean, root: string, reason: string): void {
  if (other) found.others.push({ root, reason });
  else found.documents.push({ root, reason });
}

function add(value: unknown, root: string, discovered: boolean, fileName: string, found: Found): void {
  if (!isRecord(value)) {
    const foreign = typeof value === "string" ? foreignText(value) : undefined;
    return refuse(found, discovered, root, foreign ?? `${show(value)} is not a document; a document is an object`);
  }
  const template = templateIn(value, root);
  if (template !== undefined) return addTemplate(template, root, discovered, found);
  const answer = createAnswer(value);
  if (answer !== undefined) return refuse(found, false, root, answer);
  const source = fromDescribeOutput(value, root) ?? commandLine(value, root) ?? resourceIn(value, root, fileName);
  if (source !== undefined) found.documents.push({ source });
  else if (discovered && misspelt(value) === undefined && !isActivity(value) && foreignShape(value) === undefined) {
    found.others.push({ root, reason: `no document of AWS IoT Analytics; ${membersOf(value)}` });
  } else refuse(found, false, root, unrecognised(value));
}

function addTemplate(template: Template, root: string, discovered: boolean, found: Found): void {
  const { documents, mistaken, others } = documentsOfTemplate(template);
  for (const source of documents) found.documents.push({ source });
  for (const mistake of mistaken) found.documents.push(mistake);
  const types = [...new Set(others)].sort().join(", ");
  if (documents.length + mistaken.length === 0) {
    const holds = others.length === 0 ? "it has no resources" : `it has ${types}`;
    refuse(
      found,
      discovered,
      root,
      `this template of CloudFormation holds nothing of AWS IoT Analytics and no topic rule; ${holds}`,
    );
  } else if (others.length > 0) {
    const count = others.length === 1 ? "another resource" : `${others.length} other resources`;
    found.others.push({
      root,
      reason: `${count} of this template ${others.length === 1 ? "is" : "are"} not read: ${types}`,
    });
  }
}

function commandLine(value: Record<string, unknown>, root: string): SourceDocument | undefined {
  const kind = kindOf(value);
  if (kind === undefined) return undefined;
  const messages: SourceMessage[] = [];
  const plain = { shape: "command line" as const, kind, moved: new Map(), placeholders: new Map(), messages };
  const spell = (member: string): string => member;
  if (kind !== "topicRule" || !("topicRulePayload" in value)) {
    if (kind === "topicRule" && "ruleName" in value) return namedPayload(value, root, messages);
    return { ...plain, value, root, spell };
  }
  // `aws iot create-topic-rule --cli-input-json` wraps the payload
  for (const member of Object.keys(value)) {
    if (member === "topicRulePayload" || member === "ruleName") continue;
    if (member === "tags")
      messages.push({
        severity: "note",
        path: "$",
        message: "tags of a topic rule are not carried over; it gets the stack's",
      });
    else
      messages.push({
        severity: "error",
        path: "$",
        message: `there is no member "${member}" beside the payload; there are ruleName, topicRulePayload, tags`,
      });
  }
  const { ruleName } = value;
  const name = typeof ruleName === "string" ? ruleName : undefined;
  return {
    ...plain,
    value: value.topicRulePayload,
    root: `${root}.topicRulePayload`,
    name,
    namePath: `${root}.ruleName`,
    spell,
  };
}

/** A payload with its name in it, as `get-topic-rule` prints it inside of "rule". */
function namedPayload(value: Record<string, unknown>, root: string, messages: SourceMessage[]): SourceDocument {
  const { ruleName, ...payload } = value;
  delete payload.createdAt;
  return {
    shape: "description",
    kind: "topicRule",
    value: payload,
    root,
    name: typeof ruleName === "string" ? ruleName : undefined,
    namePath: `${root}.ruleName`,
    moved: new Map(),
    placeholders: new Map(),
    messages,
    spell: (member) => member,
  };
}

const ACTIVITIES =
  /^(?:channel|datastore|lambda|math|filter|addAttributes|removeAttributes|selectAttributes|deviceRegistryEnrich|deviceShadowEnrich)$/i;

function isActivity(value: unknown): boolean {
  if (!isRecord(value)) return false;
  const entries = Object.entries(value);
  return entries.length > 0 && entries.every(([kind, activity]) => ACTIVITIES.test(kind) && isRecord(activity));
}

function isActivityList(values: readonly unknown[]): boolean {
  return (
    values.length > 0 &&
    values.every(
      (entry) => isActivity(entry) && fromDescribeOutput(entry as Record<string, unknown>, "$") === undefined,
    )
  );
}

function activitiesAlone(): string {
  return 'these are activities without their pipeline; write { "pipelineName": "...", "pipelineActivities": [ ... ] } around them';
}

function unrecognised(value: Record<string, unknown>): string {
  const foreign = foreignShape(value);
  if (foreign !== undefined) return foreign;
  if (isActivity(value)) return activitiesAlone();
  const summaries = Object.keys(value).find((member) =>
    /^(?:channel|datastore|pipeline|dataset)Summaries$/.test(member),
  );
  if (summaries !== undefined) {
    return `this is a list of names (${summaries}) and holds no document; describe each one`;
  }
  const near = misspelt(value);
  const hint = near !== undefined ? `did you mean "${near[1]}" by "${near[0]}"?` : membersOf(value);
  return `this is not a channel (channelName), datastore (datastoreName), pipeline (pipelineName), dataset (datasetName) or topic rule (sql); ${hint}`;
}

function membersOf(value: Record<string, unknown>): string {
  const members = Object.keys(value);
  if (members.length === 0) return "it has no members";
  return `members here: ${members.slice(0, 5).join(", ")}${members.length > 5 ? ", ..." : ""}`;
}
