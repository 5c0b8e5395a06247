/**
 * Whether the partitions of a datastore stay below AWS's quota of partitions of one Glue table. A document says how many hours a year has;
 * how many values an attribute has is known from messages only.
 * https://docs.aws.amazon.com/general/latest/gr/glue.html
 */
import { PARTITION_LIMITS } from "../../aws/limits/glue-partitions";
import type { DatastoreDocument } from "../documents/model/types";
import { daysFromEpoch } from "../time/calendar";
import { parseTimestampFormat } from "../time/format";
import type { PartitionKeys } from "./keys";
import { partitionSources } from "./scheme";

const QUOTA = PARTITION_LIMITS.perTable;
const DAYS_A_YEAR = 365.25;
const HOURS_A_YEAR = DAYS_A_YEAR * 24;
/** Years that are looked ahead for a datastore whose rows do not expire before. */
const YEARS_AHEAD = 10;
/** Partitions that are remembered, a tenth of the quota. */
const REMEMBERED = QUOTA / 10;

const WAY_OUT =
  "Rows of partitions beyond the quota are stored, and no query finds them. Partition by attributes with fewer values, or without the hour (a timestampFormat without HH); keep rows for a shorter time (retentionPeriod); or ask AWS for a higher quota (https://docs.aws.amazon.com/general/latest/gr/glue.html)";

/** How many partitions rows have, and how many they will have if they go on like this. */
export interface PartitionCount {
  /** different partitions; of more than a tenth of the quota, that tenth */
  readonly partitions: number;
  /** hours from the first to the last event time, both included; undefined without a partition by event time */
  readonly hours: number | undefined;
  /** as many partitions as a year would have; undefined without a partition by event time, where only new values make new partitions */
  readonly perYear: number | undefined;
}

/** Counts different partitions and the time that they cover, in bounded memory. */
export class PartitionCounter {
  private readonly seen = new Set<string>();
  private first = Infinity;
  private last = -Infinity;

  /** Takes the values of a partition, the same ones any number of times. */
  readonly add = (keys: PartitionKeys): void => {
    const id = Object.values(keys).join("\u0000");
    // A datastore by the day of arrival has no keys of its own, and is projected.
    if (id === "" || this.seen.size >= REMEMBERED) return;
    this.seen.add(id);
    const hour = hourOf(keys);
    if (hour === undefined) return;
    this.first = Math.min(this.first, hour);
    this.last = Math.max(this.last, hour);
  };

  get count(): PartitionCount {
    const partitions = this.seen.size;
    if (this.last === -Infinity) return { partitions, hours: undefined, perYear: undefined };
    const hours = this.last - this.first + 1;
    return { partitions, hours, perYear: Math.round((partitions / hours) * HOURS_A_YEAR) };
  }
}

/** Hours since 1970 of a partition by event time. */
function hourOf({ __year, __month, __day, __hour }: PartitionKeys): number | undefined {
  if (__year === undefined) return undefined;
  const hour = daysFromEpoch(Number(__year), Number(__month), Number(__day)) * 24 + Number(__hour);
  // Somebody may have registered a partition with values of their own.
  return Number.isFinite(hour) ? hour : undefined;
}

/**
 * Says that partitions will exceed the quota at this rate while rows are kept, and the way out; undefined if they stay below. Without event
 * time there is no rate, and a tenth of the quota is worth the warning.
 * @param keptDays days after which rows expire; undefined: not known, or never
 */
export function quotaWarning({ partitions, hours, perYear }: PartitionCount, keptDays?: number): string | undefined {
  const has = `${number(partitions)}${partitions === REMEMBERED ? " or more" : ""} partitions`;
  const quota = `AWS's quota of ${number(QUOTA)} partitions of a Glue table`;
  if (perYear === undefined || hours === undefined)
    return partitions < REMEMBERED ? undefined : `${has}, a tenth of ${quota}. ${WAY_OUT}`;
  const years = Math.min(keptDays === undefined ? Infinity : keptDays / DAYS_A_YEAR, YEARS_AHEAD);
  if (perYear * years <= QUOTA) return undefined;
  return `${has} over ${spanText(hours)}, at this rate ${number(perYear)} a year: ${quota} is reached after ${spanText((QUOTA / perYear) * HOURS_A_YEAR)}. ${WAY_OUT}`;
}

/** What a document says about the quota. */
export type DocumentQuota =
  /** event time alone makes more partitions than the quota while rows are kept */
  | { readonly severity: "warning"; readonly message: string }
  /** so many values of the attributes in each hour or day are too many */
  | { readonly severity: "note"; readonly message: string };

/** What can be said of the quota without messages; undefined for partitions that stay below, or of which nothing is known. */
export function documentQuota(datastore: DatastoreDocument): DocumentQuota | undefined {
  const sources = partitionSources(datastore);
  const time = sources.find((source) => source.kind === "timestamp");
  if (time === undefined) return undefined;
  const hourly = hasHour(time.format);
  const days = datastore.retentionPeriod?.numberOfDays;
  const kept = days ?? YEARS_AHEAD * DAYS_A_YEAR;
  const byTime = Math.ceil(kept) * (hourly ? 24 : 1);
  const period = days === undefined ? `${YEARS_AHEAD} years` : `the ${number(days)} days of retentionPeriod`;
  const quota = `AWS's quota of ${number(QUOTA)} partitions of a Glue table`;
  const unit = hourly ? "hour" : "day";
  if (byTime > QUOTA)
    return {
      severity: "warning",
      message: `a partition for each ${unit} makes ${number(byTime)} partitions in ${period}, more than ${quota}. ${WAY_OUT}`,
    };
  const attributes = sources.flatMap((source) => (source.kind === "attribute" ? [source.attribute] : []));
  if (attributes.length === 0) return undefined;
  return {
    severity: "note",
    message: `each ${unit} has a partition for every value of ${attributes.join(" with ")} that arrives in it; more than ${number(Math.floor(QUOTA / byTime))} in each ${unit} exceed ${quota} within ${period}. npm run try counts the partitions of messages`,
  };
}

/** Whether a format of event times has an hour, without which all rows of a day are in its first. */
function hasHour(format: string | undefined): boolean {
  if (format === undefined) return true;
  try {
    const parsed = parseTimestampFormat(format);
    return parsed.format(Date.UTC(2001, 1, 3)) !== parsed.format(Date.UTC(2001, 1, 3, 1));
  } catch {
    // a mistake that is reported at its own place
    return true;
  }
}

function spanText(hours: number): string {
  const [value, unit] =
    hours < 48 ? [hours, "hour"] : hours < 2 * HOURS_A_YEAR ? [hours / 24, "day"] : [hours / HOURS_A_YEAR, "year"];
  const rounded = value < 10 ? Math.round(value * 10) / 10 : Math.round(value);
  return `${number(rounded)} ${unit}${rounded === 1 ? "" : "s"}`;
}

function number(value: number): string {
  return value.toLocaleString("en-US");
}
