/** Rewrites partitions with Athena, accessed with the SDK of the Lambda runtime. */
import type { AthenaClient } from "@aws-sdk/client-athena";
import type { GlueClient } from "@aws-sdk/client-glue";
import { readTable } from "./aws-table";
import type { Rewriter } from "./compaction-types";

/** Where queries run, and of what. */
export interface RewriterSettings {
  /** with results at `place`, which it enforces */
  workgroup: string;
  /** `s3://BUCKET/PREFIX/` of the workgroup's results: Athena writes tables of its own below it */
  place: string;
  database: string;
  table: string;
}

/** ms between two looks at a query that counts. */
const LOOK_MS = 500;
/** Looks until a count is given up; the next run counts again. */
const LOOKS = 240;

/**
 * CREATE TABLE AS with as many buckets as there are to be objects: Athena writes an object for each.
 * https://docs.aws.amazon.com/athena/latest/ug/ctas-bucketing-guidance.html
 */
export function athenaRewriter(
  { athena, glue }: { athena: AthenaClient; glue: GlueClient },
  { workgroup, place, database, table }: RewriterSettings,
  sleep: (ms: number) => Promise<void>,
): Rewriter {
  const sdk = () => import("@aws-sdk/client-athena");
  const run = async (QueryString: string, ClientRequestToken?: string): Promise<string> => {
    const { StartQueryExecutionCommand } = await sdk();
    const { QueryExecutionId } = await athena.send(
      new StartQueryExecutionCommand({
        QueryString,
        WorkGroup: workgroup,
        QueryExecutionContext: { Database: database, Catalog: "AwsDataCatalog" },
        ...(ClientRequestToken === undefined ? {} : { ClientRequestToken }),
      }),
    );
    return QueryExecutionId!;
  };
  const look = async (id: string): Promise<{ state: "running" | "succeeded" | "failed"; reason: string }> => {
    const { GetQueryExecutionCommand } = await sdk();
    const { QueryExecution } = await athena.send(new GetQueryExecutionCommand({ QueryExecutionId: id }));
    const { State, StateChangeReason = "" } = QueryExecution?.Status ?? {};
    if (State === "SUCCEEDED") return { state: "succeeded", reason: "" };
    if (State === "FAILED" || State === "CANCELLED")
      return { state: "failed", reason: `${State}: ${StateChangeReason}` };
    return { state: "running", reason: "" };
  };
  const condition = async (values: readonly string[]): Promise<string> => {
    const { PartitionKeys = [] } = await readTable(glue, database, table);
    return PartitionKeys.map(({ Name = "" }, index) => `${quoted(Name)} = ${literal(values[index] ?? "")}`).join(
      " AND ",
    );
  };
  return {
    async start(values, to, objects, token) {
      const { StorageDescriptor } = await readTable(glue, database, table);
      const columns = (StorageDescriptor?.Columns ?? []).map(({ Name = "", Type = "" }) => ({ Name, Type }));
      const by = columns.find(({ Type }) => isBucketType(Type));
      if (by === undefined) throw new Error(`${table} has no column that objects can be made by`);
      const properties = [
        "format = 'PARQUET'",
        "write_compression = 'SNAPPY'",
        `bucketed_by = ARRAY[${literal(by.Name)}]`,
        `bucket_count = ${objects}`,
      ];
      const names = columns.map(({ Name }) => quoted(Name)).join(", ");
      return run(
        `CREATE TABLE ${quoted(database)}.${quoted(to)} WITH (${properties.join(", ")}) AS SELECT ${names} FROM ${quoted(database)}.${quoted(table)} WHERE ${await condition(values)}`,
        token,
      );
    },
    async state(id) {
      return { ...(await look(id)), place: `${place}tables/${id}/` };
    },
    async count(values, to) {
      const { GetQueryResultsCommand } = await sdk();
      const id = await run(
        `SELECT (SELECT count(*) FROM ${quoted(database)}.${quoted(table)} WHERE ${await condition(values)}), (SELECT count(*) FROM ${quoted(database)}.${quoted(to)})`,
      );
      for (let looks = 0; looks < LOOKS; looks++) {
        const { state, reason } = await look(id);
        if (state === "failed") throw new Error(reason);
        if (state === "succeeded") {
          const { ResultSet } = await athena.send(new GetQueryResultsCommand({ QueryExecutionId: id }));
          const [before, after] = (ResultSet?.Rows?.[1]?.Data ?? []).map(({ VarCharValue }) => Number(VarCharValue));
          if (before === undefined || after === undefined) throw new Error("the query that counts has no result");
          return { before, after };
        }
        await sleep(LOOK_MS);
      }
      throw new Error("the query that counts takes too long");
    },
    async drop(name) {
      const { DeleteTableCommand } = await import("@aws-sdk/client-glue");
      try {
        await glue.send(new DeleteTableCommand({ DatabaseName: database, Name: name }));
      } catch (error) {
        if ((error as Error).name !== "EntityNotFoundException") throw error;
      }
    },
  };
}

/** Types of columns by which Athena buckets. https://docs.aws.amazon.com/athena/latest/ug/bucketing-how-it-works.html */
export function isBucketType(type: string): boolean {
  return /^(boolean|tinyint|smallint|int|integer|bigint|string|date|varchar\(\d+\))$/i.test(type);
}

function quoted(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

function literal(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}
