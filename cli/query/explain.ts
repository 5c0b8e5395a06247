import { queryUsd } from "../../aws/prices/query";
import type { QueryReading, TableReading } from "../../local/athena";
import { count, counted, formatTable, size } from "../output/table";

/** The JSON of `npm run query --explain`. */
export function explainJson(reading: QueryReading): object {
  const { partitions, requests, scannedBytes, tables } = reading;
  return {
    partitions,
    requests,
    scannedBytes,
    usd: queryUsd(reading),
    tables: tables.map(({ table, restricted, files, bytes, ...own }) => ({
      name: `${table.database}.${table.name}`,
      partitionKeys: table.partitionKeys.map(({ name }) => name),
      restricted,
      partitions: own.partitions,
      requests: own.requests,
      objects: files.length,
      scannedBytes: bytes,
    })),
  };
}

/** The same in words. */
export function explainText(reading: QueryReading): string {
  const { partitions, requests, scannedBytes, tables } = reading;
  if (tables.length === 0) return "the query reads no table\n";
  const row = (
    name: string,
    { partitions: { planned, total }, requests: { list, get } }: Pick<TableReading, "partitions" | "requests">,
    bytes: number,
  ): string[] => [name, `${count(planned)} of ${count(total)}`, count(list), count(get), size(bytes)];
  const rows = tables.map((one) => row(one.table.name, one, one.bytes));
  if (tables.length > 1) rows.push(row("together", reading, scannedBytes));
  return [
    formatTable(["table", "partitions", "LIST", "GET", "bytes"], rows),
    "",
    ...tables.flatMap(conditionLine),
    `one run on AWS: ${usdText(queryUsd(reading))} (${counted(requests.list, "LIST")} and ${counted(requests.get, "GET")} of S3, ` +
      `${counted(requests.catalog, "request")} to the catalog, ${size(scannedBytes)} scanned${requests.list > 0 ? "; Athena bills at least 10 MB" : ""})`,
    ...(partitions.planned > 0 ? [] : ["no partition is read, so the result has no row of a table"]),
    "",
  ].join("\n");
}

function conditionLine({ table, restricted }: TableReading): string[] {
  const keys = table.partitionKeys.map(({ name }) => name);
  if (keys.length === 0) return [`${table.name} has no partition keys: every query reads all of it`];
  if (restricted.length === 0) return [`${table.name}: no condition on ${keys.join(", ")}, so every partition is read`];
  return [`${table.name}: conditions on ${restricted.join(", ")} choose the partitions`];
}

function usdText(usd: number): string {
  return `${usd.toLocaleString("en-US", { maximumSignificantDigits: 3, maximumFractionDigits: 10 })} USD`;
}
