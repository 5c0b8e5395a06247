/** What partitions, and queries over them, mean here and meant otherwise in the retired service. */
import { partitionSources } from "../../partitions";
import { show } from "../../../aws/text/show";
import type { Findings } from "../model/findings";
import type { DatasetDocument, DatastoreDocument } from "../model/types";

/** About the partitions of a datastore. */
export function remarkPartitions(datastore: DatastoreDocument, findings: Findings): void {
  if (findings.purpose === "deploy") return;
  datastore.datastorePartitions?.partitions?.forEach(({ timestampPartition }, index) => {
    if (timestampPartition === undefined) return;
    const path = `$.datastorePartitions.partitions[${index}].timestampPartition`;
    const { attributeName, timestampFormat } = timestampPartition;
    if (timestampFormat === undefined) {
      findings.difference(
        "note",
        path,
        `without timestampFormat ${show(attributeName)} is read as seconds since 1970, as the service's model says`,
        `rows whose ${attributeName} is in milliseconds, or a text: they are in the partition of the time of arrival`,
      );
    } else if (!/[XxZzVO]/.test(timestampFormat.replace(/'[^']*'/g, ""))) {
      findings.difference(
        "note",
        `${path}.timestampFormat`,
        `${show(timestampFormat)} has no time zone; it is read as UTC, and the partitions are UTC's`,
        `rows of devices that write local time into ${attributeName}: __hour, and near midnight __day, are shifted`,
      );
    }
  });
}

/** About a dataset's query and the datastores that it reads. */
export function remarkQuery(
  dataset: DatasetDocument,
  datastores: readonly DatastoreDocument[],
  findings: Findings,
): void {
  const sql = dataset.actions[0]?.queryAction?.sqlQuery;
  const path = "$.actions[0].queryAction.sqlQuery";
  if (sql === undefined) return;
  const code = sql.replace(/'(?:[^']|'')*'|--[^\n]*|\/\*[^]*?\*\//g, " ");
  const partitioned = datastores.filter(
    ({ datastorePartitions }) => (datastorePartitions?.partitions ?? []).length > 0,
  );
  if (/\b__dt\b/i.test(code) && partitioned.length > 0) {
    findings.difference(
      "warning",
      path,
      `it uses __dt, which the datastore ${show(partitioned[0]?.datastoreName)} does not have, because it has partitions of its own; use those (__year, __month, __day, __hour, or __partition_NAME), which are texts such as '03'`,
      "the whole query, which fails",
    );
  }
  if (findings.purpose === "deploy") return;
  if (/\b__(?:year|month|day|hour)\b\s*(?:=|<|>|<>|in\b|between\b)\s*\(?\s*\d/i.test(code)) {
    findings.difference(
      "warning",
      path,
      "it compares a partition with a number; the partitions are texts here, padded with zeros: write __month = '03'. AWS never documented their type in the retired service",
      "the whole query, which fails",
    );
  }
  if (/`/.test(code)) {
    findings.difference(
      "warning",
      path,
      'Athena takes no backticks in a SELECT; write double quotes, "__dt"',
      "the whole query, which fails",
    );
  }
  for (const datastore of datastores)
    for (const source of partitionSources(datastore)) {
      if (source.kind !== "attribute" || new RegExp(`\\b${source.key}\\b`, "i").test(code)) continue;
      findings.difference(
        "warning",
        path,
        `it names no value of ${source.key}, by which ${show(datastore.datastoreName)} is partitioned, and Athena refuses such a query: add WHERE ${source.key} = '...', or list the values in the stack's datastores.${datastore.datastoreName}.partitionValues`,
        "the whole query, which fails",
      );
    }
  remarkContent(dataset, findings);
  if (/^[\s(]*with\b/i.test(code)) {
    findings.note(path, "the retired service did not support WITH; here it works");
  }
}

/** Times of a dataset's contents for which AWS documented nothing (docs/sources.md: delta-window, content-times). */
function remarkContent(dataset: DatasetDocument, findings: Findings): void {
  dataset.actions[0]?.queryAction?.filters?.forEach(({ deltaTime }, index) => {
    if (deltaTime === undefined) return;
    findings.difference(
      "note",
      `$.actions[0].queryAction.filters[${index}].deltaTime`,
      "a window includes its start and not its end, and continues from the last successful run, even after a pause; AWS never documented which ends the retired service included",
      "rows whose time is the very start or end of a window, and the first content",
    );
  });
  dataset.contentDeliveryRules?.forEach(({ destination }, index) => {
    const s3 = destination.s3DestinationConfiguration;
    const times = /!\{iotanalytics:(?:scheduleTime|creationTime)\}/.test(s3?.key ?? "");
    if (!times) return;
    findings.difference(
      "note",
      `$.contentDeliveryRules[${index}].destination.s3DestinationConfiguration.key`,
      "scheduleTime and creationTime are written as 20260131T120000Z, in UTC; AWS never documented how the retired service wrote them",
      "the names of delivered objects",
    );
  });
}
