import { block } from "../../aws/values";
import { destinationOf, processorsOf } from "../model/links";
import { GB, KB, roundedUp, SECONDS } from "../model/month";
import type { Flow, Registered, Usage } from "../model/types";

/** Firehose rounds every record up to this, of direct puts and of a stream. https://aws.amazon.com/firehose/pricing/ */
const UNIT = 5 * KB;

/** A delivery stream: what comes in, its conversion, and its dynamic partitions. */
export function deliveryStream(resource: Registered, flow: Flow): Usage[] {
  const { rate, size, bytes, objects } = flow.deliveries.get(resource.urn)!;
  if (rate === 0) return [];
  const rounded = (rate * SECONDS * roundedUp(size, UNIT)) / GB;
  const destination = destinationOf(resource);
  const usages: Usage[] = [{ price: "firehose-in", what: "data in", quantity: rounded }];
  const conversion = block(destination.dataFormatConversionConfiguration);
  if (conversion !== undefined && conversion.enabled !== false)
    usages.push({ price: "firehose-conversion", what: "conversion to Parquet", quantity: rounded });
  if (block(destination.dynamicPartitioningConfiguration)?.enabled === true)
    usages.push(
      { price: "firehose-partitioning", what: "dynamic partitioning", quantity: bytes / GB },
      { price: "firehose-object", what: "objects of partitions", quantity: objects / 1000 },
    );
  return usages;
}

/** What a delivery stream does that has no price here. */
export function unpricedProcessors(resource: Registered): string[] {
  return processorsOf(resource, "MetadataExtraction").length > 0
    ? [`${resource.name}: the hours of its JQ queries are not known`]
    : [];
}
