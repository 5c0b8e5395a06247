/** What rows of two tables are matched by, unless it is said. */
import type { ComparedTable } from "./model";

/** What the documents say of a datastore's time. */
export interface TimeHint {
  /** the attribute of its timestamp partition */
  readonly attribute: string;
  /** its Joda pattern; undefined for ISO 8601 and epochs */
  readonly format?: string | undefined;
}

/** Columns that tell devices and times; each may be missing. */
export interface Roles {
  /** the columns that are matched by, device first */
  readonly key: string[];
  readonly device?: string;
  readonly time?: string;
}

const DEVICE = /^(?:device|thing|asset|sensor|machine|equipment|gateway|client|tag|serial)(?:_?(?:id|name|number))?$/;
const TIMES = [
  "timestamp",
  "time",
  "ts",
  "event_time",
  "eventtime",
  "datetime",
  "date_time",
  "measured_at",
  "recorded_at",
  "sent_at",
  "time_in_seconds",
];
const PARTITION = /^__partition_(.+)$/;

/**
 * The key of a table: attributes that it is partitioned by, the device and the time of its timestamp partition. Without such partitions by
 * the columns' names. An empty key means that nothing tells rows from each other but all of their values.
 */
export function rolesOf({ columns }: ComparedTable, hint: TimeHint | undefined): Roles {
  const names = columns.map(({ name }) => name);
  const partitions = names.flatMap((name) => {
    const attribute = PARTITION.exec(name)?.[1];
    return attribute !== undefined && names.includes(attribute) ? [attribute] : [];
  });
  const own = columns.filter(({ name }) => !name.startsWith("__"));
  const times = own.filter(({ type }) => type === "timestamp" || type === "date");
  const hinted = hint && names.find((name) => name === hint.attribute.toLowerCase());
  const time =
    hinted ??
    TIMES.find((name) => own.some((column) => column.name === name)) ??
    (times.length === 1 ? times[0]!.name : undefined);
  const device = own.find(({ name }) => DEVICE.test(name) && name !== time)?.name ?? partitions[0];
  const key = [device, ...partitions, time].filter((name) => name !== undefined);
  return { key: [...new Set(key)], ...(device !== undefined && { device }), ...(time !== undefined && { time }) };
}
