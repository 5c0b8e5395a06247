import type { Column as GivenColumn, Table, TableInput } from "@aws-sdk/client-glue";
import type { CatalogTable, Column } from "../../athena";
import { ACCOUNT, CSV_SERDE, JSON_SERDE } from "../../core/model";
import { viewQuery, type ClientTable } from "./client-tables";
import { unreadable } from "./formats";

/** A client's table as readers see it, but for its files. */
export function clientDefinition(
  client: ClientTable,
): Omit<CatalogTable, "files" | "unseen" | "registered"> & { version: string } {
  const { database, name, versions } = client;
  const { id, input } = versions[versions.length - 1]!;
  const { StorageDescriptor: storage = {}, PartitionKeys = [], Parameters = {} } = input;
  const view = viewQuery(input);
  const reason = view === undefined ? unreadableReason(input) : undefined;
  return {
    database,
    name,
    version: String(id),
    columns: (storage.Columns ?? []).map(columnOf),
    partitionKeys: PartitionKeys.map(columnOf),
    parameters: Parameters,
    location: storage.Location ?? "",
    json: storage.SerdeInfo?.SerializationLibrary === JSON_SERDE,
    csv: storage.SerdeInfo?.SerializationLibrary === CSV_SERDE,
    ...(view !== undefined && { view: view.sql, viewDatabase: view.database }),
    ...(reason !== undefined && { unreadable: `the table ${database}.${name} cannot be read: ${reason}` }),
  };
}

const columnOf = ({ Name = "", Type = "" }: GivenColumn): Column => ({ name: Name, type: Type });

function unreadableReason({ StorageDescriptor: storage = {}, TableType }: TableInput): string | undefined {
  if (TableType === "VIRTUAL_VIEW") return "it is a view that Athena did not make";
  if (storage.Location === undefined || storage.Location === "") return "it has no location";
  const { InputFormat: inputFormat, OutputFormat: outputFormat, SerdeInfo = {}, Columns = [] } = storage;
  const { SerializationLibrary: serializationLibrary, Parameters: parameters } = SerdeInfo;
  const columns = Columns.map(columnOf);
  return unreadable({ inputFormat, outputFormat, columns, serDeInfo: { serializationLibrary, parameters } });
}

/** A version of a client's table as the API gives it. @param place among the table's versions */
export function describeVersion({ database, versions, created, creator }: ClientTable, place: number): Table {
  const { id, input, at } = versions[place]!;
  const { LastAccessTime, LastAnalyzedTime, ...rest } = input;
  return {
    ...rest,
    // Kept as texts.
    ...(LastAccessTime !== undefined && { LastAccessTime: new Date(LastAccessTime) }),
    ...(LastAnalyzedTime !== undefined && { LastAnalyzedTime: new Date(LastAnalyzedTime) }),
    Name: input.Name!,
    DatabaseName: database,
    CreateTime: new Date(created),
    UpdateTime: new Date(at),
    CreatedBy: creator,
    IsRegisteredWithLakeFormation: false,
    CatalogId: ACCOUNT,
    VersionId: String(id),
  };
}
