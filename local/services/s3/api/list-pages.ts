import { S3_LIMITS } from "../../../../aws/limits/s3-objects";
import type { Cursor } from "../key-walk";
import { s3Error } from "./row";

/** A page of a list. */
export interface Page<Item> {
  items: Item[];
  prefixes: string[];
  /** the last entry of the page, an item or a common prefix, if there are more */
  last: Item | string | undefined;
}

/** What a list is asked for. */
export interface PageRequest {
  prefix: string;
  delimiter: string | undefined;
  /** the key or common prefix after which the page begins */
  after: string;
  /** entries, items and common prefixes together */
  most: number;
}

/**
 * A page of a list: keys with the delimiter after the prefix are one common prefix each.
 * @param keys walks over the keys after a cursor
 * @param itemsOf entries of a key
 * @param first items that come before those of the keys
 */
export function pageOf<Item extends object>(
  keys: (prefix: string, cursor: Cursor) => Iterable<string>,
  request: PageRequest,
  itemsOf: (key: string) => readonly Item[],
  first: readonly Item[] = [],
): Page<Item> {
  const page: Page<Item> = { items: [], prefixes: [], last: undefined };
  if (request.most === 0) return page;
  let last: Item | string | undefined;
  for (const entry of entriesOf(keys, request, itemsOf, first)) {
    if (page.items.length + page.prefixes.length === request.most) return { ...page, last };
    if (typeof entry === "string") page.prefixes.push(entry);
    else page.items.push(entry);
    last = entry;
  }
  return page;
}

function* entriesOf<Item extends object>(
  keys: (prefix: string, cursor: Cursor) => Iterable<string>,
  { prefix, delimiter, after }: PageRequest,
  itemsOf: (key: string) => readonly Item[],
  first: readonly Item[],
): Generator<Item | string> {
  yield* first;
  // A page that ended with a common prefix goes on after all of its keys.
  const cursor: Cursor = { after, subtree: after !== "" && after === commonPrefix(after, prefix, delimiter) };
  for (const key of keys(prefix, cursor)) {
    const common = commonPrefix(key, prefix, delimiter);
    if (common === undefined) yield* itemsOf(key);
    else {
      yield common;
      cursor.after = common;
      cursor.subtree = true;
    }
  }
}

/** What a key has up to the first delimiter after the prefix; undefined without one. */
function commonPrefix(key: string, prefix: string, delimiter: string | undefined): string | undefined {
  if (delimiter === undefined || delimiter === "" || !key.startsWith(prefix)) return undefined;
  const at = key.indexOf(delimiter, prefix.length);
  return at === -1 ? undefined : key.slice(0, at + delimiter.length);
}

/** Entries of a page. @throws ApiError */
export function pageSize(most: number | undefined, name: string): number {
  if (most === undefined) return S3_LIMITS.page;
  if (!Number.isInteger(most) || most < 0 || most > 2_147_483_647)
    throw s3Error("InvalidArgument", `Argument ${name} must be an integer between 0 and 2147483647`, {
      ArgumentName: name,
      ArgumentValue: most,
    });
  return Math.min(most, S3_LIMITS.page);
}

/**
 * How keys are written in an answer. With `url` they are percent-encoded and blanks are `+`, as clients decode them.
 * @throws ApiError for an encoding that S3 does not have
 */
export function encoderOf(encodingType: string | undefined): (text: string) => string {
  if (encodingType === undefined) return (text) => text;
  if (encodingType !== "url")
    throw s3Error("InvalidArgument", "Invalid Encoding Method specified in Request", {
      ArgumentName: "encoding-type",
      ArgumentValue: encodingType,
    });
  return (text) =>
    encodeURIComponent(text)
      .replace(/[!'()~]/g, (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`)
      .replaceAll("%20", "+")
      .replaceAll("%2F", "/");
}

/** A token that stands for a key. */
export function tokenOf(key: string): string {
  return Buffer.from(`1${key}`).toString("base64url");
}

/** The key that a token stands for. @throws ApiError for one that was not given here */
export function keyOfToken(token: string): string {
  const text = Buffer.from(token, "base64url").toString("utf8");
  if (!text.startsWith("1") || tokenOf(text.slice(1)) !== token)
    throw s3Error("InvalidArgument", "The continuation token provided is incorrect", {
      ArgumentName: "continuation-token",
    });
  return text.slice(1);
}
