/** What a datastore's document says about its columns. */
import { parseColumnType, type Column } from ".";
import type { DatastoreDocument } from "../documents/model/types";

/** Columns in the document's order, names in lower case as Glue stores them. None for a datastore without a schema. */
export function datastoreColumns(datastore: DatastoreDocument): Column[] {
  const columns = datastore.fileFormatConfiguration?.parquetConfiguration?.schemaDefinition?.columns ?? [];
  return columns.map(({ name, type }) => ({ name: name.toLowerCase(), type: parseColumnType(type) }));
}

/** Whether rows are lines of JSON with the columns that arrive: the format of a datastore that says nothing of one. */
export function isJsonFormat({ fileFormatConfiguration }: DatastoreDocument): boolean {
  return fileFormatConfiguration?.parquetConfiguration === undefined;
}
