import { CSV_SERDE, JSON_SERDE, type Properties } from "../../core/model";
import type { Finding } from "../../resources/properties";

const TEXT = {
  inputFormat: "org.apache.hadoop.mapred.TextInputFormat",
  outputFormat: "org.apache.hadoop.hive.ql.io.HiveIgnoreKeyTextOutputFormat",
};
const PARQUET = "org.apache.hadoop.hive.ql.io.parquet";

/** How files are read and written, for each SerDe that is executed. */
export const FORMATS: Record<string, { inputFormat: string; outputFormat: string }> = {
  [`${PARQUET}.serde.ParquetHiveSerDe`]: {
    inputFormat: `${PARQUET}.MapredParquetInputFormat`,
    outputFormat: `${PARQUET}.MapredParquetOutputFormat`,
  },
  [JSON_SERDE]: TEXT,
  [CSV_SERDE]: TEXT,
};

/** Formats and SerDe belong together, and the SerDe's parameters must be those that are executed. */
export function checkFormat(inputs: Properties): Finding[] {
  const descriptor: Properties = inputs.storageDescriptor ?? {};
  const library: string = descriptor.serDeInfo?.serializationLibrary ?? "";
  const format = FORMATS[library];
  const findings: Finding[] = [];
  if (format === undefined) return findings; // the table of properties has said so
  for (const member of ["inputFormat", "outputFormat"] as const)
    if (descriptor[member] !== undefined && descriptor[member] !== format[member])
      findings.push({
        path: `storageDescriptor.${member}`,
        message: `saw "${descriptor[member]}"; with the SerDe ${library} it is ${format[member]}`,
      });
  if (library === JSON_SERDE)
    for (const [name, value] of Object.entries((descriptor.serDeInfo?.parameters ?? {}) as Record<string, string>))
      if (JSON_PARAMETERS[name] === undefined || !JSON_PARAMETERS[name].test(value))
        findings.push({
          path: `storageDescriptor.serDeInfo.parameters["${name}"]`,
          message: `saw "${value}"; the local cloud reads lines of JSON without regard to case, and a line that is none fails the query: leave it out`,
        });
  if (library === CSV_SERDE) findings.push(...checkCsv(descriptor));
  return findings;
}

/** Texts between commas, in double quotes where they need some; a backslash is a backslash. */
function checkCsv({ columns = [], serDeInfo }: Properties): Finding[] {
  const given = (serDeInfo?.parameters ?? {}) as Record<string, string>;
  const parameters = { separatorChar: ",", quoteChar: '"', escapeChar: "\\", ...given };
  const findings: Finding[] = [];
  for (const [name, value] of Object.entries(parameters))
    if (CSV_PARAMETERS[name] === undefined || !CSV_PARAMETERS[name].test(value))
      findings.push({
        path: `storageDescriptor.serDeInfo.parameters["${name}"]`,
        message: `saw ${JSON.stringify(value)}; the local cloud reads CSV with the separatorChar ",", the quoteChar '"' and an escapeChar that no value has, one of U+E000 to U+F8FF`,
      });
  for (const [index, { name, type }] of (columns as Properties[]).entries())
    if (type !== "string")
      findings.push({
        path: `storageDescriptor.columns[${index}].type`,
        message: `saw "${type}"; the local cloud reads columns of CSV as texts: write "string", and cast ${name} in a view`,
      });
  return findings;
}

const CSV_PARAMETERS: Record<string, RegExp> = {
  "serialization.format": /^1$/,
  separatorChar: /^,$/,
  quoteChar: /^"$/,
  escapeChar: /^[\uE000-\uF8FF]$/,
};

/** What the JSON SerDe may be told: its defaults. */
const JSON_PARAMETERS: Record<string, RegExp> = {
  "serialization.format": /^1$/,
  "case.insensitive": /^true$/i,
  "ignore.malformed.json": /^false$/i,
};

/** Why no query here can read files of these formats; undefined if one can. @param descriptor with the names of the program's arguments */
export function unreadable(descriptor: Properties): string | undefined {
  const library: string = descriptor.serDeInfo?.serializationLibrary ?? "";
  if (FORMATS[library] === undefined)
    return `the SerDe "${library}" is not executed by the local cloud; ${Object.keys(FORMATS).join(" and ")} are`;
  const [finding] = checkFormat({ storageDescriptor: descriptor });
  return finding && `${finding.path.replace("storageDescriptor.", "")}: ${finding.message}`;
}
