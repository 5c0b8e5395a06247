import * as fs from "node:fs";

/** A page of a result. */
export interface ResultPage {
  /** values by column; NULL is undefined */
  rows: (string | undefined)[][];
  /** byte in the file at which the next page begins; undefined behind the last row */
  next?: number;
}

/** Bytes that are read at once. */
const CHUNK = 256 * 1024;
const QUOTE = 0x22;
const COMMA = 0x2c;
const NEWLINE = 0x0a;

/**
 * Rows of a result's file, however large it is: only the page is read.
 * @param from byte at which the page begins
 * @param count rows of the page; one that is full has a next, though there may be none behind it, as on Athena
 */
export function readPage(file: string, form: "csv" | "txt", from: number, count: number): ResultPage {
  const fd = fs.openSync(file, "r");
  try {
    const { size } = fs.fstatSync(fd);
    if (from > size || size === 0) return { rows: [] };
    let text = Buffer.alloc(0);
    for (let length = CHUNK; ; length *= 2) {
      const wanted = Math.min(length, size - from);
      if (wanted > text.length) {
        text = Buffer.alloc(wanted);
        fs.readSync(fd, text, 0, wanted, from);
      }
      const isWhole = from + text.length >= size;
      const { rows, end } = form === "csv" ? csvRows(text, count, isWhole) : textRows(text, count, isWhole);
      if (rows.length < count && !isWhole) continue;
      return { rows, ...(rows.length === count && { next: from + end }) };
    }
  } finally {
    fs.closeSync(fd);
  }
}

/** Values stand in double quotes, which are doubled within; NULL is nothing at all. */
function csvRows(text: Buffer, count: number, isWhole: boolean): { rows: ResultPage["rows"]; end: number } {
  const rows: ResultPage["rows"] = [];
  let at = 0;
  let end = 0;
  let row: (string | undefined)[] = [];
  while (at < text.length && rows.length < count) {
    let value: string | undefined;
    if (text[at] === QUOTE) {
      let close = text.indexOf(QUOTE, at + 1);
      while (close >= 0 && text[close + 1] === QUOTE) close = text.indexOf(QUOTE, close + 2);
      // A quote at the very end of what was read may be the first of two.
      if (close < 0 || (close + 1 >= text.length && !isWhole)) break;
      value = text.toString("utf8", at + 1, close).replaceAll('""', '"');
      at = close + 1;
    }
    row.push(value);
    if (at >= text.length) break;
    if (text[at] === NEWLINE) {
      rows.push(row);
      row = [];
      end = ++at;
    } else if (text[at] === COMMA) at++;
    else throw new Error(`byte ${at} of a result is neither a comma nor the end of its line`);
  }
  return { rows, end };
}

/** Each line is one value; the last one has no end, so that a page may begin behind the last byte, at a line that is empty. */
function textRows(text: Buffer, count: number, isWhole: boolean): { rows: ResultPage["rows"]; end: number } {
  const rows: ResultPage["rows"] = [];
  let at = 0;
  while (rows.length < count && at <= text.length) {
    const newline = text.indexOf(NEWLINE, at);
    if (newline < 0 && !isWhole) break;
    const end = newline < 0 ? text.length : newline;
    rows.push([text.toString("utf8", at, end)]);
    at = end + 1;
  }
  return { rows, end: at };
}
