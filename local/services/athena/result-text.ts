/** The lines of a result that is text, as GetQueryResults gives them, one value a row. */

/** Hive fills the fields of DESCRIBE and SHOW COLUMNS up to this width. */
const WIDTH = 20;

/**
 * What Athena writes into `ID.txt`: fields side by side with tabs, those of Hive's statements filled with spaces; a plan line by line, its
 * last one empty (measured: https://github.com/aoyagikouhei/athena-local).
 */
export function resultLines(
  subtype: string | undefined,
  columns: readonly { name: string }[],
  rows: readonly unknown[][],
): string[] {
  const cells = rows.map((row) => row.map((value) => (value === null ? "" : String(value))));
  switch (subtype) {
    case "EXPLAIN":
      return [columns[0]!.name, ...`${cells[0]?.[0] ?? ""}\n`.split("\n")];
    case "DESCRIBE_TABLE":
      return cells.map(([name = "", type = "", comment = ""]) =>
        type === "" ? `${name}\t \t ` : [name, type, comment].map(filled).join("\t"),
      );
    case "SHOW_COLUMNS":
      return cells.map(([name = ""]) => filled(name));
    case "SHOW_CREATE_VIEW":
      return cells.flatMap(([text = ""]) => text.split("\n"));
    default:
      return cells.map((row) => row.join("\t"));
  }
}

function filled(text: string): string {
  return text + " ".repeat(Math.max(0, WIDTH - [...text].length));
}
