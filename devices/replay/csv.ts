import type { Readable } from "node:stream";
import { parse, type CsvError } from "csv-parse";
import { RecordingError } from "./error";

interface Cell {
  text: string;
  quoted: boolean;
}

const NUMBER = /^-?(0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?$/;

/** A CSV file with a header (RFC 4180) as one JSON object a row. An empty cell is an attribute that is not there; what is in quotes is text. */
export async function* csvMessages(file: string, input: Readable): AsyncGenerator<string> {
  const parser = input.pipe(
    parse({
      bom: true,
      skip_empty_lines: true,
      record_delimiter: ["\r\n", "\n"],
      cast: (text, { quoting }): unknown => ({ text, quoted: quoting }),
    }),
  );
  input.on("error", (error) => parser.destroy(error));
  let names: string[] | undefined;
  try {
    for await (const row of parser as AsyncIterable<Cell[]>) {
      if (names === undefined) names = header(file, row);
      else yield objectOf(names, row);
    }
  } catch (error) {
    if (!(error as CsvError).code?.startsWith("CSV_")) throw error;
    throw new RecordingError([`${file}: ${(error as Error).message}; every row has as many cells as the header.`]);
  }
}

function header(file: string, row: readonly Cell[]): string[] {
  const names = row.map(({ text }) => text.trim());
  const double = names.find((name, index) => names.indexOf(name) !== index);
  if (names.includes("") || double !== undefined)
    throw new RecordingError([
      `${file}: line 1 is the header with the attributes' names; ${double === undefined || double === "" ? "one is empty" : `${double} is there twice`}.`,
    ]);
  // Numbers are no names: the header is missing, and the first row would be lost.
  if (names.every((name) => NUMBER.test(name)))
    throw new RecordingError([
      `${file}: line 1 should be a header with the attributes' names; saw ${names.join(",")}.`,
    ]);
  return names;
}

function objectOf(names: readonly string[], row: readonly Cell[]): string {
  const members: string[] = [];
  row.forEach(({ text, quoted }, index) => {
    if (text === "" && !quoted) return;
    const plain = !quoted && (NUMBER.test(text) || text === "true" || text === "false" || text === "null");
    members.push(`${JSON.stringify(names[index])}:${plain ? text : JSON.stringify(text)}`);
  });
  return `{${members.join(",")}}`;
}
