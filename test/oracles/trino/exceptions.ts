/** A statement to which Athena, or DuckDB beneath the local SQL, says something else than Trino 413. */
export interface Exception {
  readonly sql: string;
  readonly why: string;
}

/** A function that fails within TRY is NULL there, and what stands around it continues: DuckDB 1.5.5 can crash when functions fail within TRY. */
const WITHIN_TRY = [
  "SELECT TRY(coalesce(1/0, 5))",
  "SELECT TRY(coalesce(CAST('a' AS integer), 5))",
  "SELECT TRY(coalesce(x/y, 5)) FROM (VALUES (1, 0), (4, 2), (NULL, 1)) t(x, y)",
  "SELECT TRY(coalesce(NULL, 1/0, 5))",
  "SELECT TRY(CASE WHEN 1/0 = 1 THEN 1 ELSE 2 END)",
  "SELECT TRY(1/0 IS NULL)",
  "SELECT TRY(coalesce(element_at(array[1], 0), 5))",
  "SELECT TRY(x/y = 1 OR x = 1) FROM (VALUES (1, 0), (2, 1)) t(x, y)",
  "SELECT TRY(ARRAY[1/0])",
  "SELECT TRY(ROW(1/0))",
  "SELECT TRY(1 IN (1/0, 1))",
].map((sql) => ({ sql, why: "TRY makes the function that fails NULL, not the whole expression" }));

/** Where the local answer is not Trino's. The local SQL answers each of them. */
export const EXCEPTIONS: readonly Exception[] = [
  ...WITHIN_TRY,
  {
    sql: "SELECT 1;",
    why: "Athena takes a semicolon at the end: https://docs.aws.amazon.com/athena/latest/ug/querying-athena-tables.html",
  },
];

/** What is refused by name, by what the refusal says, and why. */
export const REFUSED: readonly { readonly message: RegExp; readonly why: string }[] = [
  {
    message: /'(approx_set|merge|tdigest_agg|qdigest_agg|value_at_quantile)'/,
    why: "sketches that are kept have bytes of Trino's own",
  },
  {
    message: /'(spooky_hash_v2_32|spooky_hash_v2_64|murmur3)'/,
    why: "nobody asks these hashes of telemetry; xxhash64, md5 and the SHA family are executed",
  },
  { message: /'(from_unixtime_nanos|from_iso8601_timestamp_nanos)'|keeps/, why: "DuckDB keeps microseconds" },
  { message: /Type '(uuid|ipaddress)'/, why: "types that no Hive table has" },
  {
    message: /'(normal_cdf|inverse_normal_cdf|beta_cdf|wilson_interval_lower|wilson_interval_upper)'/,
    why: "statistics that no telemetry needs",
  },
  { message: /'(word_stem|bar|color|render)'/, why: "stems of words and colours of terminals" },
  { message: /current_user/i, why: "a query has a role here, and no user" },
];
