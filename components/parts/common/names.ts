import { createHash } from "node:crypto";
import * as pulumi from "@pulumi/pulumi";
import { NAMES } from "../../../aws/names";
import { show } from "../../../aws/text/show";

/** How physical names of one kind of resource are made. */
interface NameStyle {
  /** characters of a class; AWS may accept more */
  readonly characters: string;
  readonly max: number;
  /** neither two hyphens in a row nor one at the end */
  readonly singleHyphens?: true;
}

/** Members of a character class that need no quoting anywhere: not in an ARN pattern, a metric's dimension or a shell. */
const PLAIN = "A-Za-z0-9_-";

/** The names that components give, within what AWS accepts. */
export const NAME_STYLES = {
  topicRule: NAMES.topicRule,
  provisioningTemplate: NAMES.provisioningTemplate,
  devicePolicy: { characters: PLAIN, max: NAMES.devicePolicy.max },
  thingGroup: { characters: PLAIN, max: NAMES.thing.max },
  thingType: { characters: PLAIN, max: NAMES.thingType.max },
  stream: NAMES.stream,
  deliveryStream: NAMES.deliveryStream,
  function: NAMES.function,
  role: { characters: PLAIN, max: NAMES.role.max },
  rolePolicy: { characters: PLAIN, max: NAMES.policy.max },
  // "-" and the account's 12 digits follow; a dot would break TLS to the bucket's host name.
  bucket: { characters: "a-z0-9-", max: NAMES.bucket.max - 13 },
  database: NAMES.catalog,
  workgroup: { characters: PLAIN, max: NAMES.workgroup.max },
  stateMachine: NAMES.stateMachine,
  cluster: { characters: PLAIN, max: NAMES.ecs.max },
  taskDefinition: { characters: PLAIN, max: NAMES.ecs.max },
  repository: { characters: "a-z0-9-", max: NAMES.repository.max, singleHyphens: true },
  schedule: NAMES.schedule,
  scheduleGroup: NAMES.schedule,
  queue: { characters: PLAIN, max: NAMES.queue.max },
  // Whoever calls adds the slash in front; the rest of 1,011 is for the ARN.
  parameter: { characters: "A-Za-z0-9_.-", max: 1000 },
  alarm: { characters: PLAIN, max: NAMES.alarm.max },
  dashboard: NAMES.dashboard,
  quickSight: NAMES.quickSight,
  namedQuery: { characters: PLAIN, max: NAMES.namedQuery.max },
  replication: { characters: "a-z0-9-", max: NAMES.replication.max, singleHyphens: true },
  replicationInstance: { characters: "a-z0-9-", max: NAMES.replicationInstance.max, singleHyphens: true },
  replicationResource: { characters: "a-z0-9-", max: NAMES.replicationResource.max, singleHyphens: true },
} as const satisfies Record<string, NameStyle>;

/** A kind of resource that components name. */
export type NameKind = keyof typeof NAME_STYLES;

/** Digits of the hash that a cut or changed name ends with. */
const HASH = 8;

/** Project and stack that prefix physical names; those of the running program by default. */
export interface NameScope {
  project: string;
  stack: string;
}

/**
 * The physical name of a resource: `PROJECT-STACK-NAME-SUFFIX`, known before anything is created. It is the same in every run, and it
 * ends with a hash of the whole when it had to be cut, or when NAME has characters that the kind does not take; "-" and "_"
 * stand for each other without one.
 *
 * @param suffix tells apart the resources of one kind that one component has, such as the roles of its actors
 */
export function physicalName(
  kind: NameKind,
  name: string,
  suffix = "",
  scope: NameScope = { project: pulumi.getProject(), stack: pulumi.getStack() },
): string {
  const { characters, max, singleHyphens }: NameStyle = NAME_STYLES[kind];
  const separator = characters.endsWith("-") ? "-" : "_";
  const forbidden = new RegExp(`[^${characters}]`, "g");
  const lower = !characters.includes("A-Z");
  const plain = (text: string): string => (lower ? text.toLowerCase() : text).replace(forbidden, separator);
  const clean = (text: string): string => (singleHyphens === true ? plain(text).replace(/-+/g, "-") : plain(text));
  const changed =
    clean(name) !== name.replace(/[-_]/g, (dash) => clean(dash)) ||
    (singleHyphens === true && /^-|-$/.test(clean(name)));
  const whole = [scope.project, scope.stack, name, suffix].filter((part) => part !== "").map(clean);
  const joined = whole.join(separator);
  const text = trim(singleHyphens === true ? joined.replace(/-+/g, "-") : joined, kind);
  if (!changed && text.length <= max) return text;
  const hash = createHash("sha256")
    .update(JSON.stringify([scope.project, scope.stack, name, suffix]))
    .digest("hex")
    .slice(0, HASH);
  return `${trim(text.slice(0, max - HASH - 1), kind)}${separator}${hash}`;
}

/** Buckets and the resources of DMS begin and end with a letter or digit, and so may every other name. */
function trim(text: string, kind: NameKind): string {
  const { singleHyphens }: NameStyle = NAME_STYLES[kind];
  return kind === "bucket" || singleHyphens === true ? text.replace(/^-+|-+$/g, "") : text;
}

interface Named {
  component: pulumi.ComponentResource;
  name: string;
}

/** The physical names that this program's components have, by the engine that runs it. */
const taken = new WeakMap<object, Map<string, Named>>();

/**
 * The physical name of a resource that no other component of the program has. Names of components can differ in characters that AWS does not
 * distinguish: "plant-a" and "plant_a" are one bucket, "Store" and "store" one role. Such a name would be an error of AWS's in the middle of
 * a deployment. Adding a hash to it would rename, and so replace, resources that exist, buckets with their data among them.
 *
 * @throws InputPropertiesError if another component has the name
 */
export function uniqueName(
  component: pulumi.ComponentResource,
  kind: Exclude<NameKind, "rolePolicy" | "schedule" | "namedQuery">,
  name: string,
  suffix = "",
): string {
  const physical = physicalName(kind, name, suffix);
  takeName(
    component,
    kind.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`),
    name,
    physical,
  );
  return physical;
}

/**
 * Takes a name for a resource of a component.
 * @param what the resource, for the message: "topic rule"
 * @param where the place in which names of that kind are unique, if it is not account and region
 * @throws InputPropertiesError if another component has it
 */
export function takeName(
  component: pulumi.ComponentResource,
  what: string,
  name: string,
  physical: string,
  where = "",
): void {
  const engine = pulumi.runtime.getMonitor() as object | undefined;
  if (engine === undefined) return;
  const names = taken.get(engine) ?? new Map<string, Named>();
  taken.set(engine, names);
  // "Names are not distinguished by case": https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateRole.html
  const key = JSON.stringify([what, where, what === "role" ? physical.toLowerCase() : physical]);
  const other = names.get(key);
  if (other === undefined) names.set(key, { component, name });
  else if (other.component !== component) throw nameTaken(name, other.name, what, physical);
}

function nameTaken(name: string, other: string, what: string, physical: string): pulumi.InputPropertiesError {
  const reason = `saw ${show(name)}, whose ${what} would be ${show(physical)}, which the component ${show(other)} has already; give one of the two another name`;
  const error = new pulumi.InputPropertiesError({
    message: `the names of two components lead to one name on AWS\n  name: ${reason}`,
    errors: [{ propertyPath: "name", reason }],
  });
  error.stack = error.message;
  return error;
}

/** The name of a Glue table or of a column: Glue has lower case only, and SQL names it without quotes. */
export function catalogName(name: string): string {
  return name.toLowerCase().replace(/[^a-z0-9_]/g, "_");
}
