import { readStack } from "../../stacks/read";
import { buildStack } from "../../stacks/build/build-stack";
import type { Registered, Traffic } from "../../cost";
import { ASSUMPTIONS, estimate, LIST_PRICES, NO_TRAFFIC, type Estimate, type EstimateOptions } from "../../cost";
import { run } from "../harness";

/** 2026-01-01 UTC. */
export const NOW = Date.UTC(2026, 0, 1);

/** What the program registers for the seed's documents. */
export async function seed(stack: string, config: Record<string, string> = {}): Promise<readonly Registered[]> {
  const { resources } = await run(() => buildStack(readStack()), {
    stack,
    config: { definitions: "definitions/etl", ...config },
  });
  return resources;
}

/** List prices for a traffic. */
export function optionsFor(traffic: Partial<Traffic>, more: Partial<EstimateOptions> = {}): EstimateOptions {
  return { traffic: { ...NO_TRAFFIC, ...traffic }, assumptions: ASSUMPTIONS, prices: LIST_PRICES, now: NOW, ...more };
}

/** USD a month of a price's lines, with two digits. */
export function usdBy({ items }: Estimate): Record<string, string> {
  const totals = new Map<string, number>();
  for (const { price, usdPerMonth } of items) totals.set(price, (totals.get(price) ?? 0) + usdPerMonth);
  return Object.fromEntries([...totals].map(([price, usd]) => [price, usd.toFixed(2)]));
}

export { estimate };
