import type { Properties } from "../core/model";

/** Keys and values by which Pulumi's protocol marks what JSON cannot express (`@pulumi/pulumi/runtime/rpc`). */
export const SIGNATURE = "4dabf18193072939515e22adb298388d";
/** Signatures by which Pulumi's protocol marks values that are no plain JSON (https://github.com/pulumi/pulumi/blob/master/sdk/go/common/resource/sig/sig.go). */
export const SECRET = "1b47061264138c4ac30d75fd1eb44270";
export const ASSET = "c44067f5952c0a294b673a41bacd8c17";
export const ARCHIVE = "0def7320c3a5731c473e5ecbe6d01bc7";
export const RESOURCE = "5cf8f73096256a8f31e491e813e4eb8e";
export const OUTPUT = "d0e6a833031e9bbcd3f4e8bde6ca49a4";
export const UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

/** Whether a value is an asset: a file or a text of an archive. */
export function isAsset(marked: Properties): boolean {
  return marked[SIGNATURE] === ASSET;
}

/** Marks a value as secret. */
export function secret(value: unknown): Properties {
  return { [SIGNATURE]: SECRET, value };
}
