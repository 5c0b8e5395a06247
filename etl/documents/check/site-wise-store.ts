/**
 * Datastores whose storage was AWS IoT SiteWise's. SiteWise wrote the bucket, and the retired service made three tables of it: `raw`,
 * `asset_metadata`, `asset_hierarchy_metadata`.
 */
import { SITEWISE_COLUMNS } from "../../../aws/sitewise";
import { show } from "../../../aws/text/show";
import type { DatastoreDocument } from "../model/types";
import type { Findings } from "../model/findings";

/** Tables of the retired service that have no successor, and where AWS has what was in them. */
const METADATA: Readonly<Record<string, string>> = {
  asset_metadata: "ask SiteWise for assets and properties (DescribeAsset)",
  asset_hierarchy_metadata: "ask SiteWise for hierarchies (ListAssociatedAssets)",
};

/** Whether SiteWise wrote the datastore's storage. */
export function isSiteWiseStore({ datastoreStorage }: DatastoreDocument): boolean {
  return datastoreStorage?.iotSiteWiseMultiLayerStorage !== undefined;
}

/**
 * The datastore that takes the place of the table `raw`: under the document's name, with its retention, tags and partitions, its columns, or
 * SiteWise's where it lists none. Pipelines fill it from a channel that takes SiteWise's notifications. Any other document as it is.
 */
export function withSiteWiseColumns(document: DatastoreDocument): DatastoreDocument {
  const columns = document.fileFormatConfiguration?.parquetConfiguration?.schemaDefinition?.columns ?? [];
  if (!isSiteWiseStore(document) || columns.length > 0) return document;
  const schemaDefinition = { columns: SITEWISE_COLUMNS.map((column) => ({ ...column })) };
  return { ...document, fileFormatConfiguration: { parquetConfiguration: { schemaDefinition } } };
}

/** Says what of a datastore with SiteWise's storage goes on, and what has no successor. */
export function reportSiteWiseStore(
  { datastoreName: name, datastoreStorage }: DatastoreDocument,
  findings: Findings,
): void {
  const storage = datastoreStorage?.iotSiteWiseMultiLayerStorage;
  if (storage === undefined) return;
  const { bucket } = storage.customerManagedS3Storage;
  findings.warning(
    "$.datastoreStorage.iotSiteWiseMultiLayerStorage",
    `the table ${name} takes the place of ${name}.raw, from the day of its deployment on: a pipeline fills it from a channel with the setting siteWise (channels.NAME.siteWise). ` +
      `It has storage of its own; what is in the bucket ${show(bucket)} stays SiteWise's, and is neither read nor written. ${name}.asset_metadata and ${name}.asset_hierarchy_metadata have no successor`,
  );
}

/** What becomes of a table of the retired service that a query names, `DATASTORE.raw`; undefined for a table that it did not have. */
export function siteWiseTable(datastore: string, table: string): string | undefined {
  const lower = table.toLowerCase();
  const seen = show(`${datastore}.${table}`);
  if (lower === "raw")
    return `${seen} was a table of the retired service; write ${datastore}, which has SiteWise's values from the day of its deployment on`;
  const way = METADATA[lower];
  return way === undefined ? undefined : `${seen} was a table of the retired service and has no successor; ${way}`;
}
