/** Two tables that Athena reads on AWS, or through the same API in a local cloud that runs. */
import {
  AthenaClient,
  GetQueryExecutionCommand,
  paginateGetQueryResults,
  StartQueryExecutionCommand,
  StopQueryExecutionCommand,
} from "@aws-sdk/client-athena";
import { GetTableCommand, GlueClient } from "@aws-sdk/client-glue";
import { paginateListObjectsV2, S3Client } from "@aws-sdk/client-s3";
import type { ComparedTable, ResultRow } from "../../etl/compare";
import { UserError } from "../command/run";
import type { TableNames, TableSource } from "./source";

/** Where the API is, and what queries run in. */
export interface AthenaPlace {
  /** URL of a local cloud; undefined for AWS */
  readonly endpoint: string | undefined;
  readonly workgroup: string;
}

/** Two tables with what one scan of them reads. */
export interface AthenaSource extends TableSource {
  /** bytes of the tables' objects; undefined if a table is a view, whose objects are elsewhere */
  readonly bytes: number | undefined;
}

/** ms between two looks at a query */
const LOOK_MS = 500;

/** @throws UserError for what the services refuse */
export async function athenaSource(
  { endpoint, workgroup }: AthenaPlace,
  names: TableNames,
  signal: AbortSignal,
): Promise<AthenaSource> {
  const options = endpoint === undefined ? {} : { endpoint };
  const [athena, glue] = [new AthenaClient(options), new GlueClient(options)];
  const s3 = new S3Client({ ...options, forcePathStyle: endpoint !== undefined });
  const find = async ({ option, name }: TableNames["before"]): Promise<{ table: ComparedTable; location: string }> => {
    const [database = "", table = ""] = name.split(".");
    try {
      const { Table: found } = await glue.send(new GetTableCommand({ DatabaseName: database, Name: table }));
      const { StorageDescriptor: { Columns = [], Location = "" } = {}, PartitionKeys = [], TableType } = found!;
      return {
        table: {
          database,
          name: table,
          columns: [...Columns, ...PartitionKeys].map(({ Name, Type }) => ({ name: Name!, type: Type! })),
        },
        location: TableType === "VIRTUAL_VIEW" ? "" : Location,
      };
    } catch (error) {
      throw refused(`${option} ${name}`, error);
    }
  };
  const [before, after] = [await find(names.before), await find(names.after)];
  const sizes = [await bytesAt(s3, before.location), await bytesAt(s3, after.location)];
  const bytes = sizes.includes(undefined) ? undefined : sizes.reduce<number>((sum, one) => sum + one!, 0);
  let scanned = 0;
  return {
    before: before.table,
    after: after.table,
    bytes,
    ask: async (sql, what) => {
      try {
        return await run(athena, { sql, workgroup, database: before.table.database }, signal, (now) => (scanned = now));
      } catch (error) {
        throw error instanceof UserError ? error : refused(what, error);
      }
    },
    progress: () => (bytes === undefined || bytes === 0 ? undefined : Math.min(1, scanned / bytes)),
    close: () => [athena, glue, s3].forEach((client) => client.destroy()),
  };
}

/** A statement from its start to its rows, all values as texts. */
async function run(
  athena: AthenaClient,
  { sql, workgroup, database }: { sql: string; workgroup: string; database: string },
  signal: AbortSignal,
  scanned: (bytes: number) => void,
): Promise<ResultRow[]> {
  scanned(0);
  const started = await athena.send(
    new StartQueryExecutionCommand({
      QueryString: sql,
      WorkGroup: workgroup,
      QueryExecutionContext: { Database: database },
    }),
  );
  const QueryExecutionId = started.QueryExecutionId!;
  for (;;) {
    const { QueryExecution } = await athena.send(new GetQueryExecutionCommand({ QueryExecutionId }));
    const { State, StateChangeReason } = QueryExecution?.Status ?? {};
    scanned(QueryExecution?.Statistics?.DataScannedInBytes ?? 0);
    if (State === "SUCCEEDED") break;
    if (State === "FAILED" || State === "CANCELLED")
      throw new UserError([
        `Athena ended a query (${QueryExecutionId}): ${State}: ${StateChangeReason ?? "no reason"}`,
      ]);
    if (signal.aborted) {
      await athena.send(new StopQueryExecutionCommand({ QueryExecutionId }));
      throw new Error("cancelled");
    }
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
  }
  const rows: ResultRow[] = [];
  let names: string[] | undefined;
  for await (const { ResultSet } of paginateGetQueryResults({ client: athena }, { QueryExecutionId }))
    for (const { Data = [] } of ResultSet?.Rows ?? []) {
      const values = Data.map(({ VarCharValue }) => VarCharValue ?? null);
      // The first row of a SELECT's result has the columns' names.
      if (names === undefined) names = values.map(String);
      else rows.push(Object.fromEntries(values.map((value, i) => [names![i]!, value])));
    }
  return rows;
}

async function bytesAt(s3: S3Client, location: string): Promise<number | undefined> {
  const [, Bucket, Prefix = ""] = /^s3:\/\/([^/]+)\/(.*)$/.exec(location) ?? [];
  if (Bucket === undefined) return undefined;
  let bytes = 0;
  try {
    for await (const { Contents = [] } of paginateListObjectsV2({ client: s3 }, { Bucket, Prefix }))
      for (const { Size = 0 } of Contents) bytes += Size;
  } catch (error) {
    throw refused(location, error);
  }
  return bytes;
}

function refused(what: string, error: unknown): UserError {
  const { name, message } = error as Error;
  return new UserError([`${what}: ${name}: ${message}`]);
}
