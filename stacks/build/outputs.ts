/**
 * The outputs of a stack: names of the documents to names on AWS, and what a person does next. The local cloud reads them by the same
 * type.
 */
import type * as pulumi from "@pulumi/pulumi";
import type { ArchiveReprocessing, DatastoreMaintenance, DeviceFleet } from "../../components";
import type { BuiltChannel } from "./channel";
import { containerOutputs, type BuiltContainer, type ContainerOutputs } from "./container";
import type { BuiltDashboard } from "./dashboard";
import type { BuiltDataset } from "./dataset";
import type { Datastore } from "./datastore";
import type { BuiltHistorian } from "./historian";
import type { BuiltCandidate, BuiltPipeline } from "./pipeline";

/** What reprocesses the archive of a pipeline. */
export interface ReprocessingOutputs<Name> {
  /** ARN */
  stateMachine: Name;
  /** of the documents and settings that it runs */
  version: string;
  /** of its function */
  memoryMegabytes: number;
}

/** @typeParam Name a name on AWS: text once the stack is deployed, an output while the program runs */
export interface StackOutputs<Name = string> {
  /** by the document's name, or NAME_CHANNEL for a rule that feeds several channels */
  rules: Record<string, { ruleName: Name; channel: string; errorLogGroup: Name }>;
  channels: Record<string, { stream: Name; archiveStream: Name; bucket: Name; prefix: string; topicFilter?: string }>;
  pipelines: Record<
    string,
    {
      channel: string;
      datastore: string;
      deliveryStream: Name;
      /** the delivery stream for rows of further partitions of a message; absent where messages have rows of one partition */
      fanOutStream?: Name;
      function: Name;
      errorPrefix: string;
      /** absent unless its archive may be reprocessed */
      reprocessing?: ReprocessingOutputs<Name>;
      candidate?: CandidateOutputs<Name>;
    }
  >;
  datastores: Record<
    string,
    {
      database: Name;
      /** what SQL selects from */
      table: Name;
      /** the table with the rows of the pipeline; `table`, or one that `table` is a view of while it is not that of a candidate */
      rows: Name;
      bucket: Name;
      prefix: string;
      timestampPartition?: { attribute: string; format?: string };
      /** name of the function that maintains its partitions; absent without partitions */
      maintenance?: Name;
    }
  >;
  datasets: Record<
    string,
    {
      workgroup: Name;
      namedQuery: Name;
      database: Name;
      query: string;
      resultsLocation: Name;
      /** ARN; absent for a dataset that only a person runs */
      stateMachine?: Name;
      /** `cron(...)` or `rate(...)`, UTC; absent without one */
      schedules?: readonly string[];
      /** SQL of a row's time, by which its delta window goes; absent without one */
      timeExpression?: string;
      /** the dataset whose contents start it; absent if none does */
      startedBy?: string;
    }
  >;
  /** datasets with a container action; absent without one */
  containers?: Record<string, ContainerOutputs<Name>>;
  /** absent without one; `dashboard` and `dataSet` are ids in QuickSight */
  dashboards?: Record<string, { dataset: string; mode: string; workgroup: Name; dataSet: Name; dashboard: Name }>;
  /** absent without one */
  historians?: Record<string, { channel: string; stream: Name; function: Name; failures: Name }>;
  /** absent without fleets */
  fleets?: Record<string, { template: Name; claimPolicy: Name; devicePolicy: Name; thingNamePrefix: string }>;
  /** SQL to begin with */
  query?: Name;
  /** the command that starts the device simulator */
  simulator?: string;
}

/** A document that is tried beside the one of its pipeline. */
export interface CandidateOutputs<Name = string> {
  version: string;
  deliveryStream: Name;
  function: Name;
  errorPrefix: string;
  database: Name;
  /** with its rows */
  table: Name;
  /** the view that people query */
  view: Name;
  bucket: Name;
  prefix: string;
  /** key of the object with the boundary, in the bucket */
  boundaryKey: Name;
  /** whether readers of the datastore see its rows */
  promoted: boolean;
  /** what fills its table from the archive */
  reprocessing: ReprocessingOutputs<Name>;
}

/** Everything that was built for the documents. */
export interface Built {
  channels: ReadonlyMap<string, BuiltChannel>;
  datastores: ReadonlyMap<string, Datastore>;
  /** by the datastore's name */
  maintenances: ReadonlyMap<string, DatastoreMaintenance>;
  pipelines: readonly BuiltPipeline[];
  datasets: readonly BuiltDataset[];
  containers: readonly BuiltContainer[];
  dashboards: readonly BuiltDashboard[];
  historians: readonly BuiltHistorian[];
  fleets: ReadonlyMap<string, DeviceFleet>;
}

/** The outputs of what was built, but for the hints. */
export function outputsOf({
  channels,
  datastores,
  maintenances,
  pipelines,
  datasets,
  containers,
  dashboards,
  historians,
  fleets,
}: Built): Omit<StackOutputs<pulumi.Output<string>>, "query" | "simulator"> {
  return {
    rules: Object.fromEntries(
      [...channels].flatMap(([name, { component, ruleNames }]) =>
        component.nodes.rules.map(({ rule, errorLog }, index) => [
          ruleNames[index]!,
          { ruleName: rule.name, channel: name, errorLogGroup: errorLog.name },
        ]),
      ),
    ),
    channels: Object.fromEntries(
      [...channels].map(([name, { component, topicFilter }]) => [
        name,
        {
          stream: component.streamName,
          archiveStream: component.archiveStream,
          bucket: component.bucket,
          prefix: component.prefix,
          topicFilter,
        },
      ]),
    ),
    pipelines: Object.fromEntries(
      pipelines.map(({ name, from, to, component, reprocessing, candidate }) => [
        name,
        {
          channel: from,
          datastore: to,
          deliveryStream: component.deliveryStreamName,
          fanOutStream: component.fanOutStreamName,
          function: component.functionName,
          errorPrefix: component.errorPrefix,
          ...(reprocessing === undefined ? {} : { reprocessing: reprocessingOutputs(reprocessing) }),
          candidate: candidate && candidateOutputs(candidate),
        },
      ]),
    ),
    datastores: Object.fromEntries(
      [...datastores].map(([name, component]) => [
        name,
        {
          database: component.databaseName,
          table: component.tableName,
          rows: component.rowsTable ?? component.tableName,
          bucket: component.bucket,
          prefix: component.prefix,
          timestampPartition: timestampOf(component),
          maintenance: maintenances.get(name)?.functionName,
        },
      ]),
    ),
    datasets: Object.fromEntries(
      datasets.map(({ name, query, schedules, timeExpression, component, startedBy }) => [
        name,
        {
          workgroup: component.workgroupName,
          namedQuery: component.namedQueryId,
          database: component.databaseName,
          query,
          resultsLocation: component.resultsLocation,
          stateMachine: component.stateMachineArn,
          ...(schedules.length === 0 ? {} : { schedules }),
          ...(timeExpression === undefined ? {} : { timeExpression }),
          ...(startedBy === undefined ? {} : { startedBy }),
        },
      ]),
    ),
    ...(containers.length === 0 ? {} : { containers: containerOutputs(containers) }),
    ...(dashboards.length === 0
      ? {}
      : {
          dashboards: Object.fromEntries(
            dashboards.map(({ name, dataset, component }) => [
              name,
              {
                ...{ dataset, mode: component.mode },
                ...{
                  workgroup: component.workgroupName,
                  dataSet: component.dataSetId,
                  dashboard: component.dashboardId,
                },
              },
            ]),
          ),
        }),
    ...(historians.length === 0
      ? {}
      : {
          historians: Object.fromEntries(
            historians.map(({ name, channel, component }) => [
              name,
              {
                channel,
                stream: component.streamName,
                function: component.functionName,
                failures: component.failureQueueName,
              },
            ]),
          ),
        }),
    ...(fleets.size === 0 ? {} : { fleets: fleetsOf(fleets) }),
  };
}

/** The outputs of an ArchiveReprocessing. */
export function reprocessingOutputs({
  stateMachineArn,
  version,
  memoryMegabytes,
}: ArchiveReprocessing): ReprocessingOutputs<pulumi.Output<string>> {
  return { stateMachine: stateMachineArn, version, memoryMegabytes };
}

function fleetsOf(fleets: Built["fleets"]): StackOutputs<pulumi.Output<string>>["fleets"] {
  return Object.fromEntries(
    [...fleets].map(([name, { nodes, thingNamePrefix }]) => [
      name,
      {
        template: nodes.template.name,
        claimPolicy: nodes.claimPolicy.name,
        devicePolicy: nodes.devicePolicy.name,
        thingNamePrefix,
      },
    ]),
  );
}

function candidateOutputs({
  version,
  promoted,
  component,
  datastore,
  reprocessing,
}: BuiltCandidate): CandidateOutputs<pulumi.Output<string>> {
  return {
    version,
    deliveryStream: component.deliveryStreamName,
    function: component.functionName,
    errorPrefix: component.errorPrefix,
    database: datastore.databaseName,
    table: datastore.tableName,
    view: datastore.viewName,
    bucket: datastore.bucket,
    prefix: datastore.prefix,
    boundaryKey: component.boundaryKey!,
    promoted,
    reprocessing: reprocessingOutputs(reprocessing),
  };
}

function timestampOf({ partitions }: Datastore): { attribute: string; format?: string } | undefined {
  const found = partitions.find(({ timestampPartition }) => timestampPartition !== undefined)?.timestampPartition;
  return found === undefined ? undefined : { attribute: found.attributeName, format: found.timestampFormat };
}
