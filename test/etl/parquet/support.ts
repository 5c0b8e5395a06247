import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { DuckDBInstance, type DuckDBConnection } from "@duckdb/node-api";
import { parquetReadObjects } from "hyparquet";
import { ParquetBuilder, type ParquetOptions } from "../../../etl/parquet";

export const DEFAULTS: ParquetOptions = { caseInsensitive: true, compression: "SNAPPY" };

/** Columns from `{ name: "type" }`. */
export function columnsOf(types: Record<string, string>): { name: string; type: string }[] {
  return Object.entries(types).map(([name, type]) => ({ name, type }));
}

export function build(
  types: Record<string, string>,
  records: readonly string[],
  options: Partial<ParquetOptions> = {},
): Uint8Array {
  const builder = new ParquetBuilder(columnsOf(types), { ...DEFAULTS, ...options });
  for (const record of records) {
    const failure = builder.add(record);
    if (failure !== undefined) throw new Error(`${failure.code}: ${failure.message}`);
  }
  return builder.finish();
}

export function failureOf(types: Record<string, string>, record: string, options: Partial<ParquetOptions> = {}) {
  const builder = new ParquetBuilder(columnsOf(types), { ...DEFAULTS, ...options });
  const failure = builder.add(record);
  return { failure, rows: builder.rows };
}

export async function readByHyparquet(file: Uint8Array): Promise<Record<string, unknown>[]> {
  const { buffer, byteOffset, byteLength } = file;
  return (await parquetReadObjects({
    file: buffer.slice(byteOffset, byteOffset + byteLength) as ArrayBuffer,
  })) as Record<string, unknown>[];
}

/** Reads files back with DuckDB, which shares no code with what wrote them. */
export class DuckReader {
  private readonly folder = fs.mkdtempSync(path.join(os.tmpdir(), "parquet-test-"));
  private connection: DuckDBConnection | undefined;
  private count = 0;

  /** Rows of `SELECT <select> FROM <the file>`, as DuckDB's JSON-like values: 64 bits and decimals as texts. */
  async read(file: Uint8Array, select = "*"): Promise<unknown[][]> {
    this.connection ??= await (await DuckDBInstance.create(":memory:", { threads: "1" })).connect();
    const name = path.join(this.folder, `${this.count++}.parquet`);
    fs.writeFileSync(name, file);
    const result = await this.connection.runAndReadAll(`SELECT ${select} FROM read_parquet('${name}')`);
    fs.rmSync(name);
    return result.getRowsJson() as unknown[][];
  }

  close(): void {
    this.connection?.closeSync();
    fs.rmSync(this.folder, { recursive: true, force: true });
  }
}
