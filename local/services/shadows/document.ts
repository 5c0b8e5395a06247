/**
 * The document of a device shadow (developer guide, "Device Shadow service documents"): how an update is merged, what its
 * metadata are, and in what the desired state differs from the reported one. Pure.
 */

export type Json = null | boolean | number | string | Json[] | { [name: string]: Json };
export type JsonObject = Record<string, Json>;

/** For each value of a state, when it was last set: `{"timestamp": s}` in the places of the values. */
export type Metadata = Json;

export const SECTIONS = ["desired", "reported"] as const;
export type Section = (typeof SECTIONS)[number];

export interface ShadowDocument {
  /** sections that are empty are absent */
  state: Partial<Record<Section, JsonObject>>;
  metadata: Partial<Record<Section, JsonObject>>;
  version: number;
}

export function isObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Merges the state of a request: members of objects one by one, arrays and other values whole, null deletes. @param now s */
export function merged(document: ShadowDocument, request: JsonObject, now: number): ShadowDocument {
  const state: ShadowDocument["state"] = {};
  const metadata: ShadowDocument["metadata"] = {};
  for (const section of SECTIONS) {
    const asked = request[section];
    let values = document.state[section];
    let times = document.metadata[section];
    if (asked === null) [values, times] = [undefined, undefined];
    else if (isObject(asked)) {
      const both = mergeObject(values ?? {}, times ?? {}, asked, now);
      [values, times] = [both.values, both.times];
    }
    if (values === undefined || Object.keys(values).length === 0) continue;
    state[section] = values;
    metadata[section] = times ?? {};
  }
  return { state, metadata, version: document.version + 1 };
}

function mergeObject(
  values: JsonObject,
  times: JsonObject,
  asked: JsonObject,
  now: number,
): { values: JsonObject; times: JsonObject } {
  const mergedValues = { ...values };
  const mergedTimes = { ...times };
  for (const [name, value] of Object.entries(asked)) {
    if (value === null) {
      delete mergedValues[name];
      delete mergedTimes[name];
      continue;
    }
    if (!isObject(value)) {
      mergedValues[name] = value;
      mergedTimes[name] = timesOf(value, now);
      continue;
    }
    const [old, oldTimes] = [values[name], times[name]];
    const deeper = isObject(old)
      ? mergeObject(old, isObject(oldTimes) ? oldTimes : {}, value, now)
      : mergeObject({}, {}, value, now);
    if (Object.keys(deeper.values).length === 0) {
      // an object that was left with nothing, or came so
      delete mergedValues[name];
      delete mergedTimes[name];
    } else {
      mergedValues[name] = deeper.values;
      mergedTimes[name] = deeper.times;
    }
  }
  return { values: mergedValues, times: mergedTimes };
}

/** The metadata of values that were all set now. */
export function timesOf(value: Json, now: number): Metadata {
  if (Array.isArray(value)) return value.map((item) => timesOf(item, now));
  if (isObject(value))
    return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, timesOf(item, now)]));
  return { timestamp: now };
}

/** What is desired and not so reported, with its metadata; undefined when nothing is, or nothing is desired or reported. */
export function delta({ state, metadata }: ShadowDocument): { state: JsonObject; metadata: JsonObject } | undefined {
  const { desired, reported } = state;
  if (desired === undefined || reported === undefined) return undefined;
  const found = difference(desired, reported, metadata.desired ?? {});
  return Object.keys(found.values).length === 0 ? undefined : { state: found.values, metadata: found.times };
}

function difference(
  desired: JsonObject,
  reported: JsonObject,
  times: JsonObject,
): { values: JsonObject; times: JsonObject } {
  const found: { values: JsonObject; times: JsonObject } = { values: {}, times: {} };
  for (const [name, value] of Object.entries(desired)) {
    const other = reported[name];
    if (isObject(value) && isObject(other)) {
      const deeper = difference(value, other, isObject(times[name]) ? times[name] : {});
      if (Object.keys(deeper.values).length === 0) continue;
      found.values[name] = deeper.values;
      found.times[name] = deeper.times;
    } else if (!same(value, other)) {
      found.values[name] = value;
      found.times[name] = times[name] ?? {};
    }
  }
  return found;
}

function same(one: Json, other: Json | undefined): boolean {
  if (Array.isArray(one) && Array.isArray(other))
    return one.length === other.length && one.every((item, index) => same(item, other[index]));
  if (isObject(one) && isObject(other)) {
    const names = Object.keys(one);
    return names.length === Object.keys(other).length && names.every((name) => same(one[name] as Json, other[name]));
  }
  return one === other;
}

/** Levels of objects and arrays. */
export function depthOf(value: Json): number {
  if (typeof value !== "object" || value === null) return 0;
  return 1 + Math.max(0, ...Object.values(value).map(depthOf));
}
