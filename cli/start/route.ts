/** Where the messages of a run go, and what simulated devices send: known when the program has been evaluated, before anything is created. */
import { basicIngest, topicMatchesFilter } from "../../aws/mqtt-topic";
import { isSiteWiseTopic, siteWiseTopic } from "../../aws/sitewise";
import { samplePlan, type SamplePlan } from "../../etl";
import { filterOf } from "../../etl/iot-sql";
import { ofType, TYPES } from "../../local/core/model";
import type { Evaluation } from "../../local/engine";
import type { StackOutputs } from "../../local/session";
import { UserError } from "../command/run";
import { PROJECT } from "../../stacks/schema";
import { declaredDocuments } from "./declared";
import { definitionsOf, planOf } from "./samples";

/** The topic of recordings; `{name}` stands for an attribute of the message. */
const DEFAULT_TOPIC = "dt/{device_id}/aggregate";
/** Of recordings for a stack whose rules listen to AWS IoT SiteWise alone. */
const SITEWISE_TOPIC = siteWiseTopic("{assetModelId}", "{assetId}", "{propertyId}");

/** Where the messages of a run go. */
export interface Route {
  /** whether the stack's rules listen to AWS IoT SiteWise alone */
  siteWise: boolean;
  /** of the command line */
  topic: string | undefined;
  /** a recording without --topic goes into the stream of this channel, since the stack has no rule and no other channel */
  stream: string | undefined;
  plan: SamplePlan;
  /** of the documents; undefined for a program that has none */
  folder: string | undefined;
}

/** What the command line asks for. */
export interface RouteOptions {
  topic: string | undefined;
  /** messages come from a recording */
  recorded: boolean;
  /** nothing is published */
  silent: boolean;
}

/** The topic of recorded messages; for a stream, any. */
export function recordingTopic({ topic, stream, siteWise }: Route): string {
  if (topic === undefined && siteWise) return SITEWISE_TOPIC;
  return topic ?? (stream === undefined ? DEFAULT_TOPIC : "stream");
}

/** @throws UserError for a topic that no rule listens to, since every message would be lost */
export function routeOf(
  evaluation: Evaluation,
  outputs: StackOutputs,
  projectDir: string,
  { topic, recorded, silent }: RouteOptions,
): Route {
  const filters = ofType(evaluation.resources, TYPES.topicRule).flatMap(
    ({ inputs }) => filterOf(String(inputs.sql)) ?? [],
  );
  // A program of somebody's own declares what this repository's reads from documents.
  const folder = evaluation.project === PROJECT ? definitionsOf(evaluation, projectDir) : undefined;
  const plan =
    folder === undefined
      ? samplePlan(declaredDocuments(evaluation.resources, outputs), { topic })
      : planOf(evaluation, folder, topic);
  const [only, ...others] = Object.keys(outputs.channels);
  const direct = recorded && topic === undefined && filters.length === 0 && others.length === 0;
  const siteWise = filters.length > 0 && filters.every(isSiteWiseTopic);
  const route = { topic, stream: direct ? only : undefined, plan, folder, siteWise };
  if (!silent && (topic !== undefined || (recorded && route.stream === undefined)))
    refuseDeafTopic(outputs, filters, recordingTopic(route), topic === undefined ? " (the default)" : "");
  return route;
}

/** A topic with a value for each name in braces. */
export function sampleOf(topic: string): string {
  return topic.replace(/\{[^}]+\}/g, "x");
}

/** Whether a filter takes messages of a topic; which of SiteWise's it takes, each of a recording's messages says. */
export function listens(filter: string, topic: string): boolean {
  return topicMatchesFilter(filter, topic) || (isSiteWiseTopic(filter) && isSiteWiseTopic(topic));
}

/** Refuses a topic that no rule listens to. */
export function refuseDeafTopic(outputs: StackOutputs, filters: readonly string[], topic: string, remark = ""): void {
  const sample = sampleOf(topic);
  const direct = basicIngest(sample);
  if (direct !== undefined) return refuseUnknownRule(outputs, topic, direct.rule);
  if (filters.some((filter) => listens(filter, sample))) return;
  throw new UserError([
    `--topic ${topic}${remark}: no topic rule of this stack listens to it; ${filters.length === 0 ? "there is none" : `their filters are ${filters.map((filter) => `'${filter}'`).join(", ")}`}.\n` +
      "Choose a topic that one of them matches, or add a topic rule document.",
  ]);
}

/** Basic ingest goes to the rule with that name on AWS, which is not the name in the document. */
function refuseUnknownRule(outputs: StackOutputs, topic: string, rule: string): void {
  const names = Object.entries(outputs.rules).map(([document, { ruleName }]) => ({ document, name: String(ruleName) }));
  if (topic.includes("{") || names.some(({ name }) => name === rule)) return;
  const same = names.find(({ document }) => document === rule);
  throw new UserError([
    `--topic ${topic}: this stack has no topic rule named ${rule}. ${
      same === undefined
        ? `Its rules: ${names.map(({ name }) => name).join(", ") || "none"}.`
        : `The document's rule ${rule} is named ${same.name} here; publish to $aws/rules/${same.name}/....`
    }`,
  ]);
}
