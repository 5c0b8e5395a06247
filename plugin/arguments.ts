import * as pulumi from "@pulumi/pulumi";

/** What the SDK's outputs have beside `apply`; its declarations leave it out. */
interface Inner {
  promise(): Promise<unknown>;
  isKnown: Promise<boolean>;
  isSecret: Promise<boolean>;
  allResources(): Promise<Set<pulumi.Resource>>;
}

/** Arguments whose values are all known. */
export interface Settled {
  args: Record<string, unknown>;
  /** what the arguments came from; the component is made after it, and goes before it */
  dependsOn: pulumi.Resource[];
}

/**
 * Arguments as a component takes them. Another language may give any of them as an output of another resource, where the
 * component's constructor wants plain values: what is known is opened, and what it depends on is said as an option.
 *
 * @param mayBeUnknown whether the component takes an output for the argument
 * @throws InputPropertiesError for arguments that are not known in a preview and must be
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
