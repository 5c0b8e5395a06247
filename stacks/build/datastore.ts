import * as glue from "@pulumi/aws/glue";
import * as pulumi from "@pulumi/pulumi";
import { DatastoreMaintenance, JsonDatastore, ParquetDatastore } from "../../components";
import { physicalName } from "../../components/parts/common/names";
import { isJsonFormat, partitionScheme, type DatastoreDocument, type DocumentSet } from "../../etl";
import { operations, shared, storage, type StackContext } from "./context";

/** A datastore of either format. */
export type Datastore = ParquetDatastore | JsonDatastore;

/** A datastore, and what keeps its partitions up; those by the day of arrival need nothing. */
export interface BuiltDatastore {
  component: Datastore;
  maintenance: DatastoreMaintenance | undefined;
}

/** One database for all datastores: SQL names them without a database, and may join them. */
export function buildDatabase(context: StackContext, { datastores, datasets }: DocumentSet): pulumi.Output<string> {
  if (datastores.length + datasets.length === 0) return pulumi.output("");
  return new glue.CatalogDatabase("datastores", {
    name: physicalName("database", ""),
    description: `Datastores of the stack ${pulumi.getStack()}`,
    tags: context.tags(),
  }).name;
}

/** The datastore of a document, in the stack's database. */
export function buildDatastore(
  context: StackContext,
  name: string,
  document: DatastoreDocument,
  database: pulumi.Output<string>,
): BuiltDatastore {
  const { settings } = context;
  const { dynamic } = partitionScheme(document);
  const { onMismatch, ...own } = settings.datastores[name] ?? {};
  const customerManaged = document.datastoreStorage?.customerManagedS3;
  const args = {
    partitions: document.datastorePartitions?.partitions,
    firstDay: dynamic ? undefined : settings.firstDay,
    database,
    ...storage(context, customerManaged, document.retentionPeriod, own),
    protectData: customerManaged === undefined ? settings.protectData : undefined,
    ...shared(context, document.tags),
  };
  const component = create();
  const maintenance = dynamic ? maintain() : undefined;
  return { component, maintenance };

  function create(): Datastore {
    if (isJsonFormat(document)) return new JsonDatastore(name, args);
    const columns = document.fileFormatConfiguration?.parquetConfiguration?.schemaDefinition?.columns ?? [];
    return new ParquetDatastore(name, { ...args, columns, onMismatch });
  }

  function maintain(): DatastoreMaintenance {
    return new DatastoreMaintenance(name, {
      datastore: component,
      scanHours: settings.maintenanceHours,
      retentionDays: args.retention?.days,
      ...operations(context),
      ...shared(context, document.tags),
    });
  }
}
