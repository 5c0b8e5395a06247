import { TYPES, ofType, type Properties, type Resource } from "../../core/model";
import { customerKey } from "../../core/customer-key";
import { parseS3Url } from "./location";

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
  prefix: string;
  /** days after which objects expire */
  days: number | undefined;
  /** days after which noncurrent versions are removed */
  noncurrentDays: number | undefined;
  /** ms since 1970-01-01 UTC: nothing of this rule is due before, so nobody need look */
  idleUntil: number;
}

/** What the program says of a bucket. */
export interface BucketSettings {
  name: string;
  versioned: boolean;
  /** the customer's key, if it has one */
  keyArn: string | undefined;
  /** whether one call to the key serves many objects; the bucket is then the encryption context, else the object */
  bucketKey: boolean;
  lifecycle: LifecycleRule[];
}

/** The buckets of a program: those that it declares, and empty ones for the user's own that it names. */
export function bucketsOf(resources: readonly Resource[]): BucketSettings[] {
  const satellite = (type: string, bucket: string) =>
    ofType(resources, type).find((resource) => resource.inputs.bucket === bucket)?.inputs;
  const declared = ofType(resources, TYPES.bucket).map(({ outputs }): BucketSettings => {
    const name: string = outputs.bucket;
    const encryption = satellite(TYPES.bucketEncryption, name)?.rules?.[0];
    return {
      name,
      versioned: satellite(TYPES.bucketVersioning, name)?.versioningConfiguration?.status === "Enabled",
      keyArn: customerKey(encryption?.applyServerSideEncryptionByDefault?.kmsMasterKeyId),
      bucketKey: encryption?.bucketKeyEnabled === true,
      lifecycle: lifecycleOf(satellite(TYPES.bucketLifecycle, name)?.rules ?? []),
    };
  });
  const names = new Set(declared.map(({ name }) => name));
  const named = [...bucketsNamedBy(resources)].filter((name) => !names.has(name));
  return [
    ...declared,
    ...named.map((name) => ({ name, versioned: false, keyArn: undefined, bucketKey: false, lifecycle: [] })),
  ];
}

function lifecycleOf(rules: readonly Properties[]): LifecycleRule[] {
  return rules
    .filter(({ status }) => status === "Enabled")
    .map((rule) => ({
      prefix: rule.filter?.prefix ?? rule.filter?.and?.prefix ?? "",
      days: rule.expiration?.days,
      noncurrentDays: rule.noncurrentVersionExpiration?.noncurrentDays,
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
  for (const table of ofType(resources, TYPES.table))
    names.add(parseS3Url(table.inputs.storageDescriptor.location).bucket);
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
