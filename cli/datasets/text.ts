import { parseSchedule } from "../../etl";
import { count, counted, formatTable, size } from "../output/table";
import type { Dataset } from "./clients";
import type { Content } from "./contents";

/** A dataset with its newest contents, as the JSON document has it. */
export interface DatasetReport {
  name: string;
  schedules: string[];
  /** ISO 8601; null if no schedule fires, or none is known to have fired at a rate */
  next: string | null;
  contents: Content[];
}

/**
 * What is known of a dataset.
 * @param now ms since 1970-01-01 UTC, after which the next run is
 */
export function reportOf({ name, schedules = [] }: Dataset, contents: Content[], now: number): DatasetReport {
  const last = contents.map(({ scheduled }) => Date.parse(scheduled ?? "")).find((time) => !Number.isNaN(time));
  const times = schedules.flatMap((expression) => {
    // A rate counts from when its schedule was made; every run is a multiple of it after that.
    if (last === undefined && expression.startsWith("rate(")) return [];
    return parseSchedule(expression).next(now, last ?? now) ?? [];
  });
  const next = times.length === 0 ? null : new Date(Math.min(...times)).toISOString();
  return { name, schedules: [...schedules], next, contents };
}

/** A line for each dataset. */
export function listText(reports: readonly DatasetReport[], width: number): string {
  const rows = reports.map(({ name, schedules, next, contents: [last] }) => [
    name,
    schedules.length === 0 ? "by hand" : schedules.join(", "),
    time(next),
    last === undefined ? "none yet" : last.state,
    time(last?.created ?? null),
    last?.rows ?? null,
    last?.reason ?? last?.version ?? "",
  ]);
  const titles = ["dataset", "schedule", "next run (UTC)", "last content", "made (UTC)", "rows", "version or reason"];
  return `${formatTable(titles, rows, width)}\n`;
}

/** A dataset and a line for each of its versions. */
export function versionsText({ name, schedules, next, contents }: DatasetReport, kept: number, width: number): string {
  const runs = schedules.length === 0 ? "runs when a person runs it" : `runs ${schedules.join(", ")}`;
  const when = next === null ? "" : `, next ${time(next)} UTC`;
  if (contents.length === 0)
    return `${name} ${runs}${when}. It has no content yet: npm run datasets -- ${name} --refresh makes one.\n`;
  const rows = contents.map(({ version, state, created, scheduled, rows: number, bytes, reason }) => [
    version,
    state,
    time(created),
    time(scheduled),
    number,
    bytes === null ? "" : size(bytes),
    reason ?? "",
  ]);
  const shown = contents.filter(({ state }) => state === "SUCCEEDED").length;
  const more = kept > shown ? `, the newest ${count(shown)} shown (--limit N shows more)` : "";
  return (
    `${name} ${runs}${when}. ${counted(kept, "content")} kept${more}.\n\n` +
    `${formatTable(["version", "state", "made (UTC)", "scheduled (UTC)", "rows", "size", "reason"], rows, width)}\n`
  );
}

/** A content that was made now, in a line. */
export function contentText(name: string, { version, rows, bytes, path }: Content, seconds: number): string {
  return `${name}: version ${version}${rows === null ? "" : `, ${counted(rows, "row")}`}, ${size(bytes ?? 0)} in ${seconds} s, ${path}\n`;
}

/** `2026-01-31 12:00:00` */
function time(iso: string | null): string {
  return iso === null ? "" : iso.slice(0, 19).replace("T", " ");
}
