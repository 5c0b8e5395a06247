import type { DuckDBValue } from "@duckdb/node-api";

/**
 * A value of DuckDB's as plain JavaScript: whole numbers beyond 32 bits as bigint, decimals, dates and times as Athena prints them,
 * arrays as arrays, rows and maps as objects.
 */
export function plain(value: DuckDBValue): unknown {
  if (value === null || typeof value !== "object") return value;
  const { constructor } = value;
  switch (constructor.name) {
    case "DuckDBTimestampValue":
    case "DuckDBTimestampMillisecondsValue":
    case "DuckDBTimestampSecondsValue":
    case "DuckDBTimestampNanosecondsValue":
      return milliseconds(String(value));
    case "DuckDBTimestampTZValue":
      return `${milliseconds(utc((value as unknown as { micros: bigint }).micros))} UTC`;
    case "DuckDBListValue":
    case "DuckDBArrayValue":
      return (value as unknown as { items: DuckDBValue[] }).items.map(plain);
    case "DuckDBStructValue":
      return Object.fromEntries(
        Object.entries((value as unknown as { entries: Record<string, DuckDBValue> }).entries).map(([name, field]) => [
          name,
          plain(field),
        ]),
      );
    case "DuckDBMapValue":
      return Object.fromEntries(
        (value as unknown as { entries: { key: DuckDBValue; value: DuckDBValue }[] }).entries.map((entry) => [
          String(plain(entry.key)),
          plain(entry.value),
        ]),
      );
    case "DuckDBBlobValue":
      return Buffer.from((value as unknown as { bytes: Uint8Array }).bytes)
        .toString("hex")
        .replace(/(..)(?=.)/g, "$1 ");
    default:
      return String(value);
  }
}

/** Athena prints milliseconds, always. */
function milliseconds(text: string): string {
  const [whole = "", fraction = ""] = text.split(".");
  return `${whole}.${fraction.slice(0, 3).padEnd(3, "0")}`;
}

function utc(micros: bigint): string {
  return new Date(Number(micros / 1000n)).toISOString().slice(0, 23).replace("T", " ");
}
