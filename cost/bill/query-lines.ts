import { queryUsd } from "../../aws/prices/query";
import type { NamedReads } from "../model/types";
import { usd } from "./wording";

/** A dataset's query, and what one run of it reads. */
export interface QueryEstimate {
  /** name of the component */
  readonly component: string;
  readonly reads: readonly NamedReads[];
}

/** `reads every partition of store: no condition on __year, __month`, for each table that a query names. */
export function partitionsText(reads: readonly NamedReads[]): string {
  const parts = reads.map(({ table: { name, keys, restricted } }) => {
    if (keys.length === 0) return `all of ${name}, which has no partitions`;
    if (restricted.length === 0) return `every partition of ${name}, for it has no condition on ${keys.join(", ")}`;
    return `of ${name} the partitions that its conditions on ${restricted.join(", ")} leave`;
  });
  return `reads ${[...new Set(parts)].join("; ")}`;
}

/** `8,760 of 8,760 partitions, 8,760 LIST and 105,000 GET requests, 1.2 GB: 0.09 USD a run`. */
export function figuresText(reads: readonly NamedReads[]): string {
  const { partitions, requests, scannedBytes, usd: cost } = queryFigures(reads);
  const n = (value: number): string => Math.round(value).toLocaleString("en-US");
  const scanned =
    scannedBytes < 1e9 ? `${(scannedBytes / 1e6).toFixed(1)} MB` : `${(scannedBytes / 1e9).toFixed(1)} GB`;
  return `${n(partitions.planned)} of ${n(partitions.total)} partitions, ${n(requests.list)} LIST and ${n(requests.get)} GET requests, ${scanned} scanned: ${usd(cost)} USD a run`;
}

/** The figures of a run, as `npm run query -- --explain` has them of a data folder. */
export function queryFigures(reads: readonly NamedReads[]): {
  partitions: { planned: number; total: number };
  requests: { list: number; get: number; catalog: number };
  scannedBytes: number;
  usd: number;
} {
  const sum = (of: (one: NamedReads) => number): number => reads.reduce((total, one) => total + of(one), 0);
  const requests = {
    list: sum((one) => one.requests.list),
    get: sum((one) => one.requests.get),
    catalog: sum((one) => one.requests.catalog),
  };
  const scannedBytes = Math.round(sum(({ bytes }) => bytes));
  return {
    partitions: { planned: sum((one) => one.partitions.planned), total: sum((one) => one.partitions.total) },
    requests,
    scannedBytes,
    usd: queryUsd({ scannedBytes, requests }),
  };
}
