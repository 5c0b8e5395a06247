/** The table of the example's historian, and its data: one tag a second, with gaps, bad quality and late rows. */
import type { Client } from "pg";

/** The table, with its schema. */
export const TAG_TABLE = "public.tag_values";
/** Seconds of a month of 30 days. */
export const MONTH = 30 * 86_400;
/** OPC's code of a good value. */
const GOOD = 192;
/** Rows of one statement. */
const CHUNK = 100_000;

/**
 * Row i: nothing in ten minutes of each day, a bad value every 997 seconds, and every 500th row a quarter of an hour late. All of it follows from i, so
 * that a run can be repeated.
 */
const INSERT = `
  INSERT INTO public.tag_values (tag, ts, value, humidity, quality)
  SELECT 'machine-1', timestamp 'epoch' + ($1::bigint + i) * interval '1 second',
         CASE WHEN i % 997 = 0 THEN NULL ELSE round((60 + 12 * sin(i / 13750.0) + 3 * sin(i / 300.0))::numeric, 3) END,
         (45 + 10 * sin(i / 9000.0))::int,
         CASE WHEN i % 997 = 0 THEN 0 ELSE ${GOOD} END
  FROM generate_series($2::bigint, $3::bigint) AS i
  WHERE NOT (i % 86400 BETWEEN 10800 AND 11399)
  ORDER BY i + CASE WHEN i % 500 = 0 THEN 900 ELSE 0 END`;

/** Makes the table, if it is not there, and fills it. @param begin seconds since 1970 of row 0 */
export async function fill(
  client: Client,
  begin: number,
  seconds: number,
  progress: (rows: number) => void,
): Promise<void> {
  await client.query(`
    CREATE TABLE IF NOT EXISTS public.tag_values (
      id bigserial PRIMARY KEY,
      tag text NOT NULL,
      ts timestamp(0) NOT NULL,
      value numeric(8, 3),
      humidity integer,
      quality smallint NOT NULL
    )`);
  const { rows } = await client.query<{ there: boolean }>("SELECT EXISTS (SELECT FROM public.tag_values) AS there");
  if (rows[0]!.there) return;
  // In one transaction: a run that was killed here starts over.
  await client.query("BEGIN");
  for (let from = 0; from < seconds; from += CHUNK) {
    await client.query(INSERT, [begin, from, Math.min(from + CHUNK, seconds) - 1]);
    progress(Math.min(from + CHUNK, seconds));
  }
  await client.query("COMMIT");
}

/** Adds the rows of further seconds, as the plant goes on. @returns how many */
export async function append(client: Client, seconds: number): Promise<number> {
  const { rows } = await client.query<{ first: string; next: string }>(
    "SELECT extract(epoch FROM min(ts))::bigint AS first, extract(epoch FROM max(ts))::bigint + 1 AS next FROM public.tag_values",
  );
  const begin = Number(rows[0]!.first);
  const from = Number(rows[0]!.next) - begin;
  const { rowCount } = await client.query(INSERT, [begin, from, from + seconds - 1]);
  return rowCount ?? 0;
}

/** How many rows there are, and how many have a good value. */
export async function counts(client: Client): Promise<{ rows: number; good: number }> {
  const { rows } = await client.query<{ rows: string; good: string }>(
    `SELECT count(*) AS rows, count(*) FILTER (WHERE quality = ${GOOD}) AS good FROM public.tag_values`,
  );
  return { rows: Number(rows[0]!.rows), good: Number(rows[0]!.good) };
}
