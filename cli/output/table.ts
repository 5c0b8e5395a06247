import { printable } from "../../aws/text/printable";

/** A table of text, numbers aligned right, cut to `width` characters. Values that would change what a terminal shows are escaped. */
export function formatTable(titles: readonly string[], rows: readonly (readonly unknown[])[], width = 100): string {
  const headers = titles.map(printable);
  const texts = rows.map((row) => row.map(cell));
  const widths = headers.map((header, i) => Math.max(header.length, ...texts.map((row) => row[i]!.length)));
  const right = headers.map((_, i) => rows.length > 0 && rows.every((row) => isNumber(row[i])));
  const line = (cells: readonly string[]): string =>
    cells
      .map((text, i) => (right[i] ? text.padStart(widths[i]!) : text.padEnd(widths[i]!)))
      .join("  ")
      .trimEnd();
  return [line(headers), line(widths.map((w) => "-".repeat(w))), ...texts.map(line)]
    .map((text) => (text.length > width ? `${text.slice(0, width - 1)}…` : text))
    .join("\n");
}

function cell(value: unknown): string {
  if (value === null || value === undefined) return "";
  return printable(typeof value === "object" ? JSON.stringify(value, withPlainIntegers) : String(value));
}

/** A replacer for JSON.stringify: bigints become numbers, and strings beyond 2^53, where most readers of JSON would lose digits. */
export function withPlainIntegers(_: string, value: unknown): unknown {
  if (typeof value !== "bigint") return value;
  return Number.isSafeInteger(Number(value)) ? Number(value) : value.toString();
}

function isNumber(value: unknown): boolean {
  return value === null || typeof value === "number" || typeof value === "bigint";
}

/** 1234567 as 1,234,567. */
export function count(value: number): string {
  return value.toLocaleString("en-US");
}

/** `1 row`, `2,000 rows`. */
export function counted(value: number, what: string): string {
  return `${count(value)} ${what}${value === 1 ? "" : "s"}`;
}

/** Bytes in the unit that leaves one to three digits. */
export function size(bytes: number): string {
  const units = ["B", "kB", "MB", "GB", "TB"];
  let unit = 0;
  let value = bytes;
  while (value >= 1000 && unit < units.length - 1) {
    value /= 1000;
    unit++;
  }
  return `${unit === 0 ? value : value.toFixed(1)} ${units[unit]}`;
}
