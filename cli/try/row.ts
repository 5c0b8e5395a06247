/** A row as `npm run query` shows it: every column, null where there is no value, values in Athena's form. */
import { membersOf } from "../../devices/replay/members";
import type { Column, ColumnType } from "../../etl";
import { eachElement, eachMember, parseSpan, spanText, type Span } from "../../etl/json";
import { NULL } from "../../etl/json/token-kinds";

/** JSON of the row that the delivery stream was given. `null` for columns that it leaves out. */
export function heldRow(row: string, columns: readonly Column[]): string {
  const values = new Map<string, Span>();
  eachMember(parseSpan(row), (name, value) => values.set(name, value));
  const members = columns.map(({ name, type }) => {
    const value = values.get(name);
    return `${JSON.stringify(name)}:${value === undefined ? "null" : held(value, type)}`;
  });
  return `{${members.join(",")}}`;
}

/** The columns of a held row, each with its JSON. */
export function columnsOf(row: string): Map<string, string> {
  return new Map(
    membersOf(row).map(({ name, value }) => [
      JSON.parse(row.slice(name.start, name.end)) as string,
      row.slice(value.start, value.end),
    ]),
  );
}

function held(span: Span, type: ColumnType): string {
  if (span.kind === NULL) return "null";
  const text = spanText(span);
  switch (type.kind) {
    case "bigint":
      // as the query command does: beyond 2^53 most readers of JSON would lose digits
      return Number.isSafeInteger(Number(text)) ? text : `"${text}"`;
    case "float":
      return shortestFloat(Number(text));
    case "double":
      return JSON.stringify(Number(text));
    case "decimal":
      return text.startsWith('"') ? text : `"${text}"`;
    case "timestamp":
      return athenaTimestamp(text);
    case "binary":
      return JSON.stringify(
        Buffer.from(JSON.parse(text) as string, "base64")
          .toString("hex")
          .replace(/(..)(?=.)/g, "$1 "),
      );
    case "array": {
      const items: string[] = [];
      eachElement(span, (item) => items.push(held(item, type.element)));
      return `[${items.join(",")}]`;
    }
    case "map": {
      const members: string[] = [];
      eachMember(span, (name, value) => members.push(`${JSON.stringify(name)}:${held(value, type.value)}`));
      return `{${members.join(",")}}`;
    }
    case "struct": {
      const members = new Map<string, Span>();
      eachMember(span, (name, value) => members.set(name, value));
      const fields = type.fields.map(({ name, type: of }) => {
        const value = members.get(name);
        return `${JSON.stringify(name)}:${value === undefined ? "null" : held(value, of)}`;
      });
      return `{${fields.join(",")}}`;
    }
    default:
      return text;
  }
}

/** The fewest digits that mean the 32-bit number. */
function shortestFloat(value: number): string {
  const single = Math.fround(value);
  for (let digits = 6; digits < 9; digits++) {
    const short = Number(single.toPrecision(digits));
    if (Math.fround(short) === single) return JSON.stringify(short);
  }
  return JSON.stringify(Number(single.toPrecision(9)));
}

/**
 * `"2024-03-05T07:00:00.120Z"` as `"2024-03-05 07:00:00.120"`. Athena's columns have milliseconds: further digits are rounded, as Trino's
 * Parquet reader does.
 */
function athenaTimestamp(text: string): string {
  const [whole = "", fraction = ""] = text.replace("T", " ").replace(/[Z"]/g, "").split(".");
  const shown = `${whole}.${fraction.slice(0, 3).padEnd(3, "0")}`;
  if ((fraction[3] ?? "0") < "5") return `"${shown}"`;
  const next = new Date(Date.parse(`${shown.replace(" ", "T")}Z`) + 1);
  return `"${next.toISOString().replace("T", " ").replace("Z", "")}"`;
}
