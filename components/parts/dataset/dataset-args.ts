import type * as pulumi from "@pulumi/pulumi";
import { parseSchedule, tablesOf, windowProblem } from "../../../etl";
import { show, type Checks } from "../common/checks";
import { queryProblem } from "./check-query";
import type { DatasetSource } from "./dataset-machine";
import { isPlaceholder, PLACEHOLDER } from "./dataset-states";

/** How many contents are kept. */
export interface VersionsArgs {
  /** The newest so many, 1 to 1,000. Default: 1. Example: 10. */
  max?: number;
  /** All, as long as `retention` says; excludes `max`. Default: false. Example: true. */
  unlimited?: boolean;
}

/** Each run sees the rows of a time that no other run sees. */
export interface DeltaWindowArgs {
  /** SQL that gives a row's time as a timestamp: a column, or a function of columns. Example: "from_iso8601_timestamp(time)". */
  timeExpression: string;
  /** Seconds that a window ends after its run's scheduled time; below 0 for data that comes late. Default: 0. Example: -180. */
  offsetSeconds?: number;
  /**
   * Seconds after which a row can surely be found. No window ends later than this before its run, whatever `offsetSeconds` says: a row that
   * came after its window would be in no content. Default: 0. Example: 420, for delivery streams that buffer 300 s.
   */
  delaySeconds?: number;
  /** Tables that the window holds for. Default: all that the query names. Example: ["readings"]. */
  tables?: string[];
}

/** A copy of each content in a bucket of yours. */
export interface DeliveryArgs {
  /** Name of the bucket. Example: "reports". */
  bucket: pulumi.Input<string>;
  /** Key with the placeholders `!{iotanalytics:scheduleTime}`, `creationTime` (UTC, 20260131T120000Z) and `versionId`. Example: "daily/!{iotanalytics:scheduleTime}.csv". */
  key: string;
}

/** The arguments of a dataset that decide what a run of it does. */
interface RunArgs {
  query: string;
  sources?: DatasetSource[];
  schedules?: string[];
  window?: DeltaWindowArgs;
  versions?: VersionsArgs;
  deliveries?: DeliveryArgs[];
}

/** Whether a state machine runs the query, and not only a person. */
export function runsByItself({ schedules = [], deliveries = [], window, versions }: RunArgs): boolean {
  return schedules.length > 0 || deliveries.length > 0 || window !== undefined || versions !== undefined;
}

/** Bytes of a query that a state machine can hand on: Step Functions takes 256 KB for all of a task's arguments. */
const MACHINE_QUERY_BYTES = 200_000;

/** Checks length, syntax, tables, columns and types of the query. */
export function checkDatasetQuery(checks: Checks, args: RunArgs): void {
  const bytes = Buffer.byteLength(args.query);
  const most = runsByItself(args) ? MACHINE_QUERY_BYTES : 262_144;
  if (args.query.trim() === "" || bytes > most)
    checks.add(
      "query",
      `saw ${show(args.query)} with ${bytes} bytes; a query${runsByItself(args) ? " that a state machine runs" : ""} has 1-${most.toLocaleString("en-US")} bytes`,
    );
  else {
    const problem = queryProblem(args.query, args.sources ?? [], runsByItself(args));
    if (problem !== undefined) checks.add("query", problem);
  }
}

/** Checks what decides when and how often the query runs. */
export function checkRuns(checks: Checks, args: RunArgs): void {
  const { schedules = [], deliveries = [], versions, sources = [] } = args;
  if (schedules.length > 5) checks.add("schedules", `saw ${schedules.length}; a dataset has at most 5`);
  schedules.forEach((expression, index) => {
    try {
      parseSchedule(expression);
    } catch (error) {
      checks.add(`schedules[${index}]`, `saw ${(error as Error).message}`);
    }
  });
  if (deliveries.length > 20) checks.add("deliveries", `saw ${deliveries.length}; a dataset has at most 20`);
  checks.whole("versions.max", versions?.max, 1, 1000, "contents");
  checks.notBoth("versions.max", versions?.max !== undefined, "versions.unlimited", versions?.unlimited === true);
  if (runsByItself(args) && sources.length === 0)
    checks.add("sources", "there is none; name what the query reads, for the role that runs it may read nothing else");
}

/** Checks that the delta window fits the query. */
export function checkWindow(checks: Checks, { query, window }: RunArgs): void {
  if (window === undefined) return;
  const problem = windowProblem(query);
  if (problem !== undefined) checks.add("window", problem);
  if (window.timeExpression.trim() === "") checks.add("window.timeExpression", "not set; wants SQL that gives a time");
  checks.whole("window.offsetSeconds", window.offsetSeconds, -31_536_000, 31_536_000, "seconds");
  checks.whole("window.delaySeconds", window.delaySeconds, 0, 86_400, "seconds");
  const named = new Set(tablesOf(query).map(({ table }) => table.toLowerCase()));
  const unknown = window.tables?.find((table) => !named.has(table.toLowerCase()));
  if (unknown !== undefined)
    checks.add("window.tables", `saw ${show(unknown)}; the query names ${[...named].map(show).join(", ")}`);
}

/** Checks buckets and keys of the deliveries. */
export function checkDeliveries(checks: Checks, deliveries: readonly DeliveryArgs[]): void {
  deliveries.forEach((delivery, index) => checkDelivery(checks, `deliveries[${index}]`, delivery));
}

function checkDelivery(checks: Checks, path: string, { bucket, key }: DeliveryArgs): void {
  checks.input(`${path}.bucket`, bucket, (given) =>
    /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/.test(given)
      ? undefined
      : `saw ${show(given)}; a bucket's name has 3-63 lower-case letters, digits, dots and hyphens`,
  );
  if (!/^[a-zA-Z0-9!_.*'()/{}:-]{1,255}$/.test(key) || key.startsWith("/"))
    checks.add(
      `${path}.key`,
      `saw ${show(key)}; a key has 1-255 letters, digits and !_.*'()/{}:- and does not begin with a slash`,
    );
  for (const [whole, name] of key.matchAll(PLACEHOLDER))
    if (!isPlaceholder(name!))
      checks.add(
        `${path}.key`,
        `saw ${whole}; there are !{iotanalytics:scheduleTime}, !{iotanalytics:creationTime} and !{iotanalytics:versionId}`,
      );
  const rest = key.replace(PLACEHOLDER, "");
  if (rest.includes("!{"))
    checks.add(`${path}.key`, `saw ${show(key)}; "!{" begins a placeholder such as !{iotanalytics:versionId}`);
}
