import { isRecord } from "../../aws/text/record";
import type { Traffic } from "../model/types";
import { NO_TRAFFIC } from "./estimate";

/**
 * The traffic that a stack's configuration expects; undefined if it expects none. Values that are not valid are left out: the program reports them.
 * @param config text by full key, `iot-telemetry-etl:traffic`, objects as JSON text
 */
export function configuredTraffic(config: Readonly<Record<string, string>>): Traffic | undefined {
  const text = settingOf(config, "traffic");
  if (text === undefined) return undefined;
  let given: unknown;
  try {
    given = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (!isRecord(given)) return undefined;
  const number = (name: keyof Traffic): number | undefined =>
    typeof given[name] === "number" ? given[name] : undefined;
  return {
    ...NO_TRAFFIC,
    rate: number("rate") ?? NO_TRAFFIC.rate,
    size: number("size") ?? NO_TRAFFIC.size,
    devices: number("devices") ?? NO_TRAFFIC.devices,
    batch: number("batch") ?? NO_TRAFFIC.batch,
    basicIngest: given.basicIngest === true,
    queries: number("queries") ?? NO_TRAFFIC.queries,
  };
}

/** The budget that a stack's configuration sets, USD a month. */
export function configuredBudget(config: Readonly<Record<string, string>>): number | undefined {
  const text = settingOf(config, "monthlyBudget");
  const budget = text === undefined ? NaN : Number(text);
  return Number.isFinite(budget) ? budget : undefined;
}

function settingOf(config: Readonly<Record<string, string>>, name: string): string | undefined {
  const key = Object.keys(config).find((full) => full.split(":").at(-1) === name && !full.startsWith("aws:"));
  return key === undefined ? undefined : config[key];
}
