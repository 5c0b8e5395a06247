import { checkName } from "../names";
import { projectionLimits } from "./glue-projection";
import { absent, block, blocks, Findings, list, show, text, type Inputs, type Limit } from "../values";

/** Catalog database. https://docs.aws.amazon.com/glue/latest/webapi/API_DatabaseInput.html */
export const database: Limit = (inputs) => {
  const findings = new Findings();
  checkName(findings, "name", inputs.name, "catalog");
  return findings.all;
};

/** Catalog table with its projection. https://docs.aws.amazon.com/glue/latest/webapi/API_TableInput.html */
export const table: Limit = (inputs) => {
  const findings = new Findings();
  checkName(findings, "name", inputs.name, "catalog");
  const storage = block(inputs.storageDescriptor);
  checkColumns(findings, inputs, storage);
  const location = text(storage?.location);
  if (location !== undefined && location.length > 2056)
    findings.add(
      "storageDescriptor.location",
      `${location.length} characters`,
      "a location has at most 2,056",
      "shorten it",
    );
  for (const [key, value] of Object.entries(block(inputs.parameters) ?? {})) {
    const given = text(value);
    if (given !== undefined && given.length > 512_000)
      findings.add(
        `parameters["${key}"]`,
        `${given.length} characters`,
        "a parameter's value has at most 512,000",
        "shorten it",
      );
  }
  for (const member of ["viewOriginalText", "viewExpandedText"]) {
    const given = text(inputs[member]);
    if (given !== undefined && given.length > 409_600)
      findings.add(member, `${given.length} characters`, "the text of a view has at most 409,600", "shorten the query");
  }
  const indices = list(inputs.partitionIndices);
  if (indices !== undefined && indices.length > 3)
    findings.add("partitionIndices", `${indices.length} indexes`, "a table has at most 3", "drop some");
  findings.within("", projectionLimits(inputs));
  return findings.all;
};

function checkColumns(findings: Findings, inputs: Inputs, storage: Inputs | undefined): void {
  const places = new Map<string, string>();
  const visit = (value: unknown, at: string): void => {
    for (const [index, column] of blocks(value)) {
      const place = `${at}[${index}]`;
      findings.required(`${place}.name`, column.name, "a column has a name");
      const name = text(column.name);
      if (name === undefined) continue;
      if (name.length > 255)
        findings.add(`${place}.name`, `${name.length} characters`, "a column's name has at most 255", "shorten it");
      if (name !== name.toLowerCase())
        findings.add(
          `${place}.name`,
          show(name),
          "the catalog knows lower-case names only",
          `write ${show(name.toLowerCase())}`,
        );
      const other = places.get(name.toLowerCase());
      if (other !== undefined)
        findings.add(
          `${place}.name`,
          show(name),
          `${other} has the same name, and a name occurs once in a table`,
          "rename one, or drop it",
        );
      else places.set(name.toLowerCase(), place);
      const comment = text(column.comment);
      if (comment !== undefined && comment.length > 255)
        findings.add(`${place}.comment`, `${comment.length} characters`, "a comment has at most 255", "shorten it");
      const unknown = unknownType(text(column.type));
      if (unknown !== undefined)
        findings.add(
          `${place}.type`,
          show(column.type),
          `${show(unknown)} is no type of Hive or Iceberg`,
          "correct it",
        );
      if (at === "partitionKeys" && absent(column.type))
        findings.add(`${place}.type`, "nothing", "a partition key has a type", 'write "string"');
    }
  };
  visit(storage?.columns, "storageDescriptor.columns");
  visit(inputs.partitionKeys, "partitionKeys");
}

/** Types that the catalog's readers know: Hive's, and Iceberg's where they are written otherwise. The catalog itself takes any text. */
const TYPES = new Set(
  (
    "boolean tinyint smallint int integer bigint long float double decimal numeric char varchar string binary fixed " +
    "date time timestamp timestamptz timestamp_ntz interval interval_year_month interval_day_time uuid array list map struct uniontype void unknown variant geometry geography"
  ).split(" "),
);

/** The first word of a type that is none: names of a struct's fields stand before a colon, everything else is a type or a number. */
function unknownType(type: string | undefined): string | undefined {
  if (type === undefined) return undefined;
  const words = type.replace(/[^<>,:()]+:/g, "").match(/[a-z_][a-z0-9_ ]*/gi) ?? [];
  return words.map((word) => word.trim().toLowerCase()).find((word) => !isType(word));
}

function isType(word: string): boolean {
  return (
    TYPES.has(word) ||
    /^(double precision|timestamp with(out)?( local)? time ?zone|interval (year|day)|not null|comment .*)$/.test(word)
  );
}
