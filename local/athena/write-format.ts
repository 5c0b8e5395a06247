/** The files that statements write: their format and compression. https://docs.aws.amazon.com/athena/latest/ug/compression-support-hive.html */
import type { Property } from "../../etl/athena-sql/syntax/ast";
import { SqlError } from "../../etl/athena-sql/syntax/error";
import type { CatalogTable } from "./catalog";
import { literal } from "./duck/text";

export type Format = "PARQUET" | "JSON" | "TEXTFILE";
export type Compression = "GZIP" | "SNAPPY" | "ZSTD" | "NONE";

/** How rows become a file. */
export interface FileFormat {
  readonly format: Format;
  readonly compression: Compression;
  /** between the fields of a text file */
  readonly delimiter?: string;
}

/** Athena writes them so unless a statement says otherwise. https://docs.aws.amazon.com/athena/latest/ug/compression-formats.html */
const DEFAULT: Compression = "GZIP";

/** What DuckDB can write of that which Athena can. Athena reads Parquet with LZ4 but does not write it. */
const COMPRESSIONS: Readonly<Record<Format, readonly Compression[]>> = {
  PARQUET: ["GZIP", "SNAPPY", "ZSTD", "NONE"],
  JSON: ["GZIP", "ZSTD", "NONE"],
  TEXTFILE: ["GZIP", "ZSTD", "NONE"],
};

/** Texts of WITH (...) by name. @throws SqlError for a property that is not executed */
export function readProperties(properties: readonly Property[], known: readonly string[]): Map<string, string> {
  return new Map(
    properties.map(({ name, value, at }) => {
      if (!known.includes(name))
        throw new SqlError(
          "NOT_SUPPORTED",
          `the property ${name} is not executed by the local cloud; ${known.join(", ")} are`,
          at,
        );
      if (value.kind !== "string")
        throw new SqlError("INVALID_TABLE_PROPERTY", `Invalid value for property '${name}'`, at);
      return [name, value.value];
    }),
  );
}

/** The format of a statement's files. @param compressions names of the properties that give the compression @throws SqlError */
export function fileFormat<F extends Format>(
  properties: ReadonlyMap<string, string>,
  known: readonly F[],
  compressions: readonly string[],
): FileFormat & { readonly format: F } {
  const format = (properties.get("format") ?? "PARQUET").toUpperCase();
  if (!isOneOf(format, known))
    throw new SqlError(
      "NOT_SUPPORTED",
      `the format ${format} is not executed by the local cloud; ${known.join(", ")} are`,
    );
  const given = compressions.filter((name) => properties.has(name));
  if (given.length > 1)
    throw new SqlError("INVALID_TABLE_PROPERTY", `${given.join(" and ")} are equivalent; give only one of them`);
  const [name] = given;
  if (name === "parquet_compression" && format !== "PARQUET")
    throw new SqlError(
      "INVALID_TABLE_PROPERTY",
      `parquet_compression is for the format PARQUET; ${format} uses write_compression`,
    );
  return {
    format,
    compression: name === undefined ? DEFAULT : compressionOf(name, properties.get(name)!, format),
    delimiter: properties.get("field_delimiter"),
  };
}

/** The format of a table's further files. @throws SqlError */
export function tableFormat({ json, csv, parameters }: Pick<CatalogTable, "json" | "csv" | "parameters">): FileFormat {
  if (csv === true)
    throw new SqlError("NOT_SUPPORTED", "INSERT INTO a table of CSV is not executed by the local cloud");
  const format = json === true ? "JSON" : "PARQUET";
  for (const name of format === "PARQUET" ? ["parquet.compression", WRITE_COMPRESSION] : [WRITE_COMPRESSION]) {
    const value = parameters[name];
    if (value !== undefined) return { format, compression: compressionOf(name, value, format) };
  }
  return { format, compression: DEFAULT };
}

/** The table's property by which later statements know the compression. */
export const WRITE_COMPRESSION = "write.compression";

/** How DuckDB's COPY writes a format, and how the file's name ends, by which readers know the compression. */
export function copyOptions({ format, compression, delimiter = "\u0001" }: FileFormat): {
  options: string;
  suffix: string;
} {
  const codec = `COMPRESSION ${compression === "NONE" ? "uncompressed" : compression.toLowerCase()}`;
  switch (format) {
    case "PARQUET":
      return { options: `FORMAT parquet, ${codec}`, suffix: "" };
    case "JSON":
      return { options: `FORMAT json, ${codec}`, suffix: SUFFIXES[compression] ?? "" };
    case "TEXTFILE":
      return {
        options: `FORMAT csv, HEADER false, QUOTE '', ESCAPE '', NULLSTR '\\N', DELIMITER ${literal(delimiter)}, ${codec}`,
        suffix: SUFFIXES[compression] ?? "",
      };
  }
}

const SUFFIXES: Partial<Record<Compression, string>> = { GZIP: ".gz", ZSTD: ".zst" };

function compressionOf(property: string, text: string, format: Format): Compression {
  const name = text.toUpperCase() === "UNCOMPRESSED" ? "NONE" : text.toUpperCase();
  const known = COMPRESSIONS[format];
  if (isOneOf(name, known)) return name;
  throw new SqlError(
    "INVALID_TABLE_PROPERTY",
    `Unable to set property '${property}' to [${text}]: for ${format} the local cloud writes ${known.join(", ")}`,
  );
}

function isOneOf<T extends string>(text: string, known: readonly T[]): text is T {
  return (known as readonly string[]).includes(text);
}
