import type { Query } from "./syntax/ast";
import { SqlError } from "./syntax/error";
import { parse } from "./parser";

/** One table after FROM or JOIN, as written without quotes. */
export interface TableReference {
  /** the name's last part: the datastore */
  readonly table: string;
  /** what stands before it, such as a database */
  readonly qualifier: string | undefined;
}

/** Every table that a statement reads, names of WITH left out; none of a statement that cannot be parsed. */
export function tablesOf(sql: string): TableReference[] {
  const found: TableReference[] = [];
  try {
    collect(parse(sql), new Set(), found);
  } catch (error) {
    if (!(error instanceof SqlError)) throw error;
  }
  return found;
}

/** @param own names of WITH that are seen here, lower case */
function collect(node: unknown, own: ReadonlySet<string>, found: TableReference[]): void {
  if (Array.isArray(node)) {
    for (const one of node) collect(one, own, found);
    return;
  }
  if (typeof node !== "object" || node === null) return;
  if ("withs" in node) return collectQuery(node as Query, own, found);
  const table = node as { kind?: string; name?: readonly { name: string }[] };
  if ((table.kind === "table" || table.kind === "tableBody") && table.name !== undefined) {
    const names = table.name.map(({ name }) => name);
    const last = names[names.length - 1]!;
    if (names.length > 1 || !own.has(last.toLowerCase()))
      found.push({ table: last, qualifier: names[names.length - 2] });
    return;
  }
  for (const value of Object.values(node)) collect(value, own, found);
}

function collectQuery(query: Query, own: ReadonlySet<string>, found: TableReference[]): void {
  const { withs, ...rest } = query;
  const seen = new Set(own);
  for (const { name, query: inner } of withs) {
    if (query.recursive) seen.add(name.name.toLowerCase());
    collect(inner, seen, found);
    seen.add(name.name.toLowerCase());
  }
  for (const value of Object.values(rest)) collect(value, seen, found);
}
