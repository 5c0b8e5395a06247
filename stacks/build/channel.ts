import { SITEWISE_FILTER } from "../../aws/sitewise";
import { TelemetryChannel, type RetentionArgs, type TopicRuleArgs } from "../../components";
import { physicalName } from "../../components/parts/common/names";
import type { ChannelDocument } from "../../etl";
import { filterOf, receivedAtOf } from "../../etl/iot-sql";
import type { WiredRule } from "../rules";
import type { Settings } from "../schema";
import { buffering, operations, shared, storage, type StackContext } from "./context";

/** A channel and the rules that feed it. */
export interface BuiltChannel {
  component: TelemetryChannel;
  /** as the documents name them, in the order of the component's rules */
  ruleNames: string[];
  /** whose messages it takes; undefined without a rule */
  topicFilter: string | undefined;
}

/** The channel of a document with the rules that feed it, or with the one that its setting in `topicFilters` asks for. */
export function buildChannel(
  context: StackContext,
  name: string,
  document: ChannelDocument,
  rules: readonly WiredRule[],
): BuiltChannel {
  const { settings } = context;
  const own = rules.filter((rule) => rule.channel === name);
  const filter = settings.topicFilters[name];
  const { siteWise, ...keys } = settings.channels[name] ?? {};
  const component = new TelemetryChannel(name, {
    topicFilter: filter,
    rules: filter === undefined ? own.map((rule) => ruleArgs(rule, settings)) : undefined,
    siteWise,
    partitionKey: settings.partitionKey,
    stream: {
      mode: settings.streamMode,
      shards: settings.streamMode === "ON_DEMAND" ? undefined : settings.shardCount,
      retentionHours: settings.retentionHours,
    },
    ...storage(
      context,
      document.channelStorage?.customerManagedS3,
      document.retentionPeriod,
      keys,
      defaultRetention(settings),
    ),
    protectData: settings.protectData,
    ...buffering(context),
    ...operations(context),
    ...shared(context, document.tags),
  });
  return {
    component,
    ruleNames: [
      ...(filter === undefined ? own.map((rule) => rule.name) : [name]),
      ...(siteWise === undefined ? [] : [`${name}_sitewise`]),
    ],
    topicFilter:
      filter ??
      (own[0] && filterOf(own[0].loaded.document.sql)) ??
      (siteWise === undefined ? undefined : SITEWISE_FILTER),
  };
}

function ruleArgs({ name, channel, loaded: { document } }: WiredRule, settings: Settings): TopicRuleArgs {
  const batchMode = document.actions.some(
    ({ iotAnalytics }) => iotAnalytics?.channelName === channel && iotAnalytics.batchMode === true,
  );
  return {
    name,
    batchMode: batchMode ? true : undefined,
    ruleName: settings.keepRuleNames.includes(name) ? name : undefined,
    sql: sqlOf(document.sql, settings.channels[channel]?.receivedAt === true),
    enabled: document.ruleDisabled !== true,
    description: document.description,
    errorLogGroup: errorLogGroup(name, document.errorAction?.cloudwatchLogs?.logGroupName),
  };
}

/** The SQL of a document, with the time of reception if the setting asks for it. */
function sqlOf(sql: string, receivedAt: boolean): string {
  const state = receivedAt ? receivedAtOf(sql) : undefined;
  return state?.kind === "missing" ? state.sql : sql;
}

/** A document's log group may exist already, or belong to another stack too; below its name there is room for each rule's own. */
function errorLogGroup(rule: string, name: string | undefined): string | undefined {
  return name === undefined ? undefined : `${name.replace(/\/+$/, "")}/${physicalName("topicRule", rule)}`;
}

/** The retention of documents that state none. */
function defaultRetention({ dataRetention }: Settings): RetentionArgs {
  return dataRetention === "unlimited" ? { unlimited: true } : { days: Number(dataRetention) };
}
