import { isRecord } from "../aws/text/record";
import { ROWS_OF } from "../etl";
import { filterOf } from "../etl/iot-sql";
import { ofType, TYPES, type Properties, type Resource } from "./core/model";
import type { StackOutputs } from "../stacks/build/outputs";

/** What a stack declared. */
interface Declared {
  outputs: Properties;
  resources: readonly Resource[];
}

/**
 * What a stack holds, by name. The program of this repository says it in its outputs. Of another program it is read from the resources: a
 * channel is a stream with a delivery stream that archives it, a pipeline a delivery stream with a function, each called as the component
 * that it belongs to.
 */
export function stackOutputs({ outputs, resources }: Declared): StackOutputs {
  const none = { rules: {}, channels: {}, pipelines: {}, datastores: {}, datasets: {} };
  if (saysItself(outputs)) return { ...none, ...outputs };
  return declared(resources);
}

function saysItself({ channels, datastores }: Properties): boolean {
  const all = (value: unknown, member: string): boolean =>
    isRecord(value) && Object.values(value).every((each) => isRecord(each) && typeof each[member] === "string");
  return all(channels, "stream") && all(datastores, "table");
}

interface Delivery {
  resource: Resource;
  /** undefined for one that records are put into */
  stream: string | undefined;
  /** name of the function that transforms */
  transform: string | undefined;
  bucket: string;
  prefix: string;
  errorPrefix: string;
}

function declared(resources: readonly Resource[]): StackOutputs {
  const deliveries = ofType(resources, TYPES.deliveryStream).flatMap(deliveryOf);
  const archives = deliveries.filter(({ stream, transform }) => stream !== undefined && transform === undefined);
  const channels = named(
    ofType(resources, TYPES.stream).flatMap((stream): [Resource, StackOutputs["channels"][string]][] => {
      const archive = archives.find((each) => each.stream === stream.inputs.name);
      if (archive === undefined) return [];
      const [rule] = ofType(resources, TYPES.topicRule).filter((each) => streamOf(each) === stream.inputs.name);
      return [
        [
          stream,
          {
            stream: stream.inputs.name,
            archiveStream: archive.resource.inputs.name,
            bucket: archive.bucket,
            prefix: archive.prefix,
            topicFilter: rule && filterOf(String(rule.inputs.sql)),
          },
        ],
      ];
    }),
  );
  const datastores = named(
    ofType(resources, TYPES.table)
      .filter(isDatastore)
      .map((table): [Resource, StackOutputs["datastores"][string]] => {
        const [, bucket = "", prefix = ""] =
          /^s3:\/\/([^/]+)\/(.*)$/.exec(table.inputs.storageDescriptor?.location) ?? [];
        const { databaseName: database, name } = table.inputs;
        return [table, { database, table: name, rows: name, bucket, prefix }];
      }),
  );
  const channelOf = (stream: string | undefined): string | undefined =>
    Object.keys(channels).find((name) => channels[name]!.stream === stream);
  const datastoreOf = ({ bucket, prefix }: Delivery): string | undefined =>
    Object.keys(datastores).find(
      (name) => datastores[name]!.bucket === bucket && prefix.startsWith(datastores[name]!.prefix),
    );
  const pipelines = named(
    deliveries.flatMap((delivery): [Resource, StackOutputs["pipelines"][string]][] => {
      const [channel, datastore] = [channelOf(delivery.stream), datastoreOf(delivery)];
      if (delivery.transform === undefined || channel === undefined || datastore === undefined) return [];
      const { errorPrefix, transform, resource } = delivery;
      // The function puts rows of further partitions into another delivery stream, which calls it with them.
      const further = deliveries.find((other) => other.stream === undefined && other.transform === transform);
      const fanOutStream: string | undefined = further?.resource.inputs.name;
      return [
        [
          resource,
          {
            ...{ channel, datastore, deliveryStream: resource.inputs.name, function: transform, errorPrefix },
            ...(fanOutStream === undefined ? {} : { fanOutStream }),
          },
        ],
      ];
    }),
  );
  const rules = Object.fromEntries(
    ofType(resources, TYPES.topicRule).flatMap((rule) => {
      const channel = channelOf(streamOf(rule));
      const errorLogGroup: string = rule.inputs.errorAction?.cloudwatchLogs?.logGroupName ?? "";
      return channel === undefined ? [] : [[rule.inputs.name, { ruleName: rule.inputs.name, channel, errorLogGroup }]];
    }),
  );
  const datasets = named(
    ofType(resources, TYPES.namedQuery).flatMap((query): [Resource, StackOutputs["datasets"][string]][] => {
      const { workgroup, database, query: sql } = query.inputs;
      const group = ofType(resources, TYPES.workgroup).find(({ inputs }) => inputs.name === workgroup);
      const location: unknown = group?.inputs.configuration?.resultConfiguration?.outputLocation;
      if (typeof location !== "string") return [];
      const machine = ofType(resources, TYPES.stateMachine).find(({ parent }) => parent === query.parent);
      const stateMachine = machine?.outputs.arn as string | undefined;
      const schedules = ofType(resources, TYPES.schedule)
        .filter(({ inputs }) => stateMachine !== undefined && inputs.target?.arn === stateMachine)
        .map(({ inputs }) => inputs.scheduleExpression as string);
      const output = { workgroup, namedQuery: query.id, database, query: sql, resultsLocation: location, stateMachine };
      return [[query, schedules.length === 0 ? output : { ...output, schedules }]];
    }),
  );
  return { rules, channels, pipelines, datastores, datasets };
}

function deliveryOf(resource: Resource): Delivery[] {
  const { kinesisSourceConfiguration: source, extendedS3Configuration: target } = resource.inputs;
  const stream = /:stream\/(.+)$/.exec(source?.kinesisStreamArn)?.[1];
  const bucket = /:s3:::(.+)$/.exec(target?.bucketArn)?.[1];
  if (bucket === undefined) return [];
  const parameters: { parameterName?: string; parameterValue?: string }[] = (
    target.processingConfiguration?.processors ?? []
  ).flatMap(({ type, parameters = [] }: { type: string; parameters?: object[] }) =>
    type === "Lambda" ? parameters : [],
  );
  const arn = parameters.find(({ parameterName }) => parameterName === "LambdaArn")?.parameterValue;
  return [
    {
      resource,
      stream,
      transform: /:function:([^:]+)/.exec(arn ?? "")?.[1],
      bucket,
      prefix: folderOf(target.prefix),
      errorPrefix: folderOf(target.errorOutputPrefix),
    },
  ];
}

/** What stands before the first expression of a prefix, to the last slash. */
function folderOf(prefix: unknown): string {
  return String(prefix ?? "")
    .split("!{")[0]!
    .replace(/[^/]*$/, "");
}

/** Of the views those that show the rows of a table under a datastore's name; a dataset's view is its query. */
function isDatastore({ inputs }: Resource): boolean {
  return inputs.tableType !== "VIRTUAL_VIEW" || inputs.parameters?.[ROWS_OF] !== undefined;
}

/** The stream that a rule puts messages into. */
function streamOf(rule: Resource): string | undefined {
  return rule.inputs.kineses?.[0]?.streamName as string | undefined;
}

/** By the name of the component that a resource belongs to, or by its own where that is another's. */
function named<V>(all: readonly [Resource, V][]): Record<string, V> {
  const byName: Record<string, V> = {};
  for (const [resource, value] of all) {
    const component = /::pulumi:pulumi:Stack::/.test(resource.parent ?? "")
      ? undefined
      : resource.parent?.split("::").pop();
    const name = component === undefined || Object.hasOwn(byName, component) ? resource.name : component;
    byName[name] = value;
  }
  return byName;
}
