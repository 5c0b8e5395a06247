/** What a pipeline and its datastore want of the channel's messages. */
import { parseAttributePath } from "../activities/attribute-path";
import { followChain, type ChainedActivity } from "../activities/chain";
import { parseColumnType } from "../columns";
import type { DatastoreDocument, PipelineDocument } from "../documents/model/types";
import { FILTER_FUNCTIONS, MATH_FUNCTIONS, parseExpression, type PathStep } from "../expressions";
import { partitionSources } from "../partitions";
import { parseTimestampFormat } from "../time/format";
import { wishesOf } from "./expression-wishes";
import { wantType, type Reach } from "./wish";

/** Where an attribute comes from: a path of the channel's messages, or null for one that an activity makes. */
type Origins = Map<string, readonly PathStep[] | null>;

/** Adds what the activities and the columns want; the result reaches what the datastore's rows are made of. */
export function pipelineWishes(pipeline: PipelineDocument, datastore: DatastoreDocument, reach: Reach): Reach {
  const origins: Origins = new Map();
  let closed = false;
  const here: Reach = ([root, ...rest]) => {
    const origin = origins.get(root as string);
    if (origin === null || (origin === undefined && closed)) return [];
    return reach([...(origin ?? [root!]), ...rest]);
  };
  for (const step of followChain(pipeline).chain) {
    activityWishes(step, here);
    closed = follow(step, origins, closed);
  }
  const row = anyCase(origins, here);
  const columns = datastore.fileFormatConfiguration?.parquetConfiguration?.schemaDefinition?.columns ?? [];
  for (const { name, type } of columns)
    if (!name.startsWith("__")) for (const wish of row([name])) wantType(wish, parseColumnType(type));
  for (const source of partitionSources(datastore)) {
    if (source.kind === "timestamp") {
      const format = source.format === undefined ? undefined : parseTimestampFormat(source.format);
      // without a format it is seconds since 1970
      const write = (ms: number): unknown => (format === undefined ? Math.floor(ms / 1000) : format.format(ms));
      for (const wish of row([source.attribute])) wish.time ??= write;
    } else if (source.kind === "attribute") for (const wish of row([source.attribute])) wish.uses.add("text");
  }
  return row;
}

/** A column takes an attribute of its name in any case: one that is known already, or the name as it is. */
function anyCase(origins: Origins, here: Reach): Reach {
  return ([name, ...rest]) => {
    const known = [...origins.keys()].find((other) => other.toLowerCase() === String(name).toLowerCase());
    return here([known ?? name!, ...rest]);
  };
}

function activityWishes({ activity }: ChainedActivity, here: Reach): void {
  const { math, filter, addAttributes, removeAttributes, selectAttributes } = activity;
  if (math !== undefined) wishesOf(parseExpression(math.math, { functions: MATH_FUNCTIONS }).node, here, "number");
  if (filter !== undefined)
    wishesOf(parseExpression(filter.filter, { functions: FILTER_FUNCTIONS }).node, here, "boolean");
  const named = [
    ...Object.keys(addAttributes?.attributes ?? {}),
    ...(removeAttributes?.attributes ?? []),
    ...(selectAttributes?.attributes ?? []),
  ];
  for (const path of named) here(parseAttributePath(path));
  for (const enrich of [activity.deviceRegistryEnrich, activity.deviceShadowEnrich])
    if (enrich !== undefined) for (const wish of here(parseAttributePath(enrich.thingName))) wish.uses.add("device");
}

/** What an activity does to the attributes; returns whether all but the known ones are gone. */
function follow({ activity }: ChainedActivity, origins: Origins, closed: boolean): boolean {
  const { math, addAttributes, removeAttributes, selectAttributes } = activity;
  const originOf = (text: string): readonly PathStep[] | null => {
    const [root, ...rest] = parseAttributePath(text);
    const origin = origins.get(root);
    if (origin === null || (origin === undefined && closed)) return null;
    return [...(origin ?? [root]), ...rest];
  };
  const copies = Object.entries(addAttributes?.attributes ?? {}).map(
    ([source, copy]) => [copy, originOf(source)] as const,
  );
  for (const [copy, origin] of copies) origins.set(copy, origin);
  const made = math?.attribute ?? activity.deviceRegistryEnrich?.attribute ?? activity.deviceShadowEnrich?.attribute;
  if (made !== undefined) origins.set(made, null);
  for (const path of removeAttributes?.attributes ?? [])
    if (parseAttributePath(path).length === 1) origins.set(path, null);
  if (selectAttributes === undefined) return closed;
  const kept = selectAttributes.attributes.map(
    (path) => [String(parseAttributePath(path).at(-1)), originOf(path)] as const,
  );
  origins.clear();
  for (const [name, origin] of kept) origins.set(name, origin);
  return true;
}
