import * as pulumi from "@pulumi/pulumi";
import { isLater } from "./inputs";

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

/**
 * A member of a child's arguments after its transform, for what is computed from it: thresholds of alarms, statements of roles.
 * @param path names of members, and indexes of lists
 * @returns undefined where there is none; an output where one of the objects on the way is one
 */
export function member<V>(args: object, ...path: (string | number)[]): pulumi.Input<V> | undefined {
  let value: unknown = args;
  for (const [index, key] of path.entries()) {
    if (isLater(value))
      return (pulumi.output(value) as unknown as pulumi.Output<object | undefined>).apply(
        (known) => member<V>(known ?? {}, ...path.slice(index)) as V,
      );
    value = (value as Record<string | number, unknown> | undefined)?.[key];
  }
  return value as pulumi.Input<V> | undefined;
}
