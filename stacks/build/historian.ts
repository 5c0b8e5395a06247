import { HistorianSource } from "../../components";
import { historianArgs } from "../historian-args";
import type { BuiltChannel } from "./channel";
import { operations, shared, type StackContext } from "./context";

/** A historian, and the channel that it feeds. */
export interface BuiltHistorian {
  name: string;
  channel: string;
  component: HistorianSource;
}

/** The historians of the configuration whose channels there are. */
export function buildHistorians(context: StackContext, channels: ReadonlyMap<string, BuiltChannel>): BuiltHistorian[] {
  const { settings } = context;
  return Object.entries(settings.historians).flatMap(([name, own]) => {
    const channel = channels.get(own.channel ?? "");
    if (channel === undefined) return [];
    const component = new HistorianSource(name, {
      ...historianArgs(own),
      channel: channel.component,
      // Two zones where the profile is that of production, as its other guards.
      twoZones: settings.environment === "prod",
      stream: {
        mode: settings.streamMode,
        shards: settings.streamMode === "ON_DEMAND" ? undefined : settings.shardCount,
        retentionHours: settings.retentionHours,
      },
      protectData: settings.protectData,
      ...operations(context),
      ...shared(context, undefined),
    });
    return [{ name, channel: own.channel!, component }];
  });
}
