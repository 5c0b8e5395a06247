import type { Assumptions, Flow, Registered, Traffic } from "../model/types";
import { deliveryFlow } from "./deliveries";
import { queryFlow } from "./queries";
import { streamFlow } from "./streams";

/**
 * What goes through the resources of a stack in a month.
 * @param now ms since 1970-01-01 UTC, for schedules and for partitions that are projected until now
 */
export function flowOf(
  resources: readonly Registered[],
  traffic: Traffic,
  assumptions: Assumptions,
  now: number,
): Flow {
  const { rules, streams, unknown, warnings } = streamFlow(resources, traffic);
  const {
    deliveries,
    functions,
    writes,
    unknown: ofDeliveries,
  } = deliveryFlow(resources, traffic, assumptions, streams);
  const {
    tables,
    queries,
    runs,
    unknown: ofQueries,
    warnings: queryWarnings,
  } = queryFlow(resources, traffic, assumptions, writes, now);
  return {
    traffic,
    assumptions,
    resources,
    now,
    rules,
    streams,
    deliveries,
    functions,
    writes,
    tables,
    queries,
    runs,
    unknown: [...unknown, ...ofDeliveries, ...ofQueries],
    warnings: [...warnings, ...queryWarnings],
  };
}
