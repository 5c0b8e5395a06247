import * as pulumi from "@pulumi/pulumi";
import type { Checks } from "../common/checks";

/** What components were told to wait for, beside the components, whose fields other languages get. */
const waits = new WeakMap<object, readonly pulumi.Resource[]>();
/** The topic rules of channels, each of which waits for the delivery streams that read its channel. */
const rules = new WeakMap<object, readonly pulumi.Resource[]>();

/** Remembers what a component waits for, for pipelines that use it. */
export function keepWaits(component: object, { dependsOn }: pulumi.ComponentResourceOptions): void {
  waits.set(component, resourcesIn(dependsOn));
}

/** Remembers the rules of a channel. */
export function keepRules(channel: object, ofChannel: readonly pulumi.Resource[]): void {
  rules.set(channel, ofChannel);
}

/**
 * Refuses a pipeline that waits for the rules of its channel, which wait for the pipeline: none of them would ever be created, and Pulumi
 * would only say how many promises were left. What becomes known later is not looked into.
 * @param users what the pipeline waits for, by argument: its options, its datastore, its functions
 */
export function checkWaits(
  checks: Checks,
  channel: object,
  options: pulumi.ComponentResourceOptions,
  users: Readonly<Record<string, object>>,
): void {
  const ofChannel = new Set<pulumi.Resource>(rules.get(channel));
  if (ofChannel.size === 0) return;
  const why = "waits for the channel, whose topic rules wait for this pipeline, so none of them would ever be created";
  const own = resourcesIn(options.dependsOn).find((resource) => contains(resource, ofChannel));
  if (own !== undefined)
    checks.add("dependsOn", `${why}; leave the channel out: the pipeline waits for the channel's stream as it is`);
  for (const [argument, user] of Object.entries(users))
    if ((waits.get(user) ?? []).some((resource) => contains(resource, ofChannel)))
      checks.add(argument, `${why}; leave the channel out of the option dependsOn of ${argument}`);
}

function resourcesIn(dependsOn: pulumi.ComponentResourceOptions["dependsOn"]): pulumi.Resource[] {
  const all = Array.isArray(dependsOn) ? (dependsOn as unknown[]) : [dependsOn];
  return all.filter((each) => pulumi.Resource.isInstance(each));
}

/** Whether somebody who waits for a resource waits for one of others: a component is there when its children are. */
function contains(resource: pulumi.Resource, others: ReadonlySet<pulumi.Resource>): boolean {
  if (others.has(resource)) return true;
  const { __childResources: children = new Set<pulumi.Resource>() } = resource as unknown as {
    __childResources?: ReadonlySet<pulumi.Resource>;
  };
  return [...children].some((child) => contains(child, others));
}
