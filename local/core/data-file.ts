import * as fs from "node:fs";
import * as path from "node:path";

/** A file of the data folder that does not hold what the local cloud writes: damaged, edited by hand or of another version. A user's error. */
export class DataFileError extends Error {
  readonly problems: readonly string[];

  constructor(
    readonly file: string,
    problem: string,
  ) {
    const text =
      `${file}: ${problem}. It was damaged or changed by another program; put the file back as it was, ` +
      "or start over with --fresh, which removes the data of this folder";
    super(text);
    this.name = "DataFileError";
    this.problems = [text];
  }
}

/**
 * Reads a JSON file of the data folder; undefined if there is none.
 * @param is whether a value has the shape that was written
 * @throws DataFileError
 */
export function readDataFile<T>(file: string, is: (value: unknown) => value is T): T | undefined {
  const text = readText(file);
  if (text === undefined) return undefined;
  const value = parse(text, (problem) => new DataFileError(file, problem));
  if (!is(value)) throw new DataFileError(file, "its JSON has another shape than the local cloud writes");
  return value;
}

/**
 * Reads a file of JSON lines; none if it does not exist. A last line without its end was being written when the process ended, and is left out.
 * @throws DataFileError
 */
export function readDataLines<T>(file: string, is: (value: unknown) => value is T): T[] {
  const lines = (readText(file) ?? "").split("\n").slice(0, -1);
  return lines.map((line, index) => {
    const at = `line ${index + 1}`;
    const value = parse(line, (problem) => new DataFileError(file, `${at}: ${problem}`));
    if (!is(value)) throw new DataFileError(file, `${at} has another shape than the local cloud writes`);
    return value;
  });
}

/** Cuts off a last line that a killed process left half written, so that what is appended begins a line. */
export function cutTornLine(file: string): void {
  const text = readText(file);
  if (text === undefined || text === "" || text.endsWith("\n")) return;
  fs.truncateSync(file, Buffer.byteLength(text.slice(0, text.lastIndexOf("\n") + 1)));
}

/** Writes a file in one step: a crash leaves the old content or the new one. Folders on the way are created. */
export function replaceFile(file: string, content: string): void {
  const temporary = `${file}.${process.pid}.tmp`;
  try {
    writeInFolder(temporary, content);
    fs.renameSync(temporary, file);
  } catch (error) {
    fs.rmSync(temporary, { force: true });
    throw error;
  }
}

function writeInFolder(file: string, content: string): void {
  try {
    fs.writeFileSync(file, content);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
    fs.mkdirSync(path.dirname(file), { recursive: true });
    fs.writeFileSync(file, content);
  }
}

/** Whether a value is an object of JSON, and no list. */
export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function readText(file: string): string | undefined {
  try {
    return fs.readFileSync(file, "utf8");
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "ENOENT") return undefined;
    if (code === "EISDIR" || code === "ENOTDIR")
      throw new DataFileError(file, "there is a folder in the place of a file");
    throw error;
  }
}

function parse(text: string, wrong: (problem: string) => DataFileError): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch (error) {
    throw wrong(`not readable as JSON (${(error as Error).message})`);
  }
}
