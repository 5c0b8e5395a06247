import { DIRECT_PUT } from "../../../aws/limits/direct-put";
import type { Properties } from "../../core/model";

/** Divides a record into several. @returns undefined for one that holds more than Firehose divides it into */
export type Divide = (record: Uint8Array) => Uint8Array[] | undefined;

/**
 * What the processor RecordDeAggregation of a delivery stream does, before all other processors; undefined for a stream without one.
 * @see https://docs.aws.amazon.com/firehose/latest/dev/dynamic-partitioning-multirecord-deaggergation.html
 */
export function divisionOf({ extendedS3Configuration }: Properties): Divide | undefined {
  const { enabled, processors = [] } = (extendedS3Configuration?.processingConfiguration ?? {}) as Properties;
  const own = (processors as Properties[]).find(({ type }) => type === "RecordDeAggregation");
  if (enabled !== true || own === undefined) return undefined;
  const parameters = (own.parameters ?? []) as { parameterName: string; parameterValue: string }[];
  const given = parameters.find(({ parameterName }) => parameterName === "Delimiter")?.parameterValue ?? "";
  const delimiter = Buffer.from(given, "base64");
  return (record) => divided(Buffer.from(record.buffer, record.byteOffset, record.byteLength), delimiter);
}

function divided(record: Buffer, delimiter: Buffer): Buffer[] | undefined {
  const parts: Buffer[] = [];
  for (let from = 0; from < record.length;) {
    const found = record.indexOf(delimiter, from);
    const to = found < 0 ? record.length : found;
    if (to > from) parts.push(record.subarray(from, to));
    from = to + delimiter.length;
  }
  return parts.length > DIRECT_PUT.divided ? undefined : parts;
}
