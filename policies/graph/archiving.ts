import { absent, block, blocks, isUnknown, list, text } from "../../aws/values";
import type { StackFound } from "../framework/found";
import type { StackView, View } from "../framework/view";
import { areasOfBucket, BUCKETS, bucketsOf, LIFECYCLE, lifecycleRulesOf, TIERING } from "./buckets";
import { DELIVERY, physicalName, resolveIn, TABLE } from "./links";

/** Storage classes, and tiers of INTELLIGENT_TIERING, whose objects must be restored before anybody can read them. */
const ARCHIVES: ReadonlySet<unknown> = new Set(["GLACIER", "DEEP_ARCHIVE", "ARCHIVE_ACCESS", "DEEP_ARCHIVE_ACCESS"]);

/** Rows that a lifecycle or a tiering configuration moves to an archive. */
export interface ArchivedRows {
  /** the lifecycle or tiering configuration */
  view: View;
  path: string;
  storageClass: unknown;
  /** the table, or the delivery stream that writes the rows where the table is not in the stack */
  by: View;
  /** where they lie in the bucket, undefined if it is not known */
  prefix: string | undefined;
}

/** All of them, for buckets of the stack and for those that it names only. */
export function archivedRows(stack: StackView, found: StackFound): ArchivedRows[] {
  const lifecycles = [
    ...stack.of(...LIFECYCLE),
    ...bucketsOf(stack).filter(({ raw }) => (list(raw.lifecycleRules)?.length ?? 0) > 0),
  ];
  return [
    ...lifecycles.flatMap((view) =>
      lifecycleRulesOf(view, found.on(view)).flatMap(({ at, prefix, raw }) =>
        (found.attempt(view, () => blocks(raw.transitions)) ?? []).flatMap(([index, { storageClass }]) =>
          archived(stack, view, `${at}.transitions[${index}].storageClass`, storageClass, prefix),
        ),
      ),
    ),
    ...stack
      .of(...TIERING)
      .filter(({ raw }) => raw.status !== "Disabled")
      .flatMap((view) =>
        blocks(view.raw.tierings).flatMap(([index, { accessTier }]) => {
          const prefix = text(block(view.raw.filter)?.prefix) ?? "";
          return archived(stack, view, `tierings[${index}].accessTier`, accessTier, prefix);
        }),
      ),
  ];
}

function archived(stack: StackView, view: View, path: string, storageClass: unknown, prefix: string): ArchivedRows[] {
  if (!ARCHIVES.has(storageClass)) return [];
  const rows = rowsIn(stack, view).filter(({ prefix: own }) =>
    // Where they lie is not known: a rule for the whole bucket moves them for certain.
    own === undefined ? prefix === "" : own.startsWith(prefix) || prefix.startsWith(own),
  );
  const tables = rows.filter(({ by }) => by.type === TABLE);
  return (tables.length > 0 ? tables : rows).map((own) => ({ view, path, storageClass, ...own }));
}

/** Rows in the bucket that a lifecycle or tiering configuration is for. */
function rowsIn(stack: StackView, view: View): { by: View; prefix: string | undefined }[] {
  const bucket = BUCKETS.includes(view.type) ? view : resolveIn(stack, BUCKETS, view, "bucket", view.plain.bucket);
  const name = bucket === undefined ? text(view.plain.bucket) : physicalName(bucket);
  const known = name === undefined ? [] : areasOfBucket(stack, name).filter(({ kind }) => kind === "rows");
  const madeOf = (property: string) => (each: View) =>
    bucket !== undefined && (each.references[property] ?? []).includes(bucket.urn);
  const unknown = [
    ...stack
      .of(TABLE)
      .filter(({ plain }) => isUnknown(block(plain.storageDescriptor)?.location))
      .filter(madeOf("storageDescriptor")),
    ...stack
      .of(DELIVERY)
      .filter(({ plain }) => {
        const s3 = block(plain.extendedS3Configuration);
        return isUnknown(s3?.bucketArn) && !absent(s3?.dataFormatConversionConfiguration);
      })
      .filter(madeOf("extendedS3Configuration")),
  ];
  return [...known.map(({ by, prefix }) => ({ by, prefix })), ...unknown.map((by) => ({ by, prefix: undefined }))];
}
