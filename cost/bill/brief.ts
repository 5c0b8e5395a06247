import type { Registered, Traffic } from "../model/types";
import { configuredTraffic } from "./configured";
import { ASSUMPTIONS, estimate, LIST_PRICES, NO_TRAFFIC, type Estimate } from "./estimate";
import { signed, trafficText, usd } from "./wording";

/** Messages a second by which the price of a million messages is found where no traffic is expected. */
const SOME = 10;

/** The bill of a stack in a line. */
export interface Brief {
  /** undefined if the stack's configuration expects none: `estimate` is then for some messages, of which only the fixed part is known to come */
  traffic: Traffic | undefined;
  estimate: Estimate;
}

/**
 * The bill of a stack for the traffic that its configuration expects.
 * @param config text by full key
 * @param now ms since 1970-01-01 UTC
 */
export function briefOf(
  resources: readonly Registered[],
  config: Readonly<Record<string, string>>,
  { region, now }: { region?: string | undefined; now: number },
): Brief {
  const traffic = configuredTraffic(config);
  return {
    traffic,
    estimate: estimate(resources, {
      traffic: traffic ?? { ...NO_TRAFFIC, rate: SOME },
      assumptions: ASSUMPTIONS,
      prices: LIST_PRICES,
      region,
      now,
    }),
  };
}

/** USD a month that are known to come: all of it, or what is fixed. */
export function knownUsd({ traffic, estimate: own }: Brief): number {
  return traffic === undefined ? own.fixedUsdPerMonth : own.usdPerMonth;
}

/** `62.72 USD a month for 10 messages/s of 300 bytes`, or `15.95 USD a month and 1.78 per million messages`. */
export function briefText(brief: Brief): string {
  const { traffic, estimate: own } = brief;
  return traffic === undefined
    ? `${usd(own.fixedUsdPerMonth)} USD a month and ${usd(own.usdPerMillionMessages)} per million messages of ${NO_TRAFFIC.size} bytes`
    : `${usd(own.usdPerMonth)} USD a month for ${trafficText(traffic)}`;
}

/** What a change does to the bill: the sum, and each of its lines that changes by a cent or more. */
export function differenceText(before: Brief, after: Brief): { summary: string; lines: string[] } {
  const difference = knownUsd(after) - knownUsd(before);
  const known = ({ traffic, estimate: own }: Brief): Map<string, number> => {
    const found = new Map<string, number>();
    for (const { component, service, what, usdPerMonth, fixed } of own.items)
      if (traffic !== undefined || fixed) {
        const name = `${component}: ${service}, ${what}`;
        found.set(name, (found.get(name) ?? 0) + usdPerMonth);
      }
    return found;
  };
  const [one, other] = [known(before), known(after)];
  const lines = [...new Set([...one.keys(), ...other.keys()])]
    .map((name) => ({ name, usd: (other.get(name) ?? 0) - (one.get(name) ?? 0) }))
    .filter((each) => Math.abs(each.usd) >= 0.01)
    .sort((a, b) => Math.abs(b.usd) - Math.abs(a.usd))
    .map((each) => `${signed(each.usd)}  ${each.name}`);
  const perMillion = after.estimate.usdPerMillionMessages - before.estimate.usdPerMillionMessages;
  const changed = Math.abs(difference) >= 0.01 ? `, ${signed(difference)} by this change` : "";
  const rate =
    after.traffic === undefined && Math.abs(perMillion) >= 0.01 ? `, ${signed(perMillion)} per million messages` : "";
  return { summary: `${briefText(after)}${changed}${rate}`, lines };
}
