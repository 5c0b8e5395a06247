/** Where two tables are, and who runs the statements of their comparison. */
import { Athena } from "../../local/athena";
import type { Ask, ComparedTable, TimeHint } from "../../etl/compare";
import { nearest } from "../../aws/text/nearest";
import type { FolderCatalog } from "../command/catalog";
import { UserError } from "../command/run";

/** Two tables and a place to ask. */
export interface TableSource {
  readonly before: ComparedTable;
  readonly after: ComparedTable;
  readonly ask: Ask;
  /** the time of the tables' rows, if the documents say it */
  readonly time?: TimeHint | undefined;
  /** how much of the statement that runs is done, 0 to 1; undefined while that is not known */
  progress(): number | undefined;
  close(): void;
}

/** The tables' names, each as a person gave it. */
export interface TableNames {
  before: { option: string; name: string };
  after: { option: string; name: string };
}

/** Tables of a data folder. @throws UserError for names that are no tables */
export function folderSource({ outputs, glue }: FolderCatalog, names: TableNames, signal: AbortSignal): TableSource {
  const problems: string[] = [];
  const find = ({ option, name }: TableNames["before"]): ComparedTable | undefined => {
    const datastore = outputs.datastores[name];
    const wanted = datastore === undefined ? name.toLowerCase() : `${datastore.database}.${datastore.table}`;
    const all = [...glue.tables.values()];
    const found =
      glue.tables.get(wanted) ?? (wanted.includes(".") ? undefined : all.find((table) => table.name === wanted));
    if (found !== undefined)
      return { database: found.database, name: found.name, columns: [...found.columns, ...found.partitionKeys] };
    const known = [...Object.keys(outputs.datastores), ...all.map((table) => `${table.database}.${table.name}`)];
    const near = nearest(name, known);
    problems.push(
      `${option} ${name}: there is no such table${near === undefined ? `; there are ${known.join(", ") || "none"}` : `; did you mean ${near}?`}`,
    );
    return undefined;
  };
  const [before, after] = [find(names.before), find(names.after)];
  if (before === undefined || after === undefined) throw new UserError(problems);
  const athena = new Athena();
  const datastore = Object.values(outputs.datastores).find(
    ({ database, table }) => database === before.database && table === before.name,
  );
  return {
    before,
    after,
    time: datastore?.timestampPartition,
    ask: async (sql) => {
      const options = { database: before.database, tables: glue.tables, everyPartition: true, signal };
      const { columns, rows } = await athena.query(sql, options);
      return rows.map((row) => Object.fromEntries(row.map((value, i) => [columns[i]!.name, value])));
    },
    progress: () => athena.progress,
    close: () => athena.close(),
  };
}
