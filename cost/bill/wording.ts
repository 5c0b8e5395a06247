import type { Traffic } from "../model/types";

/** USD with two digits, or as many as show that it is not nothing. */
export function usd(value: number): string {
  return value.toLocaleString("en-US", {
    minimumFractionDigits: 2,
    maximumFractionDigits: value !== 0 && Math.abs(value) < 0.01 ? 4 : 2,
  });
}

/** USD with a sign. */
export function signed(value: number): string {
  return `${value > 0 ? "+" : ""}${usd(value)}`;
}

/** `1,000 messages/s of 300 bytes, 10,000 devices, basic ingest`. */
export function trafficText({ rate, rates, size, devices, batch, basicIngest, queries }: Traffic): string {
  const own = Object.entries(rates).map(([name, each]) => `${name} ${count(each)}`);
  const parts = [`${[count(rate), ...own].join(", ")} messages/s of ${count(size)} bytes`];
  if (batch > 1) parts.push(`${batch} to a publish`);
  if (basicIngest) parts.push("basic ingest");
  if (devices > 0) parts.push(`${count(devices)} device${devices === 1 ? "" : "s"}`);
  if (queries > 0) parts.push(`${count(queries)} ${queries === 1 ? "query" : "queries"} of each dataset a day`);
  return parts.join(", ");
}

function count(value: number): string {
  return value.toLocaleString("en-US");
}
