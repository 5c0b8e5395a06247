import { print, printError } from "./output/terminal";
import * as path from "node:path";
import { tablesOf } from "../etl";
import { Athena, toCsv } from "../local/athena";
import { TYPES } from "../local/core/model";
import type { StackOutputs } from "../local/session";
import { readCatalog } from "./command/catalog";
import { stackOption, UsageError, type Command, type Parsed } from "./command/options";
import { runCommand, UserError } from "./command/run";
import { count, counted, formatTable, withPlainIntegers } from "./output/table";
import { explainJson, explainText } from "./query/explain";
import { datasetViews, listed, type Listed } from "./query/tables";

const PROJECT_DIR = path.resolve(__dirname, "..");
/** Rows that the table shows; --json and --csv print all rows. */
const SHOWN_ROWS = 1000;

/** Options and help of `npm run query`. */
export const QUERY: Command = {
  call: "npm run query",
  summary: "Runs SQL, as Athena has it, over the datastores and datasets of a stack's data folder.",
  positionals: '"SQL"',
  options: [
    { name: "stack", value: "NAME", help: "the stack (default dev)" },
    { name: "data-dir", value: "DIR", help: "its data folder (default .local/STACK)" },
    { name: "json", help: "print a JSON array of row objects" },
    { name: "csv", help: "print CSV, as Athena writes it" },
    { name: "explain", help: "do not run it: say which partitions it reads, its requests, bytes and cost on AWS" },
    { name: "tables", help: "list the datastores and datasets with their columns" },
  ],
  examples: [
    [
      'npm run query -- "SELECT device_id, avg(temperature) AS mean FROM etl_aggregate_store GROUP BY device_id"',
      "a mean for each device",
    ],
    ['npm run query -- "SELECT * FROM etl_aggregate_data LIMIT 3" --json', "a dataset, as JSON"],
    ["npm run query -- --explain \"SELECT * FROM etl_aggregate_store WHERE __year = '2026'\"", "what it would cost"],
    ["npm run query -- --tables", "what there is to ask"],
  ],
};

async function query(parsed: Parsed): Promise<number> {
  const stack = stackOption(parsed);
  const sql = parsed.positionals.join(" ").trim();
  if (sql === "" && !parsed.flag("tables"))
    throw new UsageError('Give the SQL in quotes, such as npm run query -- "SELECT 1".');
  if (parsed.flag("json") && parsed.flag("csv")) throw new UsageError("--json and --csv exclude each other.");
  if (parsed.flag("explain") && (parsed.flag("csv") || parsed.flag("tables")))
    throw new UsageError("--explain says what a query reads, as text or with --json; leave out --csv and --tables.");
  const folder = path.resolve(parsed.text("data-dir") ?? path.join(PROJECT_DIR, ".local", stack));
  const { state, outputs, glue } = readCatalog(folder);
  if (parsed.flag("tables")) {
    if (parsed.flag("json")) process.stdout.write(`${JSON.stringify(listed(outputs, glue))}\n`);
    else print(listing(listed(outputs, glue)));
    return 0;
  }
  // A stack that Pulumi's engine deployed has no outputs here, only resources.
  const table = state.resources.find(({ type }) => type === TYPES.table);
  const database: string = Object.values(outputs.datastores ?? {})[0]?.database ?? table?.inputs.databaseName ?? "";
  const hasRows = (of: string, name: string): boolean => (glue.tables.get(`${of}.${name}`)?.files().length ?? 0) > 0;
  const athena = new Athena();
  try {
    const options = { database, tables: new Map([...glue.tables, ...datasetViews(sql, outputs, database)]) };
    if (parsed.flag("explain")) {
      const reading = athena.explain(sql, options);
      print(parsed.flag("json") ? `${JSON.stringify(explainJson(reading))}\n` : explainText(reading));
      return 0;
    }
    const result = await athena.query(sql, options);
    const names = result.columns.map(({ name }) => name);
    if (parsed.flag("csv")) process.stdout.write(toCsv(result));
    else if (parsed.flag("json"))
      process.stdout.write(
        `${JSON.stringify(
          result.rows.map((row) => Object.fromEntries(names.map((name, i) => [name, row[i]]))),
          withPlainIntegers,
        )}\n`,
      );
    else {
      print(`${formatTable(names, result.rows.slice(0, SHOWN_ROWS), process.stdout.columns ?? 200)}\n`);
      const more =
        result.rows.length > SHOWN_ROWS ? `, the first ${count(SHOWN_ROWS)} are shown (--csv and --json give all)` : "";
      printError(`${counted(result.rows.length, "row")}${more}\n`);
      if (result.rows.length === 0 || result.rows.every((row) => row.every((value) => !value)))
        for (const line of emptyLines(sql, outputs, hasRows)) printError(`${line}\n`);
    }
    return 0;
  } catch (error) {
    if ((error as Error).name !== "AthenaError") throw error;
    const { message } = error as Error;
    throw new UserError([
      message.includes("is not executed here, where a query only reads") ? withWorkgroups(message, outputs) : message,
    ]);
  } finally {
    athena.close();
  }
}

/** Where a statement that writes can be run. */
export function withWorkgroups(message: string, { datasets = {} }: Partial<Pick<StackOutputs, "datasets">>): string {
  const names = [...new Set(Object.values(datasets).map(({ workgroup }) => workgroup))];
  return (
    `${message.replace(/\.$/, "")}.\nIn full it runs through a workgroup${names.length === 0 ? ", which a dataset has" : ` (${names.join(", ")})`}: ` +
    `aws athena start-query-execution --work-group ${names[0] ?? "NAME"} --query-string "...", on AWS, and here while npm start -- --keep runs ` +
    "(docs/aws-apis.md says how the AWS CLI reaches it)."
  );
}

/** Of the datastores that a statement reads, itself or by a dataset, those without an object: why there are no rows. */
export function emptyLines(
  sql: string,
  { datastores = {}, datasets = {} }: Partial<Pick<StackOutputs, "datastores" | "datasets">>,
  hasRows: (database: string, table: string) => boolean,
): string[] {
  const named = (text: string): string[] => tablesOf(text).map(({ table }) => table.toLowerCase());
  const read = new Set(named(sql));
  for (const [name, { query: text }] of Object.entries(datasets))
    if (read.has(name.toLowerCase())) for (const table of named(text)) read.add(table);
  return Object.entries(datastores).flatMap(([name, { database, table }]) =>
    read.has(table.toLowerCase()) && !hasRows(database, table)
      ? [
          `The datastore ${name} has no rows yet: npm start writes some; while npm start -- --keep runs, they come when a delivery stream's buffer is written (up to its bufferingSeconds after a message), or with Ctrl-C.`,
        ]
      : [],
  );
}

function listing(all: readonly Listed[]): string {
  return all
    .map((one) => {
      if (one.kind === "dataset") return `dataset ${one.name}\n  ${one.query}\n`;
      const rows = one.columns.map(({ name, type }) => [name, type]);
      return `datastore ${one.name}\n${formatTable(["column", "type"], rows)}\n`;
    })
    .join("\n");
}

if (require.main === module) void runCommand(QUERY, query);
