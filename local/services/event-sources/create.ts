import { ofType, TYPES, type Resource } from "../../core/model";
import type { Stream } from "../kinesis/stream";
import type { LambdaFunction } from "../lambda/function";
import type { Queue } from "../sqs/queue";
import { functionNameOf } from "./function-name";
import { KinesisMapping, type KinesisMappingContext } from "./kinesis-mapping";
import type { Mapping } from "./mapping";
import { SqsMapping } from "./sqs-mapping";

/** Where the parts are that mappings connect. */
export interface MappingParts extends Omit<KinesisMappingContext, "stream" | "lambda" | "failures"> {
  /** by name */
  streams: ReadonlyMap<string, Stream>;
  /** by name */
  functions: ReadonlyMap<string, LambdaFunction>;
  /** by ARN */
  queues: ReadonlyMap<string, Queue>;
}

/** The event source mappings of a program; one that is not enabled is there and does not start. */
export function createMappings(resources: readonly Resource[], parts: MappingParts): Mapping[] {
  return ofType(resources, TYPES.eventSourceMapping).map((resource) => {
    const { inputs } = resource;
    const lambda = parts.functions.get(functionNameOf(inputs.functionName))!;
    const queue = parts.queues.get(inputs.eventSourceArn);
    if (queue !== undefined) return new SqsMapping(resource, { ...parts, queue, lambda });
    const stream = [...parts.streams.values()].find(({ arn }) => arn === inputs.eventSourceArn)!;
    const failures = parts.queues.get(inputs.destinationConfig?.onFailure?.destinationArn);
    return new KinesisMapping(resource, { ...parts, stream, lambda, failures });
  });
}
