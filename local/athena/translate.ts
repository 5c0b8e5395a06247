import type * as Polyglot from "@polyglot-sql/sdk";
import { nearest } from "../../aws/text/nearest";
import { AthenaError } from "./error";
import { CLOCK_FUNCTIONS, FUNCTIONS, PATTERNED, translated } from "./functions";
import { outputNames } from "./names";
import { strftimePattern } from "./pattern";
import { literal } from "./types";

/** A query ready for DuckDB, and what the caller must know of it. */
export interface Translation {
  sql: string;
  /** names of the result's columns, of what DuckDB calls them */
  outputNames(names: readonly string[]): string[];
  /** tables that it reads, lower case; a name without database is of the default one */
  tables: { database: string | undefined; name: string; at: string }[];
  /** `line 1:8` of the first place where a name stands, for messages */
  placeOf(name: string): string;
  /** whether a column is held against a constant by = or IN somewhere */
  pinned(column: string): boolean;
  /** the first place where a column is compared with a text; undefined as well where the query makes a column of that name itself */
  comparedWithText(column: string): { at: string; operator: string; text: string; columnFirst: boolean } | undefined;
}

interface Token {
  token_type: string;
  text: string;
  span: { start: number; end: number; line: number; column: number };
}

/** Words that may stand in front of a parenthesis and call nothing. */
const KEYWORDS = new Set(
  `in and or not as on over filter values using exists any all some between like when then else case select where from by having with union
  except intersect within array map row distinct limit offset sets cube rollup decimal varchar char varbinary timestamp time interval lateral
  is return grouping join end escape date set numeric dec partition order group recursive tablesample bernoulli system`
    .trim()
    .split(/\s+/),
);

let polyglot: Promise<typeof Polyglot> | undefined;

/** 20 MB of WebAssembly, loaded by the first query. */
function library(): Promise<typeof Polyglot> {
  return (polyglot ??= import("@polyglot-sql/sdk").then(async (module) => {
    await module.init();
    return module;
  }));
}

/**
 * Reads a query as Trino does and writes it as DuckDB does (measurements, 13). Functions keep Trino's meaning by
 * macros (functions.ts); one that has none is refused by name and place.
 * @throws AthenaError
 */
export async function translate(sql: string): Promise<Translation> {
  const { parse, tokenize, transpile } = await library();
  const text = sql.trim().replace(/;\s*$/, "");
  if (text === "") throw new AthenaError("SYNTAX_ERROR", "the query is empty");
  const parsed = parse(text, "trino" as never) as unknown as {
    success: boolean;
    ast?: Record<string, unknown>[];
    error?: string;
    errorLine?: number;
    errorColumn?: number;
  };
  if (!parsed.success || parsed.ast === undefined) throw syntaxError(parsed.error ?? "cannot be read");
  if (parsed.ast.length !== 1)
    throw new AthenaError("SYNTAX_ERROR", `Only one sql statement is allowed, saw ${parsed.ast.length}`);
  const [kind = ""] = Object.keys(parsed.ast[0]!);
  if (!["select", "union", "intersect", "except", "values", "subquery"].includes(kind))
    throw new AthenaError(
      "NOT_SUPPORTED",
      `${kind.replaceAll("_", " ").toUpperCase()} is not executed by the local cloud, which runs queries: SELECT, WITH, VALUES. npm run query -- --tables lists the tables`,
    );
  const tokens = (tokenize(text, "trino" as never) as unknown as { tokens: Token[] }).tokens;
  const renamed = rename(text, tokens);
  const result = transpile(renamed, "trino" as never, "duckdb" as never) as unknown as {
    success: boolean;
    sql?: string[];
    error?: string;
  };
  if (!result.success || result.sql === undefined) throw syntaxError(result.error ?? "cannot be translated");
  const placeOf = (name: string): string => {
    const found = tokens.find((token) => token.text.toLowerCase() === name.toLowerCase());
    return found === undefined ? "" : `${place(text, found)}: `;
  };
  return {
    sql: result.sql[0]!,
    outputNames: (names) => outputNames(parsed.ast![0]!, names),
    tables: tablesOf(parsed.ast[0]).map((table) => ({ ...table, at: placeOf(table.name) })),
    placeOf,
    pinned: (column) =>
      tokens.some(
        (token, i) =>
          token.text.toLowerCase() === column.toLowerCase() &&
          (["EQ", "IN"].includes(tokens[i + 1]?.token_type ?? "") || tokens[i - 1]?.token_type === "EQ"),
      ),
    comparedWithText: (column) => comparison(text, tokens, column),
  };
}

const COMPARISONS = new Set(["EQ", "NEQ", "LT", "LTE", "GT", "GTE"]);
/** In front of a text they make another literal of it. */
const LITERALS = new Set(["DATE", "TIMESTAMP", "TIME", "INTERVAL", "DECIMAL"]);
/** Behind one of these a name is what the query calls something. */
const NAMED = new Set(["ALIAS", "AS", "R_PAREN", "VAR", "QUOTED_IDENTIFIER", "NUMBER", "STRING", "END"]);

function comparison(
  sql: string,
  tokens: readonly Token[],
  column: string,
): ReturnType<Translation["comparedWithText"]> {
  const type = (i: number): string => tokens[i]?.token_type ?? "";
  const isText = (i: number): boolean => type(i) === "STRING" && !LITERALS.has(type(i - 1));
  let found: ReturnType<Translation["comparedWithText"]>;
  for (const [i, token] of tokens.entries()) {
    if (!["VAR", "QUOTED_IDENTIFIER"].includes(token.token_type) || token.text.toLowerCase() !== column) continue;
    const first = type(i - 1) === "DOT" ? i - 2 : i;
    if (first === i && NAMED.has(type(i - 1))) return undefined;
    const not = type(i + 1) === "NOT" ? 1 : 0;
    const operator = type(i + 1 + not);
    const other =
      COMPARISONS.has(operator) || operator === "BETWEEN" ? i + 2 + not : operator === "IN" ? i + 3 + not : -1;
    const at = place(sql, tokens[first]!);
    if (isText(other))
      found ??= {
        at,
        operator: COMPARISONS.has(operator) ? tokens[i + 1]!.text : operator,
        text: tokens[other]!.text,
        columnFirst: true,
      };
    else if (COMPARISONS.has(type(first - 1)) && isText(first - 2))
      found ??= {
        at: place(sql, tokens[first - 2]!),
        operator: tokens[first - 1]!.text,
        text: tokens[first - 2]!.text,
        columnFirst: false,
      };
  }
  return found;
}

function otherFunction(name: string): string {
  const near = nearest(name, FUNCTIONS);
  return `${near === undefined ? "" : `near it is ${near}; `}those that are stand in docs/local-cloud.md`;
}

/** Calls get the names under which DuckDB has Trino's meaning. */
function rename(text: string, tokens: readonly Token[]): string {
  let result = "";
  let at = 0;
  tokens.forEach((token, i) => {
    const word = text.slice(token.span.start, token.span.end);
    if (!/^[A-Za-z_]\w*$/.test(word) || tokens[i - 1]?.token_type === "DOT") return;
    const lower = word.toLowerCase();
    const called = tokens[i + 1]?.token_type === "L_PAREN";
    let name: string | undefined;
    if (CLOCK_FUNCTIONS[lower] !== undefined && lower !== "now" && !called) name = `${translated(lower)!}()`;
    // In front of a string literal these begin a literal, and behind AS a type.
    else if (!called || (KEYWORDS.has(lower) && !(lower === "date" && isCall(tokens, i)))) return;
    // WITH name (columns) AS, FROM ... AS name (columns), and types in casts
    else if (isAlias(tokens, i)) return;
    else {
      name = translated(lower);
      if (name === undefined)
        throw new AthenaError(
          "FUNCTION_NOT_FOUND",
          `${place(text, token)}: Function '${lower}' is not executed by the local cloud; ${otherFunction(lower)}`,
        );
      if (PATTERNED[lower] !== undefined) {
        const pattern = patternOf(text, tokens, i);
        result += `${text.slice(at, token.span.start)}${name}${text.slice(token.span.end, pattern.span.start)}${literal(strftimePattern(pattern.text, place(text, pattern)))}`;
        at = pattern.span.end;
        return;
      }
      if (name.toLowerCase() === lower) return;
    }
    result += text.slice(at, token.span.start) + name;
    at = token.span.end;
  });
  return result + text.slice(at);
}

/** The literal that is the last argument of the call at `i`: DuckDB wants to know a pattern before it runs. */
function patternOf(text: string, tokens: readonly Token[], i: number): Token {
  let depth = 0;
  for (let j = i + 1; j < tokens.length; j++) {
    const type = tokens[j]!.token_type;
    if (type === "L_PAREN") depth++;
    if (type !== "R_PAREN" || --depth > 0) continue;
    const [comma, last] = [tokens[j - 2], tokens[j - 1]!];
    if (comma?.token_type === "COMMA" && last.token_type === "STRING") return last;
    break;
  }
  throw new AthenaError(
    "NOT_SUPPORTED",
    `${place(text, tokens[i]!)}: the local cloud executes ${tokens[i]!.text} with its pattern as a literal, such as '%Y-%m-%d'`,
  );
}

function isCall(tokens: readonly Token[], i: number): boolean {
  return tokens[i - 1]?.token_type !== "AS";
}

/** `AS name (a, b)`, `) name (a, b)`, `WITH name (a) AS`, `, name (a) AS (`: a list of column names follows, not arguments. */
function isAlias(tokens: readonly Token[], i: number): boolean {
  const before = tokens[i - 1]?.token_type;
  if (before === "AS" || before === "WITH" || before === "R_PAREN") return true;
  if (before !== "COMMA") return false;
  let depth = 0;
  for (let j = i + 1; j < tokens.length; j++) {
    const type = tokens[j]!.token_type;
    if (type === "L_PAREN") depth++;
    if (type === "R_PAREN" && --depth === 0)
      return tokens[j + 1]?.token_type === "AS" && tokens[j + 2]?.token_type === "L_PAREN";
  }
  return false;
}

interface TableNode {
  name: { name: string };
  schema?: { name: string } | null;
}

function tablesOf(ast: unknown): { database: string | undefined; name: string }[] {
  const tables = new Map<string, { database: string | undefined; name: string }>();
  const defined = new Set<string>();
  const visit = (node: unknown): void => {
    if (typeof node !== "object" || node === null) return;
    if (Array.isArray(node)) return node.forEach(visit);
    for (const [key, value] of Object.entries(node)) {
      if (key === "ctes" && Array.isArray(value))
        for (const { alias } of value as { alias?: { name: string } }[]) defined.add(alias?.name.toLowerCase() ?? "");
      const { name, schema } = (value ?? {}) as Partial<TableNode>;
      if (key === "table" && typeof name === "object") {
        const database = schema?.name.toLowerCase();
        tables.set(`${database}.${name.name.toLowerCase()}`, { database, name: name.name.toLowerCase() });
      }
      visit(value);
    }
  };
  visit(ast);
  return [...tables.values()].filter(({ database, name }) => database !== undefined || !defined.has(name));
}

/** `line 1:8`; the tokens' own columns are those of their ends. */
function place(text: string, { span }: Token): string {
  const before = text.slice(0, span.start);
  return `line ${before.split("\n").length}:${span.start - before.lastIndexOf("\n")}`;
}

function syntaxError(message: string): AthenaError {
  const found = /^Parse error at line (\d+), column (\d+): (.*)$/s.exec(message);
  return new AthenaError("SYNTAX_ERROR", found === null ? message : `line ${found[1]}:${found[2]}: ${found[3]}`);
}
