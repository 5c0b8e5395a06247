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

  /** The error that a failed query's reason tells of. */
  static from(reason: string): AthenaError {
    const [, code = "GENERIC_USER_ERROR", message = reason] = /^([A-Z_]+|\w+\.\w+): ([^]*)$/.exec(reason) ?? [];
    return new AthenaError(code, message);
  }
}

/** A query ended because its signal was aborted. */
export class QueryCancelled extends Error {
  override readonly name = "QueryCancelled";

  constructor() {
    super("Query cancelled by user");
  }
}
