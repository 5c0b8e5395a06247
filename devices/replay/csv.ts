import type { Readable } from "node:stream";
import { CsvError, parse } from "csv-parse";
import { separatorOf, separatorWords } from "./csv-layout";
import { RecordingError } from "./error";

interface Cell {
  text: string;
  quoted: boolean;
}

/** How a CSV file is read. */
export interface CsvOptions {
  /** one character between cells; by default detected from the first lines */
  separator?: string;
  /** decimal separator; by default detected, unless cells are separated by commas */
  decimal?: "point" | "comma";
  /** reports how the file was read, if not in the usual way */
  onNote?(note: string): void;
}

const NUMBER = /^-?(0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?$/;
const WITH_COMMA = /^-?(0|[1-9]\d*),\d+([eE][+-]?\d+)?$/;
const WITH_POINT = /^-?(0|[1-9]\d*)\.\d+([eE][+-]?\d+)?$/;

/**
 * A CSV file with a header (RFC 4180) as one JSON object per row. An empty cell is a missing attribute; a quoted cell is a
 * string. @param head the first bytes of the file. @throws RecordingError with file and line
 */
export async function* csvMessages(
  file: string,
  input: Readable,
  head: Buffer,
  options: CsvOptions = {},
): AsyncGenerator<string> {
  const separator = options.separator ?? separatorOf(file, head);
  const parser = input.pipe(
    parse({
      bom: true,
      delimiter: separator,
      skip_empty_lines: true,
      record_delimiter: ["\r\n", "\n", "\r"],
      info: true,
      cast: (text, { quoting }): unknown => ({ text, quoted: quoting }),
    }),
  );
  input.on("error", (error) => parser.destroy(error));
  const numbers = new Decimals(file, separator, options);
  if (separator !== ",") options.onNote?.(`${file}: cells separated by ${separatorWords(separator)}`);
  let names: string[] | undefined;
  try {
    for await (const { record, info } of parser as AsyncIterable<{ record: Cell[]; info: { lines: number } }>) {
      if (names === undefined) names = header(file, record);
      else yield objectOf(names, record, numbers, info.lines);
    }
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    throw new RecordingError([
      `${file}: ${error.message}. Cells are separated by ${separatorWords(separator)} (--csv-separator names another character), every row has as many cells as the header, and a quote within a quoted cell is written twice.`,
    ]);
  }
}

function header(file: string, row: readonly Cell[]): string[] {
  const names = row.map(({ text }) => text.trim());
  const double = names.find((name, index) => names.indexOf(name) !== index);
  if (names.includes("") || double !== undefined)
    throw new RecordingError([
      `${file}: line 1 is the header with the attributes' names; ${double === undefined || double === "" ? "one is empty" : `${double} is there twice`}.`,
    ]);
  // Numbers are not names: the header is missing, and the first row would be lost.
  if (names.every((name) => NUMBER.test(name) || WITH_COMMA.test(name)))
    throw new RecordingError([
      `${file}: line 1 should be a header with the attributes' names; saw ${names.join(",")}.`,
    ]);
  return names;
}

function objectOf(names: readonly string[], row: readonly Cell[], numbers: Decimals, line: number): string {
  const members: string[] = [];
  row.forEach(({ text, quoted }, index) => {
    if (text === "" && !quoted) return;
    const word = !quoted && (text === "true" || text === "false" || text === "null");
    const value = word ? text : quoted ? undefined : numbers.numberOf(text, line);
    members.push(`${JSON.stringify(names[index])}:${value ?? JSON.stringify(text)}`);
  });
  return `{${members.join(",")}}`;
}

/** Parser of a file's numbers. A file has decimal points or decimal commas; unless specified, the first fraction shows which. */
class Decimals {
  private decimal: "point" | "comma" | undefined;
  private seen: string | undefined;

  constructor(
    private readonly file: string,
    separator: string,
    private readonly options: CsvOptions,
  ) {
    this.decimal = options.decimal ?? (separator === "," ? "point" : undefined);
  }

  /** The JSON number in a cell; undefined for other text. @throws RecordingError if the file contains both notations */
  numberOf(text: string, line: number): string | undefined {
    if (WITH_COMMA.test(text)) {
      if (this.decimal === undefined)
        this.options.onNote?.(`${this.file}: numbers with a decimal comma, such as ${text}`);
      return this.is("comma", text, line) ? text.replace(",", ".") : undefined;
    }
    if (WITH_POINT.test(text)) return this.is("point", text, line) ? text : undefined;
    return NUMBER.test(text) ? text : undefined;
  }

  private is(decimal: "point" | "comma", text: string, line: number): boolean {
    if (this.options.decimal === undefined && this.seen !== undefined && this.decimal !== decimal)
      throw new RecordingError([
        `${this.file}: line ${line}: saw ${text} after ${this.seen}; numbers have a decimal point or a decimal comma, not both. Say which: --csv-decimal point or --csv-decimal comma; the others are text then.`,
      ]);
    this.decimal ??= decimal;
    if (this.decimal !== decimal) return false;
    this.seen ??= text;
    return true;
  }
}
