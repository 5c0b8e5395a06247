import { ApiError } from "../../../api";
import type { Permission } from "../../../api";
import type { Clock } from "../../../core/clock";
import { ACCOUNT } from "../../../core/model";
import type { Iam } from "../../../iam";
import type { CatalogDatabase } from "../databases";
import type { Glue, ManagedTable } from "../glue";

/** What the operations of Glue's API work with. */
export interface GlueApiServices {
  glue: Glue;
  iam: Iam;
  clock: Pick<Clock, "now">;
  region: string;
}

/** Members that clients send and that have no effect here. */
export const IGNORED = {
  AuditContext: "it is for logs of AWS Lake Formation, which the local cloud does not have",
} as const;

/** @see https://docs.aws.amazon.com/glue/latest/webapi/API_EntityNotFoundException.html */
export const notFound = (message: string): ApiError => new ApiError(400, "EntityNotFoundException", message);
export const exists = (message: string): ApiError => new ApiError(400, "AlreadyExistsException", message);
export const invalid = (message: string): ApiError => new ApiError(400, "InvalidInputException", message);

/** Glue wants each permission on the catalog, on the database and on the table. https://docs.aws.amazon.com/glue/latest/dg/glue-specifying-resource-arns.html */
export class GluePermissions {
  constructor(private readonly region: string) {}

  catalog(action: string): Permission[] {
    return this.on(action, "catalog");
  }

  database(action: string, name: string | undefined): Permission[] {
    return this.on(action, "catalog", `database/${lower(name)}`);
  }

  table(action: string, database: string | undefined, ...names: (string | undefined)[]): Permission[] {
    const tables = names.map((name) => `table/${lower(database)}/${lower(name)}`);
    return this.on(action, "catalog", `database/${lower(database)}`, ...tables);
  }

  private on(action: string, ...rest: string[]): Permission[] {
    return rest.map((one) => ({ action: `glue:${action}`, resource: `arn:aws:glue:${this.region}:${ACCOUNT}:${one}` }));
  }
}

/** The catalog folds names to lower case, for Hive. */
export const lower = (name: string | undefined): string => (name ?? "").toLowerCase();

/** @throws ApiError for another catalog than the account's */
export function checkCatalog({ CatalogId }: { CatalogId?: string }): void {
  if (CatalogId !== undefined && CatalogId !== ACCOUNT)
    throw notFound(`Catalog ${CatalogId} not found; the local cloud has ${ACCOUNT}.`);
}

/** @throws ApiError */
export function databaseOf({ glue }: GlueApiServices, name: string | undefined): CatalogDatabase {
  const database = glue.databases.get(lower(name));
  if (database === undefined) throw notFound(`Database ${name} not found.`);
  return database;
}

/** @throws ApiError */
export function tableOf(
  { glue }: GlueApiServices,
  database: string | undefined,
  name: string | undefined,
): ManagedTable {
  const table = glue.tables.get(`${lower(database)}.${lower(name)}`);
  if (table === undefined) throw notFound(`Table ${name} not found.`);
  return table;
}

/** Sizes and tokens of a page. @throws ApiError */
export function pageRequest({ MaxResults, NextToken }: { MaxResults?: number; NextToken?: string }): {
  token: string | undefined;
  size: number;
  malformed(token: string): ApiError;
} {
  if (MaxResults !== undefined && (MaxResults < 1 || MaxResults > MOST))
    throw invalid(
      `1 validation error detected: Value '${MaxResults}' at 'maxResults' failed to satisfy constraint: Member must have value ${MaxResults < 1 ? "greater than or equal to 1" : `less than or equal to ${MOST}`}`,
    );
  // Clients send an empty token for the first page.
  return {
    token: NextToken === "" ? undefined : NextToken,
    size: MaxResults ?? MOST,
    malformed: () => invalid("Invalid NextToken"),
  };
}

/** https://docs.aws.amazon.com/glue/latest/webapi/API_GetTables.html */
const MOST = 100;
