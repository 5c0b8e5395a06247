/** The tables that a query names, found by its words; the query itself is parsed by who runs it. */

/** One table after FROM or JOIN, as written without quotes. */
export interface TableReference {
  /** the name's last part: the datastore */
  readonly table: string;
  /** what stands before it, such as a database */
  readonly qualifier: string | undefined;
}

const TOKEN = /--[^\n]*|\/\*[^]*?\*\/|'(?:[^']|'')*'|"(?:[^"]|"")*"|`(?:[^`]|``)*`|[A-Za-z_][A-Za-z0-9_]*|[^\s]/g;
const ENDS_FROM = new Set(
  "where group having order limit offset union except intersect window fetch select on using".split(" "),
);

/** Every table of a SELECT, names of WITH left out. */
export function tablesOf(sql: string): TableReference[] {
  const tokens = (sql.match(TOKEN) ?? []).filter((token) => !/^(?:--|\/\*)/.test(token));
  const words = tokens.map((token) => token.toLowerCase());
  const own = new Set<string>();
  words.forEach((word, index) => {
    // WITH a AS ( ..., b AS (
    if (word === "as" && words[index + 1] === "(") own.add(unquote(tokens[index - 1] as string).toLowerCase());
  });
  const found: TableReference[] = [];
  /** for each open parenthesis, whether a SELECT has begun in it, and whether its FROM is being read */
  const stack = [{ select: false, from: false }];
  for (let index = 0; index < tokens.length; index++) {
    const scope = stack[stack.length - 1] as { select: boolean; from: boolean };
    const word = words[index] as string;
    let expectsTable = false;
    if (word === "(") {
      // FROM (a JOIN b ...) goes on with tables
      const inFrom: boolean = scope.from && /^(?:from|join|,|\()$/.test(words[index - 1] ?? "");
      stack.push({ select: inFrom, from: inFrom });
      expectsTable = inFrom && words[index + 1] !== "select";
    } else if (word === ")") {
      if (stack.length > 1) stack.pop();
    } else if (word === "select") {
      scope.select = true;
      scope.from = false;
    } else if (word === "from" && scope.select && words[index - 1] !== "distinct") {
      scope.from = true;
      expectsTable = true;
    } else if (word === "join" && scope.from) {
      expectsTable = true;
    } else if (word === "," && scope.from) {
      expectsTable = true;
    } else if (ENDS_FROM.has(word)) {
      // a JOIN may follow ON
      if (word !== "on" && word !== "using") scope.from = false;
    }
    if (expectsTable) {
      const reference = readTable(tokens, words, index + 1);
      if (reference !== undefined && !(reference.qualifier === undefined && own.has(reference.table.toLowerCase()))) {
        found.push(reference);
      }
    }
  }
  return found;
}

function readTable(tokens: readonly string[], words: readonly string[], from: number): TableReference | undefined {
  const parts: string[] = [];
  let at = from;
  while (/^["`A-Za-z_]/.test(tokens[at] ?? "")) {
    parts.push(unquote(tokens[at] as string));
    if (tokens[at + 1] !== ".") break;
    at += 2;
  }
  // unnest(...), lateral (...), values ...
  if (parts.length === 0 || tokens[at + 1] === "(" || /^(?:lateral|values|select)$/.test(words[from] ?? "")) {
    return undefined;
  }
  const table = parts.pop() as string;
  return { table, qualifier: parts.pop() };
}

function unquote(token: string): string {
  const quote = token[0];
  if (quote !== '"' && quote !== "`") return token;
  return token.slice(1, -1).replaceAll(quote + quote, quote);
}
