/** A price of AWS in USD. */
export interface Price {
  /** as AWS's bill calls it: `Kinesis` */
  readonly service: string;
  /** what one unit is: `million messages` */
  readonly unit: string;
  /** USD a unit, by the units used in a month; the last step has no end. A price without steps is one step. */
  readonly steps: readonly Step[];
  /** units a month that every account gets free, without an end in time */
  readonly free?: number;
  /** AWS's page of the price */
  readonly page: string;
  /** where the figure was read: `AWS` for its page or price list, `third party` for a copy of it, `unchecked` for one that nobody compared */
  readonly source: "AWS" | "third party" | "unchecked";
  /** when it was read: `2026` or `2026-09` */
  readonly date: string;
}

/** A step of a price. */
export interface Step {
  /** units a month that have this price or a lower step's; absent in the last step */
  readonly upTo?: number;
  /** USD a unit */
  readonly usd: number;
}

/** Which of a price's steps and allowances count. */
export interface PriceOptions {
  /** whether the allowance that every account gets is free here, too: nothing else in the account uses it */
  freeTier: boolean;
  /** whether usage goes down the steps; otherwise every unit has the first step's price */
  steps: boolean;
}

/**
 * USD of a quantity in a month.
 * @param quantity units, fractions too
 */
export function usdOf(price: Price, quantity: number, { freeTier, steps }: PriceOptions): number {
  const billed = Math.max(0, quantity - (freeTier ? (price.free ?? 0) : 0));
  if (!steps) return billed * price.steps[0]!.usd;
  let usd = 0;
  let from = 0;
  for (const { upTo = Infinity, usd: each } of price.steps) {
    if (billed <= from) break;
    usd += (Math.min(billed, upTo) - from) * each;
    from = upTo;
  }
  return usd;
}
