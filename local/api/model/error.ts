/** An error in the shape from which AWS's clients make their exceptions; each protocol writes it in its own form. */
export class ApiError extends Error {
  /**
   * @param status HTTP status
   * @param code the exception's name in the service's API reference: `EntityNotFoundException`, `NoSuchKey`
   * @param members further members of the exception, by the names of its shape
   * @param headers further headers of the answer
   */
  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
    readonly members: Readonly<Record<string, unknown>> = {},
    readonly headers: Readonly<Record<string, string>> = {},
  ) {
    super(message);
  }
}
