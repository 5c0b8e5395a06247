import { ApiError, pageOf } from "../../api";

const PAGE = { standard: 100, most: 1000 };

/** A page of a list. @throws ApiError for a size or a token that there is not */
export function paged<T>(
  items: readonly T[],
  keyOf: (item: T) => string,
  { maxResults, nextToken }: { maxResults?: number; nextToken?: string },
): { items: T[]; nextToken: string | undefined } {
  // 0 stands for the default.
  const size = maxResults === undefined || maxResults === 0 ? PAGE.standard : maxResults;
  if (!Number.isInteger(size) || size < 0 || size > PAGE.most)
    throw new ApiError(400, "ValidationException", `maxResults is ${size}; it is 0 to ${PAGE.most}`);
  const page = pageOf(items, keyOf, nextToken, size);
  if (page === undefined) throw new ApiError(400, "InvalidToken", "Invalid Token");
  return page;
}
