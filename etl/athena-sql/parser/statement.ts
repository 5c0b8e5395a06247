import type { Identifier, Property, ShowWhat, Statement } from "../syntax/ast";
import { at, type Cursor } from "./cursor";

/** A query, or another statement of Athena's; what the local cloud does not execute keeps only its name. */
export function parseStatement(cursor: Cursor): Statement {
  const place = at(cursor.token);
  if (cursor.isOne("SELECT", "WITH", "VALUES", "TABLE", "("))
    return { kind: "query", at: place, query: cursor.grammar.query(cursor) };
  if (cursor.take("SHOW")) return show(cursor, place);
  if (cursor.isOne("DESCRIBE", "DESC")) return describe(cursor, place);
  if (cursor.take("EXPLAIN")) return explain(cursor, place);
  if (cursor.take("INSERT", "INTO")) return insert(cursor, place);
  if (cursor.take("UNLOAD")) return unload(cursor, place);
  if (cursor.take("PREPARE")) return prepare(cursor, place);
  if (cursor.take("EXECUTE")) return execute(cursor, place);
  if (cursor.take("DEALLOCATE", "PREPARE")) return { kind: "deallocate", at: place, name: cursor.identifier() };
  if (cursor.is("CREATE")) {
    const created = create(cursor, place);
    if (created !== undefined) return created;
  }
  for (const words of OTHERS) {
    if (!cursor.is(...words.split(" "))) continue;
    while (!cursor.ended() && !cursor.is(";")) cursor.next();
    return { kind: "other", at: place, name: words };
  }
  return cursor.fail(EXPECTED);
}

type Place = ReturnType<typeof at>;

/** https://docs.aws.amazon.com/athena/latest/ug/ddl-reference.html */
function show(cursor: Cursor, place: Place): Statement {
  const what =
    WHAT.find((words) => cursor.take(...words.split(" "))) ?? cursor.fail(...WHAT.map((words) => `'${words}'`));
  let target: Identifier[] | undefined;
  let like: string | undefined;
  let text = "";
  if (what === "COLUMNS") {
    if (!cursor.take("FROM")) cursor.expect("IN");
    target = cursor.qualifiedName();
    if (cursor.take("FROM") || cursor.take("IN")) target = [...cursor.qualifiedName(), ...target];
  } else if (what === "TABLES" || what === "VIEWS") {
    if (cursor.take("IN") || cursor.take("FROM")) target = cursor.qualifiedName();
  } else if (["PARTITIONS", "CREATE TABLE", "CREATE VIEW", "TBLPROPERTIES"].includes(what))
    target = cursor.qualifiedName();
  if (what === "TBLPROPERTIES" && cursor.take("(")) {
    text = cursor.string();
    cursor.expect(")");
  } else if (["TABLES", "VIEWS", "DATABASES", "SCHEMAS", "FUNCTIONS", "COLUMNS"].includes(what)) {
    if (cursor.take("LIKE") || cursor.token.kind === "string") like = cursor.string();
  }
  return { kind: "show", at: place, what, target, like, escape: undefined, text };
}

const WHAT: readonly ShowWhat[] = [
  "TABLES",
  "VIEWS",
  "DATABASES",
  "SCHEMAS",
  "COLUMNS",
  "PARTITIONS",
  "CREATE TABLE",
  "CREATE VIEW",
  "FUNCTIONS",
  "CATALOGS",
  "TBLPROPERTIES",
];

function describe(cursor: Cursor, place: Place): Statement {
  cursor.next();
  if (cursor.isOne("INPUT", "OUTPUT") && cursor.isIdentifier(1)) {
    const words = `DESCRIBE ${cursor.next().value}`;
    cursor.next();
    return { kind: "other", at: place, name: words };
  }
  if (cursor.isOne("EXTENDED", "FORMATTED") && cursor.peek().kind !== "end" && !cursor.is(cursor.token.value, "."))
    return { kind: "other", at: place, name: `DESCRIBE ${skip(cursor)}` };
  return { kind: "describe", at: place, target: cursor.qualifiedName() };
}

/** The next word; the rest of the statement is left out. */
function skip(cursor: Cursor): string {
  const word = cursor.next().value;
  while (!cursor.ended() && !cursor.is(";")) cursor.next();
  return word;
}

function explain(cursor: Cursor, place: Place): Statement {
  const analyze = cursor.take("ANALYZE");
  if (analyze) cursor.take("VERBOSE");
  let type: string | undefined;
  let format: string | undefined;
  const isOption = cursor.is("(") && ["TYPE", "FORMAT"].includes(cursor.peek().value);
  if (isOption)
    cursor.list(() => {
      if (cursor.take("TYPE")) type = cursor.next().value;
      else {
        cursor.expect("FORMAT");
        format = cursor.next().value;
      }
    });
  return { kind: "explain", at: place, analyze, type, format, statement: parseStatement(cursor) };
}

function insert(cursor: Cursor, place: Place): Statement {
  const table = cursor.qualifiedName();
  const isList = cursor.is("(") && !["SELECT", "WITH", "VALUES", "TABLE", "("].includes(cursor.peek().value);
  const columns = isList ? cursor.list(() => cursor.identifier()) : undefined;
  return { kind: "insert", at: place, table, columns, query: cursor.grammar.query(cursor) };
}

function unload(cursor: Cursor, place: Place): Statement {
  cursor.expect("(");
  const query = cursor.grammar.query(cursor);
  cursor.expect(")", "TO");
  const location = cursor.string();
  return { kind: "unload", at: place, query, location, properties: cursor.take("WITH") ? properties(cursor) : [] };
}

function properties(cursor: Cursor): Property[] {
  return cursor.list(() => {
    const { name: key, at: keyAt } = cursor.identifier();
    cursor.expect("=");
    return { name: key.toLowerCase(), value: cursor.grammar.expression(cursor), at: keyAt };
  });
}

function prepare(cursor: Cursor, place: Place): Statement {
  const prepared = cursor.identifier();
  cursor.expect("FROM");
  const from = cursor.token.start;
  const statement = parseStatement(cursor);
  return {
    kind: "prepare",
    at: place,
    name: prepared,
    statement,
    text: cursor.sql.slice(from, cursor.token.start).trim(),
  };
}

function execute(cursor: Cursor, place: Place): Statement {
  const prepared = cursor.identifier();
  const parameters = cursor.take("USING") ? cursor.separated(",", () => cursor.grammar.expression(cursor)) : [];
  return { kind: "execute", at: place, name: prepared, parameters };
}

/** CREATE TABLE AS and CREATE VIEW; undefined for what else is created. */
function create(cursor: Cursor, place: Place): Statement | undefined {
  const start = cursor.position;
  cursor.next();
  const replace = cursor.take("OR", "REPLACE");
  if (cursor.take("VIEW")) {
    const view = cursor.qualifiedName();
    cursor.expect("AS");
    const from = cursor.token.start;
    const query = cursor.grammar.query(cursor);
    return {
      kind: "createView",
      at: place,
      view,
      replace,
      query,
      text: cursor.sql.slice(from, cursor.token.start).trim(),
    };
  }
  if (!replace && cursor.take("TABLE")) {
    const ifNotExists = cursor.take("IF", "NOT", "EXISTS");
    const table = cursor.qualifiedName();
    const columns =
      cursor.is("(") && cursor.isIdentifier(1) && [",", ")"].includes(cursor.peek(2).value)
        ? cursor.list(() => cursor.identifier())
        : undefined;
    const given = cursor.take("WITH") ? properties(cursor) : [];
    if (cursor.take("AS")) {
      const query = cursor.grammar.query(cursor);
      const withData = !cursor.take("WITH", "NO", "DATA");
      if (withData) cursor.take("WITH", "DATA");
      return { kind: "createTableAs", at: place, table, ifNotExists, properties: given, columns, query, withData };
    }
  }
  cursor.position = start;
  return undefined;
}

/** Statements that are refused by their name, the longer names first. */
const OTHERS = [
  "ALTER TABLE",
  "ALTER DATABASE",
  "ALTER VIEW",
  "ALTER SCHEMA",
  "CREATE EXTERNAL TABLE",
  "CREATE OR REPLACE VIEW",
  "CREATE TABLE",
  "CREATE VIEW",
  "CREATE DATABASE",
  "CREATE SCHEMA",
  "CREATE",
  "DROP TABLE",
  "DROP VIEW",
  "DROP DATABASE",
  "DROP SCHEMA",
  "DROP",
  "MSCK REPAIR TABLE",
  "INSERT OVERWRITE",
  "INSERT",
  "DELETE",
  "UPDATE",
  "MERGE",
  "OPTIMIZE",
  "VACUUM",
  "ANALYZE",
  "TRUNCATE",
  "USE",
  "SET",
  "RESET",
  "GRANT",
  "REVOKE",
  "CALL",
  "COMMENT",
  "START TRANSACTION",
  "COMMIT",
  "ROLLBACK",
  "ALTER",
];

const EXPECTED =
  "'ALTER', 'ANALYZE', 'CALL', 'COMMENT', 'COMMIT', 'CREATE', 'DEALLOCATE', 'DELETE', 'DENY', 'DESC', 'DESCRIBE', 'DROP', 'EXECUTE', 'EXPLAIN', 'GRANT', 'INSERT', 'MERGE', 'PREPARE', 'REFRESH', 'RESET', 'REVOKE', 'ROLLBACK', 'SET', 'SHOW', 'START', 'TRUNCATE', 'UPDATE', 'USE', <query>";
