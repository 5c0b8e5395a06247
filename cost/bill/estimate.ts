import { usdOf, type Price, type PriceOptions } from "../../aws/prices/price";
import { PRICE_REGION, PRICES, type PriceName } from "../../aws/prices/table";
import { flowOf } from "../flow";
import { componentOf } from "../model/links";
import { SECONDS } from "../model/month";
import type { Assumptions, Item, Registered, Traffic } from "../model/types";
import type { QueryEstimate } from "./query-lines";
import { PRICINGS } from "../services";

/** What a stack costs in a month. */
export interface Estimate {
  readonly usdPerMonth: number;
  /** of it without a message */
  readonly fixedUsdPerMonth: number;
  /** of the rest; 0 without messages */
  readonly usdPerMillionMessages: number;
  /** their sum is `usdPerMonth` */
  readonly items: readonly Item[];
  /** what is not in the sum, one sentence each */
  readonly unknown: readonly string[];
  /** what the traffic exceeds, one sentence each */
  readonly warnings: readonly string[];
  /** what a run of each dataset's query reads after the months that are assumed */
  readonly queries: readonly QueryEstimate[];
}

/** Everything that an estimate depends on. */
export interface EstimateOptions {
  traffic: Traffic;
  assumptions: Assumptions;
  prices: PriceOptions;
  /** the stack's region, if it is known */
  region?: string | undefined;
  /** ms since 1970-01-01 UTC, from which schedules are followed */
  now: number;
}

/** The traffic of a stack whose configuration and command line say nothing: no messages. */
export const NO_TRAFFIC: Traffic = {
  rate: 0,
  rates: {},
  size: 300,
  devices: 0,
  batch: 1,
  basicIngest: false,
  queries: 0,
};

/** Assumptions that hold unless the user knows better; docs/cost.md says where they come from. */
export const ASSUMPTIONS: Assumptions = {
  months: 12,
  gzipRatio: 0.15,
  parquetRatio: 0.15,
  partitionValues: 1,
  transformMicroseconds: 10,
  logBytes: 600,
  functionMetrics: 6,
  fanOutShare: 0,
  containerMinutes: 5,
};

/** Every price once, all but a step of its own. */
export const LIST_PRICES: PriceOptions = { freeTier: false, steps: true };

/** The bill of a stack for a month, from the resources that its program registers. */
export function estimate(resources: readonly Registered[], options: EstimateOptions): Estimate {
  const flow = flowOf(resources, options.traffic, options.assumptions, options.now);
  const unknown = [...flow.unknown, ...regionNote(options.region)];
  const usages = resources.flatMap((resource) => {
    const pricing = PRICINGS[resource.type];
    if (pricing === undefined) {
      if (resource.type.startsWith("aws:"))
        unknown.push(`${resource.name}: the price of ${resource.type} is not known`);
      return [];
    }
    unknown.push(...(pricing.unknown?.(resource, flow) ?? []));
    return (pricing.usages?.(resource, flow) ?? []).flatMap((usage) =>
      usage.quantity > 0 ? [{ resource, usage }] : [],
    );
  });
  const totals = new Map<PriceName, number>();
  for (const { usage } of usages) totals.set(usage.price, (totals.get(usage.price) ?? 0) + usage.quantity);
  // Steps and free tiers count over the stack: each line has the average price.
  const average = (name: PriceName): number => {
    const price: Price = PRICES[name];
    const total = totals.get(name)!;
    const plain = !options.prices.freeTier && (price.steps.length === 1 || !options.prices.steps);
    return plain || total === 0 ? price.steps[0]!.usd : usdOf(price, total, options.prices) / total;
  };
  const items = usages.map(({ resource, usage }): Item => {
    const unitPrice = average(usage.price);
    return {
      service: PRICES[usage.price].service,
      component: componentOf(resource, resources),
      resource: resource.urn,
      what: usage.what,
      quantity: usage.quantity,
      unit: PRICES[usage.price].unit,
      unitPrice,
      usdPerMonth: usage.quantity * unitPrice,
      fixed: usage.fixed ?? false,
      price: usage.price,
    };
  });
  const usdPerMonth = sumOf(items);
  const fixedUsdPerMonth = sumOf(items.filter(({ fixed }) => fixed));
  const messages = messagesOf(options.traffic);
  return {
    usdPerMonth,
    fixedUsdPerMonth,
    usdPerMillionMessages: messages === 0 ? 0 : ((usdPerMonth - fixedUsdPerMonth) / messages) * 1e6,
    items,
    unknown: [...new Set(unknown)],
    warnings: flow.warnings,
    queries: [...flow.queries].map(([urn, { reads }]) => ({
      component: componentOf(
        resources.find((resource) => resource.urn === urn)!,
        resources,
      ),
      reads,
    })),
  };
}

/** Messages of a month. */
export function messagesOf({ rate, rates }: Traffic): number {
  return (
    Math.max(
      rate,
      Object.values(rates).reduce((sum, each) => sum + each, 0),
    ) * SECONDS
  );
}

/** USD of items. */
export function sumOf(items: readonly Item[]): number {
  return items.reduce((sum, { usdPerMonth }) => sum + usdPerMonth, 0);
}

function regionNote(region: string | undefined): string[] {
  return region === undefined || region === PRICE_REGION
    ? []
    : [`prices of ${region} are not in the table: every figure has the price of ${PRICE_REGION}`];
}
