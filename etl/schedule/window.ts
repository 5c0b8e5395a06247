/**
 * Delta windows (docs/sources.md: delta-window; https://docs.aws.amazon.com/iotanalytics/latest/APIReference/API_DeltaTime.html): each run of a query sees the rows of a time that no other run sees. The window is
 * put around the datastore and not around the query's result, so that the query need not select the time.
 */
import { quoted } from "../athena-sql/quoted";
import { tablesOf } from "../athena-sql/tables";

/** A delta window of a dataset's query. */
export interface DeltaWindow {
  /** SQL that gives a row's time as a timestamp; a column, or a function of columns */
  readonly timeExpression: string;
  /** the datastores whose rows it holds for */
  readonly tables: readonly string[];
  /** the Glue database that they are in */
  readonly database: string;
}

/** Blanks and comments before a query's first word. */
const LEAD = /^(?:\s|--[^\n]*(?:\n|$)|\/\*[^]*?\*\/)*/;

/**
 * The query over the rows of a window: of `from` and later, before `to`. Each datastore's name stands for its rows of the
 * window, by a WITH in front; within it the datastore itself is named with its database.
 *
 * @param from SQL of a timestamp with time zone, and `to` as well
 */
export function windowedQuery(
  query: string,
  { timeExpression, tables, database }: DeltaWindow,
  from: string,
  to: string,
): string {
  return withRows(query, tables, database, ` WHERE (${timeExpression}) >= ${from} AND (${timeExpression}) < ${to}`);
}

/** The query with the tables that it names without a database in one, for tools whose queries have no database of their own. */
export function queryInDatabase(query: string, database: string): string {
  const tables = tablesOf(query)
    .filter(({ qualifier }) => qualifier === undefined)
    .map(({ table }) => table);
  return tables.length === 0 ? query.replace(/[\s;]+$/, "") : withRows(query, tables, database, "");
}

/** Each table's name stands for its rows under a condition, by a WITH in front; within it the table itself is named with its database. */
function withRows(query: string, tables: readonly string[], database: string, condition: string): string {
  const text = query.replace(/[\s;]+$/, "");
  const views = [...new Set(tables.map((table) => table.toLowerCase()))].map(
    (table) => `${quoted(table)} AS (SELECT * FROM ${quoted(database)}.${quoted(table)}${condition})`,
  );
  const lead = LEAD.exec(text)![0];
  const rest = text.slice(lead.length);
  const own = /^with\b(\s+recursive\b)?/i.exec(rest);
  if (own === null) return `${lead}WITH ${views.join(", ")}\n${rest}`;
  return `${lead}${own[0]} ${views.join(", ")},\n${rest.slice(own[0].length).trimStart()}`;
}

/** Why a query's rows cannot be kept to a window, or undefined. */
export function windowProblem(query: string): string | undefined {
  const tables = tablesOf(query);
  if (tables.length === 0) return "the query names no datastore that a window could be put around";
  const qualified = tables.find(({ qualifier }) => qualifier !== undefined);
  return qualified === undefined
    ? undefined
    : `the query names ${qualified.qualifier}.${qualified.table}; write ${qualified.table} alone, for a window is put around datastores that are named without a database`;
}

/** Words in a time expression that may be columns: no functions, no texts, no words of the language. */
export function columnsIn(timeExpression: string): string[] {
  const tokens = timeExpression.match(/'(?:[^']|'')*'|"(?:[^"]|"")*"|`[^`]*`|[A-Za-z_][A-Za-z0-9_]*|[^\s]/g) ?? [];
  const found = new Set<string>();
  tokens.forEach((token, index) => {
    const next = tokens[index + 1];
    if (/^["`]/.test(token)) found.add(token.slice(1, -1).toLowerCase());
    else if (
      /^[A-Za-z_]/.test(token) &&
      next !== "(" &&
      !(next?.startsWith("'") ?? false) &&
      !WORDS.has(token.toLowerCase())
    )
      found.add(token.toLowerCase());
  });
  return [...found];
}

const WORDS = new Set(
  "as at time zone and or not null true false case when then else end interval second minute hour day month year varchar bigint integer int double real decimal is in between like from with without precision".split(
    " ",
  ),
);
