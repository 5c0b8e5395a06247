/** The result of a trial for a person. */
import { printable } from "../../aws/text/printable";
import { formatColumnType } from "../../etl";
import { count, formatTable } from "../output/table";
import type { Comparison, Difference } from "./compare";
import { columnsOf } from "./row";
import type { ActivityCount, Reason, Trace, Trial } from "./trial";

/** Maximum reasons shown per activity. */
const SHOWN_REASONS = 5;

/** Counts by activity, with the reasons of failures. */
export function countsText(trial: Trial, ms: number): string {
  const counts = trial.counts();
  const { received, definition } = trial;
  const { stored, filtered, failed } = trial.results;
  const lines = [
    `${trial.name}: ${count(received)} ${received === 1 ? "message" : "messages"}, ${count(stored)} stored, ${count(filtered)} filtered, ${count(failed)} failed (${duration(ms, received)})`,
    "",
    activitiesTable(counts),
    ...counts.flatMap(reasonLines),
    ...remarks(trial),
    ...arrivedLines(trial),
  ];
  if (trial.columns === undefined)
    lines.push(
      "",
      `There is no document of the datastore ${definition.datastoreName} beside the pipeline's, so messages are shown and no rows; name it with --datastore FILE.`,
    );
  return `${lines.join("\n")}\n`;
}

function duration(ms: number, received: number): string {
  if (ms < 1000) return `${ms < 10 ? ms.toFixed(1) : Math.round(ms)} ms`;
  return `${(ms / 1000).toFixed(1)} s, ${count(Math.round((received * 1000) / ms))}/s`;
}

function activitiesTable(counts: readonly ActivityCount[]): string {
  return formatTable(
    ["activity", "kind", "in", "out", "filtered", "failed"],
    counts.map(({ name, kind, in: arriving, out, filtered, failed }) => [name, kind, arriving, out, filtered, failed]),
    140,
  );
}

function reasonLines({ name, reasons, failed, passed }: ActivityCount): string[] {
  const without = Object.entries(passed).map(
    ([text, times]) => `went on without the result of ${name}: ${count(times)} x ${printable(text)}`,
  );
  if (failed === 0) return without.length === 0 ? [] : ["", ...without];
  const shown = [...reasons].sort((a: Reason, b: Reason) => b.count - a.count).slice(0, SHOWN_REASONS);
  const rest = failed - shown.reduce((total, reason) => total + reason.count, 0);
  return [
    "",
    `failed at ${name}:`,
    ...shown.map(
      ({ text, count: times, first }) =>
        `  ${count(times)} x ${printable(text)}${first === undefined ? "" : ` (first: message ${first})`}`,
    ),
    ...(rest > 0 ? [`  ${count(rest)} x for other reasons`] : []),
    ...without,
  ];
}

/** The columns that the table of a datastore in JSON format gets. */
function arrivedLines({ arrived }: Trial): string[] {
  if (arrived === undefined || arrived.length === 0) return [];
  return [
    "",
    "columns that arrive",
    formatTable(
      ["column", "type"],
      arrived.map(({ name, type }) => [name, formatColumnType(type)]),
    ),
  ];
}

function remarks(trial: Trial): string[] {
  const lines = Object.entries(trial.mismatches).map(
    ([column, times]) =>
      `${count(times)} ${times === 1 ? "value" : "values"} did not fit the column ${column} and became null`,
  );
  if (trial.columns !== undefined && trial.partitionFallbacks > 0)
    lines.push(
      trial.partitionFallbacks === 1
        ? "1 row had no usable value for a partition and went to its fallback: the time of arrival, or unknown"
        : `${count(trial.partitionFallbacks)} times a row had no usable value for a partition and went to its fallback: the time of arrival, or unknown`,
    );
  if (trial.quotaWarning !== undefined)
    lines.push(`warning: the datastore ${trial.definition.datastoreName} has ${trial.quotaWarning}`);
  if (trial.mathFailuresPassed > 0)
    lines.push(`${count(trial.mathFailuresPassed)} messages went on without the result of a math activity`);
  return lines.length === 0 ? [] : ["", ...lines];
}

/** A message, and what each activity changed of it. */
export function traceText(trace: Trace, trial: Trial): string {
  const kinds = new Map(trial.counts().map(({ name, kind }) => [name, kind]));
  const label = (name: string): string => `${name} (${kinds.get(name)})`;
  const rows: [string, string][] = [["as it came", clipped(trace.input.toString())]];
  let before = trace.input.toString();
  for (const { activity, message } of trace.states) {
    rows.push([label(activity), changes(before, message)]);
    before = message;
  }
  if (trace.at !== undefined)
    rows.push([
      label(trace.at),
      trace.result === "failed" ? `FAILED: ${printable(trace.reason ?? "")}` : "filtered out",
    ]);
  const width = Math.max(...rows.map(([left]) => left.length));
  const lines = rows.map(([left, right]) => `  ${left.padEnd(width)}  ${right}`);
  if (trace.rows.length > 0) {
    const partitions = trace.partitions.map((partition) =>
      Object.entries(partition)
        .map(([name, value]) => printable(`${name}=${value}/`))
        .join(""),
    );
    trace.rows.forEach((row, index) => {
      lines.push(`  ${"row".padEnd(width)}  ${printable(row)}`);
      // rows of one partition name it once, behind the last of them
      const partition = partitions[index] ?? "";
      if (partition !== "" && partition !== partitions[index + 1])
        lines.push(`  ${"partition".padEnd(width)}  ${partition}`);
    });
  }
  return `message ${trace.number}: ${trace.result}\n${lines.join("\n")}\n`;
}

/** An activity's changes, attribute by attribute. */
function changes(before: string, after: string): string {
  const [old, now] = [columnsOf(before), columnsOf(after)];
  const parts: string[] = [];
  for (const [name, value] of now) {
    const was = old.get(name);
    if (was === value) continue;
    parts.push(
      was === undefined
        ? `+ ${printable(name)}: ${clipped(value)}`
        : `~ ${printable(name)}: ${clipped(was)} -> ${clipped(value)}`,
    );
  }
  for (const name of old.keys()) if (!now.has(name)) parts.push(`- ${printable(name)}`);
  return parts.length === 0 ? "unchanged" : parts.join(", ");
}

function clipped(text: string): string {
  const line = printable(text.replace(/\s*\n\s*/g, " "));
  return line.length > 400 ? `${line.slice(0, 400)}…` : line;
}

/** A message that the two pipelines treat differently. */
export function differenceText({ first, second, columns }: Difference): string {
  const lines = [`message ${first.number}: ${clipped(first.input.toString())}`];
  if (first.result === "stored" && second.result === "stored")
    lines.push(...columns.map(({ name, first: a, second: b }) => printable(`  ${name}: ${a} -> ${b}`)));
  else lines.push(`  first   ${became(first)}`, `  second  ${became(second)}`);
  return `${lines.join("\n")}\n`;
}

function became({ result, at, reason, rows, output }: Trace): string {
  if (result === "stored") return `stored ${printable(rows[0] ?? output ?? "")}`;
  return result === "filtered" ? `filtered out at ${at}` : `failed at ${at}: ${printable(reason ?? "")}`;
}

/** The summary of a comparison. */
export function comparisonText(comparison: Comparison, files: readonly [string, string]): string {
  const { messages, same, rows, onlyFirst, onlySecond, neither, columns } = comparison.summary();
  const lines = [
    `first   ${files[0]} (${comparison.first.name})`,
    `second  ${files[1]} (${comparison.second.name})`,
    "",
    `${count(messages)} messages: ${count(same)} the same, ${count(rows)} in different rows, ${count(onlyFirst)} stored by the first only, ${count(onlySecond)} by the second only, ${count(neither)} filtered out by one and failed in the other`,
  ];
  if (columns.length > 0)
    lines.push(
      "",
      formatTable(
        ["column", "rows that differ", "null in the second", "null in the first", "for example"],
        columns.map(({ name, different, onlyFirst: first, onlySecond: second, example }) => [
          name,
          different,
          first,
          second,
          `message ${example.message}: ${clipped(example.first)} -> ${clipped(example.second)}`,
        ]),
        160,
      ),
    );
  return `${lines.join("\n")}\n`;
}
