import type {
  BatchDeleteTableRequest,
  BatchDeleteTableResponse,
  CreateTableRequest,
  CreateTableResponse,
  DeleteTableRequest,
  DeleteTableResponse,
  GetPartitionIndexesRequest,
  GetPartitionIndexesResponse,
  GetTableRequest,
  GetTableResponse,
  GetTablesRequest,
  GetTablesResponse,
  GetTableVersionRequest,
  GetTableVersionResponse,
  GetTableVersionsRequest,
  GetTableVersionsResponse,
  SearchTablesRequest,
  SearchTablesResponse,
  Table,
  TableVersion,
  UpdateTableRequest,
  UpdateTableResponse,
} from "@aws-sdk/client-glue";
import { ApiError } from "../../../api";
import { operation, type ServiceApi } from "../../../api";
import { pageOf } from "../../../api/pages";
import { UNEXERCISED } from "../../../iam";
import { describeVersion } from "../client-definition";
import type { ManagedTable } from "../glue";
import {
  checkCatalog,
  databaseOf,
  exists,
  GluePermissions,
  IGNORED,
  invalid,
  lower,
  notFound,
  pageRequest,
  tableOf,
  type GlueApiServices,
} from "./context";
import { checkedInput, declaredChange } from "./table-input";

/** Names that one call deletes (https://docs.aws.amazon.com/glue/latest/webapi/API_BatchDeleteTable.html). */
const MOST_DELETED = 100;

/** Tables and views: of those of the program clients change columns and parameters, those that clients have made are theirs. */
export function tableOperations(services: GlueApiServices): ServiceApi["operations"] {
  const { glue, iam } = services;
  const permissions = new GluePermissions(services.region);
  return {
    GetTable: operation<GetTableRequest, GetTableResponse>({
      takes: ["CatalogId", "DatabaseName", "Name"],
      ignores: IGNORED,
      permissions: ({ DatabaseName, Name }) => permissions.table("GetTable", DatabaseName, Name),
      answer: ({ input, caller: { principal } }) => {
        checkCatalog(input);
        const table = tableOf(services, input.DatabaseName, input.Name);
        // Whoever reads a table may be about to change it, and finds nothing to change.
        for (const { resource } of permissions.table("UpdateTable", table.database, table.name))
          iam.requirePermissions({ principal, resource }, UNEXERCISED.updateTable);
        return { Table: table.describe() as Table };
      },
    }),
    GetTables: operation<GetTablesRequest, GetTablesResponse>({
      takes: ["CatalogId", "DatabaseName", "Expression", "NextToken", "MaxResults"],
      ignores: IGNORED,
      permissions: ({ DatabaseName }) => permissions.database("GetTables", DatabaseName),
      answer: ({ input }) => {
        checkCatalog(input);
        const { name: database } = databaseOf(services, input.DatabaseName);
        const matches = expression(input.Expression);
        const tables = sorted(glue.tables.values()).filter(
          (table) => table.database === database && matches(table.name),
        );
        return pageOfTables(tables, input);
      },
    }),
    SearchTables: operation<SearchTablesRequest, SearchTablesResponse>({
      note: "looks in names, descriptions and columns",
      takes: ["CatalogId", "SearchText", "NextToken", "MaxResults"],
      permissions: () => permissions.catalog("SearchTables"),
      answer: ({ input }) => {
        checkCatalog(input);
        const wanted = lower(input.SearchText).replace(/^"(.*)"$/, "$1");
        const tables = sorted(glue.tables.values()).filter((table) => textOf(table).includes(wanted));
        return pageOfTables(tables, input);
      },
    }),
    CreateTable: operation<CreateTableRequest, CreateTableResponse>({
      takes: ["CatalogId", "DatabaseName", "Name", "TableInput"],
      permissions: ({ DatabaseName, Name, TableInput: given }) =>
        permissions.table("CreateTable", DatabaseName, given?.Name ?? Name),
      answer: ({ input, caller }) => {
        checkCatalog(input);
        const { name: database } = databaseOf(services, input.DatabaseName);
        const given = checkedInput(input.TableInput);
        if (glue.tables.has(`${database}.${given.Name}`)) throw exists("Table already exists.");
        glue.putTable(database, given, caller.arn);
        return {};
      },
    }),
    UpdateTable: operation<UpdateTableRequest, UpdateTableResponse>({
      takes: ["CatalogId", "DatabaseName", "Name", "TableInput", "SkipArchive", "VersionId"],
      permissions: ({ DatabaseName, Name, TableInput: given }) =>
        permissions.table("UpdateTable", DatabaseName, given?.Name ?? Name),
      answer: ({ input }) => {
        checkCatalog(input);
        const given = checkedInput(input.TableInput);
        const table = tableOf(services, input.DatabaseName, given.Name);
        if (input.VersionId !== undefined && input.VersionId !== table.version)
          throw new ApiError(
            400,
            "ConcurrentModificationException",
            `Update table failed due to concurrent modifications: the table has the version ${table.version}.`,
          );
        if (glue.clientTable(table.database, table.name) !== undefined)
          glue.updateTable(table.database, given, input.SkipArchive !== true);
        else {
          const { columns, parameters, viewText } = declaredChange(input.TableInput!, table);
          table.replace(columns, parameters, viewText);
        }
        return {};
      },
    }),
    DeleteTable: operation<DeleteTableRequest, DeleteTableResponse>({
      takes: ["CatalogId", "DatabaseName", "Name"],
      permissions: ({ DatabaseName, Name }) => permissions.table("DeleteTable", DatabaseName, Name),
      answer: ({ input }) => {
        checkCatalog(input);
        drop(services, input.DatabaseName, input.Name);
        return {};
      },
    }),
    BatchDeleteTable: operation<BatchDeleteTableRequest, BatchDeleteTableResponse>({
      takes: ["CatalogId", "DatabaseName", "TablesToDelete"],
      permissions: ({ DatabaseName, TablesToDelete = [] }) =>
        permissions.table("BatchDeleteTable", DatabaseName, ...TablesToDelete),
      answer: ({ input: { CatalogId, DatabaseName, TablesToDelete: names = [] } }) => {
        checkCatalog({ CatalogId });
        if (names.length > MOST_DELETED)
          throw invalid(`TablesToDelete has ${names.length} names; at most ${MOST_DELETED}`);
        databaseOf(services, DatabaseName);
        const errors = names.flatMap((name) => {
          try {
            drop(services, DatabaseName, name);
            return [];
          } catch (error) {
            if (!(error instanceof ApiError)) throw error;
            return [{ TableName: name, ErrorDetail: { ErrorCode: error.code, ErrorMessage: error.message } }];
          }
        });
        return { Errors: errors };
      },
    }),
    GetPartitionIndexes: operation<GetPartitionIndexesRequest, GetPartitionIndexesResponse>({
      takes: ["CatalogId", "DatabaseName", "TableName", "NextToken"],
      note: "there are none: partitions are found without",
      permissions: ({ DatabaseName, TableName }) => permissions.table("GetPartitionIndexes", DatabaseName, TableName),
      answer: ({ input }) => {
        checkCatalog(input);
        tableOf(services, input.DatabaseName, input.TableName);
        return { PartitionIndexDescriptorList: [] };
      },
    }),
    GetTableVersions: operation<GetTableVersionsRequest, GetTableVersionsResponse>({
      note: "the last 100 of a client's table; of one of the program the current one",
      takes: ["CatalogId", "DatabaseName", "TableName", "NextToken", "MaxResults"],
      ignores: IGNORED,
      permissions: ({ DatabaseName, TableName }) => permissions.table("GetTableVersions", DatabaseName, TableName),
      answer: ({ input }) => {
        checkCatalog(input);
        const versions = versionsOf(services, tableOf(services, input.DatabaseName, input.TableName));
        const { items, next } = pageOf(versions, ({ VersionId }) => VersionId!, pageRequest(input));
        return { TableVersions: items, ...(next !== undefined && { NextToken: next }) };
      },
    }),
    GetTableVersion: operation<GetTableVersionRequest, GetTableVersionResponse>({
      takes: ["CatalogId", "DatabaseName", "TableName", "VersionId"],
      ignores: IGNORED,
      permissions: ({ DatabaseName, TableName }) => permissions.table("GetTableVersion", DatabaseName, TableName),
      answer: ({ input }) => {
        checkCatalog(input);
        const [latest, ...before] = versionsOf(services, tableOf(services, input.DatabaseName, input.TableName));
        const { VersionId: wanted = latest!.VersionId } = input;
        const found = [latest!, ...before].find(({ VersionId }) => VersionId === wanted);
        if (found === undefined) throw notFound(`Version ${wanted} of table ${input.TableName} not found.`);
        return { TableVersion: found };
      },
    }),
  };
}

/** @throws ApiError for a table of the program, and for none */
function drop(services: GlueApiServices, database: string | undefined, name: string | undefined): void {
  const table = tableOf(services, database, name);
  if (services.glue.clientTable(table.database, table.name) === undefined)
    throw invalid(`The program of the stack declares the table ${table.database}.${table.name}; remove it there`);
  services.glue.dropTable(table.database, table.name);
}

/** The latest first. Of a table of the program only the current one is kept. */
function versionsOf({ glue }: GlueApiServices, table: ManagedTable): TableVersion[] {
  const described = table.describe() as Table;
  const client = glue.clientTable(table.database, table.name);
  if (client === undefined) return [{ Table: described, VersionId: table.version }];
  return client.versions
    .map((_, place) => {
      const version = describeVersion(client, place);
      return { Table: version, VersionId: version.VersionId! };
    })
    .reverse();
}

const sorted = (tables: Iterable<ManagedTable>): ManagedTable[] =>
  [...tables].sort((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1));

const keyOf = ({ database, name }: ManagedTable): string => `${database}.${name}`;

function pageOfTables(
  tables: readonly ManagedTable[],
  input: { MaxResults?: number; NextToken?: string },
): { TableList: Table[]; NextToken?: string } {
  const { items, next } = pageOf(tables, keyOf, pageRequest(input));
  return {
    TableList: items.map((table) => table.describe() as Table),
    ...(next !== undefined && { NextToken: next }),
  };
}

/** Where SearchTables looks: names, description and columns. */
function textOf(table: ManagedTable): string {
  const { Description = "" } = table.describe() as Table;
  return [table.database, table.name, Description, ...table.columns.map(({ name }) => name)].join("\n").toLowerCase();
}

/** A regular expression for whole names, of which clients also write `a*` for what begins with a. @throws ApiError */
function expression(text: string | undefined): (name: string) => boolean {
  if (text === undefined || text === "") return () => true;
  try {
    const pattern = new RegExp(`^(?:${text.replace(/(^|[^.\\\])])\*/g, "$1.*")})$`, "i");
    return (name) => pattern.test(name);
  } catch {
    throw invalid(`Expression "${text}" is not a regular expression`);
  }
}
