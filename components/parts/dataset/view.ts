import * as glue from "@pulumi/aws/glue";
import * as pulumi from "@pulumi/pulumi";
import { show } from "../../../aws/text/show";
import { viewMembers } from "../datastore/tables";
import { catalogView, queryView } from "../../../etl";
import { datastoreTable } from "../../../etl/documents/check/dataset-query";
import { lift } from "../common/inputs";
import { catalogName } from "../common/names";
import type { Scope } from "../common/scope";
import { transformed, type Transform } from "../common/transform";
import { datastoreDocument } from "../datastore/document";
import { sourceName } from "./check-query";
import type { DatasetSource } from "./dataset-source";

/** What decides whether a dataset can have a view. */
export interface ViewSettings {
  query: string;
  sources: readonly DatasetSource[];
  /** whether the query has a delta window */
  windowed: boolean;
}

/** The tables of sources; undefined if the columns of one are not known before the deployment. */
export function tablesOfSources(sources: readonly DatasetSource[]) {
  const tables = sources.map((source) => {
    const name = sourceName(source);
    if (name === undefined || source.columns === undefined) return undefined;
    return datastoreTable(datastoreDocument(name, source.columns, source.partitions ?? []));
  });
  return tables.includes(undefined) ? undefined : tables.map((table) => table!);
}

/** Why a dataset of this name cannot have a view; undefined if it can. */
export function viewProblem(name: string, { query, sources, windowed }: ViewSettings): string | undefined {
  if (windowed)
    return "its query has a delta window, which is another one at each run; a view shows what a query without it finds";
  if (sources.length === 0) return "it has no sources, whose columns say what the view's are; name them as sources";
  if (sources.some((source) => sourceName(source) === catalogName(name)))
    return `the table ${show(catalogName(name))} that it reads has its name; give one of them another`;
  const tables = tablesOfSources(sources);
  if (tables === undefined) return "the columns of a datastore that it reads are known only when rows arrive";
  const view = queryView(query, tables);
  return "problem" in view ? view.problem : undefined;
}

/** The view under which SQL finds the rows of a dataset, by its name in the catalog. */
export function createView(
  { component, name }: Scope,
  query: pulumi.Input<string>,
  database: pulumi.Input<string>,
  sources: readonly DatasetSource[],
  transform: Transform<glue.CatalogTableArgs> | undefined,
): glue.CatalogTable {
  const tables = tablesOfSources(sources) ?? [];
  const view = pulumi.output(
    lift<[string, string], ReturnType<typeof catalogView>>([query, database], (sql, schema) => {
      const found = queryView(sql, tables);
      if ("problem" in found) throw new pulumi.RunError(`dataset ${name}: there can be no view: ${found.problem}`);
      return catalogView(found.sql, schema, found.columns);
    }),
  );
  const args = {
    name: catalogName(name),
    databaseName: database,
    description: `Dataset ${name}`,
    ...viewMembers(view),
  };
  return new glue.CatalogTable(...transformed(transform, `${name}-view`, args, { parent: component }));
}
