import { counted } from "../output/table";
import type { CompareReport } from "./report";
import { columnGrid, fateGrid, groupGrid, headline, remarks, spreadGrid, type Grid } from "./words";

/** The report as a part of a comment: the counts and what differs in the open, the rest folded. */
export function markdownOf(report: CompareReport): string {
  const { pipeline, before, after, totals, compared, rows } = report;
  const same = rows.differ + rows.onlyBefore + rows.onlyAfter === 0 && !changedFate(report);
  const what = compared === "tables" ? "row" : "stored message";
  const title = pipeline === undefined ? "two tables" : `\`${pipeline}\``;
  return [
    `### ${same ? "✅" : "🔀"} ${title}: ${headline(report)}`,
    "",
    `- before: ${escape(before)}, ${counted(totals.before, what)}`,
    `- after: ${escape(after)}, ${counted(totals.after, what)}`,
    ...remarks(report).map((line) => `- ${escape(line)}`),
    "",
    ...table(fateGrid(report)),
    ...table(columnGrid(report)),
    ...fold(spreadGrid(report)),
    ...fold(groupGrid(report)),
  ].join("\n");
}

function changedFate({ messages }: CompareReport): boolean {
  return messages?.fates.some(({ before, after }) => before !== after) ?? false;
}

function table({ head, rows }: Grid): string[] {
  if (rows.length === 0) return [];
  const right = head.map((_, i) => rows.every((row) => typeof row[i] === "number"));
  const line = (cells: readonly (string | number)[]): string =>
    `| ${cells.map((cell) => (typeof cell === "number" ? cell.toLocaleString("en-US") : escape(cell))).join(" | ")} |`;
  return [line(head), `|${right.map((one) => (one ? "--:" : "---")).join("|")}|`, ...rows.map(line), ""];
}

function fold(grid: Grid): string[] {
  return grid.rows.length === 0
    ? []
    : ["<details>", `<summary>${grid.title}</summary>`, "", ...table(grid), "</details>", ""];
}

/** Escapes Markdown, and references that the forge would link: names of people, numbers of issues. Values come from messages. */
function escape(text: string): string {
  return text
    .replace(/\s+/g, " ")
    .replace(/([*_`<>|\\[\]])/g, "\\$1")
    .replace(/[@#]/g, "$&\u200b");
}
