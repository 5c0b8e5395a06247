/** A result as Athena leaves it in S3: all in double quotes, NULL as nothing at all. */
export function toCsv({ columns, rows }: { columns: readonly { name: string }[]; rows: readonly unknown[][] }): string {
  return csvLine(columns.map(({ name }) => name)) + rows.map(csvLine).join("");
}

export function csvLine(values: readonly unknown[]): string {
  return `${values.map((value) => (value === null || value === undefined ? "" : `"${text(value).replaceAll('"', '""')}"`)).join(",")}\n`;
}

/** Arrays as `[a, b]`, rows and maps as `{k=v}`, as Athena prints them. */
function text(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(text).join(", ")}]`;
  if (typeof value === "object" && value !== null)
    return `{${Object.entries(value)
      .map(([name, field]) => `${name}=${text(field)}`)
      .join(", ")}}`;
  return String(value);
}
