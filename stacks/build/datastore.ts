import * as glue from "@pulumi/aws/glue";
import * as pulumi from "@pulumi/pulumi";
import {
  DatastoreMaintenance,
  JsonDatastore,
  ParquetDatastore,
  type CandidateArgs,
  type ColumnArgs,
  type DatastoreReference,
  type FormerVersionArgs,
} from "../../components";
import { canBeCompacted } from "../../components/parts/maintenance/compaction";
import { physicalName } from "../../components/parts/common/names";
import { isJsonFormat, partitionScheme, type DatastoreDocument, type DocumentSet } from "../../etl";
import type { Candidate } from "../candidates";
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
  candidates: Iterable<Candidate>,
): BuiltDatastore {
  const { settings } = context;
  const { dynamic } = partitionScheme(document);
  const { onMismatch, view, compaction: asked, ...own } = settings.datastores[name] ?? {};
  const customerManaged = document.datastoreStorage?.customerManagedS3;
  const args = {
    partitions: document.datastorePartitions?.partitions,
    firstDay: dynamic ? undefined : settings.firstDay,
    database,
    ...storage(context, customerManaged, document.retentionPeriod, own),
    protectData: customerManaged === undefined ? settings.protectData : undefined,
    ...shared(context, document.tags),
    view,
    ...versionsOf(context, name, candidates),
  };
  const component = create();
  // A datastore that cannot be compacted is left as it is by the stack's setting, and refused by its own.
  const suits = dynamic && !isJsonFormat(document) && canBeCompacted(columnsOf(document));
  const compaction = asked ?? (settings.compaction && suits);
  const maintenance = dynamic || compaction ? maintain() : undefined;
  return { component, maintenance };

  function create(): Datastore {
    if (isJsonFormat(document)) return new JsonDatastore(name, args);
    return new ParquetDatastore(name, { ...args, columns: columnsOf(document), onMismatch });
  }

  function maintain(): DatastoreMaintenance {
    return new DatastoreMaintenance(name, {
      datastore: physical(component),
      scanHours: settings.maintenanceHours,
      retentionDays: args.retention?.days,
      compaction: compaction ? {} : undefined,
      ...operations(context),
      ...shared(context, document.tags),
    });
  }
}

/** A datastore as those see it who register partitions without being its pipeline. */
export function physical(datastore: Datastore): Datastore | DatastoreReference {
  if (datastore.versions.length === 0) return datastore;
  const { name, columns, partitions, bucket, rootPrefix, prefix, databaseName, kmsKeyArn } = datastore;
  const onMismatch = "onMismatch" in datastore ? datastore.onMismatch : undefined;
  const tableName = datastore.physicalTable;
  return { name, columns, partitions, onMismatch, bucket, rootPrefix, prefix, databaseName, tableName, kmsKeyArn };
}

/** The versions of a datastore: the candidate of its pipeline, one that was adopted, and those whose rows end. */
function versionsOf({ settings, writers }: StackContext, name: string, candidates: Iterable<Candidate>) {
  const { adopted } = settings.pipelines[writers.get(name) ?? ""] ?? {};
  const tried = [...candidates].find(({ datastore }) => datastore === name);
  const former: FormerVersionArgs[] = [
    ...(adopted?.former === undefined ? [] : [{ version: adopted.former, until: adopted.keepFormerUntil }]),
    ...(tried?.abandon === true ? [{ version: tried.version }] : []),
  ];
  return {
    version: adopted?.version,
    candidate: tried === undefined || tried.abandon ? undefined : candidateArgs(tried),
    formerVersions: former.length === 0 ? undefined : former,
  };
}

function candidateArgs({ version, datastoreDocument, onMismatch, promote }: Candidate): CandidateArgs {
  const { fileFormatConfiguration, datastorePartitions } = datastoreDocument;
  return {
    version,
    columns: fileFormatConfiguration?.parquetConfiguration?.schemaDefinition?.columns,
    partitions: datastorePartitions?.partitions ?? [],
    onMismatch: isJsonFormat(datastoreDocument) ? undefined : onMismatch,
    promote,
  };
}

function columnsOf(document: DatastoreDocument): ColumnArgs[] {
  return document.fileFormatConfiguration?.parquetConfiguration?.schemaDefinition?.columns ?? [];
}
