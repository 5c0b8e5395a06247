import { isUnknown } from "../limits/values";
import type { StackView, View } from "../framework/view";
import { nameOf } from "../iam/arn";

/** The property that holds a resource's physical name, by type; the others have it in `name`. */
const NAME_PROPERTY: Readonly<Record<string, string>> = {
  "aws:s3/bucket:Bucket": "bucket",
  "aws:s3/bucketV2:BucketV2": "bucket",
};

/** The physical name, undefined if it is not known. */
export function physicalName(view: View): string | undefined {
  for (const property of [NAME_PROPERTY[view.type] ?? "name", "id", "arn"]) {
    const value: unknown = view.raw[property];
    if (typeof value === "string" && value !== "" && !isUnknown(value)) return nameOf(value);
  }
  return undefined;
}

/**
 * Whether a property of one resource speaks of another: by its name, id or ARN, or, where those are not known yet, by what Pulumi says the
 * property was made from.
 */
export function refersTo(view: View, property: string, target: View): boolean {
  const value: unknown = view.raw[property];
  if (typeof value === "string" && !isUnknown(value)) return namesResource(value, target);
  return (view.references[property] ?? []).includes(target.urn);
}

/** Whether a text is the name, id or ARN of a resource. */
export function namesResource(text: string, target: View): boolean {
  if (text === target.raw.id || text === target.raw.arn) return true;
  const name = physicalName(target);
  return name !== undefined && (text === name || nameOf(text) === name);
}

/** Resources of some types that speak of `target` in a property. */
export function referring(stack: StackView, types: readonly string[], property: string, target: View): View[] {
  return stack.of(...types).filter((view) => refersTo(view, property, target));
}

/** Texts in a resource's arguments with their top-level property, those of assets too. */
export function textsOf(value: unknown, out: string[] = []): string[] {
  if (typeof value === "string") out.push(value);
  else if (typeof value === "object" && value !== null) for (const item of Object.values(value)) textsOf(item, out);
  return out;
}

/** The resource of some types that a value names; undefined if there is none, or if the value is not known. */
export function resolve(stack: StackView, types: readonly string[], value: unknown): View | undefined {
  if (typeof value !== "string" || isUnknown(value)) return undefined;
  return stack.of(...types).find((view) => namesResource(value, view));
}

export const BUCKET = "aws:s3/bucket:Bucket";
export const STREAM = "aws:kinesis/stream:Stream";
export const DELIVERY = "aws:kinesis/firehoseDeliveryStream:FirehoseDeliveryStream";
export const FUNCTION = "aws:lambda/function:Function";
export const TABLE = "aws:glue/catalogTable:CatalogTable";
export const RULE = "aws:iot/topicRule:TopicRule";
export const ROLE = "aws:iam/role:Role";
export const MACHINE = "aws:sfn/stateMachine:StateMachine";
export const QUEUE = "aws:sqs/queue:Queue";
export const LOG_GROUP = "aws:cloudwatch/logGroup:LogGroup";
export const WORKGROUP = "aws:athena/workgroup:Workgroup";
export const SCHEDULE = "aws:scheduler/schedule:Schedule";
export const MAPPING = "aws:lambda/eventSourceMapping:EventSourceMapping";
export const ALARM = "aws:cloudwatch/metricAlarm:MetricAlarm";
