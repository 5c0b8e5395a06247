import { ApiError } from "../../../api";
import { QueryRefused } from "../refused";

/** @see https://docs.aws.amazon.com/athena/latest/APIReference/API_InvalidRequestException.html */
export function invalid(message: string, code = "INVALID_INPUT"): ApiError {
  return new ApiError(400, "InvalidRequestException", message, { AthenaErrorCode: code });
}

/** The error for a query, workgroup or statement that does not exist. @see https://docs.aws.amazon.com/athena/latest/APIReference/API_ResourceNotFoundException.html */
export function notFound(message: string, name: string): ApiError {
  return new ApiError(400, "ResourceNotFoundException", message, { ResourceName: name });
}

/** What Athena says of its Glue Data Catalog. @see https://docs.aws.amazon.com/athena/latest/APIReference/API_MetadataException.html */
export function metadataError(message: string): ApiError {
  return new ApiError(400, "MetadataException", message);
}

/** Runs a call whose refusals are answered as Athena does. @throws ApiError */
export function answered<T>(call: () => T): T {
  try {
    return call();
  } catch (error) {
    if (!(error instanceof QueryRefused)) throw error;
    if (error.exception === "AccessDeniedException") throw new ApiError(400, error.exception, error.text);
    throw invalid(error.text, error.errorCode);
  }
}

/** Sizes of a page that an operation allows. */
export interface PageSizes {
  least?: number;
  most: number;
  /** without MaxResults */
  usual?: number;
}

/**
 * MaxResults and NextToken within their bounds, in the words of AWS's validation.
 * @throws ApiError
 */
export function pageRequest(
  { MaxResults, NextToken }: { MaxResults?: number; NextToken?: string },
  { least = 1, most, usual = most }: PageSizes,
): { token: string | undefined; size: number; malformed(token: string): ApiError } {
  const wrong = [
    ...(NextToken === ""
      ? ["Value at 'nextToken' failed to satisfy constraint: Member must have length greater than or equal to 1"]
      : []),
    ...(MaxResults !== undefined && MaxResults < least
      ? [`Value at 'maxResults' failed to satisfy constraint: Member must have value greater than or equal to ${least}`]
      : []),
    ...(MaxResults !== undefined && MaxResults > most
      ? [`Value at 'maxResults' failed to satisfy constraint: Member must have value less than or equal to ${most}`]
      : []),
  ];
  if (wrong.length > 0)
    throw invalid(`${wrong.length} validation error${wrong.length === 1 ? "" : "s"} detected: ${wrong.join("; ")}`);
  return {
    token: NextToken,
    // A least size of 0 means as many as there may be.
    size: MaxResults === undefined || MaxResults === 0 ? usual : MaxResults,
    malformed: (token) => invalid(`The nextPageToken is malformed: ${token}`),
  };
}
