import type { Statement } from "../syntax/ast";
import { at, type Cursor } from "./cursor";

/** A query, or another statement of Athena's; what the local cloud does not execute keeps only its name. */
export function parseStatement(cursor: Cursor): Statement {
  const place = at(cursor.token);
  if (cursor.isOne("SELECT", "WITH", "VALUES", "TABLE", "("))
    return { kind: "query", at: place, query: cursor.grammar.query(cursor) };
  for (const words of OTHERS) {
    if (!cursor.is(...words.split(" "))) continue;
    while (!cursor.ended() && !cursor.is(";")) cursor.next();
    return { kind: "other", at: place, name: words };
  }
  return cursor.fail(EXPECTED);
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
  "INSERT",
  "DELETE",
  "UPDATE",
  "MERGE",
  "OPTIMIZE",
  "VACUUM",
  "ANALYZE",
  "TRUNCATE",
  "SHOW",
  "DESCRIBE",
  "DESC",
  "EXPLAIN",
  "UNLOAD",
  "PREPARE",
  "EXECUTE",
  "DEALLOCATE",
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
