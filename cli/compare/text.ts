import { counted, formatTable } from "../output/table";
import type { CompareReport } from "./report";
import { columnGrid, fateGrid, groupGrid, headline, remarks, spreadGrid } from "./words";

/** The report for a terminal. */
export function textOf(report: CompareReport, width: number): string {
  const { before, after, totals, compared } = report;
  const what = compared === "tables" ? "row" : "stored message";
  const lines = [
    `before  ${before}: ${counted(totals.before, what)}`,
    `after   ${after}: ${counted(totals.after, what)}`,
    "",
    headline(report),
    ...remarks(report),
  ];
  for (const grid of [fateGrid(report), columnGrid(report), spreadGrid(report), groupGrid(report)])
    if (grid.rows.length > 0) lines.push("", formatTable(grid.head, grid.rows, width));
  return `${lines.join("\n")}\n`;
}
