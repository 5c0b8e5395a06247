import { isUnknown } from "../../aws/values";
import { note, type StackView, type View } from "../framework/view";
import { nameOf } from "../../aws/arn";

/** The property that holds a resource's physical name, by type; the others have it in `name`. */
const NAME_PROPERTY: Readonly<Record<string, string>> = {
  "aws:ecs/taskDefinition:TaskDefinition": "family",
  "aws:s3/bucket:Bucket": "bucket",
  "aws:s3/bucketV2:BucketV2": "bucket",
};

/** The physical name; undefined, and noted, if it is not known. */
export function physicalName(view: View): string | undefined {
  const own = NAME_PROPERTY[view.type] ?? "name";
  for (const property of [own, "id", "arn"]) {
    const value: unknown = view.plain[property];
    if (typeof value === "string" && value !== "" && !isUnknown(value)) return nameOf(value);
  }
  note(view, own);
  return undefined;
}

/** The texts by which others name a resource: its id, its ARN, its name. */
function keysOf(target: View): string[] {
  const { id, arn } = target.plain as { id?: unknown; arn?: unknown };
  return [id, arn, physicalName(target)].filter((key) => typeof key === "string");
}

/** Whether a text is the name, id or ARN of a resource. */
export function namesResource(text: string, target: View): boolean {
  const name = nameOf(text);
  return keysOf(target).some((key) => key === text || key === name);
}

/**
 * Whether a property of one resource speaks of another: by its name, id or ARN, or, where those are not known yet, by what Pulumi says the
 * property was made from. Noted if neither is known.
 */
export function refersTo(view: View, property: string, target: View): boolean {
  const value: unknown = view.plain[property];
  if (typeof value === "string" && !isUnknown(value)) return namesResource(value, target);
  const references = view.references[property] ?? [];
  if (isUnknown(value) && references.length === 0) note(view, property);
  return references.includes(target.urn);
}

/** Resources of some types that speak of `target` in a property. */
export function referring(stack: StackView, types: readonly string[], property: string, target: View): View[] {
  const index = stack.memo(`${property} of ${types.join()}`, () => {
    const made = new Map<string, View[]>();
    const add = (key: string, view: View): void => {
      const own = made.get(key);
      if (own === undefined) made.set(key, [view]);
      else if (own.at(-1) !== view) own.push(view);
    };
    for (const view of stack.of(...types)) {
      const value: unknown = view.plain[property];
      if (typeof value === "string" && !isUnknown(value)) {
        add(value, view);
        add(nameOf(value), view);
      } else {
        const references = view.references[property] ?? [];
        if (isUnknown(value) && references.length === 0) note(view, property);
        for (const urn of references) add(urn, view);
      }
    }
    return made;
  });
  return [...new Set([...keysOf(target), target.urn].flatMap((key) => index.get(key) ?? []))];
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
  const index = stack.memo(`names of ${types.join()}`, () => {
    const made = new Map<string, View>();
    for (const view of stack.of(...types)) for (const key of keysOf(view)) if (!made.has(key)) made.set(key, view);
    return made;
  });
  return index.get(value) ?? index.get(nameOf(value));
}

/** The same of a value in a property of a resource: if it is not known, what Pulumi says that the property was made from. */
export function resolveIn(
  stack: StackView,
  types: readonly string[],
  view: View,
  property: string,
  value: unknown,
): View | undefined {
  if (!isUnknown(value)) return resolve(stack, types, value);
  return (view.references[property] ?? [])
    .map((urn) => stack.at(urn))
    .find((made) => made !== undefined && types.includes(made.type));
}

/* Type tokens of the resources that rules connect with each other. */
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
export const PERMISSION = "aws:lambda/permission:Permission";
