import * as pulumi from "@pulumi/pulumi";

/** Whether a value becomes known while the program runs: an output of a resource, or a promise. */
export function isLater(value: unknown): boolean {
  return value instanceof Promise || pulumi.Output.isInstance(value);
}

/** What a function makes of inputs: at once if all of them are known, so that plain values stay plain, else as an output. */
export function lift<T extends readonly unknown[], R>(
  inputs: { readonly [K in keyof T]: pulumi.Input<T[K]> },
  make: (...values: T) => R,
): pulumi.Input<R> {
  if (!inputs.some(isLater)) return make(...(inputs as unknown as T));
  return pulumi.all([...inputs] as pulumi.Input<unknown>[]).apply((values) => make(...(values as unknown as T)));
}
