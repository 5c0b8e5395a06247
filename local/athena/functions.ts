/**
 * The functions of Trino that queries may call, each with what it is in DuckDB. What is not listed is refused by name: a function of the
 * same name may well mean something else.
 */

/** Called the same, and means the same. */
const SAME = `
  count sum avg min max any_value count_if bool_and bool_or every stddev stddev_pop stddev_samp variance var_pop var_samp corr covar_pop
  covar_samp regr_slope regr_intercept array_agg skewness kurtosis
  row_number rank dense_rank percent_rank cume_dist ntile lag lead first_value last_value nth_value
  coalesce nullif if cast try_cast try grouping unnest row extract
  abs ceil ceiling floor round sign sqrt cbrt exp ln log2 log10 power pow degrees radians pi sin cos tan asin acos atan atan2 sinh cosh
  tanh mod random
  length lower upper trim ltrim rtrim reverse replace substr substring strpos position lpad rpad chr translate starts_with
  date_trunc year month day hour minute second quarter week
`
  .trim()
  .split(/\s+/);

/** Called otherwise in DuckDB: aggregates, which no macro can stand for behind OVER and FILTER, and what takes any number of arguments. */
const RENAMED: Record<string, string> = {
  approx_distinct: "approx_count_distinct",
  approx_percentile: "approx_quantile",
  arbitrary: "any_value",
  max_by: "arg_max",
  min_by: "arg_min",
  format: "printf",
};

/** Take a pattern of MySQL's as their last argument (pattern.ts). */
export const PATTERNED: Record<string, string> = { date_parse: "strptime", date_format: "strftime" };

const UNIT = `CASE lower(unit) WHEN 'millisecond' THEN to_milliseconds(n) WHEN 'second' THEN to_seconds(n) WHEN 'minute' THEN to_minutes(n)
  WHEN 'hour' THEN to_hours(n) WHEN 'day' THEN to_days(CAST(n AS INT)) WHEN 'week' THEN to_weeks(CAST(n AS INT)) WHEN 'month' THEN to_months(CAST(n AS INT))
  WHEN 'quarter' THEN to_months(CAST(3 * n AS INT)) WHEN 'year' THEN to_years(CAST(n AS INT)) ELSE error('INVALID_FUNCTION_ARGUMENT: ' || unit || ' is no valid TIMESTAMP field') END`;

/** Bodies of macros, by number of arguments where there are several. */
const MACROS: Record<string, string[]> = {
  greatest: nullIfAny("greatest"),
  least: nullIfAny("least"),
  // DuckDB's concat leaves NULLs out.
  concat: upTo(10, (names) => names.join(" || ")),
  split: ["(s, d) AS string_split(s, d)"],
  split_part: ["(s, d, i) AS CASE WHEN i <= len(string_split(s, d)) THEN split_part(s, d, i) END"],
  regexp_like: ["(s, p) AS regexp_matches(s, p)"],
  regexp_extract: [
    "(s, p) AS CASE WHEN regexp_matches(s, p) THEN regexp_extract(s, p) END",
    "(s, p, g) AS CASE WHEN regexp_matches(s, p) THEN regexp_extract(s, p, g) END",
  ],
  regexp_extract_all: ["(s, p) AS regexp_extract_all(s, p)", "(s, p, g) AS regexp_extract_all(s, p, g)"],
  regexp_replace: [
    "(s, p) AS regexp_replace(s, p, '', 'g')",
    "(s, p, r) AS regexp_replace(s, p, regexp_replace(r, '\\$(\\d)', '\\\\\\1', 'g'), 'g')",
  ],
  json_extract: ["(j, p) AS CASE WHEN json_valid(j) THEN json_extract(j, p) END"],
  json_extract_scalar: [
    "(j, p) AS CASE WHEN json_valid(j) AND json_type(j, p) NOT IN ('OBJECT', 'ARRAY', 'NULL') THEN json_extract_string(j, p) END",
  ],
  json_format: ["(j) AS CAST(j AS VARCHAR)"],
  date_add: [`(unit, n, x) AS x + ${UNIT}`],
  // Whole units that have passed; DuckDB's date_diff counts the borders between them.
  date_diff: ["(unit, a, b) AS datesub(unit, a, b)"],
  date: ["(x) AS CAST(x AS DATE)"],
  from_unixtime: ["(x) AS to_timestamp(x)"],
  to_unixtime: ["(x) AS epoch(x)"],
  from_iso8601_timestamp: ["(s) AS CAST(s AS TIMESTAMPTZ)"],
  from_iso8601_date: ["(s) AS CAST(s AS DATE)"],
  to_iso8601: ["(x) AS strftime(x, '%Y-%m-%dT%H:%M:%S.%gZ')"],
  day_of_week: ["(x) AS isodow(x)"],
  dow: ["(x) AS isodow(x)"],
  day_of_month: ["(x) AS day(x)"],
  day_of_year: ["(x) AS dayofyear(x)"],
  doy: ["(x) AS dayofyear(x)"],
  week_of_year: ["(x) AS week(x)"],
  last_day_of_month: ["(x) AS last_day(x)"],
  truncate: ["(x) AS trunc(x)"],
  log: ["(b, x) AS log(b, x)"],
  e: ["() AS exp(1.0)"],
  is_nan: ["(x) AS isnan(CAST(x AS DOUBLE))"],
  is_finite: ["(x) AS isfinite(CAST(x AS DOUBLE))"],
  is_infinite: ["(x) AS isinf(CAST(x AS DOUBLE))"],
  nan: ["() AS CAST('nan' AS DOUBLE)"],
  infinity: ["() AS CAST('inf' AS DOUBLE)"],
  rand: ["() AS random()"],
  cardinality: ["(x) AS len(x)"],
  element_at: ["(x, k) AS x[k]"],
  contains: ["(x, v) AS list_contains(x, v)"],
  array_join: ["(x, d) AS array_to_string(x, d)"],
  array_max: ["(x) AS list_max(x)"],
  array_min: ["(x) AS list_min(x)"],
  array_sort: ["(x) AS list_sort(x, 'ASC', 'NULLS LAST')"],
  array_distinct: ["(x) AS list_distinct(x)"],
  array_position: ["(x, v) AS coalesce(list_position(x, v), 0)"],
  slice: ["(x, start, n) AS x[start:start + n - 1]"],
  map_keys: ["(m) AS map_keys(m)"],
  map_values: ["(m) AS map_values(m)"],
};

/** Time as the local clock has it. Called without parentheses too. */
export const CLOCK_FUNCTIONS: Record<string, string> = {
  now: "TIMESTAMPTZ",
  current_timestamp: "TIMESTAMPTZ",
  localtimestamp: "TIMESTAMP",
  current_date: "DATE",
};

/** All that queries may call, as Trino calls it. */
export const FUNCTIONS: readonly string[] = [
  ...new Set(
    [SAME, RENAMED, PATTERNED, MACROS, CLOCK_FUNCTIONS].flatMap((names) =>
      Array.isArray(names) ? names : Object.keys(names),
    ),
  ),
].sort();

/** What a function is called in the translated query; undefined for one that is not executed. */
export function translated(name: string): string | undefined {
  const key = name.toLowerCase();
  if (SAME.includes(key)) return name;
  const other = RENAMED[key] ?? PATTERNED[key];
  if (other !== undefined) return other;
  return MACROS[key] !== undefined || CLOCK_FUNCTIONS[key] !== undefined ? macroName(key) : undefined;
}

/** Statements that make the macros. */
export function macroStatements(): string[] {
  return Object.entries(MACROS).map(([name, bodies]) => `CREATE MACRO ${macroName(name)}${bodies.join(", ")}`);
}

/** Statements that set the clock. @param now ms since 1970-01-01 UTC */
export function clockStatements(now: number): string[] {
  const time = new Date(now).toISOString().slice(0, 23).replace("T", " ");
  return Object.entries(CLOCK_FUNCTIONS).map(
    ([name, type]) => `CREATE OR REPLACE MACRO main.${macroName(name)}() AS CAST(TIMESTAMPTZ '${time}+00' AS ${type})`,
  );
}

/** A name that the translator does not know, so that it leaves the call alone. */
function macroName(name: string): string {
  return `athena_${name}`;
}

/** Trino: NULL if any argument is; DuckDB looks over NULLs. */
function nullIfAny(name: string): string[] {
  return upTo(
    8,
    (names) =>
      `CASE WHEN ${names.map((one) => `${one} IS NULL`).join(" OR ")} THEN NULL ELSE ${name}(${names.join(", ")}) END`,
  );
}

function upTo(most: number, body: (names: string[]) => string): string[] {
  return Array.from({ length: most - 1 }, (_, i) => {
    const names = Array.from({ length: i + 2 }, (_, j) => `a${j}`);
    return `(${names.join(", ")}) AS ${body(names)}`;
  });
}
