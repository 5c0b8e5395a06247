import { absent, block, blocks, isUnknown, list, text, type Inputs } from "../../aws/values";
import type { Found } from "../framework/found";
import { note, type StackView, type View } from "../framework/view";
import { BUCKET, DELIVERY, physicalName, referring, TABLE, WORKGROUP } from "./links";

/** Satellites of a bucket by their short names; each also in the deprecated spelling with V2. */
const SATELLITES = {
  publicAccessBlock: ["aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock"],
  ownership: ["aws:s3/bucketOwnershipControls:BucketOwnershipControls"],
  encryption: [
    "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration",
    "aws:s3/bucketServerSideEncryptionConfigurationV2:BucketServerSideEncryptionConfigurationV2",
  ],
  versioning: ["aws:s3/bucketVersioning:BucketVersioning", "aws:s3/bucketVersioningV2:BucketVersioningV2"],
  lifecycle: [
    "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration",
    "aws:s3/bucketLifecycleConfigurationV2:BucketLifecycleConfigurationV2",
  ],
  policy: ["aws:s3/bucketPolicy:BucketPolicy"],
  notification: ["aws:s3/bucketNotification:BucketNotification"],
  tiering: ["aws:s3/bucketIntelligentTieringConfiguration:BucketIntelligentTieringConfiguration"],
} as const;

/** A setting of a bucket that is a resource of its own. */
export type Satellite = keyof typeof SATELLITES;
/** Types of lifecycle configurations. */
export const LIFECYCLE = SATELLITES.lifecycle;
/** Types of Intelligent-Tiering configurations. */
export const TIERING = SATELLITES.tiering;

/** Types of buckets. */
export const BUCKETS = [BUCKET, "aws:s3/bucketV2:BucketV2"];

/** Buckets of the stack, those of the deprecated class too. */
export function bucketsOf(stack: StackView): View[] {
  return stack.of(...BUCKETS);
}

/** The settings of a kind that a bucket has. */
export function satellitesOf(stack: StackView, kind: Satellite, bucket: View): View[] {
  return referring(stack, SATELLITES[kind], "bucket", bucket);
}

/** Whether a bucket certainly has no such satellite: one whose bucket is not known may be its own. */
export function lacks(stack: StackView, kind: Satellite, bucket: View): boolean {
  if (satellitesOf(stack, kind, bucket).length > 0) return false;
  const unknown = stack
    .of(...SATELLITES[kind])
    .filter(({ plain, references }) => isUnknown(plain.bucket) && (references.bucket ?? []).length === 0);
  for (const view of unknown) note(view, "bucket");
  return unknown.length === 0;
}

/** The bucket that a name, an ARN or an s3:// URI speaks of, with the rest of the URI or ARN as a prefix. */
export function s3LocationOf(value: unknown): { bucket: string; prefix: string } | undefined {
  const given = text(value);
  if (given === undefined) return undefined;
  const match = /^(?:s3:\/\/|arn:[^:]+:s3:::)([^/]+)\/?([\s\S]*)$/.exec(given);
  return match === null ? undefined : { bucket: match[1]!, prefix: match[2]! };
}

/** Where the lifecycle of a bucket stands: a resource of its own, or in the bucket's older arguments. */
export function lifecycleOf(stack: StackView, bucket: View): View | undefined {
  const [own] = satellitesOf(stack, "lifecycle", bucket);
  return own ?? ((list(bucket.raw.lifecycleRules)?.length ?? 0) > 0 ? bucket : undefined);
}

/** Days after which a rule ends unfinished uploads: by the satellite's words or the older ones. */
export function uploadDays({ raw }: LifecycleRule): unknown {
  return block(raw.abortIncompleteMultipartUpload)?.daysAfterInitiation ?? raw.abortIncompleteMultipartUploadDays;
}

/** Days after which a rule ends noncurrent versions: by the satellite's words or the older ones. */
export function noncurrentDays({ raw }: LifecycleRule): unknown {
  const own = block(raw.noncurrentVersionExpiration);
  return own?.noncurrentDays ?? own?.days;
}

/** Where versioning stands, and whether it is on. */
export function versioningOf(stack: StackView, bucket: View): { view: View; path: string; value: unknown } | undefined {
  const [own] = satellitesOf(stack, "versioning", bucket);
  if (own !== undefined) {
    const given: unknown = own.raw.versioningConfiguration;
    const value: unknown = isUnknown(given) ? given : block(given)?.status;
    return { view: own, path: "versioningConfiguration.status", value };
  }
  const inline = block(bucket.raw.versioning);
  if (inline === undefined) return undefined;
  return { view: bucket, path: "versioning.enabled", value: inline.enabled === true ? "Enabled" : inline.enabled };
}

/** One rule of a lifecycle that is in force, with the prefix that it counts for. */
export interface LifecycleRule {
  at: string;
  prefix: string;
  /** whether it counts for some objects only for another reason than their prefix */
  narrowed: boolean;
  raw: Inputs;
}

/** Rules in force of a lifecycle, or of the deprecated `lifecycleRules` of a bucket. */
export function lifecycleRulesOf(view: View, found: Found): LifecycleRule[] {
  const legacy = BUCKET === view.type || view.type.endsWith("BucketV2");
  const property = legacy ? "lifecycleRules" : "rules";
  return (found.attempt(() => blocks(view.inputs[property])) ?? []).flatMap(([index, rule]): LifecycleRule[] => {
    const at = `${property}[${index}]`;
    return (
      found.attempt((): LifecycleRule[] => {
        const enabled = legacy ? rule.enabled === true : rule.status === "Enabled";
        if (!enabled) return [];
        const filter = block(rule.filter);
        const and = block(filter?.and);
        const prefix = text(rule.prefix) ?? text(filter?.prefix) ?? text(and?.prefix) ?? "";
        const narrowed = [
          filter?.tag,
          and?.tags,
          rule.tags,
          filter?.objectSizeGreaterThan,
          filter?.objectSizeLessThan,
          and?.objectSizeGreaterThan,
          and?.objectSizeLessThan,
        ].some((member) => !absent(member) && Object.keys(block(member) ?? { given: true }).length > 0);
        return [{ at, prefix, narrowed, raw: rule }];
      }) ?? []
    );
  });
}

/** Rules that count for every object below a prefix. */
export function rulesFor(rules: readonly LifecycleRule[], prefix: string): LifecycleRule[] {
  return rules.filter((rule) => !rule.narrowed && prefix.startsWith(rule.prefix));
}

/** A prefix that something in the stack writes or reads. */
export interface Area {
  bucket: string;
  prefix: string;
  /** who speaks of it */
  by: View;
  kind: "raw" | "rows" | "errors" | "results" | "backup";
}

/** Prefixes in buckets that delivery streams write, tables lie in and workgroups put results into, as far as they are known. */
export function areasOf(stack: StackView): Area[] {
  return stack.memo("areas", () => findAreas(stack));
}

function findAreas(stack: StackView): Area[] {
  const areas: Area[] = [];
  const add = (kind: Area["kind"], by: View, bucket: unknown, prefix = ""): void => {
    const location = s3LocationOf(bucket);
    if (location !== undefined)
      areas.push({ kind, by, bucket: location.bucket, prefix: literal(location.prefix + prefix) });
  };
  for (const stream of stack.of(DELIVERY)) {
    const s3 = block(stream.raw.extendedS3Configuration);
    if (s3 !== undefined) {
      const converts = block(s3.dataFormatConversionConfiguration) !== undefined;
      add(converts ? "rows" : "raw", stream, s3.bucketArn, text(s3.prefix));
      if (text(s3.errorOutputPrefix) !== undefined) add("errors", stream, s3.bucketArn, text(s3.errorOutputPrefix));
      const backup = block(s3.s3BackupConfiguration);
      if (backup !== undefined) add("backup", stream, backup.bucketArn, text(backup.prefix));
    }
    const iceberg = block(block(stream.raw.icebergConfiguration)?.s3Configuration);
    if (iceberg !== undefined)
      add("errors", stream, iceberg.bucketArn, text(iceberg.errorOutputPrefix) ?? text(iceberg.prefix));
  }
  for (const table of stack.of(TABLE)) {
    const location = block(table.raw.storageDescriptor)?.location ?? icebergLocation(table);
    if (text(location) !== undefined && text(location) !== "") add("rows", table, location);
  }
  for (const workgroup of stack.of(WORKGROUP))
    add("results", workgroup, block(block(workgroup.raw.configuration)?.resultConfiguration)?.outputLocation);
  return areas;
}

/** The location of an Iceberg table; undefined for any other. */
export function icebergLocation(table: View): unknown {
  const input = block(block(block(table.raw.openTableFormatInput)?.icebergInput)?.icebergTableInput);
  if (input !== undefined) return input.location ?? block(table.raw.storageDescriptor)?.location;
  const iceberg = text(block(table.raw.parameters)?.table_type)?.toUpperCase() === "ICEBERG";
  const opened = block(block(table.raw.openTableFormatInput)?.icebergInput) !== undefined;
  return iceberg || opened ? block(table.raw.storageDescriptor)?.location : undefined;
}

function literal(prefix: string): string {
  return prefix.split("!{")[0]!;
}

/** Areas in one bucket. */
export function areasIn(stack: StackView, bucket: View): readonly Area[] {
  return areasOfBucket(stack, physicalName(bucket) ?? "");
}

/** Areas in the bucket of a name. */
export function areasOfBucket(stack: StackView, name: string): readonly Area[] {
  const byBucket = stack.memo("areas by bucket", () => {
    const made = new Map<string, Area[]>();
    for (const area of areasOf(stack)) {
      const own = made.get(area.bucket);
      if (own === undefined) made.set(area.bucket, [area]);
      else own.push(area);
    }
    return made;
  });
  return byBucket.get(name) ?? [];
}

/** Number of days until a rule deletes current objects. */
export function expirationDays(rule: LifecycleRule): number | undefined {
  const expiration = block(rule.raw.expiration) ?? block(list(rule.raw.expirations)?.[0]);
  const days: unknown = expiration?.days;
  return typeof days === "number" && days > 0 ? days : undefined;
}
