/** What the queries of datasets want of the attributes: a time that they can read, and, where no columns are listed, the attributes themselves. */
import { parseOnlyQuery } from "../athena-sql/parser";
import type { Identifier, Node } from "../athena-sql/syntax/ast";
import { SqlError } from "../athena-sql/syntax/error";
import { parseTimestampFormat } from "../time/format";
import type { Reach } from "./wish";

const iso = (ms: number): string => new Date(ms).toISOString();
/** `2026-01-31 12:00:00` */
const plain = (ms: number): string => iso(ms).slice(0, 19).replace("T", " ");
/** Letters of MySQL's formats, which date_parse takes, in Java's. https://trino.io/docs/current/functions/datetime.html#mysql-date-functions */
const MYSQL: Readonly<Record<string, string>> = {
  Y: "yyyy",
  y: "yy",
  m: "MM",
  d: "dd",
  H: "HH",
  i: "mm",
  s: "ss",
  S: "ss",
  T: "HH:mm:ss",
};

/**
 * Adds what a query, or the expression of a delta window's time, wants.
 * @param attributes whether every name in it is one of an attribute, since the datastore lists no columns
 */
export function queryWishes(sql: string, attributes: boolean, reach: Reach): void {
  let query: unknown;
  try {
    query = parseOnlyQuery(sql);
  } catch (error) {
    if (error instanceof SqlError) return;
    throw error;
  }
  const own = namesMadeIn(query);
  walk(query, (node) => {
    const written = timeRead(node);
    if (written !== undefined) for (const wish of reach([written.name])) wish.time ??= written.write;
    if (!attributes) return;
    const isOwn = ({ name }: Identifier): boolean => own.has(name.toLowerCase()) || name.startsWith("__");
    if (node.kind === "identifier" && !isOwn(node.name)) reach([node.name.name]);
    // x.site, where x is a table
    if (node.kind === "dereference" && node.base.kind === "identifier" && isOwn(node.base.name) && !isOwn(node.field))
      reach([node.field.name]);
  });
}

/** Tables, aliases and the names of WITH, in lower case. */
function namesMadeIn(query: unknown): Set<string> {
  const names = new Set<string>();
  walk(query, (node) => {
    const { kind, alias, aliases, columns, name, parameters } = node as unknown as Record<string, unknown>;
    const lists = [aliases, columns, parameters, kind === "table" ? name : undefined, [alias]];
    for (const one of lists.flat()) if (isIdentifier(one)) names.add(one.name.toLowerCase());
    // a name of WITH
    if ("query" in node && isIdentifier(name)) names.add(name.name.toLowerCase());
  });
  return names;
}

function isIdentifier(value: unknown): value is Identifier {
  return typeof value === "object" && value !== null && "quoted" in value && "name" in value;
}

function walk(value: unknown, visit: (node: Node) => void): void {
  if (Array.isArray(value)) for (const one of value) walk(one, visit);
  else if (typeof value === "object" && value !== null) {
    visit(value as Node);
    for (const one of Object.values(value)) walk(one, visit);
  }
}

/** The column that a function reads a time from, and how to write one. */
function timeRead(node: Node): { name: string; write: (ms: number) => unknown } | undefined {
  if (node.kind === "call") {
    const [first, second] = node.call.args;
    const format = second?.kind === "string" ? second.value : undefined;
    const write = writer(node.call.name.at(-1)!.name.toLowerCase(), format, thousandths(first));
    const column = columnIn(first);
    return column === undefined || write === undefined ? undefined : { name: column, write };
  }
  if (node.kind !== "cast" || !node.type.name.startsWith("timestamp")) return undefined;
  const column = columnIn(node.operand);
  return column === undefined ? undefined : { name: column, write: plain };
}

function writer(name: string, format: string | undefined, millis: boolean): ((ms: number) => unknown) | undefined {
  switch (name) {
    case "from_unixtime":
      return millis ? (ms) => ms : (ms) => Math.floor(ms / 1000);
    case "from_iso8601_timestamp":
      return iso;
    case "from_iso8601_date":
      return (ms) => iso(ms).slice(0, 10);
    case "date_parse":
      return written(format?.replace(/%(.)/g, (all, letter: string) => MYSQL[letter] ?? all));
    case "parse_datetime":
      return written(format);
    default:
      return undefined;
  }
}

function written(format: string | undefined): ((ms: number) => string) | undefined {
  if (format === undefined || format.includes("%")) return undefined;
  try {
    return parseTimestampFormat(format).format;
  } catch {
    return undefined;
  }
}

/** `x / 1000`: milliseconds */
function thousandths(node: Node | undefined): boolean {
  if (node?.kind === "cast") return thousandths(node.operand);
  return (
    node?.kind === "arithmetic" && node.operator === "/" && node.right.kind === "number" && +node.right.text === 1000
  );
}

/** The one column within an expression. */
function columnIn(node: Node | undefined): string | undefined {
  const names: string[] = [];
  if (node !== undefined)
    walk(node, (inner) => {
      if (inner.kind === "identifier") names.push(inner.name.name);
    });
  return names.length === 1 ? names[0] : undefined;
}
