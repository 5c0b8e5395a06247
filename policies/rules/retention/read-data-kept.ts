import { block, show, text } from "../../../aws/values";
import { member } from "../../framework/context";
import type { StackRule } from "../../framework/rule";
import type { View } from "../../framework/view";
import {
  areasIn,
  bucketsOf,
  expirationDays,
  icebergLocation,
  lifecycleOf,
  lifecycleRulesOf,
  s3LocationOf,
} from "../../graph/buckets";
import { archivedRows } from "../../graph/archiving";
import { TABLE } from "../../graph/links";
import { saidOf } from "./retention-decided";

const UNIT_DAYS: Readonly<Record<string, number>> = { YEAR: 365, MONTH: 30, WEEK: 7, DAY: 1 };

export const readDataKept: StackRule = {
  id: "read-data-kept",
  group: "retention",
  title: "No lifecycle rule expires or archives what a table or a delivery stream of the stack still needs.",
  rationale:
    "Athena skips archived objects without an error, an Iceberg table is corrupt when a file of it expires, and a projected partition whose objects expired is silently empty.",
  severity: "critical",
  level: "mandatory",
  remediation:
    "Expire by the table's own retention, below its own prefix; use INTELLIGENT_TIERING or GLACIER_IR for tables.",
  page: "https://docs.aws.amazon.com/athena/latest/ug/querying-s3-glacier.html",
  config: {
    minimumDataDays: member(
      "integer",
      "days that raw messages and rows are kept at least, if nobody states a retention",
      {
        dev: 3,
        staging: 7,
        prod: 30,
      },
    ),
  },
  checkStack(stack, found, context) {
    const floor = context.config.minimumDataDays as number;
    for (const { view, path, storageClass, by, prefix } of archivedRows(stack, found)) {
      const place = prefix === undefined || prefix === "" ? "in this bucket" : `below ${prefix}`;
      found
        .on(view)
        .add(
          path,
          show(storageClass),
          `rows of ${by.label} are ${place}, and Athena skips archived objects without an error`,
          path.endsWith("accessTier") ? "leave the archive tiers out" : "use GLACIER_IR or INTELLIGENT_TIERING",
        );
    }
    for (const bucket of bucketsOf(stack)) {
      const lifecycle = lifecycleOf(stack, bucket);
      const areas = areasIn(stack, bucket).filter(({ kind }) => kind === "raw" || kind === "rows");
      if (lifecycle === undefined) continue;
      const on = found.on(lifecycle);
      // A document that keeps its data for ten days is a decision, and retention-as-said holds the bucket to it.
      const said = Number(/^(\d+) days?$/.exec(on.attempt(() => saidOf(stack, bucket)) ?? "")?.[1]);
      for (const rule of lifecycleRulesOf(lifecycle, on)) {
        const touched = areas.filter(({ prefix }) => prefix.startsWith(rule.prefix) || rule.prefix.startsWith(prefix));
        const days = expirationDays(rule);
        for (const { by } of touched) {
          const table = by.type === TABLE;
          if (days === undefined) continue;
          if (table && sameBucket(icebergLocation(by), bucket))
            on.add(
              `${rule.at}.expiration`,
              `${days} days`,
              `the Iceberg table ${by.name} is stored there, and expiring its files corrupts it`,
              "remove the rule, and expire snapshots instead",
            );
          else if (days < floor && days !== said)
            on.add(
              `${rule.at}.expiration.days`,
              String(days),
              `${by.name} ${table ? "reads" : "writes"} there, and data is kept at least ${floor} days in ${context.environment}`,
              `set ${floor} or more`,
            );
          else if (table && days < reach(by))
            on.add(
              `${rule.at}.expiration.days`,
              String(days),
              `the table ${by.name} projects partitions of the last ${reach(by)} days`,
              "keep the objects as long, or narrow the projection's range",
            );
        }
        const shared = [...new Set(touched.map(({ by }) => by))].filter((by) => by.type === TABLE);
        if (days !== undefined && shared.length > 1)
          on.add(
            `${rule.at}.filter`,
            JSON.stringify(rule.prefix),
            `it expires objects of several tables: ${shared.map(({ name }) => name).join(", ")}`,
            "give each table's prefix a separate rule",
          );
      }
    }
  },
};

function sameBucket(location: unknown, bucket: View): boolean {
  const place = s3LocationOf(location);
  return place !== undefined && (place.bucket === bucket.raw.bucket || place.bucket === bucket.raw.id);
}

/** Days back from now that a date projection reaches; 0 if it has no moving start. */
function reach(table: View): number {
  let most = 0;
  for (const [key, value] of Object.entries(block(table.raw.parameters) ?? {})) {
    const match = /^projection\..+\.range$/.test(key)
      ? /^\s*NOW\s*-\s*(\d+)\s*(YEAR|MONTH|WEEK|DAY)S?\s*,/.exec(text(value) ?? "")
      : null;
    if (match !== null) most = Math.max(most, Number(match[1]) * UNIT_DAYS[match[2]!]!);
  }
  return most;
}
