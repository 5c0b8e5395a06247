/** Prints and saves the rows of a content. */
import { GetQueryResultsCommand } from "@aws-sdk/client-athena";
import { GetObjectCommand } from "@aws-sdk/client-s3";
import { parse } from "csv-parse";
import * as fs from "node:fs";
import * as path from "node:path";
import type { Readable } from "node:stream";
import { Transform } from "node:stream";
import { pipeline } from "node:stream/promises";
import { UsageError } from "../command/options";
import { UserError } from "../command/run";
import { count, formatTable } from "../output/table";
import { print, printError } from "../output/terminal";
import { objectOf, type Clients, type Dataset } from "./clients";

/** Rows that the table shows; CSV, JSON and files have all rows. */
const SHOWN_ROWS = 1000;

/** How a content is written to a file, by its extension. */
export type Format = "csv" | "json" | "ndjson";

/** @throws UsageError for an extension that is not one of them */
export function formatOf(file: string): Format {
  const extension = path.extname(file).slice(1).toLowerCase();
  if (extension === "csv" || extension === "json" || extension === "ndjson") return extension;
  throw new UsageError(`--save ${file}: needs a name that ends in .csv, .json or .ndjson.`);
}

/** Writes a content to a stream. @throws UserError for a version that is not there */
export async function writeContent(
  clients: Clients,
  dataset: Dataset,
  version: string,
  format: Format,
  out: NodeJS.WritableStream,
  { end }: { end: boolean },
): Promise<void> {
  const object = await open(clients, dataset, version);
  if (format === "csv") return pipeline(object, out, { end });
  const types = await typesOf(clients, version);
  await pipeline(object, parser(), new JsonRows(types, format), out, { end });
}

/** Saves a content; a file is there in full or not at all. @throws UserError for a file that cannot be written */
export async function saveContent(clients: Clients, dataset: Dataset, version: string, file: string): Promise<void> {
  const format = formatOf(file);
  await writeFile("save", file, (out) => writeContent(clients, dataset, version, format, out, { end: true }));
}

/**
 * Writes a file that is there in full or not at all.
 * @param option that names it
 * @throws UserError for a file that cannot be written
 */
export async function writeFile(
  option: string,
  file: string,
  write: (out: NodeJS.WritableStream) => Promise<void>,
): Promise<void> {
  const target = path.resolve(file);
  const part = `${target}.${process.pid}.part`;
  let handle: fs.promises.FileHandle | undefined;
  try {
    if (fs.statSync(target, { throwIfNoEntry: false })?.isDirectory() === true)
      throw new UserError([`--${option} ${file}: it is a folder; name a file in it.`]);
    handle = await fs.promises.open(part, "w");
    await write(handle.createWriteStream());
    await fs.promises.rename(part, target);
  } catch (error) {
    await handle?.close().catch(() => undefined);
    await fs.promises.rm(part, { force: true });
    const { code, syscall } = error as NodeJS.ErrnoException;
    if (code === undefined || syscall === undefined || syscall === "connect") throw error;
    throw new UserError([
      `--${option} ${file}: ${code === "ENOENT" ? `there is no folder ${path.dirname(target)}` : (error as Error).message}`,
    ]);
  }
}

/** The first rows as a table, on stdout. */
export async function printContent(clients: Clients, dataset: Dataset, version: string): Promise<void> {
  const { names, rows, more } = await firstRows(clients, dataset, version, SHOWN_ROWS);
  if (more) printError(`The first ${count(SHOWN_ROWS)} rows are shown; --csv, --json and --save have all rows.\n`);
  print(`${formatTable(names, rows, process.stdout.columns ?? 200)}\n`);
}

/**
 * The first rows of a content, as texts.
 * @returns `more` if there are further rows
 * @throws UserError for a version that is not there
 */
export async function firstRows(
  clients: Pick<Clients, "s3">,
  dataset: Dataset,
  version: string,
  most: number,
): Promise<{ names: string[]; rows: (string | null)[][]; more: boolean }> {
  const parsed = (await open(clients, dataset, version)).pipe(parser());
  let names: string[] | undefined;
  let more = false;
  const rows: (string | null)[][] = [];
  for await (const row of parsed as AsyncIterable<(string | null)[]>) {
    if (names === undefined) names = row.map(String);
    else if (rows.length < most) rows.push(row);
    else {
      more = true;
      break;
    }
  }
  parsed.destroy();
  return { names: names ?? [], rows, more };
}

async function open({ s3 }: Pick<Clients, "s3">, dataset: Dataset, version: string): Promise<Readable> {
  const { url, ...object } = objectOf(dataset, version);
  try {
    return (await s3.send(new GetObjectCommand(object))).Body as Readable;
  } catch (error) {
    if ((error as Error).name !== "NoSuchKey") throw error;
    throw new UserError([
      `--content ${version}: the dataset ${dataset.name} has no such content (${url}): npm run datasets -- ${dataset.name} lists its versions; older ones are superseded or expired.`,
    ]);
  }
}

/** Athena writes every value in quotes, and NULL as nothing. https://docs.aws.amazon.com/athena/latest/ug/querying.html */
function parser(): Transform {
  return parse({ cast: (value, { quoting }) => (value === "" && !quoting ? null : value), relax_column_count: false });
}

/** Athena's types by column; undefined where Athena does not know the query any more, so that every value is text. */
async function typesOf({ athena }: Clients, QueryExecutionId: string): Promise<readonly string[] | undefined> {
  try {
    const { ResultSet } = await athena.send(new GetQueryResultsCommand({ QueryExecutionId, MaxResults: 1 }));
    return (ResultSet?.ResultSetMetadata?.ColumnInfo ?? []).map(({ Type = "" }) => Type);
  } catch (error) {
    if ((error as Error).name !== "InvalidRequestException") throw error;
    printError("Athena does not know the types of this content any more (after 45 days); every value is text.\n");
    return undefined;
  }
}

const NUMBERS: readonly string[] = ["tinyint", "smallint", "integer", "bigint", "float", "double"];

/** A value of Athena's CSV in JSON: a number where no digit is lost by it, a boolean, otherwise text. */
export function jsonValue(text: string | null, type = "varchar"): unknown {
  if (text === null) return null;
  if (type === "boolean") return text === "true";
  if (!NUMBERS.includes(type)) return text;
  const number = Number(text);
  if (!Number.isFinite(number)) return text;
  return type === "bigint" && !Number.isSafeInteger(number) ? text : number;
}

/** Rows to an array of row objects, or to a line for each. */
class JsonRows extends Transform {
  private names: string[] | undefined;
  private rows = 0;

  constructor(
    private readonly types: readonly string[] | undefined,
    private readonly format: "json" | "ndjson",
  ) {
    super({ writableObjectMode: true });
  }

  override _transform(row: (string | null)[], _: BufferEncoding, done: (error?: Error) => void): void {
    if (this.names === undefined) this.names = row.map(String);
    else {
      const object = Object.fromEntries(
        this.names.map((name, i) => [name, jsonValue(row[i] ?? null, this.types?.[i])]),
      );
      const before = this.format === "ndjson" ? "" : this.rows === 0 ? "[" : ",\n";
      this.push(`${before}${JSON.stringify(object)}${this.format === "ndjson" ? "\n" : ""}`);
      this.rows++;
    }
    done();
  }

  override _flush(done: (error?: Error) => void): void {
    if (this.format === "json") this.push(this.rows === 0 ? "[]\n" : "]\n");
    done();
  }
}
