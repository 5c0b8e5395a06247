import type {
  Database,
  GetDatabaseInput,
  GetDatabaseOutput,
  GetDataCatalogInput,
  GetDataCatalogOutput,
  GetTableMetadataInput,
  GetTableMetadataOutput,
  ListDatabasesInput,
  ListDatabasesOutput,
  ListDataCatalogsInput,
  ListDataCatalogsOutput,
  ListTableMetadataInput,
  ListTableMetadataOutput,
  TableMetadata,
} from "@aws-sdk/client-athena";
import { operation, type ServiceApi } from "../../../api";
import { pageOf } from "../../../api/pages";
import { ACCOUNT } from "../../../core/model";
import type { CatalogDatabase } from "../../glue/databases";
import type { ManagedTable } from "../../glue/glue";
import { AthenaPermissions, type AthenaApiServices } from "./context";
import { invalid, metadataError, pageRequest } from "./refusals";

const CATALOG = "AwsDataCatalog";
const WORKGROUP = "it is for catalogs of IAM Identity Center; AwsDataCatalog is the same for each workgroup";

/** The Glue Data Catalog as Athena shows it: read as the caller, so the permissions of Glue decide too. */
export function catalogOperations(services: AthenaApiServices): ServiceApi["operations"] {
  const { glue } = services;
  const permissions = new AthenaPermissions(services);
  return {
    ListDataCatalogs: operation<ListDataCatalogsInput, ListDataCatalogsOutput>({
      takes: ["MaxResults", "NextToken"],
      ignores: { WorkGroup: WORKGROUP },
      permissions: () => permissions.any("ListDataCatalogs"),
      answer: ({ input }) => {
        const { items } = pageOf([CATALOG], (name) => name, pageRequest(input, { least: 2, most: 50 }));
        return { DataCatalogsSummary: items.map((name) => ({ CatalogName: name, Type: "GLUE" })) };
      },
    }),
    GetDataCatalog: operation<GetDataCatalogInput, GetDataCatalogOutput>({
      takes: ["Name"],
      ignores: { WorkGroup: WORKGROUP },
      permissions: ({ Name }) => permissions.catalog("GetDataCatalog", Name),
      answer: ({ input }) => {
        if (input.Name?.toLowerCase() !== CATALOG.toLowerCase())
          throw invalid(
            `Data catalog ${input.Name} was not found; the local cloud has ${CATALOG}`,
            "DATACATALOG_NOT_FOUND",
          );
        return { DataCatalog: { Name: CATALOG, Type: "GLUE", Parameters: { "catalog-id": ACCOUNT } } };
      },
    }),
    ListDatabases: operation<ListDatabasesInput, ListDatabasesOutput>({
      takes: ["CatalogName", "MaxResults", "NextToken"],
      ignores: { WorkGroup: WORKGROUP },
      permissions: ({ CatalogName }) => [
        ...permissions.catalog("ListDatabases", CatalogName),
        ...permissions.glue("GetDatabases", "catalog"),
      ],
      answer: ({ input }) => {
        checkCatalog(input.CatalogName);
        const { items, next } = pageOf(glue.databases.all(), ({ name }) => name, pageRequest(input, { most: 50 }));
        return { DatabaseList: items.map(database), ...(next !== undefined && { NextToken: next }) };
      },
    }),
    GetDatabase: operation<GetDatabaseInput, GetDatabaseOutput>({
      takes: ["CatalogName", "DatabaseName"],
      ignores: { WorkGroup: WORKGROUP },
      permissions: ({ CatalogName, DatabaseName }) => [
        ...permissions.catalog("GetDatabase", CatalogName),
        ...permissions.glue("GetDatabase", "catalog", `database/${DatabaseName}`),
      ],
      answer: ({ input }) => {
        checkCatalog(input.CatalogName);
        return { Database: database(databaseNamed(services, input.DatabaseName)) };
      },
    }),
    ListTableMetadata: operation<ListTableMetadataInput, ListTableMetadataOutput>({
      takes: ["CatalogName", "DatabaseName", "Expression", "MaxResults", "NextToken"],
      ignores: { WorkGroup: WORKGROUP },
      permissions: ({ CatalogName, DatabaseName }) => [
        ...permissions.catalog("ListTableMetadata", CatalogName),
        ...permissions.glue("GetTables", "catalog", `database/${DatabaseName}`),
      ],
      answer: ({ input }) => {
        checkCatalog(input.CatalogName);
        const { name } = databaseNamed(services, input.DatabaseName);
        const matches = expression(input.Expression);
        const tables = [...glue.tables.values()]
          .filter((table) => table.database === name && matches(table.name))
          .sort((a, b) => (a.name < b.name ? -1 : 1));
        const { items, next } = pageOf(tables, (table) => table.name, pageRequest(input, { most: 50 }));
        return { TableMetadataList: items.map(tableMetadata), ...(next !== undefined && { NextToken: next }) };
      },
    }),
    GetTableMetadata: operation<GetTableMetadataInput, GetTableMetadataOutput>({
      takes: ["CatalogName", "DatabaseName", "TableName"],
      ignores: { WorkGroup: WORKGROUP },
      permissions: ({ CatalogName, DatabaseName, TableName }) => [
        ...permissions.catalog("GetTableMetadata", CatalogName),
        ...permissions.glue("GetTable", "catalog", `database/${DatabaseName}`, `table/${DatabaseName}/${TableName}`),
      ],
      answer: ({ input }) => {
        checkCatalog(input.CatalogName);
        const { name } = databaseNamed(services, input.DatabaseName);
        const table = glue.tables.get(`${name}.${input.TableName!.toLowerCase()}`);
        if (table === undefined) throw metadataError(`EntityNotFoundException: Table ${input.TableName} not found.`);
        return { TableMetadata: tableMetadata(table) };
      },
    }),
  };
}

/** @throws ApiError */
function checkCatalog(name: string | undefined): void {
  if (name?.toLowerCase() !== CATALOG.toLowerCase())
    throw metadataError(`Catalog ${name} not found; the local cloud has ${CATALOG}`);
}

/** @throws ApiError */
function databaseNamed({ glue }: AthenaApiServices, name: string | undefined): CatalogDatabase {
  const found = glue.databases.get(name!.toLowerCase());
  if (found === undefined) throw metadataError(`EntityNotFoundException: Database ${name} not found.`);
  return found;
}

function database({ name, description, parameters }: CatalogDatabase): Database {
  return {
    Name: name,
    ...(description !== undefined && { Description: description }),
    ...(Object.keys(parameters).length > 0 && { Parameters: parameters }),
  };
}

/** A regular expression that finds a part of a name. @throws ApiError for one that is none */
function expression(text: string | undefined): (name: string) => boolean {
  if (text === undefined || text === "") return () => true;
  try {
    const pattern = new RegExp(text.replace(/(^|[^.\\])\*/g, "$1.*"), "i");
    return (name) => pattern.test(name);
  } catch {
    throw invalid(`Expression "${text}" is not a regular expression`);
  }
}

/** As Athena gives a table: the storage descriptor is among the parameters, `location`, `inputformat`, `outputformat` and `serde...`. */
function tableMetadata(table: ManagedTable): TableMetadata {
  const { TableType, StorageDescriptor: storage = {}, CreateTime } = table.describe();
  const { Location, InputFormat, OutputFormat, SerdeInfo = {} } = storage;
  const serde = Object.entries((SerdeInfo.Parameters ?? {}) as Record<string, string>);
  const parameters: Record<string, string | undefined> = {
    ...table.parameters,
    ...(Location !== "" && { location: Location }),
    inputformat: InputFormat,
    outputformat: OutputFormat,
    "serde.serialization.lib": SerdeInfo.SerializationLibrary,
    ...Object.fromEntries(serde.map(([name, value]) => [`serde.param.${name}`, value])),
  };
  const column = ({ name, type, comment }: { name: string; type: string; comment?: string }) => ({
    Name: name,
    ...(type !== "" && { Type: type }),
    ...(comment !== undefined && { Comment: comment }),
  });
  return {
    Name: table.name,
    ...(CreateTime !== undefined && { CreateTime }),
    TableType,
    Columns: table.columns.map(column),
    PartitionKeys: table.partitionKeys.map(column),
    Parameters: Object.fromEntries(
      Object.entries(parameters).filter((entry): entry is [string, string] => entry[1] !== undefined),
    ),
  };
}
