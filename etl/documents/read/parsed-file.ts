/** What reading a file's text gives, whether it is JSON or YAML. */
import type { Position } from "../model/position";

/** A file's value, with the line and column of everything in it. */
export interface ParsedFile {
  readonly value: unknown;
  /** JSON paths of members that are there twice in one object */
  readonly duplicates: readonly string[];
  /** where a JSON path stands; for a missing member, where its nearest parent stands */
  locate(path: string): Position | undefined;
}

/** The file is neither JSON nor YAML, or not to be read; `message` is one sentence for people. */
export class SourceError extends SyntaxError {
  constructor(
    message: string,
    readonly position?: Position,
  ) {
    super(message);
    this.name = "SourceError";
  }
}

/** The position behind a text: where the rest of the file begins. */
export function positionOf(before: string): Position {
  const line = before.split("\n").length;
  return { line, column: before.length - before.lastIndexOf("\n") };
}
