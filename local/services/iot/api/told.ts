import { ApiError, pageOf } from "../../../api";
import { ThingError } from "../../things/registry";
import { IotError } from "../error";

/** Runs what an operation does; what AWS IoT would not do becomes the answer's error. @throws ApiError */
export function told<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof IotError || error instanceof ThingError)) throw error;
    throw new ApiError(error.code, error.type, error.message);
  }
}

/** Items of a page, as AWS's default and limit. */
const PAGE = 250;

/** A page of the lists with `marker` and `pageSize`. @throws ApiError for a size or a marker that AWS refuses */
export function markedPage<T>(
  items: readonly T[],
  keyOf: (item: T) => string,
  { pageSize = PAGE, marker, ascendingOrder = true }: { pageSize?: number; marker?: string; ascendingOrder?: boolean },
): { items: T[]; nextMarker: string | undefined } {
  if (!Number.isInteger(pageSize) || pageSize < 1 || pageSize > PAGE)
    throw new ApiError(400, "InvalidRequestException", `pageSize is ${pageSize}; it is 1 to ${PAGE}`);
  const sorted = [...items].sort((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1));
  if (ascendingOrder) {
    const found = pageOf(sorted, keyOf, marker, pageSize);
    if (found === undefined) throw new ApiError(400, "InvalidRequestException", "marker is not one of this list");
    return { items: found.items, nextMarker: found.nextToken };
  }
  const at = marker === undefined ? 0 : Number(Buffer.from(marker, "base64url").toString());
  if (!Number.isSafeInteger(at) || at < 0)
    throw new ApiError(400, "InvalidRequestException", "marker is not one of this list");
  const rest = sorted.reverse().slice(at);
  const more = rest.length > pageSize ? Buffer.from(String(at + pageSize)).toString("base64url") : undefined;
  return { items: rest.slice(0, pageSize), nextMarker: more };
}
