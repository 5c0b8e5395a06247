/** Numbers, times and bytes as people read them. Times are UTC, as in the datastores. */

const COUNT = new Intl.NumberFormat("en-US");

/** 1234567 as 1,234,567 */
export const count = (value) => COUNT.format(value);

const SHORT = new Intl.NumberFormat("en-US", { notation: "compact", maximumSignificantDigits: 4 });

/** The same in few characters: 1234567 as 1.235M */
export const short = (value) => (value < 1_000_000 ? count(value) : SHORT.format(value));

/** `1 row`, `2,000 rows` */
export const counted = (value, what) => `${count(value)} ${what}${value === 1 ? "" : "s"}`;

/** 2026-01-31 12:00:00, of ms since 1970 */
export function time(ms) {
  return new Date(ms).toISOString().slice(0, 19).replace("T", " ");
}

/** Bytes in the unit that leaves one to three digits. */
export function bytes(value) {
  const units = ["B", "kB", "MB", "GB", "TB"];
  let unit = 0;
  while (value >= 1000 && unit < units.length - 1) {
    value /= 1000;
    unit++;
  }
  return `${unit === 0 ? value : value.toFixed(1)} ${units[unit]}`;
}

/** `2 d 3 h`, `3 min 5 s`, of ms */
export function span(ms) {
  const seconds = Math.round(ms / 1000);
  const parts = [
    [Math.floor(seconds / 86_400), "d"],
    [Math.floor(seconds / 3600) % 24, "h"],
    [Math.floor(seconds / 60) % 60, "min"],
    [seconds % 60, "s"],
  ].filter(([value]) => value > 0);
  return parts.length === 0
    ? "0 s"
    : parts
        .slice(0, 2)
        .map(([value, unit]) => `${value} ${unit}`)
        .join(" ");
}

/** A cell of a result: nulls and objects, too. */
export function cell(value) {
  if (value === null || value === undefined) return "";
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}
