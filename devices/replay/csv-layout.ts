import { RecordingError } from "./error";

/** Separators that are recognised, with their names in messages. */
const SEPARATORS: Readonly<Record<string, string>> = {
  ",": "commas",
  ";": "semicolons",
  "\t": "tabs",
  "|": "vertical bars",
};
/** Number of lines of a file that are examined. */
const LINES = 50;

/** The name of a separator in messages: `semicolons`. */
export function separatorWords(separator: string): string {
  return SEPARATORS[separator] ?? JSON.stringify(separator);
}

/**
 * Finds the separator of a CSV file from its first lines: the one that splits every line into as many cells as the header has. A file without
 * any has one column. @throws RecordingError if several fit
 */
export function separatorOf(file: string, head: Buffer): string {
  const lines = firstLines(head.toString());
  const header = lines[0] ?? "";
  const found = Object.keys(SEPARATORS).filter((separator) => cells(header, separator) > 1);
  const fitting = found.filter((separator) =>
    lines.every((line) => cells(line, separator) === cells(header, separator)),
  );
  if (fitting.length > 1)
    throw new RecordingError([
      `${file}: line 1 can be separated by ${fitting.map(separatorWords).join(" or by ")}; saw ${header.slice(0, 80)}. Say which: --csv-separator ${fitting[0] === "\t" ? "tab" : `'${fitting[0]}'`}.`,
    ]);
  // If no separator fits every line, the reader reports the line with too many or too few cells.
  const most = (one: string, other: string): string => (cells(header, other) > cells(header, one) ? other : one);
  return fitting[0] ?? (found.length === 0 ? "," : found.reduce(most));
}

/** Complete lines, without blank ones; a quoted cell may contain line breaks. */
function firstLines(text: string): string[] {
  const lines: string[] = [];
  let quoted = false;
  let start = 0;
  for (let at = 0; at <= text.length && lines.length < LINES; at++) {
    const char = text[at];
    if (char === '"') quoted = !quoted;
    else if (at === text.length ? lines.length === 0 || !quoted : !quoted && (char === "\n" || char === "\r")) {
      const line = text.slice(start, at);
      if (line.trim() !== "") lines.push(line);
      start = at + 1;
    }
  }
  return lines;
}

/** Number of cells into which a separator splits a line. */
function cells(line: string, separator: string): number {
  let count = 1;
  let quoted = false;
  for (const char of line)
    if (char === '"') quoted = !quoted;
    else if (char === separator && !quoted) count++;
  return count;
}
