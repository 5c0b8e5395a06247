/**
 * Messages as devices may send them, made from the documents: the attributes that rules, pipelines, columns and queries name, with plausible
 * values, on topics that the rules listen to.
 *
 *     const { sources } = samplePlan(loadDocuments("definitions/plant"));
 *     sources[0].message({ device: "sensor0", ms: Date.now(), random: Math.random });
 *     // { device_id: "sensor0", temperature: 21.4 }, for the topic dt/sensor0/aggregate
 */
import { topicMatchesFilter } from "../../aws/mqtt-topic";
import { tablesOf } from "../athena-sql/tables";
import { isJsonFormat } from "../columns/datastore-columns";
import type { DocumentSet } from "../documents";
import { checkStatement, type Statement } from "../iot-sql";
import { pipelineWishes } from "./pipeline-wishes";
import { queryWishes } from "./query-wishes";
import { throughRule } from "./rule-wishes";
import { objectOf, type Moment } from "./values";
import { newWish, wishAt, type Reach, type Wish } from "./wish";

export type { Moment } from "./values";

/** What one kind of device sends. */
export interface SampleSource {
  /** names of the channels that its messages are for */
  channels: readonly string[];
  /** the topic; `{device}` stands for the device's name. Undefined: no rule feeds the channel, and messages go into its stream */
  topic: string | undefined;
  /** names of the attributes, on the first level of the payload */
  attributes: readonly string[];
  /** whether the plain reading of the device simulator is all that is wanted: device_id, temperature, humidity, timestamp */
  plain: boolean;
  message(moment: Moment): Record<string, unknown>;
}

/** What can be simulated for a set of documents, and what cannot. */
export interface SamplePlan {
  sources: SampleSource[];
  /** channels whose messages no device sends, each with the reason */
  impossible: { channel: string; reason: string }[];
}

/** What a plan is made for, beside the documents. */
export interface SampleOptions {
  /** filters of channels without a rule's document, by the channel's name */
  topicFilters?: Readonly<Record<string, string>>;
  /** the topic that all devices publish to; braces stand for something that it is filled with */
  topic?: string | undefined;
}

/** A rule that feeds channels. */
interface Feed {
  channels: string[];
  filter: string;
  statement: Statement;
}

/** Plans the messages of simulated devices: a source for each topic that rules listen to, and for each channel without a rule. */
export function samplePlan(documents: DocumentSet, options: SampleOptions = {}): SamplePlan {
  const plan: SamplePlan = { sources: [], impossible: [] };
  const feeds = feedsOf(documents, options, plan);
  const topics =
    options.topic === undefined
      ? feeds.flatMap(({ filter, channels }) => topicFor(filter, channels, plan))
      : [options.topic];
  const covered = new Set<Feed>();
  for (const topic of topics) {
    const sample = topic.replace(/\{[^}]+\}/g, "x");
    const heard = feeds.filter(({ filter }) => topicMatchesFilter(filter, sample));
    if (heard.length === 0 || heard.every((feed) => covered.has(feed))) continue;
    for (const feed of heard) covered.add(feed);
    plan.sources.push(sourceOf(topic, heard, documents));
  }
  if (options.topic !== undefined) return plan;
  const fed = new Set([...feeds.flatMap(({ channels }) => channels), ...plan.impossible.map(({ channel }) => channel)]);
  for (const { name } of documents.channels) if (!fed.has(name)) plan.sources.push(streamSource(name, documents));
  return plan;
}

function feedsOf(documents: DocumentSet, { topicFilters = {} }: SampleOptions, plan: SamplePlan): Feed[] {
  const feeds: Feed[] = [];
  for (const { document } of documents.rules) {
    const channels = document.actions.flatMap(({ iotAnalytics }) => iotAnalytics?.channelName ?? []);
    const { statement } = checkStatement(document.sql);
    if (statement === undefined || channels.length === 0 || document.ruleDisabled === true) continue;
    if (statement.filter !== undefined) feeds.push({ channels, filter: statement.filter, statement });
    else
      for (const channel of channels)
        plan.impossible.push({
          channel,
          reason: "its rule has no FROM, so that only $aws/rules/NAME/... reaches it; name that topic with --topic",
        });
  }
  for (const [channel, filter] of Object.entries(topicFilters)) {
    const { statement } = checkStatement(`SELECT * FROM '${filter}'`);
    if (statement !== undefined) feeds.push({ channels: [channel], filter, statement });
  }
  return feeds;
}

const SHADOW = /^\$aws\/things\/([^/]+)\/shadow\/(name\/[^/]+\/)?update(\/accepted|\/documents|\/delta)?$/;

/** A topic that a device publishes to, so that a rule with the filter gets a message; none for what only AWS publishes. */
function topicFor(filter: string, channels: readonly string[], plan: SamplePlan): string[] {
  const shadow = SHADOW.exec(filter);
  if (shadow !== null) {
    const [, thing, named = "", answer = ""] = shadow;
    const name = named.replace("+", "settings");
    return [`$aws/things/${thing === "+" ? "{device}" : thing}/shadow/${name}update${answer}`];
  }
  if (filter.startsWith("$")) {
    for (const channel of channels)
      plan.impossible.push({
        channel,
        reason: `its rule listens to ${filter}, where AWS publishes and no device does; give recorded messages with --input and --topic`,
      });
    return [];
  }
  let device = "{device}";
  const levels = filter.split("/").map((level) => {
    if (level !== "+" && level !== "#") return level;
    const name = device;
    device = "data";
    return name;
  });
  return [levels.join("/")];
}

function sourceOf(topic: string, feeds: readonly Feed[], documents: DocumentSet): SampleSource {
  const root = newWish();
  for (const { statement, channels } of feeds) {
    const reach = throughRule(statement, root);
    for (const channel of channels) channelWishes(channel, documents, reach);
  }
  const answer = SHADOW.exec(topic)?.[3];
  const shadow = topic.startsWith("$aws/things/");
  const published = answer === undefined ? topic : topic.slice(0, -answer.length);
  const channels = [...new Set(feeds.flatMap((feed) => feed.channels))];
  return {
    channels,
    topic: published,
    attributes: [...root.members.keys()],
    plain: !shadow && isPlain(root),
    message: shadow ? (moment) => shadowUpdate(root, answer, moment) : (moment) => objectOf(root, moment),
  };
}

function streamSource(channel: string, documents: DocumentSet): SampleSource {
  const root = newWish();
  channelWishes(channel, documents, (path) => [wishAt(root, path)]);
  return {
    channels: [channel],
    topic: undefined,
    attributes: [...root.members.keys()],
    plain: isPlain(root),
    message: (moment) => objectOf(root, moment),
  };
}

/** Everything that reads the channel. */
function channelWishes(channel: string, documents: DocumentSet, reach: Reach): void {
  for (const { document } of documents.pipelines) {
    const ends = (kind: "channel" | "datastore"): string | undefined => {
      const activity = document.pipelineActivities.find((one) => one[kind] !== undefined)?.[kind];
      return activity === undefined
        ? undefined
        : "channelName" in activity
          ? activity.channelName
          : activity.datastoreName;
    };
    if (ends("channel") !== channel) continue;
    const datastore = documents.datastores.find(({ name }) => name === ends("datastore"))?.document;
    if (datastore === undefined) continue;
    const row = pipelineWishes(document, datastore, reach);
    for (const { document: dataset } of documents.datasets) {
      const query = dataset.actions[0]?.queryAction;
      const reads = (sql: string): boolean =>
        tablesOf(sql).some(({ table }) => table.toLowerCase() === datastore.datastoreName.toLowerCase());
      if (query === undefined || !reads(query.sqlQuery)) continue;
      queryWishes(query.sqlQuery, isJsonFormat(datastore), row);
      for (const { deltaTime } of query.filters ?? [])
        if (deltaTime !== undefined) queryWishes(`SELECT ${deltaTime.timeExpression}`, isJsonFormat(datastore), row);
    }
  }
}

/** `{"state":{"reported":{...}}}`: what the rule wants of the answer is what the device must have asked for. */
function shadowUpdate(root: Wish, answer: string | undefined, moment: Moment): Record<string, unknown> {
  const whole = objectOf(root, moment);
  const inner = answer === "/documents" ? (whole.current ?? whole.previous) : whole;
  const state = (inner as Record<string, unknown> | undefined)?.state as Record<string, unknown> | undefined;
  if (answer === "/delta") return { state: { desired: state ?? reading(moment) } };
  const sections = Object.entries(state ?? {}).filter(([section]) => section === "reported" || section === "desired");
  return { state: sections.length > 0 ? Object.fromEntries(sections) : { reported: reading(moment) } };
}

/** For a rule that takes whatever a shadow holds. */
function reading({ random }: Moment): Record<string, unknown> {
  return { temperature: Number((15 + random() * 20).toFixed(1)), humidity: Math.round(30 + random() * 40) };
}

/** Numbers of the plain reading lie in these ranges. */
const PLAIN: Readonly<Record<string, readonly [number, number] | undefined>> = {
  device_id: undefined,
  temperature: [45, 91],
  humidity: [0, 98],
  timestamp: undefined,
};

/** Whether the documents want nothing beside the plain reading of the device simulator. */
function isPlain(root: Wish): boolean {
  const ms = Date.UTC(2026, 0, 31, 12);
  return [...root.members].every(([name, wish]) => {
    if (!Object.hasOwn(PLAIN, name) || wish.members.size > 0 || wish.element !== undefined || wish.texts.length > 0)
      return false;
    if (wish.time !== undefined && (name !== "timestamp" || wish.time(ms) !== "2026-01-31 12:00:00")) return false;
    const range = PLAIN[name];
    if (range === undefined) return wish.near.length === 0 && !wish.uses.has("number") && isTextual(wish);
    return wish.near.every((number) => number > range[0] && number < range[1]) && isNumeric(wish);
  });
}

function isTextual({ type }: Wish): boolean {
  return type === undefined || ["string", "varchar", "char", "timestamp"].includes(type.kind);
}

function isNumeric({ type, uses }: Wish): boolean {
  const kinds = ["int", "bigint", "smallint", "tinyint", "float", "double", "decimal", "string"];
  return !uses.has("text") && !uses.has("boolean") && (type === undefined || kinds.includes(type.kind));
}
