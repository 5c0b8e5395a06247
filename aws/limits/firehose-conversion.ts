import { absent, block, Findings, number, type Finding, type Inputs } from "../values";

const MIB = 1024 * 1024;

/** Whether conversion is on; undefined if that is not known. */
export function conversionEnabled(value: unknown): boolean | undefined {
  if (absent(value)) return false;
  const configuration = block(value);
  if (configuration === undefined) return undefined;
  if (absent(configuration.enabled)) return true;
  return typeof configuration.enabled === "boolean" ? configuration.enabled : undefined;
}

/** Format conversion; paths are relative to its block. https://docs.aws.amazon.com/firehose/latest/dev/enable-record-format-conversion.html */
export function conversionLimits(configuration: Inputs): Finding[] {
  const findings = new Findings();
  const part = (path: string, members: readonly string[], what: string): Inputs | undefined => {
    const [outer = "", inner = ""] = path.split(".");
    if (absent(configuration[outer])) {
      findings.add(
        outer,
        "nothing",
        "format conversion needs a deserializer, a serializer and a schema",
        `set ${outer}`,
      );
      return undefined;
    }
    const known = block(configuration[outer]);
    const chosen = block(known?.[inner]);
    if (chosen === undefined) {
      if (known !== undefined && absent(known[inner]))
        findings.add(path, "nothing", `there is exactly one ${what}`, `set ${path}.${members[0]}`);
      return undefined;
    }
    const given = members.filter((member) => !absent(chosen[member]));
    if (given.length !== 1)
      findings.add(
        path,
        given.length === 0 ? "none" : given.join(" and "),
        `there is exactly one ${what}`,
        `keep one of ${members.join(", ")}`,
      );
    return chosen;
  };
  part("inputFormatConfiguration.deserializer", ["openXJsonSerDe", "hiveJsonSerDe"], "deserializer");
  const serializer = part("outputFormatConfiguration.serializer", ["parquetSerDe", "orcSerDe"], "serializer");
  if (absent(configuration.schemaConfiguration))
    findings.add(
      "schemaConfiguration",
      "nothing",
      "format conversion needs a deserializer, a serializer and a schema",
      "set schemaConfiguration",
    );
  const schema = block(configuration.schemaConfiguration);
  if (schema !== undefined)
    for (const member of ["databaseName", "tableName", "roleArn"])
      findings.required(`schemaConfiguration.${member}`, schema[member], `the schema wants ${member}`);
  const parquet = block(serializer?.parquetSerDe);
  if (parquet !== undefined) checkParquet(findings, parquet);
  return findings.all;
}

function checkParquet(findings: Findings, parquet: Inputs): void {
  const at = "outputFormatConfiguration.serializer.parquetSerDe";
  findings.among(
    `${at}.compression`,
    parquet.compression,
    ["SNAPPY", "GZIP", "UNCOMPRESSED"],
    "the compression of Parquet",
  );
  findings.among(`${at}.writerVersion`, parquet.writerVersion, ["V1", "V2"], "the version of the writer");
  for (const [member, min, what] of [
    ["blockSizeBytes", 64 * MIB, "a block of Parquet"],
    ["pageSizeBytes", 64 * 1024, "a page of Parquet"],
  ] as const) {
    const size = number(parquet[member]);
    if (size !== undefined && size < min)
      findings.add(
        `${at}.${member}`,
        String(size),
        `${what} has at least ${min.toLocaleString("en-US")} bytes`,
        `set ${min} or more, or leave it out`,
      );
  }
}
