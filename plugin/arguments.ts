import * as pulumi from "@pulumi/pulumi";

/** Members of the SDK's outputs that its declarations omit. */
interface Inner {
  promise(): Promise<unknown>;
  isKnown: Promise<boolean>;
  isSecret: Promise<boolean>;
  allResources(): Promise<Set<pulumi.Resource>>;
}

/** Arguments whose values are all known. */
export interface Settled {
  args: Record<string, unknown>;
  /** resources that the arguments come from; the component is created after them and deleted before them */
  dependsOn: pulumi.Resource[];
}

/**
 * Converts arguments from another language to those of a component. Any of them may be an output of another resource, while the
 * component's constructor expects plain values. Known outputs are resolved, and their resources are returned as dependencies.
 *
 * @param mayBeUnknown whether the component accepts an output for the argument
 * @throws InputPropertiesError for arguments that must be known in a preview and are not
 */
export async function settle(
  inputs: Record<string, unknown>,
  mayBeUnknown: (name: string) => boolean,
): Promise<Settled> {
  const resources = new Set<pulumi.Resource>();
  const args: Record<string, unknown> = {};
  const errors: pulumi.InputPropertyErrorDetails[] = [];
  for (const [name, input] of Object.entries(inputs)) {
    args[name] = await opened(input, resources);
    if (pulumi.Output.isInstance(args[name]) && !mayBeUnknown(name))
      errors.push({
        propertyPath: name,
        reason:
          "holds a value that is not known yet, or a secret; its shape decides what is created, so give it values that are known in a preview",
      });
  }
  if (errors.length > 0) throw new pulumi.InputPropertiesError({ message: "arguments that are not known", errors });
  return { args, dependsOn: [...resources] };
}

async function opened(value: unknown, resources: Set<pulumi.Resource>): Promise<unknown> {
  if (pulumi.Output.isInstance(value)) {
    const inner = value as unknown as Inner;
    for (const resource of await inner.allResources()) resources.add(resource);
    if (!(await inner.isKnown) || (await inner.isSecret)) return value;
    return opened(await inner.promise(), resources);
  }
  if (Array.isArray(value)) return Promise.all(value.map((item) => opened(item, resources)));
  if (typeof value !== "object" || value === null || pulumi.Resource.isInstance(value)) return value;
  const members = await Promise.all(
    Object.entries(value).map(async ([name, item]) => [name, await opened(item, resources)] as const),
  );
  return Object.fromEntries(members);
}
