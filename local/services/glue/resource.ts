import { NAMES } from "../../../aws/names";
import { ACCOUNT, TYPES, type Properties } from "../../core/model";
import { arnOf, automaticName, type Handler, type PlanContext } from "../../resources/handler";
import {
  block,
  checked,
  description,
  flag,
  list,
  map,
  number,
  oneOf,
  physicalName,
  refused,
  replaces,
  required,
  tags,
  text,
  type Finding,
} from "../../resources/properties";
import { viewQuery } from "./client-tables";
import { checkFormat, FORMATS } from "./formats";

const catalogId = checked(
  replaces(
    text({ check: (id) => (id === ACCOUNT ? undefined : `saw "${id}"; the local cloud has the catalog ${ACCOUNT}`) }),
  ),
);

function catalogName(context: PlanContext): string {
  return automaticName(context, 255)
    .toLowerCase()
    .replace(/[^a-z0-9_]/g, "_");
}

/**
 * Catalog database.
 * @see https://docs.aws.amazon.com/glue/latest/dg/aws-glue-api-catalog-databases.html
 */
export const database: Handler = {
  type: TYPES.database,
  naming: { property: "name", make: catalogName },
  properties: {
    name: physicalName(NAMES.catalog),
    catalogId,
    description,
    // Each table names its own location.
    locationUri: checked(text()),
    parameters: checked(map(text())),
    tags,
    region: checked(text()),
    createTableDefaultPermissions: refused("there is no Lake Formation here; leave it out"),
    federatedDatabase: refused("leave it out"),
    targetDatabase: refused("leave it out"),
  },
  plan: (inputs, context) => ({
    id: `${context.account}:${inputs.name}`,
    outputs: { arn: arnOf(context, "glue", `database/${inputs.name}`), catalogId: context.account },
  }),
};

const columns = list(
  block({
    name: required(
      text({
        check: (name) => (name.length < 1 || name.length > 255 ? "a column's name has 1-255 characters" : undefined),
      }),
    ),
    type: text(),
    comment: checked(
      text({ check: (comment) => (comment.length > 255 ? `${comment.length} characters; at most 255` : undefined) }),
    ),
    parameters: checked(map(text())),
  }),
);

/** How a descriptor says that there are no files to read: that of a view. */
const NO_SERDE = "-";

/**
 * Table of Parquet files or of lines of JSON, whose partitions are registered or projected; or a view as Athena makes it.
 * @see https://docs.aws.amazon.com/glue/latest/webapi/API_TableInput.html
 */
export const table: Handler = {
  type: TYPES.table,
  naming: { property: "name", make: catalogName },
  properties: {
    name: physicalName(NAMES.catalog),
    databaseName: replaces(required(text())),
    catalogId,
    description,
    tableType: required(oneOf(["EXTERNAL_TABLE", "VIRTUAL_VIEW"])),
    parameters: map(text()),
    partitionKeys: columns,
    storageDescriptor: required(
      block({
        // What a table wants and a view does not have is checked below.
        location: text({
          check: (value) =>
            /^s3:\/\/[^/]+\/.*$/.test(value) ? undefined : `saw "${value}"; wants s3://BUCKET/PREFIX/`,
        }),
        // A table of JSON may have none yet.
        columns,
        inputFormat: oneOf(Object.values(FORMATS).map(({ inputFormat }) => inputFormat)),
        outputFormat: oneOf(Object.values(FORMATS).map(({ outputFormat }) => outputFormat)),
        serDeInfo: required(
          block({
            name: checked(text()),
            serializationLibrary: required(oneOf([...Object.keys(FORMATS), NO_SERDE])),
            parameters: checked(map(text())),
          }),
        ),
        compressed: checked(flag()),
        parameters: checked(map(text())),
        storedAsSubDirectories: checked(flag()),
        numberOfBuckets: refused("tables are not bucketed here; leave it out", 0),
        bucketColumns: refused("tables are not bucketed here; leave it out"),
        sortColumns: refused("leave it out"),
        skewedInfo: refused("leave it out"),
        schemaReference: refused("give the columns"),
        additionalLocations: refused("leave it out"),
      }),
    ),
    region: checked(text()),
    owner: checked(text()),
    retention: checked(number(0, Number.MAX_SAFE_INTEGER)),
    partitionIndices: refused("partitions are projected here; leave it out"),
    openTableFormatInput: refused("Iceberg tables are not executed here; use Parquet"),
    targetTable: refused("leave it out"),
    viewDefinition: refused("views are not executed here; leave it out"),
    viewExpandedText: checked(text()),
    viewOriginalText: text(),
  },
  check: (inputs) => [
    ...checkKind(inputs),
    ...checkFormat(inputs),
    ...checkColumns(inputs),
    ...checkProjection(inputs),
  ],
  references: (inputs, declared, report) =>
    declared.require(TYPES.database, inputs.databaseName, "database", "databaseName", report),
  plan: (inputs, context) => ({
    id: `${context.account}:${inputs.databaseName}:${inputs.name}`,
    outputs: { arn: arnOf(context, "glue", `table/${inputs.databaseName}/${inputs.name}`), catalogId: context.account },
  }),
};

/** What a table has and a view does not, and the other way round. */
function checkKind({
  tableType,
  storageDescriptor: storage = {},
  viewOriginalText,
  partitionKeys,
}: Properties): Finding[] {
  const findings: Finding[] = [];
  const wrong = (path: string, message: string): void => void findings.push({ path, message });
  const isView = tableType === "VIRTUAL_VIEW";
  const library: unknown = storage.serDeInfo?.serializationLibrary;
  for (const member of ["location", "inputFormat", "outputFormat"])
    if (!isView && storage[member] === undefined) wrong(`storageDescriptor.${member}`, "is required");
    else if (isView && storage[member] !== undefined)
      wrong(`storageDescriptor.${member}`, `saw "${storage[member]}"; a view has no files: leave it out`);
  if (isView && library !== NO_SERDE)
    wrong(`storageDescriptor.serDeInfo.serializationLibrary`, `saw "${library}"; that of a view is "${NO_SERDE}"`);
  if (!isView && library === NO_SERDE)
    wrong("storageDescriptor.serDeInfo.serializationLibrary", `saw "${NO_SERDE}", which a view has; name a SerDe`);
  if (isView && viewQuery({ ViewOriginalText: viewOriginalText }) === undefined)
    wrong(
      "viewOriginalText",
      "is no view of Athena; wants /* Presto View: BASE64 */, of JSON with originalSql, catalog, schema and columns",
    );
  if (!isView && viewOriginalText !== undefined)
    wrong("viewOriginalText", "is given for a table; leave it out, or set tableType to VIRTUAL_VIEW");
  if (isView && (partitionKeys ?? []).length > 0)
    wrong("partitionKeys", "a view has none; list them among the columns");
  return findings;
}

function checkColumns(inputs: Properties): Finding[] {
  const findings: Finding[] = [];
  const seen = new Map<string, string>();
  const visit = (list: Properties[], at: string): void =>
    list.forEach(({ name }, index) => {
      const key = String(name).toLowerCase();
      const before = seen.get(key);
      if (before !== undefined)
        findings.push({
          path: `${at}[${index}].name`,
          message: `saw "${name}", which ${before} has too; a name occurs once in a table`,
        });
      else seen.set(key, `${at}[${index}]`);
    });
  visit(inputs.storageDescriptor?.columns ?? [], "storageDescriptor.columns");
  visit(inputs.partitionKeys ?? [], "partitionKeys");
  return findings;
}

/**
 * Parameters of a projected column by its type: required ones, then others.
 * @see https://docs.aws.amazon.com/athena/latest/ug/partition-projection-supported-types.html
 */
const PROJECTIONS: Record<string, { required: string[]; optional: string[] }> = {
  enum: { required: ["values"], optional: [] },
  integer: { required: ["range"], optional: ["interval", "digits"] },
  date: { required: ["range", "format"], optional: ["interval", "interval.unit"] },
  injected: { required: [], optional: [] },
};

/** Projection is complete, or every query of the table fails with HIVE_METASTORE_ERROR. */
function checkProjection(inputs: Properties): Finding[] {
  const parameters: Record<string, string> = inputs.parameters ?? {};
  const keys: string[] = (inputs.partitionKeys ?? []).map(({ name }: Properties) => String(name));
  const findings: Finding[] = [];
  const wrong = (key: string, message: string): void => {
    findings.push({ path: `parameters["${key}"]`, message });
  };
  // Without projection, Athena takes no notice of the rest.
  if (parameters["projection.enabled"] !== "true") return findings;
  const known = new Set(["projection.enabled"]);
  for (const key of keys) {
    const at = `projection.${key}`;
    const type = parameters[`${at}.type`];
    known.add(`${at}.type`);
    const members = type === undefined ? undefined : PROJECTIONS[type];
    if (members === undefined) {
      wrong(
        `${at}.type`,
        `saw ${type === undefined ? "nothing" : `"${type}"`}; every partition key is projected as enum, integer, date or injected`,
      );
      continue;
    }
    for (const member of members.required)
      if (parameters[`${at}.${member}`] === undefined) wrong(`${at}.${member}`, `is required for the type ${type}`);
    for (const member of [...members.required, ...members.optional]) known.add(`${at}.${member}`);
  }
  for (const key of Object.keys(parameters))
    if (key.startsWith("projection.") && !known.has(key))
      wrong(key, "belongs to no partition key, or is not a member of its type");
  const template = parameters["storage.location.template"];
  if (template === undefined) {
    wrong("storage.location.template", "is required with projection");
    return findings;
  }
  if (!template.endsWith("/")) wrong("storage.location.template", `saw "${template}"; it ends with /`);
  for (const key of keys)
    if (!template.includes(`\${${key}}`)) wrong("storage.location.template", `saw "${template}"; it holds \${${key}}`);
  return findings;
}
