import type { CatalogTable } from "../../local/athena";
import type { Glue } from "../../local/services/glue/glue";
import type { StackOutputs } from "../../local/session";

/** The datasets that a statement names, as views of the datastores' database; a datastore of the same name comes first. */
export function datasetViews(
  sql: string,
  { datasets, datastores }: Pick<StackOutputs, "datasets" | "datastores">,
  database: string,
): [string, CatalogTable][] {
  return Object.entries(datasets)
    .filter(([name]) => datastores[name] === undefined && new RegExp(`\\b${name}\\b`, "i").test(sql))
    .map(([dataset, { query: text }]) => {
      const name = dataset.toLowerCase();
      const view: CatalogTable = {
        database,
        name,
        columns: [],
        partitionKeys: [],
        parameters: {},
        location: "",
        view: text,
        files: () => [],
        unseen: () => 0,
      };
      return [`${database}.${name}`, view];
    });
}

/** What can be queried by its name. */
export type Listed =
  | { name: string; kind: "datastore"; columns: { name: string; type: string }[] }
  | { name: string; kind: "dataset"; query: string };

/** The datastores and datasets that can be queried. */
export function listed(outputs: Pick<StackOutputs, "datastores" | "datasets">, glue: Glue): Listed[] {
  const tables = Object.entries(outputs.datastores).map(([name, { database, table }]): Listed => {
    const catalog = glue.tables.get(`${database}.${table}`)!;
    return { name, kind: "datastore", columns: [...catalog.columns, ...catalog.partitionKeys] };
  });
  const datasets = Object.entries(outputs.datasets).map(([name, { query: text }]): Listed => ({
    name,
    kind: "dataset",
    query: text,
  }));
  return [...tables, ...datasets];
}
