import * as path from "node:path";
import { DeviceFleet } from "../../components";
import { ROOT } from "../root";
import type { BuiltChannel } from "./channel";
import { operations, shared, type StackContext } from "./context";

/** Topic that devices publish to if the configuration names none: what the example's rule listens to. */
const TOPIC = "dt/{thing}/aggregate";

/** The fleets of the configuration, by name. */
export function buildFleets(
  context: StackContext,
  channels: readonly BuiltChannel[],
): ReadonlyMap<string, DeviceFleet> {
  return new Map(
    Object.entries(context.settings.fleets).map(
      ([name, { publish, subscribe, basicIngest, prefix, groups, devices, authorities }]) => [
        name,
        new DeviceFleet(name, {
          publishTopics: publish ?? [TOPIC],
          subscribeFilters: subscribe,
          basicIngestRules:
            basicIngest === true
              ? channels.flatMap(({ component }) => component.nodes.rules.map(({ rule }) => rule.name))
              : undefined,
          thingNamePrefix: prefix,
          groups,
          certificateAuthorities: authorities?.map((file) => path.resolve(ROOT, file)),
          deviceList: devices === undefined ? undefined : path.resolve(ROOT, devices),
          ...operations(context),
          ...shared(context, undefined),
        }),
      ],
    ),
  );
}
