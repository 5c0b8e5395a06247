import type * as pulumi from "@pulumi/pulumi";
import { NAMES, nameProblem } from "../../../aws/names";
import type { Checks } from "../common/checks";
import { flag, input, object, required, text, whole, type Shape } from "../common/shape";

/** How long data is kept. */
export interface RetentionArgs {
  /** Days after which objects expire, 1 to 100,000. Default: never, or what the component says. Example: 90. */
  days?: number;
  /** Keeps data for ever, stated explicitly; excludes `days`. Default: false. Example: true. */
  unlimited?: boolean;
}

/** An existing bucket of yours (customer-managed storage). Its policies, encryption and lifecycle stay yours. */
export interface StorageArgs {
  /** Name of the bucket, in the stack's region. Example: "plant-telemetry". */
  bucket: pulumi.Input<string>;
  /** Everything is written below this prefix, which ends with a slash. Default: "". Example: "iot/". */
  prefix?: string;
}

/** The arguments of a component that decide where its data is kept, and whether it may be deleted. */
export interface DataSettings {
  storage?: StorageArgs;
  retention?: RetentionArgs;
  allowDataDeletion?: boolean;
  stackAllowsDataDeletion?: boolean;
  protectData?: boolean;
}

/** The arguments `retention`, `storage` and those that allow or prevent deletion. */
export const DATA: Shape<DataSettings> = {
  retention: object<RetentionArgs>({ days: whole(1, 100_000, "days"), unlimited: flag }),
  storage: object<StorageArgs>({
    bucket: required(
      input(
        text("the name of a bucket", (bucket) => {
          const problem = nameProblem(NAMES.bucket, bucket);
          return problem === undefined ? undefined : `saw ${problem.seen}; ${problem.rule}`;
        }),
      ),
    ),
    prefix: text("a text", prefixProblem),
  }),
  allowDataDeletion: flag,
  stackAllowsDataDeletion: flag,
  protectData: flag,
};

function prefixProblem(prefix: string): string | undefined {
  if (prefix === "" || (/^[A-Za-z0-9!_.*'()/{}:-]{0,254}\/$/.test(prefix) && !prefix.includes("!{"))) return undefined;
  return `saw ${JSON.stringify(prefix)}; it ends with a slash, has at most 255 letters, digits and !_.*'()/{}:- and not "!{", which begins an expression of Firehose`;
}

/**
 * Checks the arguments that exclude each other.
 * @param protectsMore whether the component protects something besides its bucket, so that `protectData` makes sense with a bucket of
 * the user's too
 */
export function checkDataArgs(
  checks: Checks,
  { storage, retention, allowDataDeletion, protectData }: DataSettings,
  { protectsMore = false } = {},
): void {
  checks.notBoth("retention.days", retention?.days !== undefined, "retention.unlimited", retention?.unlimited === true);
  if (storage !== undefined && retention?.days !== undefined)
    checks.add(
      "retention.days",
      "is given with storage; the lifecycle of your bucket is yours: set it there and leave this out",
    );
  if (storage !== undefined && allowDataDeletion !== undefined)
    checks.add("allowDataDeletion", "is given with storage; your bucket is never deleted: leave it out");
  if (storage !== undefined && !protectsMore && protectData !== undefined)
    checks.add("protectData", "is given with storage; your bucket is not the stack's to delete: leave it out");
  // What is protected cannot be deleted, whatever the keys say.
  checks.notBoth("allowDataDeletion", allowDataDeletion === true, "protectData", protectData === true);
}
