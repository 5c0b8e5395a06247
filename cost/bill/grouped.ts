import type { PriceName } from "../../aws/prices/table";
import type { Item } from "../model/types";

/** Items of one component with one purpose as one line: twenty alarms of a pipeline. */
export type Line = Omit<Item, "resource">;

/** The lines of a bill, the largest first. */
export function linesOf(items: readonly Item[]): Line[] {
  const lines = new Map<string, Line>();
  for (const { service, component, what, unit, unitPrice, fixed, price, quantity, usdPerMonth } of items) {
    const key = JSON.stringify([component, what, price satisfies PriceName]);
    const before = lines.get(key);
    lines.set(key, {
      service,
      component,
      what,
      quantity: quantity + (before?.quantity ?? 0),
      unit,
      unitPrice,
      usdPerMonth: usdPerMonth + (before?.usdPerMonth ?? 0),
      fixed,
      price,
    });
  }
  return [...lines.values()].sort((one, other) => other.usdPerMonth - one.usdPerMonth);
}

/** USD a month by a member of the items, the largest first. */
export function totalsBy(items: readonly Item[], member: "service" | "component"): [name: string, usd: number][] {
  const totals = new Map<string, number>();
  for (const item of items) totals.set(item[member], (totals.get(item[member]) ?? 0) + item.usdPerMonth);
  return [...totals].sort(([, one], [, other]) => other - one);
}
