/** The SQL box: what it completes, its queries, and their results as files. */
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { functionNames } from "../../etl/athena-sql/builtins";
import { AthenaError, type Athena, type QueryOptions, type QueryResult } from "../../local/athena";
import { readsOf } from "../start/report";
import type { Deployed } from "../start/deployed";
import { withPlainIntegers } from "../output/table";
import { datasetViews, listed } from "../query/tables";
import { Saved, wrong } from "./answers";

/** Rows that a result shows at most. */
export const MOST_ROWS = 10_000;
/** Rows of a file in JSON, which is made in memory; CSV has no limit. */
const MOST_JSON_ROWS = 1_000_000;

/** What a statement may name. */
export function wordsOf({ cloud, outputs }: Deployed): object {
  return { tables: listed(outputs, cloud.glue), functions: functionNames() };
}

/** Runs a statement that reads. @throws AthenaError, QueryCancelled */
export async function runSql(
  deployed: Deployed,
  athena: Athena,
  sql: string,
  rows: number,
  signal: AbortSignal,
): Promise<object> {
  const began = performance.now();
  const result = await athena.query(sql, { ...optionsOf(deployed, sql), maxRows: rows + 1, signal });
  const { requests, partitions, scannedBytes, usd } = readsOf(result);
  return {
    columns: result.columns,
    rows: result.rows.slice(0, rows),
    more: result.rows.length > rows,
    milliseconds: Math.round(performance.now() - began),
    reads: { requests, partitions, scannedBytes, usd },
  };
}

/** The whole result as a file. @throws AthenaError, QueryCancelled, Refusal */
export async function saveSql(
  deployed: Deployed,
  athena: Athena,
  sql: string,
  format: string,
  signal: AbortSignal,
): Promise<Saved> {
  if (format !== "csv" && format !== "json") throw wrong("format: needs csv or json");
  // Of this user alone, as the data folder is.
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "page-"));
  const [file, options] = [path.join(folder, "result"), { ...optionsOf(deployed, sql), signal }];
  try {
    if (format === "csv") await athena.queryToCsv(sql, options, file);
    else fs.writeFileSync(file, jsonOf(await athena.query(sql, { ...options, maxRows: MOST_JSON_ROWS + 1 })));
  } catch (error) {
    fs.rmSync(folder, { recursive: true, force: true });
    throw error;
  }
  const type = format === "csv" ? "text/csv; charset=utf-8" : "application/json";
  return new Saved({ folder, file, type, name: `result.${format}` });
}

/** An array of row objects, one a line. @throws AthenaError if there are too many rows */
function jsonOf({ columns, rows }: QueryResult): string {
  if (rows.length > MOST_JSON_ROWS)
    throw new AthenaError("GENERIC_USER_ERROR", `The result has more than ${MOST_JSON_ROWS} rows; save it as CSV.`);
  const line = (row: unknown[]): string =>
    JSON.stringify(Object.fromEntries(columns.map(({ name }, i) => [name, row[i]])), withPlainIntegers);
  return `[\n${rows.map(line).join(",\n")}\n]\n`;
}

/** Tables are named without their database, datasets by their names, as in `npm run query`. */
export function optionsOf({ cloud, outputs }: Deployed, sql: string): QueryOptions {
  const database = Object.values(outputs.datastores)[0]?.database ?? "";
  const tables = new Map([...cloud.glue.tables, ...datasetViews(sql, outputs, database)]);
  return { database, tables, now: cloud.clock.now() };
}
