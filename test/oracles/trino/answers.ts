import * as fs from "node:fs";
import * as path from "node:path";

/** A statement and what Trino says of it: columns and rows, or its error. */
export interface Answer {
  sql: string;
  names?: string[];
  types?: string[];
  /** as src/main/java/Oracle.java writes values */
  rows?: unknown[][];
  /** `DIVISION_BY_ZERO`, ... */
  error?: string;
  message?: string;
}

/** The time that Trino's queries began: `NOW` of make.cjs, in ms since 1970-01-01 UTC. */
export const ORACLE_NOW = Date.parse("2026-03-15T12:34:56.789Z");

const folder = path.join(__dirname, "answers");

export function answerClasses(): string[] {
  return fs.readdirSync(folder).map((file) => path.basename(file, ".jsonl"));
}

export function answersOf(name: string): Answer[] {
  return fs
    .readFileSync(path.join(folder, `${name}.jsonl`), "utf8")
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line) as Answer);
}
