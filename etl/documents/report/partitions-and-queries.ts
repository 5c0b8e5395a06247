/** What partitions, and queries over them, mean here and meant otherwise in the retired service. */
import { documentQuota, partitionScheme } from "../../partitions";
import { show } from "../../../aws/text/show";
import type { Findings } from "../model/findings";
import { tablesOf } from "../../athena-sql/tables";
import { datastoreTable, partitionsRead, queryRefusal } from "../check/dataset-query";
import type { DatasetDocument, DatastoreDocument } from "../model/types";

/** About the partitions of a datastore. */
export function remarkPartitions(datastore: DatastoreDocument, findings: Findings): void {
  if (findings.purpose === "deploy") return;
  const quota = documentQuota(datastore);
  if (quota !== undefined) findings[quota.severity]("$.datastorePartitions", quota.message);
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

/** About the partitions that a query reads: all of a datastore, or those that its conditions and its delta window leave. */
function remarkReading(
  code: string,
  dataset: DatasetDocument,
  datastores: readonly DatastoreDocument[],
  path: string,
  findings: Findings,
): void {
  const partitioned = datastores.filter((datastore) => partitionScheme(datastore).keys.length > 0);
  const reads = partitionsRead(dataset, datastores, Date.now());
  for (const datastore of partitioned) {
    const keys = partitionScheme(datastore).keys.map(({ name }) => name);
    const name = show(datastore.datastoreName);
    // Of a query that cannot be analyzed it is known whether it names a key.
    const restricting = keys.filter((key) => new RegExp(`\\b${key}\\b`, "i").test(code));
    const own = reads?.filter((one) => one.name === datastore.datastoreName.toLowerCase()) ?? [
      { restricted: restricting },
    ];
    if (reads === undefined && restricting.length > 0) continue;
    const free = own.filter(({ restricted }) => restricted.length === 0);
    if (free.length > 0)
      findings.note(
        path,
        `it reads every partition of ${name}${free.length < own.length ? ", where it names it without a condition on its partitions" : ""}, so that its time and cost grow with the datastore; a condition on ${keys.join(", ")} limits it, and so does a delta window with such a condition`,
      );
    else if (own.length > 0) {
      const restricted = keys.filter((key) => own.every((one) => one.restricted.includes(key)));
      const rest = keys.filter((key) => !restricted.includes(key));
      findings.note(
        path,
        `of ${name} it reads the partitions that its conditions on ${(restricted.length > 0 ? restricted : keys).join(", ")} leave${restricted.length > 0 && rest.length > 0 ? `, of every ${rest.join(", ")}` : ""}`,
      );
    }
  }
}

/** About a query that Athena refuses: its syntax, and its columns and types if every table is a datastore among the documents. */
function remarkRefusal(sql: string, datastores: readonly DatastoreDocument[], path: string, findings: Findings): void {
  // A more specific remark about the query explains the same refusal.
  if (
    sql === "" ||
    findings.place.placeholder(path) ||
    findings.problems.some((problem) => problem.path === findings.place.sourcePath(path))
  )
    return;
  const names = new Set(datastores.map(({ datastoreName }) => datastoreName.toLowerCase()));
  const tables = datastores.map(datastoreTable).filter((table) => table !== undefined);
  const known =
    tables.length === datastores.length && tablesOf(sql).every(({ table }) => names.has(table.toLowerCase()));
  const refusal = queryRefusal(sql, known ? tables : undefined);
  if (refusal !== undefined)
    findings.difference("warning", path, `Athena refuses the query: ${refusal}`, "the whole query, which fails");
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
  remarkRefusal(sql, datastores, path, findings);
  remarkReading(code, dataset, datastores, path, findings);
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
