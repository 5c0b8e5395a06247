import * as path from "node:path";
import { printable } from "../../aws/text/printable";
import { endsRun, type Defect } from "../../local/core/defects";
import type { QueryContent } from "../../local/services/athena/workgroups";
import type { Session } from "../../local/session";
import { chart, type Point } from "../output/chart";
import { readTime } from "../../devices/replay";
import type { Report } from "./report";
import { count, counted, formatTable, size } from "../output/table";

/** The content of a dataset, or why its query failed. */
export type DatasetRows = QueryContent | { error: string };

/** Rows of a dataset that the summary shows. */
const SHOWN_ROWS = 5;
/** Maximum rows in the chart; of a larger datastore the earliest rows are drawn. */
const CHART_ROWS = 200_000;

/** The summary that `npm start` prints: one screen. */
export async function summary(
  report: Report,
  session: Session,
  contents: Readonly<Record<string, DatasetRows>>,
  localMs: number,
): Promise<string> {
  const lines = [
    `${report.stack}: ${report.seconds} s here, ${span(localMs)} on the local clock, ${counted(report.published, "message")} published`,
    "",
    ...counts(report),
    ...trouble(report, session),
  ];
  for (const [name, content] of Object.entries(contents)) {
    lines.push("");
    if ("error" in content) lines.push(`dataset ${name}: the query failed: ${content.error}`);
    else if (content.rowCount === 0) lines.push(...noRows(name, content));
    else {
      const rows = `${Math.min(SHOWN_ROWS, content.rowCount)} of ${count(content.rowCount)} rows`;
      lines.push(`dataset ${name}: ${rows}${content.window === undefined ? "" : `, ${windowText(content.window)}`}`);
      const headers = content.columns.map((column) => column.name);
      lines.push(indent(formatTable(headers, content.rows.slice(0, SHOWN_ROWS))));
    }
  }
  const drawn = await drawing(session, report);
  if (drawn !== "") lines.push("", drawn);
  lines.push("", ...whereAndNext(report, session));
  return `${lines.join("\n")}\n`;
}

/** Says why a content is empty: a window ends some minutes before its run, so the newest rows belong to a later one. */
function noRows(name: string, { window }: QueryContent): string[] {
  if (window === undefined) return [`dataset ${name}: no rows yet`];
  return [
    `dataset ${name}: no rows, ${windowText(window)}`,
    "    A window closes some minutes before its run, so that no late row is missed; newer rows are in a later content (docs/datasets.md).",
  ];
}

/** `window 2026-01-31 12:00:00 to 2026-01-31 13:00:00 UTC`. */
function windowText({ start, end }: NonNullable<QueryContent["window"]>): string {
  const short = (time: string): string => time.slice(0, 19).replace("T", " ");
  return start.startsWith("1970-01-01T00:00:00")
    ? `window up to ${short(end)} UTC`
    : `window ${short(start)} to ${short(end)} UTC`;
}

function counts(report: Report): string[] {
  const rows: string[][] = [];
  for (const [name, rule] of Object.entries(report.rules))
    rows.push([
      "rule",
      name,
      `${count(rule.matched)} matched`,
      `${count(rule.delivered)} delivered`,
      `${count(rule.failed)} failed`,
    ]);
  for (const [name, channel] of Object.entries(report.channels))
    rows.push([
      "channel",
      name,
      `${count(channel.received)} received`,
      `${count(channel.archived)} archived`,
      `${count(channel.objects)} objects`,
    ]);
  for (const [name, { received, stored, filtered, failed, pending, fanOut }] of Object.entries(report.pipelines)) {
    const row = [
      "pipeline",
      name,
      `${count(received)} received`,
      `${count(stored)} stored`,
      `${count(filtered)} filtered`,
      `${count(failed)} failed`,
    ];
    rows.push(pending > 0 ? [...row, `${count(pending)} waiting`] : row);
    if (fanOut !== undefined && fanOut.received > 0) {
      const further = [
        "fan-out",
        name,
        `${count(fanOut.received)} received`,
        `${count(fanOut.stored)} stored`,
        "",
        `${count(fanOut.failed)} failed`,
      ];
      rows.push(fanOut.pending > 0 ? [...further, `${count(fanOut.pending)} waiting`] : further);
    }
  }
  for (const [name, { received, stored, filtered, failed, left, pending }] of Object.entries(report.candidates)) {
    const row = [
      "candidate",
      name,
      `${count(received)} received`,
      `${count(stored)} stored`,
      `${count(filtered)} filtered`,
      `${count(failed)} failed`,
      `${count(left)} left to reprocessing`,
    ];
    rows.push(pending > 0 ? [...row, `${count(pending)} waiting`] : row);
  }
  for (const [name, datastore] of Object.entries(report.datastores))
    rows.push([
      "datastore",
      name,
      `${count(datastore.rows)} rows`,
      `${count(datastore.objects)} objects`,
      size(datastore.bytes),
    ]);
  for (const [name, { read, put, failed }] of Object.entries(report.sources))
    rows.push(["historian", name, `${count(read)} read`, `${count(put)} put`, "", `${count(failed)} failed`]);
  for (const [name, { read, processed, filtered, failed, pending }] of Object.entries(report.mappings)) {
    const row = [
      "mapping",
      name,
      `${count(read)} read`,
      `${count(processed)} processed`,
      `${count(filtered)} filtered`,
      `${count(failed)} failed`,
    ];
    rows.push(pending > 0 ? [...row, `${count(pending)} waiting`] : row);
  }
  for (const [name, dataset] of Object.entries(report.datasets)) {
    const row = ["dataset", name];
    if ("error" in dataset) row.push("failed");
    else row.push(`${count(dataset.rows)} rows`, `version ${dataset.version.slice(0, 8)}`);
    if (!("error" in dataset))
      row.push(
        `read ${count(dataset.reads.partitions.planned)} of ${counted(dataset.reads.partitions.total, "partition")}`,
      );
    if (dataset.versions !== undefined) row.push(`${count(dataset.versions)} kept`);
    if (dataset.schedule !== undefined) row.push(`${count(dataset.schedule.fired)} scheduled`);
    rows.push(row);
  }
  for (const [name, content] of Object.entries(report.containers ?? {}))
    rows.push(
      "error" in content
        ? ["container", name, "failed"]
        : [
            "container",
            name,
            counted(content.files, "file"),
            size(content.bytes),
            `version ${content.version.slice(0, 8)}`,
          ],
    );
  for (const [name, { mode, rows: seen, refreshed, failed }] of Object.entries(report.dashboards ?? {})) {
    const times = counted(refreshed, mode === "SPICE" ? "refresh" : "query").replace(/(refresh|query)s$/, (word) =>
      word === "querys" ? "queries" : "refreshes",
    );
    rows.push(["dashboard", name, `${count(seen)} rows`, times, "", `${count(failed)} failed`]);
  }
  const widths: number[] = [];
  for (const row of rows) row.forEach((cell, i) => (widths[i] = Math.max(widths[i] ?? 0, cell.length)));
  const text = rows.map((row) =>
    row.map((cell, i) => (i < 2 ? cell.padEnd(widths[i]!) : cell.padStart(widths[i]!))).join("  "),
  );
  return [...text, `roles      ${roles(report)}`, ...alarms(report.alarms)];
}

/** Refused calls and unused grants, in one line. */
function roles(report: Report): string {
  const { refused, unused, withoutOccasion, serviceRequired } = report.iam;
  const number = (length: number, what: string): string => `${count(length)} ${what}${length === 1 ? "" : "s"}`;
  const calls = refused.length === 0 ? "no call refused" : `${number(refused.length, "call")} REFUSED`;
  const grants = unused.length === 0 ? "no grant unused" : `${number(unused.length, "grant")} UNUSED`;
  const idle = withoutOccasion.length === 0 ? "" : `${count(withoutOccasion.length)} without an occasion, `;
  return `${calls}, ${grants} (${idle}${count(serviceRequired.length)} required by AWS, not exercised here)`;
}

/** Alarms that went off, with their time and what to do. */
function alarms(all: Report["alarms"]): string[] {
  const names = Object.keys(all);
  if (names.length === 0) return [];
  const raised = Object.entries(all).filter(([, { raised: times }]) => times.length > 0);
  const others = Object.values(all).filter(({ state, raised: times }) => state !== "OK" && times.length === 0);
  if (raised.length + others.length === 0) return [`alarms     all ${count(names.length)} OK`];
  const lines = [`alarms     ${count(raised.length)} of ${count(names.length)} WENT OFF`];
  for (const [name, { description, times, raised: spans }] of raised) {
    const { at, until, reason } = spans.at(-1)!;
    const when = `${clockTime(at)}${until === null ? "" : ` to ${clockTime(until)}`}`;
    lines.push(
      `    ${name}: ${when}${times > 1 ? ` (${count(times)} times)` : ""}, ${reason}`,
      `        ${description}`,
    );
  }
  if (others.length > 0) lines.push(`    ${count(others.length)} without data`);
  return lines;
}

function clockTime(iso: string): string {
  return iso.slice(0, 19).replace("T", " ");
}

/** Every message that did not become a row, with the reason. */
function trouble(report: Report, session: Session): string[] {
  const lines: string[] = [];
  for (const [reason, times] of Object.entries(report.refusedMessages))
    lines.push(`not published, ${counted(times, "time")}: ${printable(reason)}`);
  const ruleNames = Object.values(session.outputs.rules).map(({ ruleName }) => ruleName);
  for (const [name, times] of Object.entries(report.ruleNotFound))
    lines.push(
      `basic ingest: ${counted(times, "message")} went to the rule ${printable(name)}, which does not exist or is off (RuleNotFound); the rules of this stack: ${ruleNames.join(", ") || "none"}`,
      ...(session.outputs.rules[name] === undefined
        ? []
        : [
            `    keepRuleNames keeps the name ${printable(name)} for devices that publish to it: docs/configuration.md`,
          ]),
    );
  for (const { principal, action, resource, decidedBy, count: times } of report.iam.refused)
    lines.push(
      `refused ${count(times)} times: ${principal} may not ${action} on ${resource}`,
      `    decided by: ${decidedBy}`,
    );
  for (const { role, statement, action, resource } of report.iam.unused)
    lines.push(`unused: role ${role}, statement ${statement} allows ${action} on ${resource}`);
  for (const [name, { error }] of Object.entries(report.dashboards ?? {}))
    if (error !== undefined) lines.push(`dashboard ${name}: its last query failed: ${printable(error)}`);
  for (const [name, { failed, schedule }] of Object.entries(report.datasets)) {
    if (failed !== undefined)
      lines.push(
        `dataset ${name}: ${count(failed.count)} ${failed.count === 1 ? "run" : "runs"} failed, the last one: ${printable(failed.last)}`,
      );
    if (schedule !== undefined && schedule.failed > 0)
      lines.push(
        `dataset ${name}: ${count(schedule.failed)} scheduled runs could not be started; see the calls refused`,
      );
    if (schedule !== undefined && schedule.passedOver > 0)
      lines.push(
        `dataset ${name}: of ${count(schedule.fired)} scheduled runs this replay made ${count(schedule.run)} and skipped ${count(schedule.passedOver)}, which AWS would make (docs/datasets.md)`,
      );
  }
  for (const [name, content] of Object.entries(report.containers ?? {}))
    if ("error" in content) lines.push(`dataset ${name}: its container made no content: ${printable(content.error)}`);
  for (const [name, rule] of Object.entries(report.rules))
    if (rule.failed > 0) {
      const group = session.outputs.rules[name]!.errorLogGroup;
      lines.push(
        `rule ${name}: ${count(rule.failed)} messages are in its error log, with reason and payload: ${here(session.cloud.logs.folder(group) ?? group)}`,
      );
    }
  for (const [name, { failed, reasons }] of Object.entries(report.pipelines))
    if (failed > 0) {
      const { datastore, errorPrefix } = session.outputs.pipelines[name]!;
      const { bucket } = session.outputs.datastores[datastore]!;
      lines.push(
        `pipeline ${name}: ${count(failed)} failed messages are kept with their payload in ${here(path.join(session.cloud.s3.folder(bucket), errorPrefix.split("!{")[0]!))}`,
      );
      for (const [reason, times] of Object.entries(reasons)
        .sort((a, b) => b[1] - a[1])
        .slice(0, 5))
        lines.push(`    ${count(times)} x ${printable(reason)}`);
      if (Object.keys(reasons).length > 5)
        lines.push(`    and ${Object.keys(reasons).length - 5} other reasons, in its log`);
    }
  for (const [name, pipeline] of Object.entries(report.pipelines)) lines.push(...losses(name, pipeline));
  for (const [name, { error }] of Object.entries(report.datastores))
    if (error !== undefined) lines.push(`datastore ${name}: its rows cannot be read: ${error}`);
  for (const [name, { unregisteredObjects }] of Object.entries(report.datastores))
    if (unregisteredObjects > 0)
      lines.push(
        `datastore ${name}: ${counted(unregisteredObjects, "object")} in partitions that are not registered; no query finds the rows until npm run repair registers them (docs/operations.md, Partitions)`,
      );
  for (const [name, { partitionsWarning }] of Object.entries(report.datastores))
    if (partitionsWarning !== undefined) lines.push(`warning: the datastore ${name} has ${partitionsWarning}`);
  for (const [name, reason] of Object.entries(report.blocked))
    lines.push(
      `${Object.hasOwn(report.mappings, name) ? "event source mapping" : "delivery stream"} ${name} is blocked: ${printable(reason)}`,
    );
  lines.push(...defectLines(report.defects));
  return lines.length === 0 ? [] : ["", ...lines];
}

/** Lines of a stack trace that are shown; the JSON report has the whole trace. */
const TRACE_LINES = 8;

/** Unexpected errors that were contained where they occurred, each with the trace of its first occurrence. */
export function defectLines(defects: readonly Defect[]): string[] {
  if (defects.length === 0) return [];
  const lines = [
    `${counted(defects.length, "defect")} of iot-telemetry-etl met in this run, which went on; please report ${defects.length === 1 ? "it" : "them"}:`,
  ];
  for (const { place, count: times, stack } of defects) {
    lines.push(`    ${place}, ${often(times)}:`);
    for (const line of stack.split("\n").slice(0, TRACE_LINES)) lines.push(`        ${printable(line.trim())}`);
  }
  return lines;
}

/** Losses within stored rows. */
function losses(
  name: string,
  { mismatches, columns, partitionFallbacks, enrichmentFailures }: Report["pipelines"][string],
): string[] {
  const lines: string[] = [];
  if (mismatches > 0) {
    const each = Object.entries(columns)
      .sort((a, b) => b[1] - a[1])
      .map(([column, times]) => `${column} ${count(times)}`);
    lines.push(
      `pipeline ${name}: ${mismatches === 1 ? "1 value did not fit its column and is null" : `${count(mismatches)} values did not fit their columns and are null`}${each.length > 0 ? `: ${each.join(", ")}` : ""} (see onMismatch in docs/configuration.md)`,
    );
  }
  if (partitionFallbacks > 0)
    lines.push(
      `pipeline ${name}: ${often(partitionFallbacks)} a message had no usable value for a partition; its row lies at its time of arrival, or at unknown`,
    );
  if (enrichmentFailures > 0)
    lines.push(
      `pipeline ${name}: ${often(enrichmentFailures)} a thing or its shadow was not found, and the message went on without; the reasons are in the function's log`,
    );
  return lines;
}

function often(times: number): string {
  return times === 1 ? "once" : `${count(times)} times`;
}

function whereAndNext(report: Report, session: Session): string[] {
  const [datastore] = Object.values(session.outputs.datastores);
  const lines = [`files   ${here(report.dataDir)}   (s3/ objects, kinesis/ streams, logs/ log groups)`];
  const options = sameFolder(report);
  if (session.outputs.query !== undefined)
    lines.push(`next    npm run query -- ${options}${JSON.stringify(session.outputs.query)}`);
  else if (datastore !== undefined)
    lines.push(`next    npm run query -- ${options}"SELECT * FROM ${datastore.table} LIMIT 10"`);
  lines.push(
    `        npm start -- ${otherProject(session)}${options}--keep      stays up for your own MQTT and AWS SDK clients`,
  );
  return lines;
}

/** The option by which `npm start` finds a program of somebody's own. */
function otherProject({ projectDir }: Session): string {
  const own = path.resolve(projectDir) === path.resolve(__dirname, "..", "..");
  return own ? "" : `--cwd ${quoted(here(projectDir))} `;
}

function quoted(folder: string): string {
  return /^[\w./\\:-]+$/.test(folder) ? folder : JSON.stringify(folder);
}

/** The options by which another command finds the data of this run: `--stack prod `. */
export function sameFolder({ stack, dataDir }: Pick<Report, "stack" | "dataDir">): string {
  const options = stack === "dev" ? [] : [`--stack ${stack}`];
  if (path.resolve(dataDir) !== path.resolve(__dirname, "..", "..", ".local", stack)) {
    const folder = here(dataDir);
    options.push(`--data-dir ${quoted(folder)}`);
  }
  return options.map((option) => `${option} `).join("");
}

/** A chart of the first numeric column of the first datastore over time. */
async function drawing(session: Session, report: Report): Promise<string> {
  for (const [name, { database, table, timestampPartition }] of Object.entries(session.outputs.datastores)) {
    if (report.datastores[name]!.error !== undefined) continue;
    const catalog = session.cloud.glue.tables.get(`${database}.${table}`)!;
    const time = catalog.columns.find((column) => column.name === timestampPartition?.attribute.toLowerCase())?.name;
    const numeric = catalog.columns.filter(({ type }) =>
      /^(tinyint|smallint|int|integer|bigint|float|double|decimal)/.test(type),
    );
    const value = (numeric.find((column) => column.name === "temperature") ?? numeric[0])?.name;
    if (time === undefined || value === undefined || catalog.files().length === 0) continue;
    const sql = `SELECT "${time}", "${value}" FROM "${table}" WHERE "${value}" IS NOT NULL`;
    const rows = await rowsOrNone(session, sql, database);
    const points: Point[] = [];
    for (const [at, number] of rows) {
      const ms = readTime(at)?.ms;
      if (ms !== undefined) points.push([ms, Number(number)]);
    }
    return chart(`${table}.${value} by ${time}`, points);
  }
  return "";
}

/** Rows for a chart; none if the query fails, which must not cost the summary. */
async function rowsOrNone({ cloud }: Session, sql: string, database: string): Promise<readonly (readonly unknown[])[]> {
  try {
    return (await cloud.queryAllPartitions(sql, database, CHART_ROWS)).rows;
  } catch (error) {
    if (endsRun(error)) throw error;
    return [];
  }
}

function span(ms: number): string {
  const seconds = Math.round(ms / 1000);
  const parts: [number, string][] = [
    [Math.floor(seconds / 86_400), "d"],
    [Math.floor(seconds / 3600) % 24, "h"],
    [Math.floor(seconds / 60) % 60, "min"],
    [seconds % 60, "s"],
  ];
  const from = parts.findIndex(([value]) => value > 0);
  return from < 0
    ? "0 s"
    : parts
        .slice(from, from + 2)
        .map(([value, unit]) => `${value} ${unit}`)
        .join(" ");
}

/** A path relative to the working directory if it is below it. */
function here(file: string): string {
  const relative = path.relative(process.cwd(), file);
  return relative.startsWith("..") ? file : relative;
}

function indent(text: string): string {
  return text.replace(/^/gm, "  ");
}
