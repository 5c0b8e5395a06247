import { PRICES } from "./table";

/** What a run of a query in Athena reads. */
export interface QueryReads {
  readonly scannedBytes: number;
  /** calls of S3, and of the Glue Data Catalog */
  readonly requests: { readonly list: number; readonly get: number; readonly catalog: number };
}

const MB = 2 ** 20;
const TB = 2 ** 40;
/** Athena rounds a query's bytes up to whole MB, and to at least this. https://aws.amazon.com/athena/pricing/ */
export const LEAST_SCAN = 10 * MB;

/** USD of one run at list prices, without free allowances: the scan, and the requests to S3 and the catalog. */
export function queryUsd({ scannedBytes, requests }: QueryReads): number {
  const { list, get, catalog } = requests;
  const usd = (name: keyof typeof PRICES): number => PRICES[name].steps[0]!.usd;
  const scanned = list === 0 ? 0 : Math.max(LEAST_SCAN, Math.ceil(scannedBytes / MB) * MB);
  return (
    (scanned / TB) * usd("athena-scan") +
    (list / 1000) * usd("s3-put") +
    (get / 1000) * usd("s3-get") +
    (catalog / 1e6) * usd("glue-request")
  );
}
