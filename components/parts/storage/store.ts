import * as pulumi from "@pulumi/pulumi";
import type { Scope } from "../common/scope";
import { createPrivateBucket, type BucketNodes, type BucketTransforms, type FormerRows } from "./bucket";
import type { DataSettings } from "./storage-args";

/** Where a component writes: a bucket of its own, or the user's. */
export interface Store {
  bucket: pulumi.Output<string>;
  /** "" or ends with a slash */
  prefix: string;
  /** the customer's key that objects are encrypted with */
  kmsKeyArn: pulumi.Input<string> | undefined;
  /** absent for the user's bucket */
  nodes: BucketNodes | undefined;
  /** what must exist before the first object is written */
  ready: pulumi.Resource[];
}

interface StoreSettings {
  purpose: "raw" | "data" | "results";
  /** days until objects expire; never if undefined */
  days: number | undefined;
  /** prefixes whose objects end before */
  former?: readonly FormerRows[];
  args: DataSettings;
  transforms: BucketTransforms | undefined;
}

/** The store of a component: a bucket of its own with its configuration, or the user's, which stays as it is. */
export function createStore(scope: Scope, { purpose, days, former = [], args, transforms = {} }: StoreSettings): Store {
  const { storage, protectData } = args;
  if (storage !== undefined)
    return {
      bucket: pulumi.output(storage.bucket),
      prefix: storage.prefix ?? "",
      kmsKeyArn: scope.kmsKeyArn,
      nodes: undefined,
      ready: [],
    };
  const forceDestroy = mayDeleteData(args);
  const { kmsKeyArn, ...nodes } = createPrivateBucket(scope, {
    purpose,
    days,
    former,
    forceDestroy,
    protectData,
    transforms,
  });
  return {
    bucket: nodes.bucket.bucket,
    prefix: "",
    kmsKeyArn,
    nodes,
    ready: [nodes.encryption, nodes.ownership, nodes.policy],
  };
}

/** Deleting a bucket with the objects in it takes two keys: the component's and the stack's; so does a repository with images. */
export function mayDeleteData({ allowDataDeletion, stackAllowsDataDeletion }: DataSettings): boolean {
  return allowDataDeletion === true && stackAllowsDataDeletion === true;
}
