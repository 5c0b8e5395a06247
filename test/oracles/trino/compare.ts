import { AthenaError, type Athena, type QueryResult } from "../../../local/athena";
import { ORACLE_NOW, type Answer } from "./answers";

/** `refused`: the local cloud says that it does not execute it. `wrong`: anything else that is not as Trino says. */
export interface Verdict {
  outcome: "equal" | "refused" | "wrong";
  /** what the local SQL said instead */
  seen?: string;
}

/** Asks the local SQL what Trino was asked. */
export async function judge(athena: Athena, answer: Answer): Promise<Verdict> {
  let result: QueryResult;
  try {
    result = await athena.query(answer.sql, { database: "", tables: new Map(), now: ORACLE_NOW });
  } catch (error) {
    if (!(error instanceof AthenaError)) return { outcome: "wrong", seen: String(error) };
    if (answer.error !== undefined && (error.code === answer.error || !isRefusal(error))) return { outcome: "equal" };
    return { outcome: isRefusal(error) ? "refused" : "wrong", seen: error.message };
  }
  const names = result.columns.map(({ name }) => name);
  const types = result.columns.map(({ type }) => type);
  const seen = (): string =>
    JSON.stringify({ names, types, rows: result.rows }, (_, value: unknown) =>
      typeof value === "bigint" ? String(value) : value,
    );
  if (answer.error !== undefined) return { outcome: "wrong", seen: seen() };
  const same =
    JSON.stringify(names) === JSON.stringify(answer.names) &&
    JSON.stringify(types) === JSON.stringify(answer.types) &&
    sameRows(result.rows, answer);
  return same ? { outcome: "equal" } : { outcome: "wrong", seen: seen() };
}

/** What is not executed says so. */
function isRefusal({ message }: AthenaError): boolean {
  return message.includes("local cloud");
}

function sameRows(rows: unknown[][], { sql, types, rows: expected }: Answer): boolean {
  const normal = (all: unknown[][]): unknown[][] => {
    const normalized = all.map((row) => row.map((value, i) => comparable(value, types![i]!)));
    return isOrdered(sql)
      ? normalized
      : normalized
          .map((row) => [JSON.stringify(row), row] as const)
          .sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0))
          .map(([, row]) => row);
  };
  return near(normal(rows), normal(expected!));
}

/** Whether its last ORDER BY is the statement's own. */
function isOrdered(sql: string): boolean {
  const before = sql.slice(0, sql.toUpperCase().lastIndexOf("ORDER BY") + 1).replace(/'[^']*'/g, "");
  return before !== "" && [...before].filter((c) => c === "(").length === [...before].filter((c) => c === ")").length;
}

/** Doubles may differ in their last digits: functions such as sin and sums are not the same to the last bit in C and in Java. */
function near(a: unknown, b: unknown): boolean {
  if (typeof a === "number" && typeof b === "number")
    return Object.is(a, b) || Math.abs(a - b) <= 1e-13 * Math.max(Math.abs(a), Math.abs(b));
  if (Array.isArray(a) && Array.isArray(b)) return a.length === b.length && a.every((item, i) => near(item, b[i]));
  return a === b;
}

/** A value of either side in one form: texts, and numbers for double and real. @param type Trino's */
function comparable(value: unknown, type: string): unknown {
  if (value === null || value === undefined) return null;
  if (type === "double") return Number(value);
  if (type === "real") return Math.fround(Number(value));
  if (type === "boolean") return String(value);
  if (type === "varbinary")
    return typeof value === "string" ? value.replaceAll(" ", "") : Buffer.from(value as Uint8Array).toString("hex");
  const [, outer, inner] = /^(array|map|row)\((.*)\)$/s.exec(type) ?? [];
  if (outer === undefined || inner === undefined || typeof value !== "object") return String(value);
  const parts = splitTypes(inner);
  if (outer === "array") return (value as unknown[]).map((item) => comparable(item, inner));
  if (outer === "row") {
    const fields = Array.isArray(value) ? value : Object.values(value);
    return fields.map((field, i) => comparable(field, fieldType(parts[i]!)));
  }
  const entries = (Array.isArray(value) ? value : value instanceof Map ? [...value] : Object.entries(value)) as [
    unknown,
    unknown,
  ][];
  return entries
    .map(([key, item]) => [comparable(key, parts[0]!), comparable(item, parts[1]!)] as const)
    .sort((a, b) => (JSON.stringify(a[0]) < JSON.stringify(b[0]) ? -1 : 1));
}

/** Of `name type`, `"a name" type` or `type`. */
function fieldType(field: string): string {
  const named = /^(?:"(?:[^"]|"")*"|[A-Za-z_]\w*) (?!with time zone|day to second|year to month|precision)(.*)$/s.exec(
    field,
  );
  return named === null || /^(timestamp|time|interval)\b/.test(field) ? field : named[1]!;
}

/** At commas that are in no brackets. */
function splitTypes(text: string): string[] {
  const parts: string[] = [];
  let depth = 0;
  let start = 0;
  for (let i = 0; i < text.length; i++) {
    if (text[i] === "(") depth++;
    else if (text[i] === ")") depth--;
    else if (text[i] === "," && depth === 0) {
      parts.push(text.slice(start, i).trim());
      start = i + 1;
    }
  }
  return [...parts, text.slice(start).trim()];
}
