import * as pulumi from "@pulumi/pulumi";
import { privateBucket, type BucketHooks, type BucketNodes } from "./bucket";
import type { Checks } from "../checks";
import type { Place } from "../aws-context";

/** How long data is kept. */
export interface RetentionArgs {
  /** Days after which objects expire, 1 to 100,000. Default: for ever, or what the component says. Example: 90. */
  days?: number;
  /** Keeps data for ever, said in so many words; excludes `days`. Default: false. Example: true. */
  unlimited?: boolean;
}

/** An existing bucket of yours (customer-managed storage). Its policies, encryption and lifecycle stay yours. */
export interface StorageArgs {
  /** Name of the bucket, in the stack's region. Example: "plant-telemetry". */
  bucket: pulumi.Input<string>;
  /** Everything is written below this prefix, which ends with a slash. Default: "". Example: "iot/". */
  prefix?: string;
}

/** When a delivery stream writes an object: at whichever of the two is reached first. */
export interface BufferingArgs {
  /** Age of the oldest record, seconds, 60 to 900. Default: 300. Example: 60. */
  seconds?: number;
  /** Size of the buffer, MB, 64 to 128 (conversion to Parquet wants 64). Default: 128. Example: 64. */
  megabytes?: number;
}

export const DEFAULT_BUFFERING = { seconds: 300, megabytes: 128 };

/** Where a component writes: a bucket of its own, or the user's. */
export interface Store {
  bucket: pulumi.Output<string>;
  /** "" or ends with a slash */
  prefix: string;
  /** absent for the user's bucket */
  nodes: BucketNodes | undefined;
  /** what must be there before the first object */
  ready: pulumi.Resource[];
}

interface StoreSettings {
  purpose: "raw" | "data" | "results";
  storage: StorageArgs | undefined;
  days: number | undefined;
  kmsKeyArn: pulumi.Input<string> | undefined;
  allowDataDeletion: boolean | undefined;
  protectData: boolean | undefined;
  tags: pulumi.Input<Record<string, pulumi.Input<string>>> | undefined;
  hooks: BucketHooks;
}

/** The store of a component: its own bucket with everything around it, or the user's, which is left as it is. */
export function storeOf(
  component: pulumi.ComponentResource,
  name: string,
  place: Place,
  { purpose, storage, ...settings }: StoreSettings,
): Store {
  if (storage !== undefined)
    return { bucket: pulumi.output(storage.bucket), prefix: storage.prefix ?? "", nodes: undefined, ready: [] };
  const nodes = privateBucket(component, name, place, { purpose, ...settings });
  return {
    bucket: nodes.bucket.bucket,
    prefix: "",
    nodes,
    ready: [nodes.encryption, nodes.ownership, nodes.policy],
  };
}

export function checkRetention(checks: Checks, path: string, retention: RetentionArgs | undefined): void {
  checks.whole(`${path}.days`, retention?.days, 1, 100_000, "days");
  checks.notBoth(`${path}.days`, retention?.days !== undefined, `${path}.unlimited`, retention?.unlimited === true);
}

/** What is protected cannot be deleted, whatever the keys say. */
export function checkDeletion(
  checks: Checks,
  {
    allowDataDeletion,
    protectData,
    storage,
  }: { allowDataDeletion?: boolean; protectData?: boolean; storage?: StorageArgs },
): void {
  if (storage !== undefined && protectData !== undefined)
    checks.add("protectData", "is given beside storage; your bucket is not the stack's to delete: leave it out");
  checks.notBoth("allowDataDeletion", allowDataDeletion === true, "protectData", protectData === true);
}

export function checkBuffering(checks: Checks, path: string, buffering: BufferingArgs | undefined): void {
  checks.whole(`${path}.seconds`, buffering?.seconds, 60, 900, "seconds");
  checks.whole(`${path}.megabytes`, buffering?.megabytes, 64, 128, "MB");
}

/** Arguments that only make sense for a bucket of ours are refused beside the user's own. */
export function checkStorage(
  checks: Checks,
  storage: StorageArgs | undefined,
  retention: RetentionArgs | undefined,
  allowDataDeletion: boolean | undefined,
): void {
  if (storage === undefined) return;
  checks.input("storage.bucket", storage.bucket, (bucket) =>
    /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/.test(bucket)
      ? undefined
      : `saw ${JSON.stringify(bucket)}; a bucket's name has 3-63 lower-case letters, digits, dots and hyphens`,
  );
  const { prefix = "" } = storage;
  if (prefix !== "" && (!/^[A-Za-z0-9!_.*'()/{}:-]{0,254}\/$/.test(prefix) || prefix.includes("!{")))
    checks.add(
      "storage.prefix",
      `saw ${JSON.stringify(prefix)}; it ends with a slash, has at most 255 letters, digits and !_.*'()/{}:- and not "!{", which begins an expression of Firehose`,
    );
  if (retention?.days !== undefined)
    checks.add(
      "retention.days",
      "is given beside storage; the lifecycle of your bucket is yours: set it there and leave this out",
    );
  if (allowDataDeletion !== undefined)
    checks.add("allowDataDeletion", "is given beside storage; your bucket is never deleted: leave it out");
}
