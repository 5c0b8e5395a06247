/** Which columns of two tables are compared, and how. */
import { parseColumnType, type ColumnType } from "../columns";
import { nearest } from "../../aws/text/nearest";
import { rolesOf, type TimeHint } from "./key";
import type { ComparedTable, Side } from "./model";
import { commonType, type CommonType } from "./types";

/** A column that both tables have. */
export interface SharedColumn {
  readonly name: string;
  readonly type: CommonType;
  /** Hive's types */
  readonly before: string;
  readonly after: string;
}

/** A column that one table has. */
export interface OneSidedColumn {
  readonly name: string;
  readonly side: Side;
  readonly hive: string;
  readonly type: CommonType;
}

/** How two tables are compared. */
export interface ComparisonPlan {
  readonly before: ComparedTable;
  readonly after: ComparedTable;
  readonly key: readonly SharedColumn[];
  /** the other columns that both have */
  readonly compared: readonly SharedColumn[];
  readonly oneSided: readonly OneSidedColumn[];
  readonly leftOut: readonly { name: string; why: string }[];
  /** the key's column that tells devices */
  readonly device: SharedColumn | undefined;
  /** the day of the key's time, in Athena's SQL, over the key's own names */
  readonly day: ((column: string) => string) | undefined;
  readonly time: SharedColumn | undefined;
  /** numbers with a fraction that are no further apart are the same */
  readonly tolerance: number;
  /** condition on the rows of both tables, in Athena's SQL */
  readonly where: string | undefined;
}

/** What a person may say about a comparison. */
export interface ComparisonOptions {
  /** columns to match by; empty for those that the documents and names tell */
  readonly key?: readonly string[];
  /** columns that are not compared */
  readonly ignore?: readonly string[];
  readonly tolerance?: number;
  readonly where?: string;
  readonly time?: TimeHint | undefined;
}

/** The day on which a message arrived, which says nothing about its row. */
const ARRIVAL = "__dt";

/** @returns the plan, or what is wrong with the options, a paragraph each */
export function planComparison(
  before: ComparedTable,
  after: ComparedTable,
  { key: given = [], ignore = [], tolerance = 0, where, time: hint }: ComparisonOptions = {},
): ComparisonPlan | { problems: string[] } {
  const [left, right] = [typesOf(before), typesOf(after)];
  const shared = [...left.keys()].filter((name) => right.has(name));
  const problems: string[] = [];
  const known = new Set([...left.keys(), ...right.keys()]);
  for (const [option, names] of [
    ["--key", given],
    ["--ignore", ignore],
  ] as const)
    for (const name of names) {
      const near = nearest(name, [...known]);
      const hint = near === undefined ? `; the columns are ${[...known].join(", ")}` : `; did you mean ${near}?`;
      if (!known.has(name.toLowerCase())) problems.push(`${option} ${name}: neither table has such a column${hint}`);
    }
  for (const name of given)
    if (known.has(name.toLowerCase()) && !shared.includes(name.toLowerCase()))
      problems.push(
        `--key ${name}: ${left.has(name.toLowerCase()) ? before.name : after.name} alone has it; rows are matched by columns of both tables`,
      );
  for (const name of given)
    if (ignore.some((other) => other.toLowerCase() === name.toLowerCase()))
      problems.push(`--ignore ${name}: it is in --key, and what rows are matched by cannot be left out`);
  if (shared.length === 0) problems.push(`${before.name} and ${after.name} have no column in common`);
  if (problems.length > 0) return { problems };

  const column = (name: string): SharedColumn => {
    const [a, b] = [left.get(name)!, right.get(name)!];
    return { name, type: commonType(a.type, b.type), before: a.hive, after: b.hive };
  };
  const ignored = new Set(ignore.map((name) => name.toLowerCase()));
  const roles = rolesOf(before, hint);
  const usable = (name: string): boolean => shared.includes(name) && !ignored.has(name);
  const found = given.length > 0 ? given.map((name) => name.toLowerCase()) : roles.key.filter(usable);
  const arrivals = shared.filter((name) => name === ARRIVAL && !found.includes(name) && !ignored.has(name));
  const rest = shared.filter((name) => !found.includes(name) && !ignored.has(name) && name !== ARRIVAL);
  // Without a key nothing but all of its values tells a row from others.
  const whole = found.length === 0;
  const key = (whole ? rest : [...new Set(found)]).map(column);
  const [device, time] = [roles.device, roles.time].map((name) => key.find((one) => one.name === name && !whole));
  return {
    before,
    after,
    key,
    compared: whole ? [] : rest.map(column),
    oneSided: [
      ...oneSided("before", left, right).filter(({ name }) => !ignored.has(name)),
      ...oneSided("after", right, left).filter(({ name }) => !ignored.has(name)),
    ],
    leftOut: [
      ...[...ignored].map((name) => ({ name, why: "--ignore names it" })),
      ...arrivals.map((name) => ({ name, why: "the day of arrival says nothing about a row" })),
    ],
    device,
    time,
    day: time && dayOf(time, hint?.attribute.toLowerCase() === time.name ? hint.format : undefined),
    tolerance,
    where,
  };
}

type Types = ReadonlyMap<string, { hive: string; type: ColumnType }>;

function typesOf({ columns }: ComparedTable): Types {
  return new Map(columns.map(({ name, type }) => [name, { hive: type, type: parseColumnType(type) }]));
}

function oneSided(side: Side, own: Types, other: Types): OneSidedColumn[] {
  return [...own].flatMap(([name, { hive, type }]) =>
    other.has(name) ? [] : [{ name, side, hive, type: commonType(type, type) }],
  );
}

/** Epochs beyond this are milliseconds: in seconds it is the year 5138. */
const MOST_SECONDS = "1E11";

/** The day of a time as text, `yyyy-MM-dd`; undefined where the text's pattern does not begin with it. */
function dayOf({ type }: SharedColumn, format: string | undefined): ComparisonPlan["day"] {
  switch (type.kind) {
    case "time":
      return (time) => `CAST(CAST(${time} AS date) AS varchar)`;
    case "day":
      return (time) => `CAST(${time} AS varchar)`;
    case "number":
      return (time) =>
        `CAST(CAST(from_unixtime(CAST(${time} AS double) / CASE WHEN abs(CAST(${time} AS double)) >= ${MOST_SECONDS} THEN 1E3 ELSE 1E0 END) AS date) AS varchar)`;
    case "text":
      return format === undefined || /^yyyy-MM-dd/.test(format) ? (time) => `substr(${time}, 1, 10)` : undefined;
    default:
      return undefined;
  }
}
