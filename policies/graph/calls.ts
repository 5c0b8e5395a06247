import { overlap } from "../../aws/arn";
import { CALLS, isKnownRole, ResourceCalls, type Surroundings } from "../../aws/calls";
import { block, blocks, text } from "../../aws/values";
import { unknownPaths } from "../framework/unknown";
import { note, type StackView, type View } from "../framework/view";
import { areasOf, satellitesOf } from "./buckets";
import { BUCKET, LOG_GROUP, MAPPING, physicalName, QUEUE, referring, resolve, STREAM } from "./links";

/** Actions that a service may call for a resource, and the ARNs (with * for what is open) that it calls them on. */
export interface PermittedCall {
  actions: readonly string[];
  on: readonly string[];
}

/** A call without which a resource loses data or does not work at all. */
export interface RequiredCall {
  /** name or ARN */
  role: string;
  action: string;
  /** an ARN with * for partition, region and account where they are not known */
  on: string;
  /** path of the argument because of which the call is made */
  at: string;
}

/** Every call that a resource may make with its roles; undefined if they are not described for its type, or if an argument is not known. */
export function permittedCalls(consumer: View, stack: StackView): PermittedCall[] | undefined {
  // A part that is not known may lead to any call; whose role it is, is known here.
  const unknown = unknownPaths(consumer.plain).filter(
    (path) => !/^(arn|id|url|invokeArn|code|tags)|[rR]ole(Arn)?$/.test(path),
  );
  for (const path of unknown) note(consumer, path);
  if (unknown.length > 0) return undefined;
  const calls = callsOf(consumer, stack);
  return calls.incomplete ? undefined : calls.all.map(({ call, on }) => ({ actions: call.actions, on }));
}

/** The calls that AWS's documentation requires of each role of a resource, as far as its arguments are known. */
export function requiredCalls(view: View, stack: StackView): RequiredCall[] {
  return callsOf(view, stack).all.flatMap(({ call, role, on, at }) =>
    call.need === "must" && isKnownRole(role)
      ? call.actions.flatMap((action) => on.map((arn) => ({ role, action, on: arn, at })))
      : [],
  );
}

/** Whether a grant is for one of the calls. */
export function isPermitted(calls: readonly PermittedCall[], action: string, resource: string): boolean {
  return calls.some(
    (call) =>
      call.actions.some((own) => own.toLowerCase() === action.toLowerCase()) &&
      call.on.some((arn) => overlap(arn, resource)),
  );
}

function callsOf(view: View, stack: StackView): ResourceCalls {
  const describe = CALLS[view.type];
  if (describe !== undefined) return describe(view.raw, surroundingsOf(view, stack));
  const none = new ResourceCalls();
  none.incomplete = true;
  return none;
}

function surroundingsOf(view: View, stack: StackView): Surroundings {
  return {
    // Not every call depends on the name.
    get name() {
      return physicalName(view);
    },
    keyOf: (resource) => keyOf(stack, resource),
    hasLogGroup: (name) => resolve(stack, [LOG_GROUP], name) !== undefined,
    mappings: () => referring(stack, [MAPPING], "functionName", view).map(({ name, raw }) => ({ name, inputs: raw })),
    queryBuckets: (definition) => queryBuckets(stack, definition),
  };
}

/** The customer's key of a stream, bucket or queue of the stack, by its name or ARN. */
function keyOf(stack: StackView, value: unknown): string | undefined {
  const target = resolve(stack, [STREAM, BUCKET, QUEUE], value);
  if (target === undefined) return undefined;
  const keys =
    target.type === STREAM
      ? [target.raw.encryptionType === "KMS" ? (target.raw.kmsKeyId as unknown) : undefined]
      : target.type === QUEUE
        ? [target.raw.kmsMasterKeyId as unknown]
        : satellitesOf(stack, "encryption", target)
            .flatMap(({ raw }) => blocks(raw.rules))
            .map(([, rule]) => block(rule.applyServerSideEncryptionByDefault)?.kmsMasterKeyId as unknown);
  return keys.map(text).find((key) => key !== undefined && /^arn:[^:]+:kms:[^:]*:\d{12}:key\//.test(key));
}

/** Buckets of results and of tables in the stack, and those that the definition names; undefined without a table of the stack's own. */
function queryBuckets(stack: StackView, definition: string): string[] | undefined {
  const areas = areasOf(stack).filter(
    ({ kind, by }) => kind === "results" || (kind === "rows" && by.type.startsWith("aws:glue/")),
  );
  if (!areas.some(({ kind }) => kind === "rows")) return undefined;
  const named = stack
    .of(BUCKET)
    .flatMap(({ raw }) => (typeof raw.bucket === "string" && definition.includes(raw.bucket) ? [raw.bucket] : []));
  return [...new Set([...areas.map(({ bucket }) => bucket), ...named])];
}
