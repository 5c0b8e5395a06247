import { convertsStored } from "../../athena";
import { TYPES, type Properties, type Resource } from "../../core/model";

interface TableColumn {
  readonly name: string;
  readonly type: string;
}

const columnsOf = (inputs: Properties): TableColumn[] => (inputs.storageDescriptor?.columns ?? []) as TableColumn[];

/**
 * Warns of each column whose type changes to one as which Athena does not read the Parquet files that are stored.
 * https://docs.aws.amazon.com/athena/latest/ug/handling-schema-updates-chapter.html
 * @param stored how many files the table has
 */
export function changedTypeWarnings(
  changes: readonly { readonly resource?: Resource; readonly previous?: Resource }[],
  stored: (database: string, table: string) => number,
): string[] {
  return changes.flatMap(({ resource, previous }) => {
    if (resource?.type !== TYPES.table || previous?.type !== TYPES.table) return [];
    const { databaseName: database, name: table } = resource.inputs;
    const files = stored(database, table);
    if (files === 0) return [];
    const before = new Map(columnsOf(previous.inputs).map(({ name, type }) => [name.toLowerCase(), type]));
    return columnsOf(resource.inputs).flatMap(({ name, type }) => {
      const old = before.get(name.toLowerCase());
      if (old === undefined || convertsStored(old, type)) return [];
      return `table ${database}.${table}: column ${name} was ${old} and becomes ${type}, but ${files === 1 ? "1 stored file keeps" : `${files} stored files keep`} ${old}: every query that reads the column there fails with HIVE_BAD_DATA. Add a column of the new type under another name, or reprocess the archive into a datastore with the new type`;
    });
  });
}
