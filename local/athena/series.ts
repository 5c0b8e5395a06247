/** Values by time, kept in DuckDB's memory, so that any range of millions of them can be drawn at once. */
import type { DuckDBConnection } from "@duckdb/node-api";
import type { Type } from "../../etl/athena-sql/types/type";
import { Athena, type DuckQuery, type QueryOptions } from "./athena";
import { quoted } from "./duck/text";
import { AthenaError } from "./error";

/** Columns of a table: when, what, and whose; without `group` all values are one series. */
export interface SeriesSource {
  table: string;
  time: string;
  value: string;
  group?: string;
}

/** What has been loaded. Times are ms since 1970-01-01 UTC. */
export interface SeriesFacts {
  points: number;
  /** rows without a value that can be drawn, or without a time that can be read */
  skipped: number;
  /** null without points */
  first: number | null;
  last: number | null;
  /** those with most points first */
  groups: { name: string; points: number }[];
  /** of all groups, also those that are not listed */
  groupCount: number;
}

/** What is to be drawn: a range of time in ms since 1970, both ends in it, and groups by their places in `SeriesFacts.groups`. */
export interface SeriesRange {
  from: number;
  to: number;
  /** how many pieces of the same width the range is divided into */
  buckets: number;
  groups: readonly number[];
}

/** For each group the buckets that have values, by their numbers from 0, with the least and the greatest value and how many there are. */
export interface Bucketed {
  /** of a bucket, ms */
  width: number;
  series: { group: number; at: number[]; min: number[]; max: number[]; count: number[] }[];
}

/** Groups that are listed. */
const LISTED = 500;

/** The values of a column by time. One source is loaded at a time. */
export class Series {
  private connection: DuckDBConnection | undefined;

  /** @param athena reads the source; it is closed with this */
  constructor(private readonly athena = new Athena()) {}

  /** Reads all rows of a source in place of what was loaded. @throws AthenaError */
  load({ table, time, value, group }: SeriesSource, options: QueryOptions): Promise<SeriesFacts> {
    this.connection = undefined;
    const sql = `SELECT ${quoted(time)}, ${quoted(value)}, ${group === undefined ? "''" : quoted(group)} FROM ${quoted(table)}`;
    return this.athena.inDuck(sql, options, async (query) => {
      const facts = await keep(query, value);
      this.connection = query.connection;
      return facts;
    });
  }

  /** @throws Error if nothing is loaded */
  async buckets({ from, to, buckets, groups }: SeriesRange): Promise<Bucketed> {
    const { connection } = this;
    if (connection === undefined) throw new Error("no series is loaded");
    const width = Math.max(1, Math.ceil((to - from + 1) / buckets));
    if (groups.length === 0) return { width, series: [] };
    const [start, end] = [Math.floor(from), Math.floor(to)];
    const rows = await rowsOf<[number, number, number, number, number]>(
      connection,
      `SELECT id, CAST((t - ${start}) // ${width} AS INTEGER) AS at, min(v), max(v), CAST(count(*) AS INTEGER)
       FROM points WHERE t BETWEEN ${start} AND ${end} AND id IN (${groups.map(Number).join(", ")})
       GROUP BY ALL ORDER BY ALL`,
    );
    const series = new Map<number, Bucketed["series"][number]>();
    for (const group of groups) series.set(group, { group, at: [], min: [], max: [], count: [] });
    for (const [group, at, min, max, count] of rows) {
      const one = series.get(group)!;
      one.at.push(at);
      one.min.push(min);
      one.max.push(max);
      one.count.push(count);
    }
    return { width, series: [...series.values()] };
  }

  /** Gives DuckDB's memory back. */
  close(): void {
    this.connection = undefined;
    this.athena.close();
  }
}

async function keep({ connection, sql, columns }: DuckQuery, value: string): Promise<SeriesFacts> {
  const [time, number] = columns.map(({ type }) => type);
  if (!NUMERIC.has(number!.kind))
    throw new AthenaError("TYPE_MISMATCH", `the column ${value} holds no numbers, so it cannot be drawn`);
  await connection.run(`
    DROP TABLE IF EXISTS points; DROP TABLE IF EXISTS read_rows; DROP TABLE IF EXISTS point_groups;
    CREATE TEMP TABLE read_rows AS
      SELECT CAST(${timeSql(time!)} AS BIGINT) AS t, CAST(v AS DOUBLE) AS v, coalesce(CAST(g AS VARCHAR), '') AS g
      FROM (${sql}) AS source(t, v, g)`);
  try {
    await connection.run(`
      CREATE TEMP TABLE point_groups AS
        SELECT CAST(row_number() OVER (ORDER BY count(*) DESC, g) - 1 AS INTEGER) AS id, g, count(*) AS n
        FROM read_rows WHERE t IS NOT NULL AND isfinite(v) GROUP BY g;
      CREATE TEMP TABLE points AS
        SELECT t, v, id FROM read_rows JOIN point_groups USING (g) WHERE t IS NOT NULL AND isfinite(v)`);
    const [read] = await rowsOf<[bigint]>(connection, "SELECT count(*) FROM read_rows");
    const [all] = await rowsOf<[bigint, bigint | null, bigint | null]>(
      connection,
      "SELECT count(*), min(t), max(t) FROM points",
    );
    const [count] = await rowsOf<[bigint]>(connection, "SELECT count(*) FROM point_groups");
    const groups = await rowsOf<[string, bigint]>(
      connection,
      `SELECT g, n FROM point_groups ORDER BY id LIMIT ${LISTED}`,
    );
    const points = Number(all![0]);
    return {
      points,
      skipped: Number(read![0]) - points,
      first: all![1] === null ? null : Number(all![1]),
      last: all![2] === null ? null : Number(all![2]),
      groups: groups.map(([name, n]) => ({ name, points: Number(n) })),
      groupCount: Number(count![0]),
    };
  } finally {
    await connection.run("DROP TABLE IF EXISTS read_rows");
  }
}

const NUMERIC = new Set(["tinyint", "smallint", "integer", "bigint", "real", "double", "decimal"]);

/**
 * Times as ms since 1970: numbers in the unit that their size tells, as recordings are read, and texts in ISO 8601 or as
 * `yyyy-MM-dd HH:mm:ss`, in UTC unless they have an offset. NULL for what is no time.
 */
function timeSql(type: Type): string {
  switch (type.kind) {
    case "timestamp":
      return "epoch_ms(t)";
    case "timestamp with time zone":
      return "epoch_ms(t.i)";
    case "date":
      return "epoch_ms(CAST(t AS TIMESTAMP))";
    case "varchar":
    case "char":
      return `coalesce(
        CASE WHEN length(t) > 19 AND (t[-6] IN ('+', '-') OR t[-5] IN ('+', '-') OR t[-3] IN ('+', '-'))
          THEN epoch_ms(TRY_CAST(t AS TIMESTAMPTZ)) ELSE epoch_ms(TRY_CAST(t AS TIMESTAMP)) END,
        ${numberSql("TRY_CAST(t AS DOUBLE)")})`;
    default:
      if (NUMERIC.has(type.kind)) return numberSql("CAST(t AS DOUBLE)");
      throw new AthenaError("TYPE_MISMATCH", "the column for the time holds neither times nor numbers nor texts");
  }
}

/** Seconds, milliseconds, microseconds or nanoseconds. */
function numberSql(number: string): string {
  return `CASE WHEN ${number} >= 1e17 THEN ${number} / 1e6 WHEN ${number} >= 1e14 THEN ${number} / 1e3
    WHEN ${number} >= 1e11 THEN ${number} WHEN ${number} >= 1e8 THEN ${number} * 1e3 END`;
}

async function rowsOf<Row extends unknown[]>(connection: DuckDBConnection, sql: string): Promise<Row[]> {
  return (await connection.runAndReadAll(sql)).getRows() as unknown as Row[];
}
