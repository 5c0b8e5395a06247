import { nameOf } from "../../aws/arn";
import { block, blocks, text, type Inputs } from "../../aws/values";
import type { Registered } from "./types";

/** Types that an estimate follows messages through. */
export const TYPES = {
  rule: "aws:iot/topicRule:TopicRule",
  stream: "aws:kinesis/stream:Stream",
  delivery: "aws:kinesis/firehoseDeliveryStream:FirehoseDeliveryStream",
  function: "aws:lambda/function:Function",
  mapping: "aws:lambda/eventSourceMapping:EventSourceMapping",
  bucket: "aws:s3/bucket:Bucket",
  lifecycle: "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration",
  table: "aws:glue/catalogTable:CatalogTable",
  workgroup: "aws:athena/workgroup:Workgroup",
  dataSource: "aws:quicksight/dataSource:DataSource",
  dataSet: "aws:quicksight/dataSet:DataSet",
  refresh: "aws:quicksight/refreshSchedule:RefreshSchedule",
  namedQuery: "aws:athena/namedQuery:NamedQuery",
  schedule: "aws:scheduler/schedule:Schedule",
  machine: "aws:sfn/stateMachine:StateMachine",
} as const;

/** Resources of a type. */
export function ofType(resources: readonly Registered[], type: string): Registered[] {
  return resources.filter((resource) => resource.type === type);
}

/** The resource of a type that a name or ARN names; undefined also for a value that is not known. */
export function named(resources: readonly Registered[], type: string, value: unknown): Registered | undefined {
  const given = text(value);
  if (given === undefined) return undefined;
  const name = nameOf(given);
  return ofType(resources, type).find(
    ({ inputs }) => inputs.arn === given || text(inputs.name ?? inputs.bucket) === name || text(inputs.id) === given,
  );
}

/** The name of the component that a resource belongs to, or its own. */
export function componentOf(resource: Registered, resources: readonly Registered[]): string {
  const parent = resources.find(({ urn }) => urn === resource.parent);
  return parent === undefined || parent.type === "pulumi:pulumi:Stack" ? resource.name : parent.name;
}

/** The destination of a delivery stream: its S3 settings, in whichever block they are. */
export function destinationOf({ inputs }: Registered): Inputs {
  return block(inputs.extendedS3Configuration) ?? block(block(inputs.icebergConfiguration)?.s3Configuration) ?? {};
}

/** Parameters of the processors of a type. */
export function processorsOf(delivery: Registered, type: string): Readonly<Record<string, string>>[] {
  const processing = block(destinationOf(delivery).processingConfiguration);
  if (processing?.enabled === false) return [];
  return blocks(processing?.processors)
    .filter(([, processor]) => processor.type === type)
    .map(([, { parameters }]) =>
      Object.fromEntries(
        blocks(parameters).flatMap(([, { parameterName, parameterValue }]) => {
          const [name, value] = [text(parameterName), text(parameterValue)];
          return name === undefined || value === undefined ? [] : [[name, value]];
        }),
      ),
    );
}

/** The text before the first expression of a prefix. */
export function staticPrefix(prefix: unknown): string {
  return (text(prefix) ?? "").split("!{")[0]!;
}

/** Actions of a topic rule, by the argument that lists them; the error action is none of them. */
export function actionsOf({ inputs }: Registered): [kind: string, action: Inputs][] {
  return Object.entries(inputs).flatMap(([kind, value]) =>
    Array.isArray(value) && kind !== "tags" ? blocks(value).map(([, action]): [string, Inputs] => [kind, action]) : [],
  );
}
