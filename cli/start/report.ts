import { queryUsd } from "../../aws/prices/query";
import { PartitionCounter, quotaWarning, ROWS_OF } from "../../etl";
import { AthenaError, type Athena, type Reads } from "../../local/athena";
import type { Defect } from "../../local/core/defects";
import { whyNoOccasion } from "./occasions";
import type { TransformLogStats } from "./transform-log-stats";
import { parseS3Url } from "../../local/services/s3/location";
import type { DataSetCounts } from "../../local/services/quicksight/quicksight";
import type { ManagedTable } from "../../local/services/glue/glue";
import { failureText } from "../../local/services/states";
import type { Addresses } from "../../local/endpoints";
import type { ContainerReport } from "./containers";
import type { Deployed } from "./deployed";
import { candidatesOf, type CandidateReport } from "./versions";

/** The JSON document of `npm start` (docs/commands.md). */
export interface Report {
  stack: string;
  /** s, on this machine */
  seconds: number;
  published: number;
  rules: Record<string, { matched: number; delivered: number; failed: number }>;
  channels: Record<string, { received: number; archived: number; objects: number }>;
  pipelines: Record<
    string,
    {
      received: number;
      stored: number;
      filtered: number;
      failed: number;
      pending: number;
      /**
       * rows of further partitions, each a record with those of one message and partition; absent for a pipeline whose messages have rows of
       * one partition. `failed` are below the error prefix, in fan-out/
       */
      fanOut?: { received: number; stored: number; failed: number; pending: number };
      reasons: Record<string, number>;
      /** values that did not fit their column and became null */
      mismatches: number;
      /** of these, by column */
      columns: Record<string, number>;
      /** messages without a usable value for a partition */
      partitionFallbacks: number;
      /** messages that continued without an enrichment's result */
      enrichmentFailures: number;
    }
  >;
  /** by pipeline, of those that have one */
  candidates: Record<string, CandidateReport>;
  datastores: Record<
    string,
    {
      rows: number;
      objects: number;
      bytes: number;
      /** partitions that are registered in the catalog; absent for a datastore by the day of arrival, which has none */
      partitions?: number;
      /** that the registered partitions will exceed AWS's quota at this rate; absent if not */
      partitionsWarning?: string;
      /** objects in places of no partition, whose rows no query finds */
      unregisteredObjects: number;
      /** why no query can read the datastore; its rows are not counted then */
      error?: string;
    }
  >;
  datasets: Record<
    string,
    (
      | {
          version: string;
          rows: number;
          path: string;
          /** the delta window: ISO 8601, the start in it and the end not; absent for a dataset without one */
          window?: { start: string; end: string };
          /** what the query that made it read; `usd` is one run's cost on AWS */
          reads: Reads & { usd: number };
        }
      | { error: string }
    ) &
      DatasetRuns
  >;
  /** datasets with a container action, by name; absent without one */
  containers?: Record<string, ContainerReport>;
  /** what QuickSight would have of each dashboard, by name; absent without dashboards */
  dashboards?: Record<string, DataSetCounts & { dataset: string }>;
  /** sources beside devices, by name: rows that DMS read of a historian, messages in its channel, records that failed */
  sources: Record<string, { read: number; put: number; failed: number }>;
  /** event source mappings of the program, by logical name: records of a stream, or messages of a queue */
  mappings: Record<
    string,
    {
      source: string;
      function: string;
      read: number;
      processed: number;
      filtered: number;
      /** given up, after the retries or for their age */
      failed: number;
      /** waiting, or being retried */
      pending: number;
      invocations: number;
      errors: number;
    }
  >;
  iam: {
    refused: { principal: string; action: string; resource: string; decidedBy: string; count: number }[];
    /** permissions that roles grant, no call used, and AWS does not require */
    unused: { role: string; statement: string; action: string; resource: string }[];
    /** permissions that no call used, for want of an occasion in this run */
    withoutOccasion: { role: string; statement: string; action: string; resource: string; why: string }[];
    /** permissions that AWS's page requires and no call used, with the reason */
    serviceRequired: { role: string; statement: string; action: string; resource: string; page: string; why: string }[];
  };
  /** the stack's alarms by name, and when each went off in this run, on the local clock */
  alarms: Record<
    string,
    {
      metric: string;
      state: "OK" | "ALARM" | "INSUFFICIENT_DATA";
      description: string;
      times: number;
      /** ISO 8601; `until` is null while it lasts */
      raised: { at: string; until: string | null; reason: string }[];
    }
  >;
  /** messages that the broker itself refused, with the reason */
  refusedMessages: Record<string, number>;
  /** by name: messages of basic ingest for rules that do not exist or are off */
  ruleNotFound: Record<string, number>;
  /** unexpected errors that were contained: each is a defect of the local cloud */
  defects: readonly Defect[];
  /** why a delivery stream cannot deliver */
  blocked: Record<string, string>;
  /** URLs; that of the page is there with --keep */
  endpoints: Addresses & { page?: string };
  dataDir: string;
}

/** What a query read, and what a run of it costs on AWS. */
export function readsOf({ partitions, requests, scannedBytes }: Reads): Reads & { usd: number } {
  return { partitions, requests, scannedBytes, usd: queryUsd({ requests, scannedBytes }) };
}

/** Figures of a dataset with a state machine. */
export interface DatasetRuns {
  /** contents that are kept */
  versions?: number;
  /** executions that failed in this run, and why the last of them did */
  failed?: { count: number; last: string };
  /** firings of its schedules in this run; `passedOver` are those that a replay did not run */
  schedule?: { fired: number; run: number; passedOver: number; failed: number };
}

/** Facts about the run that the local cloud does not know. */
export interface Progress {
  /** counts since the session was opened */
  transformLog: TransformLogStats;
  startedAt: number;
  endpoints: Report["endpoints"];
  refusedMessages: Map<string, number>;
  /** messages that were put straight into streams */
  put: number;
}

/** Rows of a table; `error` says why they cannot be counted. */
export type CountRows = (
  session: Deployed,
  database: string,
  table: string,
) => Promise<{ rows: number; error?: string }>;

/**
 * Counts of the run so far; the caller adds `datasets`.
 * @param countRows is asked for each datastore that has files
 */
export async function makeReport(
  session: Deployed,
  progress: Progress,
  countRows: CountRows = rowsOf,
): Promise<Report> {
  const { cloud, outputs } = session;
  const report: Report = {
    stack: session.evaluation.stack,
    seconds: Math.round((Date.now() - progress.startedAt) / 100) / 10,
    published: cloud.rules.received + progress.put,
    rules: {},
    channels: {},
    pipelines: {},
    candidates: candidatesOf(session),
    datastores: {},
    datasets: {},
    ...dashboardsOf(session),
    sources: sourcesOf(session),
    mappings: {},
    iam: {
      refused: cloud.iam.refused(),
      unused: [],
      withoutOccasion: [],
      serviceRequired: cloud.iam.serviceRequired(),
    },
    alarms: Object.fromEntries(
      cloud.cloudwatch.report().map(({ name, raised, ...alarm }) => [
        name,
        {
          ...alarm,
          raised: raised.map(({ at, until, reason }) => ({
            at: new Date(at).toISOString(),
            until: until === undefined ? null : new Date(until).toISOString(),
            reason,
          })),
        },
      ]),
    ),
    refusedMessages: Object.fromEntries(progress.refusedMessages),
    ruleNotFound: Object.fromEntries(cloud.rules.notFound),
    defects: cloud.defects.list(),
    blocked: {},
    endpoints: progress.endpoints,
    dataDir: session.folder.path,
  };
  for (const { name, refusal } of cloud.replications) if (refusal !== undefined) report.blocked[name] = refusal;
  for (const { name, sourceArn, lambda, counts, pending, refusal } of cloud.mappings) {
    report.mappings[name] = { source: sourceArn, function: lambda.name, ...counts, pending };
    if (refusal !== undefined) report.blocked[name] = refusal;
  }
  for (const [name, { ruleName }] of Object.entries(outputs.rules))
    report.rules[name] = { ...cloud.rules.counts(ruleName) };
  for (const [name, { stream, archiveStream }] of Object.entries(outputs.channels)) {
    const archive = cloud.deliveryStreams.get(archiveStream)!;
    report.channels[name] = {
      received: cloud.streams.get(stream)!.received,
      archived: archive.counts.stored,
      objects: archive.counts.objects,
    };
    if (archive.refusal !== undefined) report.blocked[archiveStream] = archive.refusal;
  }
  for (const [name, pipeline] of Object.entries(outputs.pipelines)) {
    const stream = cloud.deliveryStreams.get(pipeline.deliveryStream)!;
    const { received, stored, filtered, failed } = stream.counts;
    report.pipelines[name] = {
      received,
      stored,
      filtered,
      failed,
      pending: stream.pending,
      ...fanOutOf(session, pipeline.fanOutStream),
      ...progress.transformLog.of(pipeline.function),
      ...lossesOf(session, pipeline.function),
    };
    for (const name of [pipeline.deliveryStream, pipeline.fanOutStream]) {
      const refusal = name === undefined ? undefined : cloud.deliveryStreams.get(name)?.refusal;
      if (refusal !== undefined) report.blocked[name!] = refusal;
    }
  }
  for (const { candidate } of Object.values(outputs.pipelines)) {
    const refusal = candidate && cloud.deliveryStreams.get(candidate.deliveryStream)!.refusal;
    if (refusal !== undefined) report.blocked[candidate!.deliveryStream] = refusal;
  }
  const why = whyNoOccasion(session, report.pipelines);
  for (const grant of cloud.iam.unused()) {
    const reason = why(grant);
    if (reason === undefined) report.iam.unused.push(grant);
    else report.iam.withoutOccasion.push({ ...grant, why: reason });
  }
  for (const [name, { database, table }] of Object.entries(outputs.datastores)) {
    // Files and partitions are those of the table that a view shows.
    const own = cloud.glue.tables.get(`${database}.${table}`)!;
    const shown = own.view === undefined ? undefined : cloud.glue.tables.get(`${database}.${own.parameters[ROWS_OF]}`);
    const catalog = shown ?? own;
    const files = catalog.files();
    report.datastores[name] = {
      ...(files.length === 0 ? { rows: 0 } : await countRows(session, database, table)),
      objects: files.length,
      bytes: files.reduce((sum, { bytes }) => sum + bytes, 0),
      ...(catalog.parameters["projection.enabled"] === "true" ? {} : { partitions: catalog.registered?.size ?? 0 }),
      ...quotaOf(catalog),
      unregisteredObjects: catalog.unseen(),
    };
  }
  return report;
}

/** What the registered partitions will be at this rate, beside AWS's quota. */
function quotaOf({ registered, partitionKeys }: ManagedTable): { partitionsWarning?: string } {
  const counter = new PartitionCounter();
  for (const { values } of registered?.list() ?? [])
    counter.add(Object.fromEntries(partitionKeys.map(({ name }, index) => [name, values[index] ?? ""])));
  const partitionsWarning = quotaWarning(counter.count);
  return partitionsWarning === undefined ? {} : { partitionsWarning };
}

function dashboardsOf({ cloud, outputs }: Deployed): Pick<Report, "dashboards"> {
  if (outputs.dashboards === undefined) return {};
  return {
    dashboards: Object.fromEntries(
      Object.entries(outputs.dashboards).map(([name, { dataset, dataSet }]) => [
        name,
        { dataset, ...cloud.quickSight.countsOf(dataSet)! },
      ]),
    ),
  };
}

function sourcesOf({ cloud, outputs }: Deployed): Report["sources"] {
  return Object.fromEntries(
    Object.entries(outputs.historians ?? {}).map(([name, { stream, function: bridge }]) => {
      const counted = (metric: string): number =>
        cloud.cloudwatch.total("IotTelemetryEtl", metric, { FunctionName: bridge });
      const tasks = cloud.replications.filter(({ streamName }) => streamName === stream);
      const sum = (of: (counts: (typeof tasks)[number]["counts"]) => number): number =>
        tasks.reduce((all, { counts }) => all + of(counts), 0);
      return [
        name,
        {
          read: sum(({ loaded, changes, failed }) => loaded + changes + failed),
          put: counted("Put"),
          failed: counted("Failed") + sum(({ failed }) => failed),
        },
      ];
    }),
  );
}

/** Counts a table's rows. A table that cannot be read does not fail the report. */
export async function rowsOf(
  { cloud }: Deployed,
  database: string,
  table: string,
  athena: Athena = cloud.athena,
): Promise<{ rows: number; error?: string }> {
  try {
    const options = { database, tables: cloud.glue.tables, now: cloud.clock.now(), everyPartition: true };
    const { rows } = await athena.query(`SELECT count(*) AS n FROM "${table}"`, options);
    return { rows: Number(rows[0]![0]) };
  } catch (error) {
    if (!(error instanceof AthenaError)) cloud.defects.record(`query of the datastore's rows`, error);
    return { rows: 0, error: (error as Error).message };
  }
}

/** Contents of a dataset that are kept. */
export function keptContents({ cloud, outputs }: Deployed, name: string): number {
  const { bucket, prefix } = parseS3Url(outputs.datasets[name]!.resultsLocation);
  return cloud.s3.list(bucket, prefix).filter(({ key }) => key.endsWith(".csv")).length;
}

/** The scheduled and manual runs of a dataset. */
export function runsOf(session: Deployed, name: string): DatasetRuns {
  const { cloud, outputs } = session;
  const { stateMachine } = outputs.datasets[name]!;
  if (stateMachine === undefined) return {};
  const machine = cloud.machines.get(stateMachine)!;
  const runs: DatasetRuns = { versions: keptContents(session, name) };
  const { lastFailure, counts } = machine;
  if (lastFailure !== undefined)
    runs.failed = { count: counts.failed, last: failureText(lastFailure.error, lastFailure.cause) };
  const schedule = cloud.scheduler.countsOf(stateMachine);
  return schedule === undefined ? runs : { ...runs, schedule };
}

function fanOutOf({ cloud }: Deployed, name: string | undefined): Pick<Report["pipelines"][string], "fanOut"> {
  const stream = name === undefined ? undefined : cloud.deliveryStreams.get(name);
  if (stream === undefined) return {};
  const { received, stored, failed } = stream.counts;
  return { fanOut: { received, stored, failed, pending: stream.pending } };
}

/** Losses that the transform function counts within stored messages. */
function lossesOf(
  { cloud }: Deployed,
  functionName: string,
): Pick<Report["pipelines"][string], "mismatches" | "partitionFallbacks" | "enrichmentFailures"> {
  const total = (name: string): number =>
    cloud.cloudwatch.total("IotTelemetryEtl", name, { FunctionName: functionName });
  return {
    mismatches: total("ColumnMismatches"),
    partitionFallbacks: total("PartitionFallbacks"),
    enrichmentFailures: total("EnrichmentFailures"),
  };
}
