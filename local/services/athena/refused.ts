/** A call of Athena's API was refused: nothing ran. */
export class QueryRefused extends Error {
  /**
   * @param exception its name in Athena's API reference
   * @param text what Athena says
   * @param errorCode `AthenaErrorCode` of an InvalidRequestException
   */
  constructor(
    readonly exception: "InvalidRequestException" | "AccessDeniedException",
    readonly text: string,
    readonly errorCode = "INVALID_INPUT",
  ) {
    super(`${exception}: ${text}`);
  }
}
