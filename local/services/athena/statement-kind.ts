import type { Statement, StatementOf } from "../../../etl/athena-sql/syntax/ast";

/** What Athena says of a statement before it runs, and where its result goes. */
export interface StatementKind {
  type: "DDL" | "DML" | "UTILITY";
  /** for statements whose name in Athena's answers is known */
  subtype?: string;
  /**
   * form of the result: CSV, lines of text, or no rows at all, because they go into a table or into files
   */
  form: "csv" | "txt" | "files";
  /** whether the first line of the result names the columns */
  header: boolean;
  /** of the result's object: before the query's id, and behind it */
  prefix: string;
  suffix: string;
}

/**
 * Types as https://docs.aws.amazon.com/athena/latest/APIReference/API_QueryExecution.html lists them; names of the results as
 * https://docs.aws.amazon.com/athena/latest/ug/querying-finding-output-files.html has them. Which statement has which subtype, and which results
 * begin with the names of the columns, is not documented by AWS; it is as https://github.com/aoyagikouhei/athena-local measured it.
 */
export function kindOf(statement: Statement): StatementKind {
  switch (statement.kind) {
    case "query":
      return { ...CSV, type: "DML", subtype: "SELECT" };
    case "insert":
      return { ...FILES, type: "DML", subtype: "INSERT" };
    case "unload":
      return { ...FILES, type: "DML", subtype: "UNLOAD" };
    case "createTableAs":
      return { ...FILES, type: "DDL", subtype: "CREATE_TABLE_AS_SELECT", prefix: "tables/" };
    case "createView":
      return { ...TXT, type: "DDL", subtype: "CREATE_VIEW" };
    case "explain":
      return { ...TXT, type: "DML", subtype: "EXPLAIN", header: true };
    case "describe":
      return { ...TXT, type: "UTILITY", subtype: "DESCRIBE_TABLE" };
    case "show":
      return { ...(statement.what === "FUNCTIONS" ? CSV : TXT), type: "UTILITY", subtype: SHOW[statement.what] };
    case "other":
      return otherKind(statement.name);
    default:
      return { ...TXT, type: "UTILITY" };
  }
}

const CSV = { form: "csv", header: true, prefix: "", suffix: ".csv" } as const;
const TXT = { form: "txt", header: false, prefix: "", suffix: ".txt" } as const;
const FILES = { form: "files", header: false, prefix: "", suffix: "" } as const;

const SHOW: Readonly<Record<StatementOf<"show">["what"], string>> = {
  TABLES: "SHOW_TABLES",
  VIEWS: "SHOW_VIEWS",
  DATABASES: "SHOW_DATABASES",
  SCHEMAS: "SHOW_DATABASES",
  COLUMNS: "SHOW_COLUMNS",
  PARTITIONS: "SHOW_PARTITIONS",
  "CREATE TABLE": "SHOW_CREATE_TABLE",
  "CREATE VIEW": "SHOW_CREATE_VIEW",
  FUNCTIONS: "SHOW_FUNCTIONS",
  CATALOGS: "SHOW_CATALOGS",
  TBLPROPERTIES: "SHOW_TBLPROPERTIES",
};

/** Statements that the local cloud knows by name only. */
function otherKind(name: string): StatementKind {
  const [verb = ""] = name.split(" ");
  if (["DELETE", "UPDATE", "MERGE", "INSERT"].includes(verb))
    return { ...FILES, type: "DML", subtype: verb, suffix: verb === "INSERT" ? "" : ".csv" };
  const subtype = OTHERS[name];
  return {
    ...TXT,
    type: ["CREATE", "DROP", "ALTER", "OPTIMIZE", "MSCK"].includes(verb) ? "DDL" : "UTILITY",
    ...(subtype !== undefined && { subtype }),
  };
}

const OTHERS: Readonly<Record<string, string>> = {
  "CREATE EXTERNAL TABLE": "CREATE_TABLE",
  "CREATE TABLE": "CREATE_TABLE",
  "CREATE VIEW": "CREATE_VIEW",
  "CREATE OR REPLACE VIEW": "CREATE_VIEW",
  "CREATE DATABASE": "CREATE_DATABASE",
  "CREATE SCHEMA": "CREATE_DATABASE",
  "DROP TABLE": "DROP_TABLE",
  "DROP VIEW": "DROP_VIEW",
  "DROP DATABASE": "DROP_DATABASE",
  "DROP SCHEMA": "DROP_DATABASE",
};
