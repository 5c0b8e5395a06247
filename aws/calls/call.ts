import { isUnknown, type Inputs } from "../values";

/** A call that an AWS service makes with a resource's role. */
export interface ServiceCall {
  readonly actions: readonly string[];
  /** what it is made on, in words */
  readonly on: string;
  /** must: without the permission the resource does not work or loses data; may: it is made in some cases only */
  readonly need: "must" | "may";
  /** what happens when it is refused */
  readonly refused: string;
  /** AWS's page */
  readonly source: string;
}

/** A call of one resource, by the resource's arguments. */
export interface ResourceCall {
  readonly call: ServiceCall;
  /** the argument that holds the role; undefined where no argument does */
  readonly role: unknown;
  /** ARNs, with * for every part that the arguments do not give */
  readonly on: readonly string[];
  /** path of the argument because of which the call is made */
  readonly at: string;
}

/** What the calls of a resource depend on beside its own arguments. */
export interface Surroundings {
  /** the physical name, undefined if it is not known */
  readonly name: string | undefined;
  /** ARN of the customer's key of a stream, bucket or queue of the program, by the resource's name or ARN */
  keyOf(resource: unknown): string | undefined;
  hasLogGroup(name: string): boolean;
  /** event source mappings of a function */
  mappings(): readonly { name: string; inputs: Inputs }[];
  /** names of the buckets that queries of a state machine's definition use; undefined if their tables are not the program's */
  queryBuckets(definition: string): readonly string[] | undefined;
}

/** Collects the calls of a resource. */
export class ResourceCalls {
  readonly all: ResourceCall[] = [];
  /** whether there may be further calls, because an argument is not known or its meaning is not described here */
  incomplete = false;

  /** Ignores a call whose resource is not known. */
  add(call: ServiceCall, role: unknown, on: string | readonly string[] | undefined, at = ""): void {
    const arns = on === undefined ? [] : typeof on === "string" ? [on] : on;
    if (arns.length > 0 && arns.every((arn) => arn !== "")) this.all.push({ call, role, on: arns, at });
  }
}

/** The same with the actions of a variant. */
export function withActions(call: ServiceCall, ...actions: readonly string[]): ServiceCall {
  return { ...call, actions };
}

/** Use of a customer's key, which AWS makes only for encrypted resources; the key's own policy may allow it instead. */
export const ANY_KEY: ServiceCall = {
  actions: ["kms:Decrypt", "kms:GenerateDataKey", "kms:DescribeKey"],
  on: "customer managed keys of what the service reads and writes",
  need: "may",
  refused: "Reading or writing what the key encrypts fails.",
  source: "https://docs.aws.amazon.com/kms/latest/developerguide/services-s3.html",
};
/** The resource of `ANY_KEY`. */
export const EVERY_KEY = "arn:*:kms:*:*:key/*";

/** Whether a role's ARN or name is known. */
export function isKnownRole(role: unknown): role is string {
  return typeof role === "string" && role !== "" && !isUnknown(role);
}
