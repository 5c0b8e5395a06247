/**
 * The document of a device shadow: how an update is merged, what its metadata are, and in what the desired state differs from the
 * reported one. Pure. https://docs.aws.amazon.com/iot/latest/developerguide/device-shadow-document.html
 */
import { isObject, member, setMember, type Json, type JsonObject } from "./json";

/** For each value of a state, when it was last set: `{"timestamp": s}` in the places of the values. */
export type Metadata = Json;

/** The sections of a shadow's state. */
export const SECTIONS = ["desired", "reported"] as const;
export type Section = (typeof SECTIONS)[number];

/** A shadow's state, when each value was set, and how often it was changed. */
export interface ShadowDocument {
  /** sections that are empty are absent */
  state: Partial<Record<Section, JsonObject>>;
  metadata: Partial<Record<Section, JsonObject>>;
  version: number;
}

/** Merges the state of a request: members of objects one by one, arrays and other values whole, null deletes. @param now s */
export function merged(document: ShadowDocument, request: JsonObject, now: number): ShadowDocument {
  const state: ShadowDocument["state"] = {};
  const metadata: ShadowDocument["metadata"] = {};
  for (const section of SECTIONS) {
    const asked = member(request, section);
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
      setMember(mergedValues, name, value);
      setMember(mergedTimes, name, timesOf(value, now));
      continue;
    }
    const [old, oldTimes] = [member(values, name), member(times, name)];
    const deeper = isObject(old)
      ? mergeObject(old, isObject(oldTimes) ? oldTimes : {}, value, now)
      : mergeObject({}, {}, value, now);
    if (Object.keys(deeper.values).length === 0) {
      // an object that was left with nothing, or came so
      delete mergedValues[name];
      delete mergedTimes[name];
    } else {
      setMember(mergedValues, name, deeper.values);
      setMember(mergedTimes, name, deeper.times);
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

/**
 * The desired state where it differs from the reported one, with its metadata; all of it when nothing is reported. Undefined when there is
 * no difference.
 */
export function delta({ state, metadata }: ShadowDocument): { state: JsonObject; metadata: JsonObject } | undefined {
  const { desired, reported = {} } = state;
  if (desired === undefined) return undefined;
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
    const other = member(reported, name);
    const set = member(times, name) ?? {};
    if (isObject(value) && isObject(other)) {
      const deeper = difference(value, other, isObject(set) ? set : {});
      if (Object.keys(deeper.values).length === 0) continue;
      setMember(found.values, name, deeper.values);
      setMember(found.times, name, deeper.times);
    } else if (!same(value, other)) {
      setMember(found.values, name, value);
      setMember(found.times, name, set);
    }
  }
  return found;
}

function same(one: Json, other: Json | undefined): boolean {
  if (Array.isArray(one) && Array.isArray(other))
    return one.length === other.length && one.every((item, index) => same(item, other[index]));
  if (isObject(one) && isObject(other)) {
    const names = Object.keys(one);
    return (
      names.length === Object.keys(other).length && names.every((name) => same(one[name] as Json, member(other, name)))
    );
  }
  return one === other;
}

/** Levels of objects and arrays; the value is known to have few. */
export function depthOf(value: Json): number {
  if (typeof value !== "object" || value === null) return 0;
  return 1 + Math.max(0, ...Object.values(value).map(depthOf));
}

/** Whether an array within the value holds null, which shadows refuse. */
export function hasNullInArray(value: Json): boolean {
  if (typeof value !== "object" || value === null) return false;
  if (Array.isArray(value) && value.includes(null)) return true;
  return Object.values(value).some(hasNullInArray);
}
