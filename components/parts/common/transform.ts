import type * as pulumi from "@pulumi/pulumi";

/**
 * A change to a child's arguments before the child is created, for what the component's own arguments do not cover. An object replaces
 * the members that it has; a function may change `args` and `opts`, which are what the component would use. The names of children and
 * their arguments may change with a later version of this package.
 */
export type Transform<A> = Partial<A> | ((args: A, opts: pulumi.CustomResourceOptions, name: string) => void);

/** The arguments of a child's constructor after its transform. */
export function transformed<A extends object>(
  transform: Transform<A> | undefined,
  name: string,
  args: A,
  opts: pulumi.CustomResourceOptions,
): [name: string, args: A, opts: pulumi.CustomResourceOptions] {
  if (typeof transform !== "function") return [name, { ...args, ...transform }, opts];
  transform(args, opts, name);
  return [name, args, opts];
}
