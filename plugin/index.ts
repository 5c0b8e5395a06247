import type * as pulumi from "@pulumi/pulumi";
import { main, type ConstructResult, type Provider } from "@pulumi/pulumi/provider";
import * as components from "../components";
import { settle } from "./arguments";
import { outputsOf, type ComponentName } from "./outputs";
import schema from "./schema.json";

type Constructor = new (
  name: string,
  args: never,
  options: pulumi.ComponentResourceOptions,
) => pulumi.ComponentResource;

/** Constructs the components for programs in any language, according to the schema. */
class Components implements Provider {
  readonly version = schema.version;
  readonly schema = JSON.stringify(schema);

  async construct(
    name: string,
    type: string,
    inputs: pulumi.Inputs,
    options: pulumi.ComponentResourceOptions,
  ): Promise<ConstructResult> {
    const known = (schema.resources as Record<string, { inputProperties: Record<string, { type?: string }> }>)[type];
    if (known === undefined) throw new Error(`${type}: the package ${schema.name} has no such component`);
    const component = type.split(":")[2] as ComponentName;
    const { args, dependsOn } = await settle(
      inputs,
      (argument) => argument === "tags" || known.inputProperties[argument]?.type === "string",
    );
    const before = options.dependsOn as pulumi.Resource[] | undefined;
    const made = new (components[component] as Constructor)(name, args as never, {
      ...options,
      dependsOn: [...(before ?? []), ...dependsOn],
    });
    const state = Object.keys(outputsOf(component)).map((output) => [
      output,
      (made as unknown as Record<string, unknown>)[output],
    ]);
    return { urn: made.urn, state: Object.fromEntries(state) as pulumi.Inputs };
  }
}

void main(new Components(), process.argv.slice(2));
