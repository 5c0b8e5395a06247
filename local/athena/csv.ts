import { parseOnlyType } from "../../etl/athena-sql/parser/only-type";
import { resolveType } from "../../etl/athena-sql/types/resolve";
import { formatDouble, formatReal } from "../../etl/athena-sql/values/number-text";
import type { Type } from "../../etl/athena-sql/types/type";

/** A result as Athena leaves it in S3: all in double quotes, NULL as nothing at all. */
export function toCsv({
  columns,
  rows,
}: {
  columns: readonly { name: string; type: string }[];
  rows: readonly unknown[][];
}): string {
  const line = csvLine(columns.map(({ type }) => type));
  return header(columns) + rows.map(line).join("");
}

/** The first line of a result's CSV. */
export function header(columns: readonly { name: string }[]): string {
  return join(columns.map(({ name }) => name));
}

/** Writes a row of columns of these types. */
export function csvLine(types: readonly string[]): (values: readonly unknown[]) => string {
  const printers = types.map((type) => printer(typeOf(type)));
  return (values) =>
    join(values.map((value, i) => (value === null || value === undefined ? undefined : printers[i]!(value))));
}

function join(cells: readonly (string | undefined)[]): string {
  return `${cells.map((cell) => (cell === undefined ? "" : `"${cell.replaceAll('"', '""')}"`)).join(",")}\n`;
}

/** A type that is written with names of fields that no parser takes prints its values as they are. */
function typeOf(text: string): Type | undefined {
  try {
    return resolveType(parseOnlyType(text));
  } catch {
    return undefined;
  }
}

/** Numbers as Java prints them, arrays as `[a, b]`, rows and maps as `{k=v}`, as Athena does. */
function printer(type: Type | undefined): (value: unknown) => string {
  switch (type?.kind) {
    case "double":
      return (value) => formatDouble(value as number);
    case "real":
      return (value) => formatReal(value as number);
    case "array": {
      const element = nullable(printer(type.element));
      return (value) => `[${(value as unknown[]).map(element).join(", ")}]`;
    }
    case "map": {
      const item = nullable(printer(type.value));
      return (value) => braces(Object.entries(value as object).map(([key, one]) => `${key}=${item(one)}`));
    }
    case "row": {
      const fields = type.fields.map((field) => nullable(printer(field.type)));
      return (value) => braces(Object.entries(value as object).map(([name, one], i) => `${name}=${fields[i]!(one)}`));
    }
    default:
      return plain;
  }
}

const braces = (parts: readonly string[]): string => `{${parts.join(", ")}}`;

function nullable(print: (value: unknown) => string): (value: unknown) => string {
  return (value) => (value === null ? "null" : print(value));
}

function plain(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(plain).join(", ")}]`;
  if (typeof value === "object" && value !== null)
    return braces(Object.entries(value).map(([name, one]) => `${name}=${plain(one)}`));
  return String(value);
}
