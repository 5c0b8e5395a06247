/** The statements of a comparison: Athena's SQL, which runs on AWS and in the local cloud. Every stage reads the one before it once, so that Athena scans the tables once. */
import { parseColumnType } from "../columns";
import type { ComparisonPlan, SharedColumn } from "./plan";
import type { Side } from "./model";

/** Groups of device and day that are listed. */
export const SHOWN_GROUPS = 200;
/** The largest number of elements that SEQUENCE makes. https://trino.io/docs/current/functions/array.html */
const SEQUENCE = 10_000;

/** A name in Athena's SQL. */
export function quoted(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

const list = (parts: readonly string[]): string => parts.join(", ");
const keyName = (i: number): string => `k${i}`;
const valueName = (i: number): string => `c${i}`;
const beforeName = (i: number): string => `b${i}`;
const afterName = (i: number): string => `a${i}`;
/** `f(0), f(1), ...` for each. */
const each = (all: readonly unknown[], name: (i: number) => string): string[] => all.map((_, i) => name(i));

/** A side's expression of a column. */
export function read({ name, type, ...hive }: SharedColumn, side: Side): string {
  return type.read(quoted(name), parseColumnType(hive[side]));
}

/** FROM and WHERE of a side. */
export function from({ where, ...sides }: ComparisonPlan, side: Side): string {
  const { database, name } = sides[side];
  return `FROM ${quoted(database)}.${quoted(name)}${where === undefined ? "" : ` WHERE (${where})`}`;
}

/** Rows of a side, and how many of them share their key with another: columns `total`, `repeated`. */
export function keysSql(plan: ComparisonPlan, side: Side): string {
  const keys = plan.key.map((column) => read(column, side));
  return `SELECT coalesce(sum(n), 0) AS total, coalesce(sum(CASE WHEN n > 1 THEN n ELSE 0 END), 0) AS repeated
FROM (SELECT count(*) AS n ${from(plan, side)} GROUP BY ${list(keys)})`;
}

/**
 * Rows that are not the same on both sides, by device and day: those with the most first, what is left over in the last row, whose `place` is
 * over `SHOWN_GROUPS`. Of each compared column how often it differs, and one example of its key and values.
 * @param unique whether no two rows of a side share their key; then a join matches them, otherwise rows of a key are matched as multisets:
 *   equal ones as often as both have them, the others in the order of their values
 */
export function matchSql(plan: ComparisonPlan, unique: boolean): string {
  const { key, compared } = plan;
  const keys = each(key, keyName);
  const differs = compared.map((column, i) => differsSql(column, beforeName(i), afterName(i), plan.tolerance));
  const flags = each(compared, (i) => `d${i}`);
  const both = "hb AND ha";
  const order = plan.time === undefined ? 0 : key.indexOf(plan.time);
  const rank = `coalesce(${keyName(order)}, ${key[order]!.type.zero})`;
  const example = (more: readonly string[], when: string, name: string): string =>
    `min_by(ROW(${list([...keys, ...more])}), ${rank}) FILTER (WHERE ${when}) AS ${name}`;
  const device = plan.device === undefined ? "CAST(NULL AS varchar)" : keyName(key.indexOf(plan.device));
  const day = plan.day === undefined ? "CAST(NULL AS varchar)" : plan.day(keyName(key.indexOf(plan.time!)));
  const groups = [
    `${device} AS device`,
    `${day} AS day`,
    `count_if(${both}) AS differ`,
    "count_if(NOT ha) AS only_before",
    "count_if(NOT hb) AS only_after",
    example([], "NOT ha", "xb"),
    example([], "NOT hb", "xa"),
    ...compared.flatMap(({ type }, i) => [
      `count_if(${both} AND d${i}) AS n${i}`,
      `count_if(${both} AND d${i} AND ${afterName(i)} IS NULL) AS nb${i}`,
      `count_if(${both} AND d${i} AND ${beforeName(i)} IS NULL) AS na${i}`,
      ...(type.kind === "number"
        ? [`max(abs(CAST(${afterName(i)} AS double) - CAST(${beforeName(i)} AS double))) AS l${i}`]
        : []),
      example([beforeName(i), afterName(i)], `${both} AND d${i}`, `x${i}`),
    ]),
  ];
  const sums = [
    "count(*) AS groups",
    "sum(differ) AS differ",
    "sum(only_before) AS only_before",
    "sum(only_after) AS only_after",
    "arbitrary(xb) AS xb",
    "arbitrary(xa) AS xa",
    ...compared.flatMap(({ type }, i) => [
      `sum(n${i}) AS n${i}`,
      `sum(nb${i}) AS nb${i}`,
      `sum(na${i}) AS na${i}`,
      ...(type.kind === "number" ? [`max(l${i}) AS l${i}`] : []),
      `arbitrary(x${i}) AS x${i}`,
    ]),
  ];
  const fields = (row: string, names: readonly string[]): string[] =>
    names.map((name, i) => `${row}[${i + 1}] AS ${name}`);
  const shown = [
    ...["place", "groups", "device", "day", "differ", "only_before", "only_after"],
    ...fields(
      "xb",
      each(key, (i) => `xb_${i}`),
    ),
    ...fields(
      "xa",
      each(key, (i) => `xa_${i}`),
    ),
    ...compared.flatMap(({ type }, i) => [
      ...[`n${i}`, `nb${i}`, `na${i}`],
      ...(type.kind === "number" ? [`l${i}`] : []),
      ...fields(`x${i}`, [...each(key, (k) => `x${i}_${k}`), `x${i}_before`, `x${i}_after`]),
    ]),
  ];
  const last = SHOWN_GROUPS + 1;
  return `WITH
${unique ? joined(plan) : multisets(plan)},
flagged AS (SELECT *${differs.map((sql, i) => `, (${sql}) AS d${i}`).join("")} FROM pairs),
changed AS (SELECT * FROM flagged WHERE NOT ha OR NOT hb${flags.map((flag) => ` OR ${flag}`).join("")}),
grouped AS (SELECT ${list(groups)} FROM changed GROUP BY 1, 2),
ranked AS (SELECT *, row_number() OVER (ORDER BY differ + only_before + only_after DESC, day, device) AS rank FROM grouped),
cut AS (SELECT *, CASE WHEN rank > ${last} THEN ${last} ELSE rank END AS place FROM ranked),
summed AS (SELECT place, CASE WHEN place < ${last} THEN min(device) END AS device, CASE WHEN place < ${last} THEN min(day) END AS day, ${list(sums)} FROM cut GROUP BY place)
SELECT ${list(shown)} FROM summed ORDER BY place`;
}

/** Whether a value is another on the other side. What is no number is the same as itself, NULL too. */
function differsSql({ type }: SharedColumn, before: string, after: string, tolerance: number): string {
  const other = `${before} IS DISTINCT FROM ${after}`;
  if (!type.inexact || tolerance === 0) return other;
  const near = `abs(CAST(${after} AS double) - CAST(${before} AS double)) <= ${double(tolerance)}`;
  return `${other} AND NOT coalesce(${near}, false)`;
}

/** A number as SQL has a double. */
export function double(value: number): string {
  return value.toExponential().replace(/e\+?/, "E");
}

/** Rows of keys that occur once a side. NULLs of keys are matched with each other, which `=` does not do. */
function joined(plan: ComparisonPlan): string {
  const { key, compared } = plan;
  const side = (name: Side): string =>
    `${name} AS (SELECT ${list([
      ...key.map((column, i) => `${read(column, name)} AS ${keyName(i)}`),
      ...compared.map((column, i) => `${read(column, name)} AS ${valueName(i)}`),
      "true AS here",
    ])} ${from(plan, name)})`;
  const on = key.flatMap(({ type: { zero } }, i) => [
    `coalesce(x.${keyName(i)}, ${zero}) = coalesce(y.${keyName(i)}, ${zero})`,
    `(x.${keyName(i)} IS NULL) = (y.${keyName(i)} IS NULL)`,
  ]);
  return `${side("before")},
${side("after")},
pairs AS (SELECT ${list([
    ...key.map((_, i) => `coalesce(x.${keyName(i)}, y.${keyName(i)}) AS ${keyName(i)}`),
    ...compared.flatMap((_, i) => [`x.${valueName(i)} AS ${beforeName(i)}`, `y.${valueName(i)} AS ${afterName(i)}`]),
    "x.here IS NOT NULL AS hb",
    "y.here IS NOT NULL AS ha",
  ])}
FROM before x FULL JOIN after y ON ${on.join(" AND ")})`;
}

/** Rows of keys that occur several times: what both sides have cancels out first. */
function multisets(plan: ComparisonPlan): string {
  const { key, compared } = plan;
  const [keys, values] = [each(key, keyName), each(compared, valueName)];
  const side = (name: Side, sign: string): string =>
    `SELECT ${list([
      ...key.map((column, i) => `${read(column, name)} AS ${keyName(i)}`),
      ...compared.map((column, i) => `${read(column, name)} AS ${valueName(i)}`),
      `${sign} AS sign`,
    ])} ${from(plan, name)}`;
  const all = list([...keys, ...values]);
  return `rests AS (SELECT ${all}, sum(sign) AS net FROM (${side("before", "1")} UNION ALL ${side("after", "-1")}) GROUP BY ${all} HAVING sum(sign) <> 0),
single AS (SELECT ${all}, net > 0 AS before FROM rests
  CROSS JOIN UNNEST(sequence(0, (abs(net) - 1) / ${SEQUENCE})) AS blocks(block)
  CROSS JOIN UNNEST(sequence(1, CASE WHEN abs(net) - ${SEQUENCE} * block > ${SEQUENCE} THEN ${SEQUENCE} ELSE abs(net) - ${SEQUENCE} * block END)) AS copies(copy)),
numbered AS (SELECT *, row_number() OVER (PARTITION BY ${list([...keys, "before"])}${values.length > 0 ? ` ORDER BY ${list(values)}` : ""}) AS number FROM single),
pairs AS (SELECT ${list([
    ...keys,
    ...values.flatMap((value, i) => [
      `arbitrary(${value}) FILTER (WHERE before) AS ${beforeName(i)}`,
      `arbitrary(${value}) FILTER (WHERE NOT before) AS ${afterName(i)}`,
    ]),
    "bool_or(before) AS hb",
    "bool_or(NOT before) AS ha",
  ])} FROM numbered GROUP BY ${list([...keys, "number"])})`;
}
