/** One page of a list. */
export interface Page<T> {
  items: T[];
  /** where the next page begins; undefined on the last one */
  next?: string;
}

/**
 * Cuts a list into pages. A token is the key of the last item of the page before, so that items that come and go meanwhile neither repeat nor hide
 * others.
 * @param items in the order of their keys, or of `after`
 * @param token of the request
 * @param size most items of a page; a page has one at least, so that pages come to an end
 * @param malformed the error for a token that is none
 */
export function pageOf<T>(
  items: readonly T[],
  key: (item: T) => string,
  { token, size, malformed }: { token: string | undefined; size: number; malformed(token: string): Error },
): Page<T> {
  let begin = 0;
  if (token !== undefined) {
    const last = decode(token);
    if (last === undefined) throw malformed(token);
    const place = items.findIndex((item) => key(item) === last);
    // An item that is gone leaves its place to the next in the order of the keys.
    begin = place >= 0 ? place + 1 : items.findIndex((item) => key(item) > last);
    if (begin < 0) begin = items.length;
  }
  const most = Math.max(1, Math.floor(size));
  const page = items.slice(begin, begin + most);
  const isLast = begin + most >= items.length;
  return { items: page, ...(!isLast && { next: encode(key(page[page.length - 1]!)) }) };
}

const MARK = "local:";

function encode(key: string): string {
  return Buffer.from(`${MARK}${key}`).toString("base64");
}

function decode(token: string): string | undefined {
  const text = Buffer.from(token, "base64").toString("utf8");
  return text.startsWith(MARK) && encode(text.slice(MARK.length)) === token ? text.slice(MARK.length) : undefined;
}
