import * as fs from "node:fs";
import { ROWS_OF } from "../../etl";
import type { Deployed } from "./deployed";

/** A permission that no call used. */
export interface UnusedGrant {
  role: string;
  statement: string;
  action: string;
  resource: string;
}

/** Counts of a candidate: those of a pipeline, and the messages that are not its own. */
export interface CandidateReport {
  version: string;
  /** records that reached its delivery stream */
  received: number;
  stored: number;
  filtered: number;
  failed: number;
  pending: number;
  /** records before the boundary, which the reprocessing takes from the archive */
  left: number;
  /** ms since 1970; null while no record has come */
  boundary: number | null;
  /** the view that people query */
  view: string;
  /** whether readers of the datastore see its rows */
  promoted: boolean;
}

/** What became of the messages of each candidate, by its pipeline: received = stored + filtered + failed + left + pending. */
export function candidatesOf({ cloud, outputs }: Deployed): Record<string, CandidateReport> {
  return Object.fromEntries(
    Object.entries(outputs.pipelines).flatMap(([name, { candidate }]): [string, CandidateReport][] => {
      if (candidate === undefined) return [];
      const { version, view, promoted } = candidate;
      const { counts, pending } = cloud.deliveryStreams.get(candidate.deliveryStream)!;
      const { received, stored, filtered, failed } = counts;
      const left = cloud.cloudwatch.total("IotTelemetryEtl", "LeftToReprocessing", {
        FunctionName: candidate.function,
      });
      const [object] = cloud.s3.list(candidate.bucket, candidate.boundaryKey);
      const boundary =
        object === undefined
          ? null
          : (JSON.parse(fs.readFileSync(object.file, "utf8")) as { boundary: number }).boundary;
      // The delivery stream counts all that its function drops as filtered.
      return [
        [
          name,
          { version, received, stored, filtered: filtered - left, failed, pending, left, boundary, view, promoted },
        ],
      ];
    }),
  );
}

/** Why a permission on the rows of a version had no occasion: readers are led to one version, and roles may read each that they can be led to. */
export function whyNotSeen({ cloud, outputs }: Deployed): (grant: UnusedGrant) => string | undefined {
  const reasons: ((grant: UnusedGrant) => string | undefined)[] = [];
  for (const [name, { database, table, rows, bucket, prefix }] of Object.entries(outputs.datastores)) {
    const candidate = Object.values(outputs.pipelines).find(({ datastore }) => datastore === name)?.candidate;
    const own = cloud.glue.tables.get(`${database}.${table}`);
    const isView = own?.view !== undefined;
    if (rows === table && candidate === undefined) continue;
    const shown = isView ? own?.parameters[ROWS_OF] : table;
    const others = [rows, candidate?.table].filter((each) => each !== undefined && each !== shown);
    const prefixes = [
      ...(shown === candidate?.table ? [prefix] : []),
      ...(candidate !== undefined && shown !== candidate.table ? [candidate.prefix] : []),
    ];
    reasons.push(({ action, resource }) => {
      if (isView && /Partition/.test(action) && resource.endsWith(`:table/${database}/${table}`))
        return `${name} is a view, which has no partitions`;
      const idle =
        others.some((each) => resource.endsWith(`:table/${database}/${each}`)) ||
        prefixes.some((each) => resource.endsWith(`:::${bucket}/${each}*`));
      return idle ? `readers of ${name} see another version` : undefined;
    });
  }
  return (grant) => reasons.map((reason) => reason(grant)).find((reason) => reason !== undefined);
}
