import { DEMANDS, type Iam } from "../iam";
import { ACCOUNT, type Properties } from "../model";
import type { Glue } from "../services/glue/glue";
import { notAuthorized } from "../services/kinesis/stream";
import type { Column } from "../services/glue/table-version";
import { Refusal } from "./refusal";
import type { Route } from "./route";

/**
 * The Glue Data Catalog as an SDK calls it, in AWS's JSON protocol: one path, the operation in a header. GetTable and UpdateTable,
 * which is all that the keeper of a table's columns needs.
 */
export function glueRoute(glue: Glue, iam: Iam, region: string): Route {
  return {
    name: "GetTable and UpdateTable of Glue (POST /)",
    method: "POST",
    path: /^\/$/,
    signedFor: ["glue"],
    // Metadata of a table is below 1 MB.
    bodyLimit: 2 * 1024 * 1024,
    answer: async ({ headers, principal, body }) => {
      const operation = String(headers["x-amz-target"]).replace(/^.*\./, "");
      const input = parsed((await body()).toString("utf8"));
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

  call(operation: string, input: Properties): Properties {
    if (operation !== "GetTable" && operation !== "UpdateTable")
      throw new Refusal(
        501,
        "UnknownOperationException",
        `glue:${operation} is not part of the local cloud, which has GetTable and UpdateTable`,
      );
    const database = String(input.DatabaseName);
    const name = String(operation === "GetTable" ? input.Name : input.TableInput?.Name);
    const resources = ["catalog", `database/${database}`, `table/${database}/${name}`].map(
      (rest) => `arn:aws:glue:${this.region}:${ACCOUNT}:${rest}`,
    );
    this.authorize(`glue:${operation}`, resources);
    const table = this.glue.tables.get(`${database}.${name}`);
    if (table === undefined) throw new Refusal(400, "EntityNotFoundException", `Table ${name} not found.`);
    if (operation === "GetTable") {
      // Who reads a table may be about to change it, and finds nothing to change.
      for (const resource of resources) this.iam.demand({ principal: this.principal, resource }, DEMANDS.updateTable);
      return { Table: table.describe() };
    }
    if (input.VersionId !== undefined && input.VersionId !== table.version)
      throw new Refusal(
        400,
        "ConcurrentModificationException",
        `Update table failed due to concurrent modifications: the table has the version ${table.version}.`,
      );
    const columns = (input.TableInput.StorageDescriptor?.Columns ?? []) as { Name: string; Type: string }[];
    checkColumns(columns, table.partitionKeys);
    table.replaceColumns(columns.map(({ Name, Type }) => ({ name: Name.toLowerCase(), type: Type })));
    return {};
  }

  /** Glue wants the permission on the catalog, on the database and on the table. */
  private authorize(action: string, resources: readonly string[]): void {
    const { principal } = this;
    for (const resource of resources) {
      const decision = this.iam.check({ principal, action, resource });
      if (!decision.allowed)
        throw new Refusal(400, "AccessDeniedException", notAuthorized(principal, action, resource, decision.decidedBy));
    }
  }
}

function checkColumns(columns: readonly { Name: string }[], keys: readonly Column[]): void {
  const seen = new Set(keys.map(({ name }) => name));
  for (const { Name } of columns) {
    const name = String(Name).toLowerCase();
    if (name.length < 1 || name.length > 255)
      throw new Refusal(
        400,
        "InvalidInputException",
        `The column name ${name} has ${name.length} characters; 1-255 are legal.`,
      );
    if (seen.has(name)) throw new Refusal(400, "InvalidInputException", `Duplicate column name: ${name}`);
    seen.add(name);
  }
}

function parsed(text: string): Properties {
  try {
    return JSON.parse(text) as Properties;
  } catch {
    throw new Refusal(400, "SerializationException", "the body is no JSON");
  }
}
