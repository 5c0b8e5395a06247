import { parseSchedule } from "../../etl/schedule";
import type { TableColumn, TableSchema } from "../../etl/athena-sql/analyze/session";
import { EVERY_PARTITION, queriedTables, type QueriedTable } from "../../etl/athena-sql/pruning";
import { SqlError } from "../../etl/athena-sql/syntax/error";
import { tablesOf } from "../../etl/athena-sql/tables";
import { hiveType } from "../../etl/athena-sql/types/hive";
import { LEAST_SCAN } from "../../aws/prices/query";
import { block, blocks, number, text } from "../../aws/values";
import { DAYS, HOURS, MB } from "../model/month";
import { named, ofType, TYPES } from "../model/links";
import type { Assumptions, NamedReads, Queries, Registered, Stored, Traffic, Writes } from "../model/types";
import { partitionsAMonth, readsOfTable, type TableReads } from "./query-reads";

/** What tables hold, and what queries read of them. */
export interface QueryFlow {
  tables: ReadonlyMap<string, Stored>;
  queries: ReadonlyMap<string, Queries>;
  runs: ReadonlyMap<string, number>;
  unknown: readonly string[];
  warnings: readonly string[];
}

const UNITS: Readonly<Record<string, number>> = {
  YEARS: 12 * HOURS,
  MONTHS: HOURS,
  WEEKS: 7 * 24,
  DAYS: 24,
  HOURS: 1,
  MINUTES: 1 / 60,
  SECONDS: 1 / 3600,
};

/**
 * Follows what is stored to the queries.
 * @param now ms since 1970-01-01 UTC, where a projection ends at NOW
 */
export function queryFlow(
  resources: readonly Registered[],
  traffic: Traffic,
  assumptions: Assumptions,
  writes: ReadonlyMap<string, readonly Writes[]>,
  now: number,
): QueryFlow {
  const unknown: string[] = [];
  const warnings: string[] = [];
  const tables = new Map(ofType(resources, TYPES.table).map((table) => [table.urn, storedOf(table)]));
  const runs = new Map(ofType(resources, TYPES.machine).map((machine) => [machine.urn, runsOf(machine)]));
  const queries = new Map(ofType(resources, TYPES.workgroup).map((group) => [group.urn, queriesOf(group)]));
  return { tables, queries, runs, unknown, warnings };

  function storedOf(table: Registered): Stored {
    const [, bucket = "", prefix = ""] =
      /^s3:\/\/([^/]+)\/?(.*)$/.exec(text(block(table.inputs.storageDescriptor)?.location) ?? "") ?? [];
    const months = monthsKept(resources, bucket, prefix, assumptions.months);
    const own = (writes.get(bucket) ?? []).filter((each) => each.prefix.startsWith(prefix) && prefix !== "");
    const keys = keysOf(table);
    return {
      bytes: own.reduce((sum, { bytes }) => sum + bytes, 0) * months,
      objects: own.reduce((sum, { objects }) => sum + objects, 0) * months,
      // Partitions exist from their first row on.
      partitions: own.some(({ bytes }) => bytes > 0) ? partitionsAMonth(keys, assumptions) * months : 0,
      projected: projectedPartitions(table, keys),
    };
  }

  function projectedPartitions(table: Registered, keys: readonly string[]): number {
    const parameters = block(table.inputs.parameters) ?? {};
    if (text(parameters["projection.enabled"]) !== "true") return 0;
    return keys.reduce((product, key) => {
      const parameter = (name: string): string => text(parameters[`projection.${key}.${name}`]) ?? "";
      const [from = "", to = ""] = parameter("range").split(",");
      const interval = Number(parameter("interval") || 1);
      switch (parameter("type")) {
        case "integer":
          return product * (Math.floor((Number(to) - Number(from)) / interval) + 1);
        case "enum":
          return product * parameter("values").split(",").length;
        case "date": {
          const hours = (timeOf(to, now) - timeOf(from, now)) / 3_600_000;
          return product * Math.max(1, Math.ceil(hours / (interval * (UNITS[parameter("interval.unit")] ?? 24))));
        }
        // A query names the values of an injected key.
        default:
          return product;
      }
    }, 1);
  }

  function runsOf(machine: Registered): number {
    let sum = 0;
    for (const schedule of ofType(resources, TYPES.schedule)) {
      const target = block(schedule.inputs.target);
      if (named(resources, TYPES.machine, target?.arn)?.urn !== machine.urn) continue;
      if (schedule.inputs.state === "DISABLED") continue;
      sum += runsAMonth(text(schedule.inputs.scheduleExpression), now);
    }
    if (sum === 0)
      unknown.push(`${machine.name}: no schedule starts it, so the number of its runs is not known and counts as 0`);
    return sum;
  }

  function queriesOf(group: Registered): Queries {
    const name = text(group.inputs.name) ?? group.name;
    const statements = ofType(resources, TYPES.namedQuery).filter(
      ({ inputs, parent }) => text(inputs.workgroup) === name || parent === group.parent,
    );
    const reports = ofType(resources, TYPES.dataSource).some(
      ({ inputs }) => text(block(block(inputs.parameters)?.athena)?.workGroup) === name,
    )
      ? ofType(resources, TYPES.dataSet).filter(({ parent }) => parent === group.parent)
      : [];
    const scheduled = [...runs].reduce((sum, [urn, count]) => {
      const machine = resources.find((resource) => resource.urn === urn);
      const own = machine?.parent === group.parent || (text(machine?.inputs.definition) ?? "").includes(`"${name}"`);
      return own ? sum + count : sum;
    }, 0);
    const sql = [
      ...statements.map(({ inputs }) => text(inputs.query) ?? ""),
      ...reports.map(({ inputs }) => text(block(blocks(inputs.physicalTableMaps)[0]?.[1].customSql)?.sqlQuery) ?? ""),
    ];
    const reads = sql.flatMap(readsOf);
    const sum = (of: (each: TableReads) => number): number => reads.reduce((total, each) => total + of(each), 0);
    const limit = number(block(group.inputs.configuration)?.bytesScannedCutoffPerQuery) ?? Infinity;
    const all = sum(({ bytes }) => bytes);
    // Who looks at rows in SPICE runs no query.
    const inMemory = reports.some(({ inputs }) => text(inputs.importMode) === "SPICE");
    const count = (inMemory ? refreshesOf(group) : traffic.queries * DAYS) + scheduled;
    if (all > limit && count > 0)
      warnings.push(
        `${name}: a run of its query would scan ${rounded(all / MB)} MB after ${assumptions.months} months; the workgroup's limit cancels it at ${rounded(limit / MB)} MB`,
      );
    return {
      runs: count,
      bytes: Math.max(LEAST_SCAN, Math.min(all, limit)),
      objects: sum(({ requests }) => requests.get),
      lists: sum(({ requests }) => requests.list),
      catalogRequests: sum(({ requests }) => requests.catalog),
      reads,
    };
  }

  /** Refreshes of SPICE a month, by the schedules beside a workgroup. */
  function refreshesOf({ parent }: Registered): number {
    return ofType(resources, TYPES.refresh)
      .filter((refresh) => refresh.parent === parent)
      .reduce((sum, { inputs }) => {
        const interval = text(block(block(inputs.schedule)?.scheduleFrequency)?.interval);
        return sum + (REFRESHES[interval ?? ""] ?? 0);
      }, 0);
  }

  /** What a query reads of the tables that it names; of one that cannot be analyzed, all of them. */
  function readsOf(sql: string): NamedReads[] {
    const all = ofType(resources, TYPES.table);
    const byName = (name: string): Registered | undefined =>
      all.find((table) => text(table.inputs.name)?.toLowerCase() === name.toLowerCase());
    const named = [...new Set(tablesOf(sql).flatMap(({ table }) => byName(table) ?? []))];
    const queried =
      queriedTables(
        sql,
        named.flatMap((table) => schemaOf(table) ?? []),
        now,
      ) ??
      named.map((table): QueriedTable => {
        const keys = keysOf(table);
        return { name: text(table.inputs.name)!.toLowerCase(), keys, restricted: [], filter: EVERY_PARTITION };
      });
    return queried.map((one) => ({
      table: one,
      ...readsOfTable(one, tables.get(byName(one.name)!.urn)!, assumptions, now),
    }));
  }
}

/** Refreshes a month by interval. */
const REFRESHES: Readonly<Record<string, number>> = { HOURLY: HOURS, DAILY: DAYS, WEEKLY: DAYS / 7, MONTHLY: 1 };

const keysOf = ({ inputs }: Registered): string[] =>
  blocks(inputs.partitionKeys).map(([, { name }]) => text(name) ?? "");

/** The columns of a table; undefined where they are not known before the deployment. */
function schemaOf({ inputs }: Registered): TableSchema | undefined {
  const columns = (given: unknown, partitionKey: boolean): TableColumn[] =>
    blocks(given).map(([, { name, type }]) => ({
      name: (text(name) ?? "").toLowerCase(),
      type: hiveType(text(type) ?? ""),
      partitionKey,
    }));
  try {
    return {
      database: text(inputs.databaseName) ?? "",
      name: (text(inputs.name) ?? "").toLowerCase(),
      columns: [...columns(block(inputs.storageDescriptor)?.columns, false), ...columns(inputs.partitionKeys, true)],
    };
  } catch (error) {
    if (error instanceof SqlError) return undefined;
    throw error;
  }
}

/** Months for which objects below a prefix are kept, at most `months`. */
export function monthsKept(resources: readonly Registered[], bucket: string, prefix: string, months: number): number {
  const days = lifecycleRules(resources, bucket, prefix).flatMap((rule) => number(block(rule.expiration)?.days) ?? []);
  return Math.min(months, ...days.map((each) => each / DAYS));
}

/** Enabled lifecycle rules of a bucket that hold for a prefix. */
export function lifecycleRules(
  resources: readonly Registered[],
  bucket: string,
  prefix: string,
): Readonly<Record<string, unknown>>[] {
  return ofType(resources, TYPES.lifecycle)
    .filter(({ inputs }) => text(inputs.bucket) === bucket)
    .flatMap(({ inputs }) => blocks(inputs.rules).map(([, rule]) => rule))
    .filter(
      (rule) =>
        rule.status !== "Disabled" && prefix.startsWith(text(block(rule.filter)?.prefix) ?? text(rule.prefix) ?? ""),
    );
}

/** Runs a month of a schedule, from the firings of the next year. */
export function runsAMonth(expression: string | undefined, now: number): number {
  if (expression === undefined) return 0;
  let schedule;
  try {
    schedule = parseSchedule(expression);
  } catch {
    return 0; // at(...), which runs once
  }
  const rate = /^rate/.test(schedule.expression);
  if (rate) return (HOURS * 3_600_000) / schedule.longestGap;
  const until = now + 12 * HOURS * 3_600_000;
  let count = 0;
  for (let at = schedule.next(now, now); at !== undefined && at <= until; at = schedule.next(at, now)) count++;
  return count / 12;
}

function rounded(value: number): string {
  return Math.round(value).toLocaleString("en-US");
}

/** `2025-01-01`, `2025`, `NOW`, `NOW-3YEARS+1DAYS`; ms since 1970-01-01 UTC. */
function timeOf(value: string, now: number): number {
  const trimmed = value.trim();
  if (!trimmed.startsWith("NOW")) return Date.parse(trimmed.replace(/\//g, "-"));
  return [...trimmed.matchAll(/([+-]\d+)\s*([A-Z]+)/g)].reduce(
    (sum, [, count, unit]) => sum + Number(count) * (UNITS[unit!.replace(/S?$/, "S")] ?? 0) * 3_600_000,
    now,
  );
}
