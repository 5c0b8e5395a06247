import { parseSchedule, tablesOf } from "../../../etl";
import type { DeltaWindowArgs } from "./dataset-args";
import type { WindowStates } from "./dataset-states";

/** The delta window of a dataset's contents, without the parameters that the state machine keeps. */
export type ContentWindow = Omit<WindowStates, "parameter" | "late">;

/** The first window is as long as the longest time between two runs; a dataset without a schedule begins with all there is. */
export function windowOf(
  query: string,
  { timeExpression, offsetSeconds = 0, delaySeconds = 0, tables }: DeltaWindowArgs,
  schedules: readonly string[],
): ContentWindow {
  const gaps = schedules.map((expression) => parseSchedule(expression).longestGap).filter((gap) => gap > 0);
  return {
    timeExpression,
    offsetSeconds: Math.min(offsetSeconds, -delaySeconds),
    tables: tables ?? tablesOf(query).map(({ table }) => table),
    firstMs: gaps.length === 0 ? undefined : Math.min(...gaps),
  };
}
