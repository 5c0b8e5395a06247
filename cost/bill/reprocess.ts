import { usdOf } from "../../aws/prices/price";
import { PRICES, type PriceName } from "../../aws/prices/table";
import { ASSUMPTIONS, LIST_PRICES } from "./estimate";

/** What a run reads. */
export interface ReprocessTraffic {
  /** source objects */
  objects: number;
  /** of them, as they lie in the bucket */
  bytes: number;
  /** GB that the function has */
  gigabytes: number;
  /** source objects that one invocation takes */
  objectsPerInvocation: number;
}

/** A line of the estimate. */
export interface ReprocessItem {
  what: string;
  quantity: number;
  unit: string;
  usd: number;
}

/** Bytes of messages that a function with one processor transforms and writes in a second; `npm run bench -- reprocess` measures it. */
const BYTES_A_SECOND = 6_000_000;
/** GET of the object and of its marker */
const GETS = 2;
/** two PUTs of the marker, one of the rows of a partition or of the results */
const PUTS = 4;

/** What a run costs once, without what the datastore's objects cost from then on. */
export function reprocessEstimate({
  objects,
  bytes,
  gigabytes,
  objectsPerInvocation,
}: ReprocessTraffic): ReprocessItem[] {
  const batches = Math.ceil(objects / objectsPerInvocation);
  const seconds = bytes / ASSUMPTIONS.gzipRatio / BYTES_A_SECOND;
  const item = (name: PriceName, what: string, quantity: number): ReprocessItem => ({
    what,
    quantity,
    unit: PRICES[name].unit,
    usd: usdOf(PRICES[name], quantity, LIST_PRICES),
  });
  return [
    // The execution's states, and for each batch its start and its one state.
    item("states-transition", "Step Functions", (8 + batches * 2) / 1000),
    item("lambda-request", "invocations", (2 + batches) / 1e6),
    item("lambda-arm64", "duration", seconds * gigabytes),
    item("s3-get", "reading objects and markers", (objects * GETS) / 1000),
    item("s3-put", "writing rows and markers, listing", (objects * PUTS + objects / 1000) / 1000),
  ];
}
