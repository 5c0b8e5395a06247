import * as glue from "@pulumi/aws/glue";
import * as pulumi from "@pulumi/pulumi";
import { show } from "../../aws/text/show";
import { catalogName, physicalName } from "../../components/parts/common/names";
import { filesTable } from "../../components/parts/dataset/delivery-table";
import type { DatasetDocument, DocumentSet } from "../../etl";
import type { StackContext } from "./context";

/** A table over delivered contents, and the dataset's document that asks for it. */
interface Asked {
  dataset: string;
  tableName: string;
  databaseName: string;
}

/**
 * The databases of tables over delivered contents, by the names in the documents. One that names the stack's database means it; each other name
 * becomes a database of the stack, called as its resources are.
 * @param names of the datastores and datasets, for tables in the stack's own database
 * @throws RunError for names that two tables would have
 */
export function deliveryDatabases(
  context: StackContext,
  { datasets, datastores }: DocumentSet,
  own: pulumi.Output<string>,
): ReadonlyMap<string, pulumi.Output<string>> {
  const asked = datasets.flatMap(({ name, document }) => tablesIn(name, document));
  const stackDatabase = physicalName("database", "");
  const seen = new Map<string, string>();
  for (const { name } of [...datastores, ...datasets]) seen.set(`${stackDatabase}.${catalogName(name)}`, name);
  for (const { dataset, tableName, databaseName } of asked) {
    const database = physicalOf(databaseName, stackDatabase);
    for (const table of [catalogName(tableName), filesTable(tableName)]) {
      const other = seen.get(`${database}.${table}`);
      if (other !== undefined)
        throw new pulumi.RunError(
          `dataset ${dataset}: glueConfiguration: saw tableName ${show(tableName)} in databaseName ${show(databaseName)}, and the table ${database}.${table} is that of ${show(other)}; give it another name`,
        );
      seen.set(`${database}.${table}`, dataset);
    }
  }
  const made = new Map<string, pulumi.Output<string>>([[stackDatabase, own]]);
  return new Map(
    asked.map(({ databaseName }) => {
      const physical = physicalOf(databaseName, stackDatabase);
      const database = made.get(physical) ?? create(physical, databaseName);
      made.set(physical, database);
      return [databaseName, database];
    }),
  );

  function create(physical: string, name: string): pulumi.Output<string> {
    return new glue.CatalogDatabase(`database-${catalogName(name)}`, {
      name: physical,
      description: `Delivered contents of the stack ${pulumi.getStack()}`,
      tags: context.tags(),
    }).name;
  }
}

function physicalOf(databaseName: string, stackDatabase: string): string {
  return catalogName(databaseName) === stackDatabase
    ? stackDatabase
    : physicalName("database", catalogName(databaseName));
}

function tablesIn(dataset: string, { contentDeliveryRules = [] }: DatasetDocument): Asked[] {
  return contentDeliveryRules.flatMap(({ destination: { s3DestinationConfiguration: to } }) =>
    to?.glueConfiguration === undefined ? [] : [{ dataset, ...to.glueConfiguration }],
  );
}
