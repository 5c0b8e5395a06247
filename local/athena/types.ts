/** Hive's types, as a Glue table spells them, as DuckDB's. @throws Error for one that a table of ours cannot have */
export function duckType(hive: string): string {
  const text = hive.trim().toLowerCase();
  const simple = SIMPLE[text];
  if (simple !== undefined) return simple;
  if (/^decimal\(\d+,\s*\d+\)$/.test(text)) return text.toUpperCase();
  if (/^(var)?char\(\d+\)$/.test(text)) return "VARCHAR";
  const inner = /^(array|map|struct)<(.*)>$/.exec(text);
  if (inner === null) throw new Error(`${hive} is no type that the local cloud reads`);
  const parts = split(inner[2]!);
  if (inner[1] === "array") return `${duckType(parts[0]!)}[]`;
  if (inner[1] === "map") return `MAP(${duckType(parts[0]!)}, ${duckType(parts[1]!)})`;
  const fields = parts.map((part) => {
    const colon = part.indexOf(":");
    return `${quoted(part.slice(0, colon).trim())} ${duckType(part.slice(colon + 1))}`;
  });
  return `STRUCT(${fields.join(", ")})`;
}

export function isReadableType(hive: string): boolean {
  try {
    duckType(hive);
    return true;
  } catch {
    return false;
  }
}

const SIMPLE: Record<string, string> = {
  boolean: "BOOLEAN",
  tinyint: "TINYINT",
  smallint: "SMALLINT",
  int: "INTEGER",
  integer: "INTEGER",
  bigint: "BIGINT",
  float: "REAL",
  double: "DOUBLE",
  string: "VARCHAR",
  binary: "BLOB",
  date: "DATE",
  timestamp: "TIMESTAMP",
  decimal: "DECIMAL(10,0)",
};

/** At commas that are in no brackets. */
function split(text: string): string[] {
  const parts: string[] = [];
  let depth = 0;
  let start = 0;
  for (let i = 0; i < text.length; i++) {
    if ("<(".includes(text[i]!)) depth++;
    else if (">)".includes(text[i]!)) depth--;
    else if (text[i] === "," && depth === 0) {
      parts.push(text.slice(start, i));
      start = i + 1;
    }
  }
  return [...parts, text.slice(start)];
}

export function quoted(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

export function literal(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

/** A DuckDB type as Athena calls it in a result. A sum of whole numbers is a bigint there. */
export function athenaType(duck: string): string {
  const names: Record<string, string> = {
    HUGEINT: "bigint",
    UBIGINT: "bigint",
    FLOAT: "real",
    BLOB: "varbinary",
    "TIMESTAMP WITH TIME ZONE": "timestamp with time zone",
  };
  return names[duck] ?? duck.toLowerCase();
}
