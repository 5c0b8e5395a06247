/** Parts of the report that a person reads, in a terminal or in Markdown: titles and cells of its tables. */
import type { Cell, ColumnDifference, Distribution, RowKey, TableComparison } from "../../etl/compare";
import { counted, count } from "../output/table";
import type { CompareReport } from "./report";

/** A table of text. */
export interface Grid {
  title: string;
  head: string[];
  rows: (string | number)[][];
}

/** characters of a value in an example */
const WIDTH = 60;
const LEVELS = "▁▂▃▄▅▆▇█";
/** Lines of a table for people; the JSON document has all that were found. */
const LINES = 20;

export function headline({ compared, rows: { both, differ, onlyBefore, onlyAfter } }: CompareReport): string {
  const what = compared === "tables" ? "row" : "stored message";
  return `${counted(both, what)} the same, ${count(differ)} differ, ${count(onlyBefore)} only before, ${count(onlyAfter)} only after`;
}

/** How rows were matched, and what was left out; a sentence each. */
export function remarks({ key, repeated, leftOut, compared, rows, examples, columns }: CompareReport): string[] {
  if (compared === "messages") return [];
  const lines = [`Rows are matched by ${key.join(", ")}.`];
  const shared = repeated.before + repeated.after;
  if (shared > 0)
    lines.push(
      `${count(repeated.before)} rows before and ${count(repeated.after)} after share these values with another row: of those, equal rows are matched first, and the others in the order of their values. With more --key columns each row has its own counterpart.`,
    );
  if (columns.every(({ side, differ }) => side !== undefined || differ === 0) && columns.length === 0)
    lines.push(
      "No other column tells rows apart, so a row that changed is one only before and one only after; --key says what matches them.",
    );
  for (const { name, why } of leftOut) lines.push(`${name} is not compared: ${why}.`);
  for (const [side, number, keys] of [
    ["before", rows.onlyBefore, examples.onlyBefore],
    ["after", rows.onlyAfter, examples.onlyAfter],
  ] as const)
    if (number > 0) lines.push(`Only ${side}, for example: ${keys.map(keyText).join("; ")}.`);
  return lines;
}

/** Columns that differ, changed their type or are on one side. */
export function columnGrid({ columns }: TableComparison): Grid {
  const shown = columns.filter(({ differ, types, side }) => differ > 0 || types !== undefined || side !== undefined);
  return {
    title: "Columns",
    head: ["column", "differ", "value before only", "value after only", "largest", "for example, or what is to know"],
    rows: shown.map(({ name, differ, onlyBefore, onlyAfter, largest, ...rest }) => [
      name,
      differ,
      onlyBefore,
      onlyAfter,
      largest === undefined ? "" : numberText(largest),
      noteOf(rest),
    ]),
  };
}

function noteOf({ side, types, examples }: Pick<ColumnDifference, "side" | "types" | "examples">): string {
  if (side !== undefined) return `${side} alone has this column`;
  const [example] = examples;
  const parts = [
    ...(types === undefined ? [] : [`${types.before} before, ${types.after} after, compared as ${types.comparedAs}`]),
    ...(example === undefined
      ? []
      : [`${keyText(example.key)}: ${cellText(example.before)} -> ${cellText(example.after)}`]),
  ];
  return parts.join("; ");
}

/** How the values of columns that differ are spread. */
export function spreadGrid({ columns }: TableComparison): Grid {
  const rows = columns.flatMap(({ name, distribution = {} }) => {
    const most = Math.max(1, ...[distribution.before, distribution.after].flatMap((side) => side?.bins?.counts ?? []));
    return (["before", "after"] as const).flatMap((side) => {
      const own = distribution[side];
      return own === undefined ? [] : [[name, side, own.values, own.nulls, ...spreadCells(own, most)]];
    });
  });
  return {
    title: "Values",
    head: ["column", "side", "values", "nulls", "smallest", "mean", "largest", "deviation", "spread, or most frequent"],
    rows,
  };
}

function spreadCells({ min, max, mean, deviation, bins, top }: Distribution, most: number): string[] {
  const spread =
    bins === undefined
      ? (top ?? []).map(({ value, count: times }) => `${cellText(value)}: ${count(times)}`).join(", ")
      : bins.counts.map((one) => (one === 0 ? "·" : LEVELS[Math.min(7, Math.floor((one / most) * 7.99))])).join("");
  const number = (value: number | undefined): string => (value === undefined ? "" : numberText(value));
  return [cellText(min), number(mean), cellText(max), number(deviation), spread];
}

/** Devices and days with the most rows that are not the same. */
export function groupGrid({ groups, otherGroups: others }: TableComparison): Grid {
  const has = (member: "device" | "day"): boolean => groups.some((group) => group[member] !== undefined);
  const roles = (["device", "day"] as const).filter(has);
  const rest = groups.slice(LINES);
  const sum = (of: "differ" | "onlyBefore" | "onlyAfter"): number =>
    rest.reduce((total, group) => total + group[of], others[of]);
  const more = rest.length + others.groups;
  return {
    title: "Devices and days",
    head: [...roles, "differ", "only before", "only after"],
    rows: [
      ...groups
        .slice(0, LINES)
        .map((group) => [
          ...roles.map((role) => cellText(group[role] ?? null)),
          group.differ,
          group.onlyBefore,
          group.onlyAfter,
        ]),
      ...(more === 0
        ? []
        : [
            [
              `${count(more)} more`,
              ...roles.slice(1).map(() => ""),
              sum("differ"),
              sum("onlyBefore"),
              sum("onlyAfter"),
            ],
          ]),
    ],
  };
}

/** Messages by what became of them. */
export function fateGrid({ messages }: CompareReport): Grid {
  return {
    title: "Messages",
    head: ["before", "after", "messages", "for example"],
    rows: (messages?.fates ?? []).map(({ before, after, count: number, example }) => [
      before,
      after,
      number,
      before === after
        ? ""
        : `message ${example.message}: ${[example.before, example.after].filter((text) => text !== "").join("; ")}`,
    ]),
  };
}

export function keyText(key: RowKey): string {
  return Object.values(key).map(cellText).join(" ");
}

function cellText(value: Cell): string {
  const text = value === null ? "null" : typeof value === "number" ? numberText(value) : String(value);
  return text.length > WIDTH ? `${text.slice(0, WIDTH - 1)}…` : text;
}

/** Enough digits for a person. */
function numberText(value: number): string {
  return Number.isInteger(value) ? String(value) : String(Number(value.toPrecision(6)));
}
