import * as pulumi from "@pulumi/pulumi";

/** The stack's configuration key that is the second of the two. */
export const DELETION_KEY = "allowDataDeletion";

/**
 * Whether a bucket may be deleted with the objects in it. It takes two keys: the component's argument, and `allowDataDeletion: true` in
 * the stack's configuration (of the running project).
 */
export function mayDeleteData(argument: boolean | undefined): boolean {
  return argument === true && new pulumi.Config().getBoolean(DELETION_KEY) === true;
}
