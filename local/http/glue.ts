import { isDeepStrictEqual } from "node:util";
import { UNEXERCISED, type Iam } from "../iam";
import { ACCOUNT, type Properties } from "../core/model";
import type { Glue, ManagedTable } from "../services/glue/glue";
import { notAuthorized } from "../core/access-denied";
import type { Column } from "../athena";
import { Input } from "./input";
import { Refusal } from "./refusal";
import type { Route } from "./route";

const ERRORS = { serialization: "SerializationException", validation: "InvalidInputException" };
/** Members of a TableInput besides its columns; of these no value but the table's own is taken. */
const TABLE_INPUT = [
  "Name",
  "Description",
  "Owner",
  "LastAccessTime",
  "LastAnalyzedTime",
  "Retention",
  "StorageDescriptor",
  "PartitionKeys",
  "ViewOriginalText",
  "ViewExpandedText",
  "TableType",
  "Parameters",
  "TargetTable",
  "ViewDefinition",
];

/**
 * The Glue Data Catalog as an SDK calls it, in AWS's JSON protocol: one path, the operation in a header. It has GetTable and UpdateTable,
 * which is all that the writer of a table's columns needs
 * (https://docs.aws.amazon.com/glue/latest/dg/aws-glue-api-catalog-tables.html).
 */
export function glueRoute(glue: Glue, iam: Iam, region: string): Route {
  return {
    name: "GetTable and UpdateTable of Glue (POST /)",
    method: "POST",
    path: /^\/$/,
    signedFor: ["glue"],
    // Metadata of a table is below 1 MB.
    bodyLimit: 2 * 1024 * 1024,
    internalError: "InternalServiceException",
    contentType: "application/x-amz-json-1.1",
    answer: async ({ headers, principal, body }) => {
      const operation = String(headers["x-amz-target"]).replace(/^.*\./, "");
      const input = Input.parse(await body(), ERRORS);
      const answer = new Caller(glue, iam, region, principal).call(operation, input);
      return { status: 200, body: JSON.stringify(answer) };
    },
  };
}

class Caller {
  constructor(
    private readonly glue: Glue,
    private readonly iam: Iam,
    private readonly region: string,
    private readonly principal: string,
  ) {}

  call(operation: string, input: Input): Properties {
    if (operation === "GetTable") return this.getTable(input);
    if (operation === "UpdateTable") return this.updateTable(input);
    throw new Refusal(
      501,
      "UnknownOperationException",
      `glue:${operation} is not part of the local cloud, which has GetTable and UpdateTable`,
    );
  }

  private getTable(input: Input): Properties {
    checkCatalog(input.only("CatalogId", "DatabaseName", "Name"));
    const { table, resources } = this.find(
      "glue:GetTable",
      input.requiredText("DatabaseName"),
      input.requiredText("Name"),
    );
    // Whoever reads a table may be about to change it, and finds nothing to change.
    for (const resource of resources)
      this.iam.requirePermissions({ principal: this.principal, resource }, UNEXERCISED.updateTable);
    return { Table: table.describe() };
  }

  private updateTable(input: Input): Properties {
    checkCatalog(input.only("CatalogId", "DatabaseName", "TableInput", "SkipArchive", "VersionId"));
    // Versions of before are not kept, so there is nothing to archive either way.
    input.flag("SkipArchive");
    const tableInput = input.requiredObject("TableInput").only(...TABLE_INPUT);
    const versionId = input.text("VersionId");
    const { table } = this.find(
      "glue:UpdateTable",
      input.requiredText("DatabaseName"),
      tableInput.requiredText("Name"),
    );
    if (versionId !== undefined && versionId !== table.version)
      throw new Refusal(
        400,
        "ConcurrentModificationException",
        `Update table failed due to concurrent modifications: the table has the version ${table.version}.`,
      );
    const columns = columnsOf(tableInput, table);
    checkUnchanged(tableInput, table);
    table.replace(columns, {});
    return {};
  }

  /** Glue wants the permission on the catalog, on the database and on the table. */
  private find(action: string, database: string, name: string): { table: ManagedTable; resources: string[] } {
    const { principal } = this;
    const resources = ["catalog", `database/${database}`, `table/${database}/${name}`].map(
      (rest) => `arn:aws:glue:${this.region}:${ACCOUNT}:${rest}`,
    );
    for (const resource of resources) {
      const decision = this.iam.check({ principal, action, resource });
      if (!decision.allowed)
        throw new Refusal(400, "AccessDeniedException", notAuthorized(principal, action, resource, decision.decidedBy));
    }
    const table = this.glue.tables.get(`${database}.${name}`);
    if (table === undefined) throw new Refusal(400, "EntityNotFoundException", `Table ${name} not found.`);
    return { table, resources };
  }
}

function checkCatalog(input: Input): void {
  const catalog = input.text("CatalogId");
  if (catalog !== undefined && catalog !== ACCOUNT)
    throw new Refusal(400, "EntityNotFoundException", `Catalog ${catalog} not found; the local cloud has ${ACCOUNT}.`);
}

/** A column's type is optional in Glue; one without is kept as "", and no query can read it. */
function columnsOf(tableInput: Input, { partitionKeys }: ManagedTable): Column[] {
  const seen = new Set(partitionKeys.map(({ name }) => name));
  const given = tableInput.object("StorageDescriptor")?.objects("Columns") ?? [];
  return given.map((column) => {
    const name = column.only("Name", "Type", "Comment", "Parameters").requiredText("Name").toLowerCase();
    if (name.length < 1 || name.length > 255)
      throw column.invalid(`The column name ${name} has ${name.length} characters; 1-255 are legal.`);
    if (seen.has(name)) throw column.invalid(`Duplicate column name: ${name}`);
    seen.add(name);
    for (const member of ["Comment", "Parameters"])
      if (column.has(member))
        throw column.invalid(`${member} of the column ${name} is not executed by the local cloud; leave it out`);
    return { name, type: column.text("Type") ?? "" };
  });
}

/**
 * A deployment describes a table but for its columns, so a call may repeat what it says and not change it.
 * @throws Refusal naming the member that would change
 */
function checkUnchanged(tableInput: Input, table: ManagedTable): void {
  const current = JSON.parse(JSON.stringify(table.describe())) as Properties;
  for (const name of tableInput.names()) {
    if (name === "Name" || name === "StorageDescriptor") continue;
    compare(tableInput, name, current[name], name);
  }
  const descriptor = tableInput.object("StorageDescriptor");
  for (const name of descriptor?.names() ?? [])
    if (name !== "Columns") compare(descriptor!, name, current.StorageDescriptor[name], `StorageDescriptor.${name}`);
}

function compare(input: Input, name: string, current: unknown, path: string): void {
  const given = input.raw(name);
  if (given === undefined || isNothing(given) || isDeepStrictEqual(given, current)) return;
  throw input.invalid(
    `TableInput.${path} would change; UpdateTable of the local cloud changes columns, and the program declares the rest of a table`,
  );
}

/** Values by which clients write that a member has none. */
function isNothing(value: unknown): boolean {
  return (
    value === "" ||
    value === 0 ||
    value === false ||
    (typeof value === "object" && value !== null && Object.values(value).every(isNothing))
  );
}
