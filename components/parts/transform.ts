import type * as pulumi from "@pulumi/pulumi";

/**
 * Changes a child before it is created: `args` and `opts` are what the component would use, and may be written to. For what
 * the component's own arguments do not say; later changes of this package may change what a hook sees.
 */
export type Transform<A> = (args: A, opts: pulumi.CustomResourceOptions, name: string) => void;

/** The arguments of a child's constructor, after its hook. */
export function hooked<A>(
  hook: Transform<A> | undefined,
  name: string,
  args: A,
  opts: pulumi.CustomResourceOptions,
): [name: string, args: A, opts: pulumi.CustomResourceOptions] {
  hook?.(args, opts, name);
  return [name, args, opts];
}
