import { absent, block, blocks, Findings, isUnknown, list, show, text, type Finding, type Inputs } from "../values";

/** Members of a projected column, by its type. https://docs.aws.amazon.com/athena/latest/ug/partition-projection-supported-types.html */
const MEMBERS: Record<string, { required: readonly string[]; optional: readonly string[]; columnTypes: RegExp }> = {
  enum: { required: ["values"], optional: [], columnTypes: /^(string|varchar.*|char.*)$/ },
  integer: {
    required: ["range"],
    optional: ["interval", "digits"],
    columnTypes: /^(string|int|integer|bigint|smallint|tinyint)$/,
  },
  date: {
    required: ["range", "format"],
    optional: ["interval", "interval.unit"],
    columnTypes: /^(string|date|timestamp)$/,
  },
  injected: { required: [], optional: [], columnTypes: /^string$/ },
};
const UNITS = ["YEARS", "MONTHS", "WEEKS", "DAYS", "HOURS", "MINUTES", "SECONDS"];

/** Whether Athena projects the table's partitions. */
export function isProjected(parameters: Inputs | undefined): boolean {
  return text(parameters?.["projection.enabled"])?.toLowerCase() === "true";
}

/** An incomplete projection fails every query with HIVE_METASTORE_ERROR. https://docs.aws.amazon.com/athena/latest/ug/partition-projection-setting-up.html */
export function projectionLimits(inputs: Inputs): Finding[] {
  const findings = new Findings();
  const parameters = block(inputs.parameters);
  if (parameters === undefined || !isProjected(parameters)) return [];
  if (!absent(inputs.partitionKeys) && list(inputs.partitionKeys) === undefined) return [];
  if (list(inputs.partitionKeys)?.some(isUnknown) === true) return [];
  const keys: { name: string; type: string | undefined; at: string }[] = [];
  for (const [index, key] of blocks(inputs.partitionKeys)) {
    const name = text(key.name);
    if (name === undefined) return []; // without its keys nothing can be said of a projection
    keys.push({ name, type: text(key.type), at: `partitionKeys[${index}]` });
  }
  const allowed = new Set(["projection.enabled"]);
  for (const { name, type, at } of keys) checkKey(findings, parameters, name, type, at, allowed);
  for (const key of Object.keys(parameters))
    if (key.startsWith("projection.") && !allowed.has(key))
      findings.add(
        `parameters["${key}"]`,
        show(key),
        `the table's partition keys are ${keys.map(({ name }) => name).join(", ") || "none"}, and nothing of them has this member`,
        "remove it, or add the key",
      );
  checkTemplate(
    findings,
    parameters,
    keys.map(({ name }) => name),
    text(block(inputs.storageDescriptor)?.location),
  );
  return findings.all;
}

function checkKey(
  findings: Findings,
  parameters: Inputs,
  name: string,
  columnType: string | undefined,
  at: string,
  allowed: Set<string>,
): void {
  const own = `projection.${name}`;
  allowed.add(`${own}.type`);
  const given = parameters[`${own}.type`];
  if (absent(given)) {
    findings.add(
      `parameters["${own}.type"]`,
      "nothing",
      `every partition key is projected, ${show(name)} too`,
      `set ${own}.type to enum, integer, date or injected`,
    );
    for (const member of ["values", "range", "format", "interval", "interval.unit", "digits"])
      allowed.add(`${own}.${member}`);
    return;
  }
  findings.among(`parameters["${own}.type"]`, given, Object.keys(MEMBERS), "the type of a projection");
  const type = text(given);
  const members = MEMBERS[type ?? ""];
  if (members === undefined) {
    for (const member of ["values", "range", "format", "interval", "interval.unit", "digits"])
      allowed.add(`${own}.${member}`);
    return;
  }
  for (const member of members.required) {
    allowed.add(`${own}.${member}`);
    findings.required(
      `parameters["${own}.${member}"]`,
      parameters[`${own}.${member}`],
      `a projection of type ${type} wants ${member}`,
    );
  }
  for (const member of members.optional) allowed.add(`${own}.${member}`);
  if (columnType !== undefined && !members.columnTypes.test(columnType))
    findings.add(`${at}.type`, show(columnType), `a key projected as ${type} has not this type`, 'use "string"');
  if (type === "enum") checkEnum(findings, own, parameters);
  if (type === "integer") checkInteger(findings, own, parameters);
  if (type === "date") checkDate(findings, own, parameters);
}

function checkEnum(findings: Findings, own: string, parameters: Inputs): void {
  const values = text(parameters[`${own}.values`]);
  if (values === undefined || values === "") return;
  if (values.split(",").some((value) => value !== value.trim()))
    findings.add(
      `parameters["${own}.values"]`,
      show(values),
      "blanks around a comma belong to the value",
      "remove them",
    );
}

function checkInteger(findings: Findings, own: string, parameters: Inputs): void {
  const range = text(parameters[`${own}.range`]);
  const match = /^\s*(-?\d+)\s*,\s*(-?\d+)\s*$/.exec(range ?? "");
  if (range !== undefined && range !== "" && (match === null || BigInt(match[1]!) > BigInt(match[2]!)))
    findings.add(
      `parameters["${own}.range"]`,
      show(range),
      "a range is MIN,MAX in whole numbers",
      "write it so, for example 1,12",
    );
  for (const member of ["interval", "digits"]) positive(findings, own, member, parameters);
}

function checkDate(findings: Findings, own: string, parameters: Inputs): void {
  const range = text(parameters[`${own}.range`]);
  if (range !== undefined && range !== "" && range.split(",").length !== 2)
    findings.add(
      `parameters["${own}.range"]`,
      show(range),
      "a range is START,END",
      "write it so, for example 2024-01-01,NOW",
    );
  for (const bound of range?.split(",") ?? [])
    if (
      /^\s*NOW/.test(bound) &&
      !/^\s*NOW(\s*[+-]\s*\d+\s*(YEAR|MONTH|WEEK|DAY|HOUR|MINUTE|SECOND)S?)?\s*$/.test(bound)
    )
      findings.add(
        `parameters["${own}.range"]`,
        show(range),
        "a moving bound is NOW, NOW-3YEARS or NOW+1DAYS",
        "write it so",
      );
  positive(findings, own, "interval", parameters);
  findings.among(
    `parameters["${own}.interval.unit"]`,
    text(parameters[`${own}.interval.unit`])?.toUpperCase(),
    UNITS,
    "the unit of an interval",
  );
  const format = text(parameters[`${own}.format`]);
  if (format === undefined) return;
  const finer = /[HhKkmsSAnN]/.test(format.replace(/'[^']*'/g, ""));
  for (const member of ["interval", "interval.unit"])
    if (finer && absent(parameters[`${own}.${member}`]))
      findings.add(
        `parameters["${own}.${member}"]`,
        "nothing",
        `the format ${show(format)} is finer than a day, and then interval and interval.unit are mandatory`,
        `set ${own}.${member}`,
      );
}

function positive(findings: Findings, own: string, member: string, parameters: Inputs): void {
  const given = text(parameters[`${own}.${member}`]);
  if (given !== undefined && !/^[1-9]\d*$/.test(given))
    findings.add(
      `parameters["${own}.${member}"]`,
      show(given),
      `${member} is a whole number above 0, as text`,
      "write it so",
    );
}

function checkTemplate(
  findings: Findings,
  parameters: Inputs,
  keys: readonly string[],
  location: string | undefined,
): void {
  const path = 'parameters["storage.location.template"]';
  const given = parameters["storage.location.template"];
  if (absent(given)) {
    // Without a template Athena expects Hive's layout below the location, which is right only for keys given as NAME=VALUE.
    if (keys.length > 0)
      findings.add(
        path,
        "nothing",
        "a projected table with partition keys says where a partition lies",
        `set it to LOCATION${keys.map((key) => `${key}=\${${key}}/`).join("")}`,
      );
    return;
  }
  const template = text(given);
  if (template === undefined) return;
  if (!template.startsWith("s3://"))
    findings.add(path, show(template), "the template is an s3:// URI", "write s3://BUCKET/PREFIX/...");
  if (!template.endsWith("/")) findings.add(path, show(template), "the template ends with a slash", "add it");
  const used = [...template.matchAll(/\$\{([^}]*)\}/g)].map((match) => match[1]!);
  for (const key of keys)
    if (!used.includes(key))
      findings.add(path, show(template), `it holds every partition key, \${${key}} too`, `add \${${key}}`);
  for (const key of used)
    if (!keys.includes(key))
      findings.add(path, show(template), `\${${key}} is no partition key of the table`, "remove it, or add the key");
  if (
    location !== undefined &&
    template.startsWith("s3://") &&
    !template.startsWith(location.endsWith("/") ? location : `${location}/`)
  )
    findings.add(path, show(template), `partitions lie below the table's location ${location}`, "make the two agree");
}
