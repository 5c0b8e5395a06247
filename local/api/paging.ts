/**
 * A page of a list that is in the order of its keys. A token is the last key of the page before, so that a list may change between two
 * pages and nothing comes twice or is passed over.
 * @param token of the page before; undefined for the first page
 * @param size most items of a page
 * @returns undefined for a token that is none of these
 */
export function pageOf<T>(
  items: readonly T[],
  keyOf: (item: T) => string,
  token: string | undefined,
  size: number,
): { items: T[]; nextToken: string | undefined } | undefined {
  const after = token === undefined ? undefined : Buffer.from(token, "base64url").toString("utf8");
  if (after !== undefined && Buffer.from(after).toString("base64url") !== token) return undefined;
  const rest = after === undefined ? items : items.filter((item) => keyOf(item) > after);
  const shown = rest.slice(0, size);
  const last = shown.at(-1);
  const nextToken =
    rest.length > size && last !== undefined ? Buffer.from(keyOf(last)).toString("base64url") : undefined;
  return { items: shown, nextToken };
}
