import type {
  CreateDatabaseRequest,
  CreateDatabaseResponse,
  Database,
  DatabaseInput,
  DeleteDatabaseRequest,
  DeleteDatabaseResponse,
  GetDatabaseRequest,
  GetDatabaseResponse,
  GetDatabasesRequest,
  GetDatabasesResponse,
  UpdateDatabaseRequest,
  UpdateDatabaseResponse,
} from "@aws-sdk/client-glue";
import { operation, type ServiceApi } from "../../../api";
import { pageOf } from "../../../api/pages";
import { ACCOUNT } from "../../../core/model";
import type { CatalogDatabase } from "../databases";
import {
  checkCatalog,
  databaseOf,
  exists,
  GluePermissions,
  invalid,
  lower,
  pageRequest,
  type GlueApiServices,
} from "./context";

/** Databases: those of the program can be read, those that clients have made also changed. */
export function databaseOperations(services: GlueApiServices): ServiceApi["operations"] {
  const { glue, clock } = services;
  const permissions = new GluePermissions(services.region);
  const changeable = (name: string | undefined): CatalogDatabase => {
    const database = databaseOf(services, name);
    if (database.declared)
      throw invalid(`The program of the stack declares the database ${database.name}; change it there`);
    return database;
  };
  return {
    GetDatabases: operation<GetDatabasesRequest, GetDatabasesResponse>({
      takes: ["CatalogId", "NextToken", "MaxResults"],
      ignores: { ResourceShareType: "there are no databases of other accounts" },
      permissions: () => permissions.catalog("GetDatabases"),
      answer: ({ input }) => {
        checkCatalog(input);
        const { items, next } = pageOf(glue.databases.all(), ({ name }) => name, pageRequest(input));
        return { DatabaseList: items.map(described), ...(next !== undefined && { NextToken: next }) };
      },
    }),
    GetDatabase: operation<GetDatabaseRequest, GetDatabaseResponse>({
      takes: ["CatalogId", "Name"],
      permissions: ({ Name }) => permissions.database("GetDatabase", Name),
      answer: ({ input }) => {
        checkCatalog(input);
        return { Database: described(databaseOf(services, input.Name)) };
      },
    }),
    CreateDatabase: operation<CreateDatabaseRequest, CreateDatabaseResponse>({
      takes: ["CatalogId", "DatabaseInput"],
      permissions: ({ DatabaseInput: given }) => permissions.database("CreateDatabase", given?.Name),
      answer: ({ input }) => {
        checkCatalog(input);
        const database = databaseFrom(input.DatabaseInput!);
        if (glue.databases.get(database.name) !== undefined) throw exists("Database already exists.");
        glue.databases.set({ ...database, created: clock.now() });
        return {};
      },
    }),
    UpdateDatabase: operation<UpdateDatabaseRequest, UpdateDatabaseResponse>({
      takes: ["CatalogId", "Name", "DatabaseInput"],
      permissions: ({ Name }) => permissions.database("UpdateDatabase", Name),
      answer: ({ input }) => {
        checkCatalog(input);
        const { name, created } = changeable(input.Name);
        const database = databaseFrom(input.DatabaseInput!);
        if (database.name !== name) throw invalid(`A database is not renamed: ${name} would be ${database.name}`);
        glue.databases.set({ ...database, ...(created !== undefined && { created }) });
        return {};
      },
    }),
    DeleteDatabase: operation<DeleteDatabaseRequest, DeleteDatabaseResponse>({
      takes: ["CatalogId", "Name"],
      permissions: ({ Name }) => permissions.database("DeleteDatabase", Name),
      answer: ({ input }) => {
        checkCatalog(input);
        const { name } = changeable(input.Name);
        // Its tables go with it, as on AWS.
        for (const table of [...glue.tables.values()]) if (table.database === name) glue.dropTable(name, table.name);
        glue.databases.delete(name);
        return {};
      },
    }),
  };
}

/** @throws ApiError */
function databaseFrom(input: DatabaseInput): Omit<CatalogDatabase, "declared"> {
  for (const member of ["TargetDatabase", "FederatedDatabase"] as const)
    if (input[member] !== undefined)
      throw invalid(`DatabaseInput.${member} is not executed by the local cloud, which has one catalog; leave it out`);
  if ((input.CreateTableDefaultPermissions?.length ?? 0) > 0)
    throw invalid(
      "DatabaseInput.CreateTableDefaultPermissions is not executed by the local cloud, which has no Lake Formation; leave it out",
    );
  return {
    name: lower(input.Name),
    ...(input.Description !== undefined && { description: input.Description }),
    ...(input.LocationUri !== undefined && { locationUri: input.LocationUri }),
    parameters: { ...input.Parameters },
  };
}

function described({ name, description, locationUri, parameters, created }: CatalogDatabase): Database {
  return {
    Name: name,
    ...(description !== undefined && { Description: description }),
    ...(locationUri !== undefined && { LocationUri: locationUri }),
    ...(Object.keys(parameters).length > 0 && { Parameters: parameters }),
    ...(created !== undefined && { CreateTime: new Date(created) }),
    CatalogId: ACCOUNT,
  };
}
