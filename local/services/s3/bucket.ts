import { TYPES, ofType, type Properties, type Resource } from "../../core/model";
import { customerKey } from "../../core/customer-key";
import type { Versioning } from "./bucket-objects";
import { parseS3Url } from "./location";
import type { Encryption } from "./object-record";

/** An object of a bucket. */
export interface StoredObject {
  key: string;
  /** where the object lies on this machine */
  file: string;
  bytes: number;
  /** ms since 1970-01-01 UTC, of the local clock */
  modified: number;
}

/** An enabled rule of a bucket's lifecycle. */
export interface LifecycleRule {
  id: string;
  prefix: string;
  /** days after which objects expire */
  days: number | undefined;
  /** ms since 1970-01-01 UTC from which on all objects expire, whatever their age */
  date: number | undefined;
  /** days after which noncurrent versions are removed */
  noncurrentDays: number | undefined;
  /** days after which uploads in parts are given up */
  uploadDays: number | undefined;
  /** whether delete markers go once they are all that is left of their key */
  markers: boolean;
  /** ms since 1970-01-01 UTC: nothing of this rule is due before, so nobody need look */
  idleUntil: number;
}

/** What the program says of a bucket. */
export interface BucketSettings {
  name: string;
  versioning: Versioning;
  /** how objects are encrypted that say nothing of it */
  encryption: Encryption;
  /** the customer's key, if it has one */
  keyArn: string | undefined;
  /** whether one call to the key serves many objects; the bucket is then the encryption context, else the object */
  bucketKey: boolean;
  lifecycle: LifecycleRule[];
  /** the arguments of the resources that the program declares for it */
  declared: Readonly<
    Partial<Record<"bucket" | "lifecycle" | "publicAccessBlock" | "policy" | "ownership", Properties>>
  >;
}

/** What S3 does to new buckets by default. https://docs.aws.amazon.com/AmazonS3/latest/userguide/default-encryption-faq.html */
const UNDECLARED: Omit<BucketSettings, "name"> = {
  versioning: undefined,
  encryption: { algorithm: "AES256" },
  keyArn: undefined,
  bucketKey: false,
  lifecycle: [],
  declared: {},
};

/** The buckets of a program: those that it declares, and empty ones for the user's own that it names. */
export function bucketsOf(resources: readonly Resource[]): BucketSettings[] {
  const satellite = (type: string, bucket: string) =>
    ofType(resources, type).find((resource) => resource.inputs.bucket === bucket)?.inputs;
  const declared = ofType(resources, TYPES.bucket).map(({ inputs, outputs }): BucketSettings => {
    const name: string = outputs.bucket;
    const rule: Properties | undefined = satellite(TYPES.bucketEncryption, name)?.rules?.[0];
    const byDefault: Properties | undefined = rule?.applyServerSideEncryptionByDefault;
    const status: unknown = satellite(TYPES.bucketVersioning, name)?.versioningConfiguration?.status;
    const bucketKey = rule?.bucketKeyEnabled === true;
    return {
      name,
      versioning: status === "Enabled" || status === "Suspended" ? status : undefined,
      encryption:
        byDefault?.sseAlgorithm === "aws:kms"
          ? { algorithm: "aws:kms", keyId: byDefault.kmsMasterKeyId, bucketKey }
          : UNDECLARED.encryption,
      keyArn: customerKey(byDefault?.kmsMasterKeyId),
      bucketKey,
      lifecycle: lifecycleOf(satellite(TYPES.bucketLifecycle, name)?.rules ?? []),
      declared: {
        bucket: inputs,
        lifecycle: satellite(TYPES.bucketLifecycle, name),
        publicAccessBlock: satellite(TYPES.bucketPublicAccessBlock, name),
        policy: satellite(TYPES.bucketPolicy, name),
        ownership: satellite(TYPES.bucketOwnershipControls, name),
      },
    };
  });
  const names = new Set(declared.map(({ name }) => name));
  const named = [...bucketsNamedBy(resources)].filter((name) => !names.has(name));
  return [...declared, ...named.map((name) => ({ ...UNDECLARED, name, lifecycle: [] }))];
}

function lifecycleOf(rules: readonly Properties[]): LifecycleRule[] {
  return rules
    .filter(({ status }) => status === "Enabled")
    .map((rule) => ({
      id: rule.id,
      prefix: rule.filter?.prefix ?? rule.filter?.and?.prefix ?? "",
      days: rule.expiration?.days,
      date: rule.expiration?.date === undefined ? undefined : Date.parse(rule.expiration.date as string),
      noncurrentDays: rule.noncurrentVersionExpiration?.noncurrentDays,
      uploadDays: rule.abortIncompleteMultipartUpload?.daysAfterInitiation,
      markers: rule.expiration?.expiredObjectDeleteMarker === true,
      idleUntil: 0,
    }));
}

/** Buckets that delivery streams, tables, workgroups and state machines name. */
function bucketsNamedBy(resources: readonly Resource[]): Set<string> {
  const names = new Set<string>();
  for (const stream of ofType(resources, TYPES.deliveryStream)) {
    const arn: string | undefined = stream.inputs.extendedS3Configuration?.bucketArn;
    if (arn !== undefined) names.add(arn.split(":::")[1]!);
  }
  for (const { inputs } of ofType(resources, TYPES.table)) {
    // A view has no location.
    const location: string | undefined = inputs.storageDescriptor.location;
    if (location !== undefined) names.add(parseS3Url(location).bucket);
  }
  for (const workgroup of ofType(resources, TYPES.workgroup)) {
    const output: string | undefined = workgroup.inputs.configuration?.resultConfiguration?.outputLocation;
    if (output !== undefined) names.add(parseS3Url(output).bucket);
  }
  for (const machine of ofType(resources, TYPES.stateMachine))
    for (const { Resource: task, Arguments } of tasksOf(machine.inputs.definition))
      if (task.endsWith(":s3:copyObject")) names.add(Arguments.Bucket as string);
  return names;
}

/** The task states of a machine that stand in its outermost list. */
function tasksOf(definition: string): { Resource: string; Arguments: Properties }[] {
  const { States } = JSON.parse(definition) as { States: Record<string, Properties> };
  return Object.values(States).filter(({ Type }) => Type === "Task") as ReturnType<typeof tasksOf>;
}
