import * as path from "node:path";
import { TYPES, ofType, type Resource } from "../../core/model";
import type { LambdaFunction } from "../lambda/function";
import type { Stream } from "../kinesis/stream";
import { DeliveryStream, type DeliveryStreamContext } from "./delivery-stream";
import { DirectPut } from "./direct-put";
import { divisionOf } from "./divide";
import type { Source } from "./source";

/** What the delivery streams of a stack share. */
export interface DeliveryServices extends Omit<DeliveryStreamContext, "source" | "lambda" | "table" | "keepsAnswers"> {
  /** by name */
  streams: ReadonlyMap<string, Stream>;
  functions: ReadonlyMap<string, LambdaFunction>;
}

/** The delivery streams of a stack by name, each with its source, its function and the table that it converts for. */
export function createDeliveryStreams(
  resources: readonly Resource[],
  { streams, functions, ...services }: DeliveryServices,
): Map<string, DeliveryStream> {
  const all = ofType(resources, TYPES.deliveryStream);
  const takingPuts = all.filter(({ inputs }) => inputs.kinesisSourceConfiguration === undefined);
  const functionOf = ({ inputs }: Resource): LambdaFunction | undefined => {
    const text = JSON.stringify(inputs.extendedS3Configuration.processingConfiguration ?? {});
    return [...functions.values()].find(({ arn }) => text.includes(`"${arn}:`) || text.includes(`"${arn}"`));
  };
  const sourceOf = ({ inputs }: Resource): Source => {
    const arn: string | undefined = inputs.kinesisSourceConfiguration?.kinesisStreamArn;
    if (arn === undefined) {
      const records = path.join(services.folder, inputs.name, "records");
      return new DirectPut(records, inputs.name, services, divisionOf(inputs));
    }
    return [...streams.values()].find((stream) => stream.arn === arn)!;
  };
  const created = all.map((resource) => {
    const lambda = functionOf(resource);
    return new DeliveryStream(resource, {
      ...services,
      source: sourceOf(resource),
      lambda,
      table: tableOf(resource, resources),
      // A function that two delivery streams call, of which one takes puts, is what puts into it.
      keepsAnswers:
        lambda !== undefined &&
        !takingPuts.includes(resource) &&
        takingPuts.some((other) => functionOf(other) === lambda),
    });
  });
  return new Map(created.map((stream) => [stream.name, stream]));
}

function tableOf(resource: Resource, resources: readonly Resource[]): Resource | undefined {
  const schema = resource.inputs.extendedS3Configuration.dataFormatConversionConfiguration?.schemaConfiguration;
  if (schema === undefined) return undefined;
  return ofType(resources, TYPES.table).find(
    ({ inputs }) => inputs.databaseName === schema.databaseName && inputs.name === schema.tableName,
  );
}
