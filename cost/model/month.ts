/** Hours of a month, as AWS's pricing calculator counts them. https://docs.aws.amazon.com/pricing-calculator/latest/userguide/what-is-pricing-calculator.html */
export const HOURS = 730;
/** Seconds of a month. */
export const SECONDS = HOURS * 3600;
/** Days of a month. */
export const DAYS = HOURS / 24;

/** Bytes of a GB, as AWS counts them. */
export const GB = 2 ** 30;
/** Bytes of a TB, as AWS counts them. */
export const TB = 2 ** 40;
/** Bytes of an MB, as AWS counts them. */
export const MB = 2 ** 20;
/** Bytes of a KB, as AWS counts them. */
export const KB = 1024;

/** A size rounded up to whole units, at least one. */
export function roundedUp(bytes: number, unit: number): number {
  return Math.max(1, Math.ceil(bytes / unit)) * unit;
}
