import { printableLines } from "../../aws/text/printable";

/** Writes a result for people to stdout. Control characters that come from messages, files or programs are escaped; JSON is written as it is, elsewhere. */
export function print(text: string): void {
  process.stdout.write(printableLines(text));
}

/** Writes a diagnostic to stderr, escaped as `print` does. */
export function printError(text: string): void {
  process.stderr.write(printableLines(text));
}
