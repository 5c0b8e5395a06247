import { block, blocks, number, text } from "../../aws/values";
import type { PriceName } from "../../aws/prices/table";
import { lifecycleRules, monthsKept } from "../flow/queries";
import { DAYS, GB } from "../model/month";
import type { Flow, Registered, Usage } from "../model/types";

const CLASSES: Readonly<Record<string, PriceName>> = {
  STANDARD_IA: "s3-standard-ia",
  GLACIER_IR: "s3-glacier-ir",
  DEEP_ARCHIVE: "s3-deep-archive",
};

/** A bucket: what delivery streams write and what it keeps of it. */
export function bucket(resource: Registered, flow: Flow): Usage[] {
  const name = text(resource.inputs.bucket) ?? "";
  return (flow.writes.get(name) ?? []).flatMap(({ prefix, bytes, objects, what }): Usage[] => {
    const months = monthsKept(flow.resources, name, prefix, flow.assumptions.months);
    return [
      { price: "s3-put" as const, what: `objects written, ${what}`, quantity: objects / 1000 },
      ...storage(flow, name, prefix, months).map(({ price, share }) => ({
        price,
        what: `stored after ${round(months)} months, ${what}`,
        quantity: (bytes * share) / GB,
      })),
    ].filter(({ quantity }) => quantity > 0);
  });
}

/** Months of data in each storage class, in the order of the lifecycle's transitions. */
function storage(flow: Flow, name: string, prefix: string, months: number): { price: PriceName; share: number }[] {
  const steps = lifecycleRules(flow.resources, name, prefix)
    .flatMap(({ transitions }) => blocks(transitions).map(([, each]) => each))
    .map((each) => ({ months: (number(each.days) ?? 0) / DAYS, price: CLASSES[text(each.storageClass) ?? ""] }))
    .sort((one, other) => one.months - other.months);
  const found: { price: PriceName; share: number }[] = [];
  let price: PriceName | undefined = "s3-standard";
  let from = 0;
  for (const step of [...steps, { months: Infinity, price: undefined }]) {
    const share = Math.min(months, step.months) - from;
    if (price !== undefined && share > 0) found.push({ price, share });
    from = Math.min(months, step.months);
    price = step.price;
  }
  return found;
}

/** Storage classes of a bucket's lifecycle whose price is not in the table. */
export function unpricedClasses(resource: Registered): string[] {
  return blocks(resource.inputs.rules)
    .flatMap(([, rule]) => blocks(rule.transitions).map(([, each]) => text(each.storageClass) ?? ""))
    .filter((storageClass) => !(storageClass in CLASSES))
    .map((storageClass) => `${resource.name}: the price of the storage class ${storageClass} is not in the table`);
}

/** The queries of a workgroup: what they scan, and their requests to S3. */
export function workgroup(resource: Registered, flow: Flow): Usage[] {
  const { runs, bytes, objects, lists, catalogRequests } = flow.queries.get(resource.urn)!;
  if (runs === 0) return [];
  return [
    { price: "athena-scan", what: "scanned by queries, at most", quantity: (runs * bytes) / 2 ** 40 },
    { price: "s3-put", what: "LIST requests of queries, a partition each", quantity: (runs * lists) / 1000 },
    { price: "s3-get", what: "GET requests of queries, at least", quantity: (runs * objects) / 1000 },
    {
      price: "glue-request",
      what: "catalog requests of queries",
      quantity: (runs * catalogRequests) / 1e6,
    },
  ];
}

/** A table: its partitions are objects of the catalog, unless they are projected. */
export function catalogTable(resource: Registered, flow: Flow): Usage[] {
  const { partitions, projected } = flow.tables.get(resource.urn)!;
  if (projected > 0 || block(resource.inputs.storageDescriptor) === undefined) return [];
  return [{ price: "glue-objects", what: "partitions", quantity: partitions / 1e5 }];
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
