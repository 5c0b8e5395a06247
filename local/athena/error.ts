/** A query that Athena would fail, with Athena's words where they are known. */
export class AthenaError extends Error {
  override readonly name = "AthenaError";

  constructor(
    /** `COLUMN_NOT_FOUND`, `SYNTAX_ERROR`, ... */
    readonly code: string,
    message: string,
  ) {
    super(`${code}: ${message}`);
  }
}
