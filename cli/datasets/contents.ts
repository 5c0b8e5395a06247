/** The contents of a dataset: objects in S3, and the executions and queries that made them or failed to. */
import {
  BatchGetQueryExecutionCommand,
  GetQueryRuntimeStatisticsCommand,
  paginateListQueryExecutions,
  type AthenaClient,
  type QueryExecution,
} from "@aws-sdk/client-athena";
import { paginateListObjectsV2 } from "@aws-sdk/client-s3";
import { DescribeExecutionCommand, paginateListExecutions, type DescribeExecutionOutput } from "@aws-sdk/client-sfn";
import { failureText } from "../../local/services/states/failure";
import { parseS3Url } from "../../local/services/s3/location";
import type { Clients, Dataset } from "./clients";

/** A content, or an attempt to make one, as the JSON document has it. Times are ISO 8601 in UTC. */
export interface Content {
  /** null for an attempt that did not come to its query */
  version: string | null;
  /** the retired service's words, https://docs.aws.amazon.com/iotanalytics/latest/APIReference/API_DatasetContentStatus.html */
  state: "CREATING" | "SUCCEEDED" | "FAILED";
  /** why it failed */
  reason: string | null;
  /** the time that a schedule started it for; null if a person did */
  scheduled: string | null;
  created: string;
  /** null where Athena does not know it any more, which is after 45 days */
  rows: number | null;
  bytes: number | null;
  /** of the object */
  path: string | null;
}

/** The newest contents of a dataset. */
export interface Contents {
  /** the newest first, at most as many as asked for */
  contents: Content[];
  /** objects in S3 */
  kept: number;
}

/** Calls that are on their way at a time. */
const AT_ONCE = 8;

/**
 * The newest contents, and the newest attempts that failed or are still running. Memory holds `limit` of each, whatever the number of versions;
 * S3 lists objects by name, so every page of the list is read.
 * @throws errors of AWS's clients
 */
export async function listContents(clients: Clients, dataset: Dataset, limit: number): Promise<Contents> {
  if (dataset.container === true) return contentsOfContainer();
  const { newest, kept } = await newestObjects(clients, dataset, limit);
  const attempts = dataset.stateMachine === undefined ? await queries() : await executions(dataset.stateMachine);
  const scheduled = new Map(attempts.map(({ version, scheduled: time, created }) => [version, { time, created }]));
  const found = newest.map((content): Content => {
    const attempt = scheduled.get(content.version);
    return attempt === undefined ? content : { ...content, scheduled: attempt.time, created: attempt.created };
  });
  // What succeeded is an object, unless a newer version has superseded it.
  const all = [...found, ...attempts.filter(({ state }) => state !== "SUCCEEDED")];
  const contents = all.sort((a, b) => (a.created < b.created ? 1 : -1)).slice(0, limit);
  await each(contents, async (content) => {
    if (content.state === "SUCCEEDED") content.rows = await rowsOf(clients.athena, content.version!);
  });
  return { contents, kept };

  /** What a container wrote is known from its execution, as long as its folder is there. */
  async function contentsOfContainer(): Promise<Contents> {
    const folders = await foldersOf(clients, dataset);
    const attempts = await executions(dataset.stateMachine!);
    const contents = attempts.filter(({ state, version }) => state !== "SUCCEEDED" || folders.has(version!));
    return { contents, kept: folders.size };
  }

  async function queries(): Promise<Content[]> {
    const ids: string[] = [];
    for await (const { QueryExecutionIds = [] } of paginateListQueryExecutions(
      { client: clients.athena, pageSize: 50 },
      { WorkGroup: dataset.workgroup },
    )) {
      ids.push(...QueryExecutionIds);
      if (ids.length >= limit) break;
    }
    const pages = Array.from({ length: Math.ceil(ids.length / 50) }, (_, page) => ids.slice(page * 50, page * 50 + 50));
    const answers = await each(pages, (QueryExecutionIds) =>
      clients.athena.send(new BatchGetQueryExecutionCommand({ QueryExecutionIds })),
    );
    return answers.flatMap(({ QueryExecutions = [] }) => QueryExecutions.map(contentOfQuery));
  }

  async function executions(stateMachineArn: string): Promise<Content[]> {
    const arns: string[] = [];
    const pageSize = Math.min(limit, 1000);
    for await (const page of paginateListExecutions({ client: clients.sfn, pageSize }, { stateMachineArn })) {
      arns.push(...(page.executions ?? []).map(({ executionArn }) => executionArn!));
      if (arns.length >= limit) break;
    }
    return each(arns.slice(0, limit), async (executionArn) =>
      contentOfExecution(await clients.sfn.send(new DescribeExecutionCommand({ executionArn }))),
    );
  }
}

/** The newest objects, at most `limit`, without their rows; and how many there are. */
export async function newestObjects(
  { s3 }: Clients,
  { resultsLocation }: Dataset,
  limit: number,
): Promise<{ newest: Content[]; kept: number }> {
  const { bucket: Bucket, prefix: Prefix } = parseS3Url(resultsLocation);
  let [newest, kept]: [Content[], number] = [[], 0];
  for await (const { Contents = [] } of paginateListObjectsV2({ client: s3 }, { Bucket, Prefix, Delimiter: "/" })) {
    const page = Contents.filter(({ Key }) => Key!.endsWith(".csv")).map(({ Key, Size, LastModified }): Content => {
      const version = Key!.slice(Prefix.length, -".csv".length);
      const created = LastModified!.toISOString();
      const path = `s3://${Bucket}/${Key}`;
      return { ...NOTHING, version, state: "SUCCEEDED", created, bytes: Size ?? null, path };
    });
    kept += page.length;
    newest = [...newest, ...page].sort((a, b) => (a.created < b.created ? 1 : -1)).slice(0, limit);
  }
  return { newest, kept };
}

/** Names of the folders that a container has written. */
async function foldersOf({ s3 }: Clients, { resultsLocation }: Dataset): Promise<Set<string>> {
  const { bucket: Bucket, prefix: Prefix } = parseS3Url(resultsLocation);
  const names = new Set<string>();
  for await (const page of paginateListObjectsV2({ client: s3 }, { Bucket, Prefix, Delimiter: "/" }))
    for (const folder of page.CommonPrefixes ?? []) names.add(folder.Prefix!.slice(Prefix.length, -1));
  return names;
}

/** In the order of the JSON document's members. */
const NOTHING: Content = {
  version: null,
  state: "CREATING",
  reason: null,
  scheduled: null,
  created: "",
  rows: null,
  bytes: null,
  path: null,
};

/** What an execution says of its content: bytes and folder if a container made it. */
interface ContentOutput {
  version?: string;
  bytes?: number;
  uri?: string;
}

/** The content that an execution made, or failed to make. */
export function contentOfExecution({
  status,
  startDate,
  input = "{}",
  output = "{}",
  error,
  cause,
}: DescribeExecutionOutput): Content {
  const created = startDate!.toISOString();
  const scheduled = timeOf((JSON.parse(input) as { scheduledTime?: string } | null)?.scheduledTime);
  if (status === "RUNNING" || status === "PENDING_REDRIVE")
    return { ...NOTHING, state: "CREATING", scheduled, created };
  const { version = null, bytes = null, uri = null } = JSON.parse(output) as ContentOutput;
  if (status === "SUCCEEDED") return { ...NOTHING, version, state: "SUCCEEDED", scheduled, created, bytes, path: uri };
  const reason = error === undefined && status === "ABORTED" ? "stopped" : failureText(error ?? status, cause);
  return { ...NOTHING, version: queryIn(cause), state: "FAILED", reason, scheduled, created };
}

/** A failed query is described in the cause. https://docs.aws.amazon.com/step-functions/latest/dg/connect-athena.html */
function queryIn(cause = ""): string | null {
  try {
    return (JSON.parse(cause) as { QueryExecutionId?: string } | null)?.QueryExecutionId ?? null;
  } catch {
    return null;
  }
}

/** The content of a query. */
export function contentOfQuery({ QueryExecutionId, Status = {} }: QueryExecution): Content {
  const { State, StateChangeReason, SubmissionDateTime } = Status;
  const content = { ...NOTHING, version: QueryExecutionId!, created: SubmissionDateTime!.toISOString() };
  if (State === "SUCCEEDED") return { ...content, state: "SUCCEEDED" };
  if (State === "FAILED" || State === "CANCELLED")
    return { ...content, state: "FAILED", reason: StateChangeReason ?? State.toLowerCase() };
  return { ...content, state: "CREATING" };
}

/** Rows of a query; null for one that Athena does not know, or not any more. */
export async function rowsOf(athena: AthenaClient, QueryExecutionId: string): Promise<number | null> {
  try {
    const { QueryRuntimeStatistics } = await athena.send(new GetQueryRuntimeStatisticsCommand({ QueryExecutionId }));
    return QueryRuntimeStatistics?.Rows?.OutputRows ?? null;
  } catch (error) {
    if ((error as Error).name !== "InvalidRequestException") throw error;
    return null;
  }
}

/** A time as others write it, `2026-01-31T12:00:00Z`, with milliseconds. */
function timeOf(text: string | undefined): string | null {
  const time = Date.parse(text ?? "");
  return Number.isNaN(time) ? null : new Date(time).toISOString();
}

/** The results of an action over all items, a few at a time, in their order. */
async function each<T, R>(items: readonly T[], action: (item: T) => Promise<R>): Promise<R[]> {
  const results: R[] = [];
  let next = 0;
  const worker = async (): Promise<void> => {
    for (let at = next++; at < items.length; at = next++) results[at] = await action(items[at]!);
  };
  await Promise.all(Array.from({ length: Math.min(AT_ONCE, items.length) }, worker));
  return results;
}
