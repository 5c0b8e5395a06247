/** Which attributes a message can have at each place of a pipeline, as far as the document says. */
import { parseAttributePath } from "../../activities/attribute-path";
import { followChain, type ChainedActivity } from "../../activities/chain";
import { formatPath, type PathStep } from "../../expressions";
import type { PipelineDocument } from "../model/types";

/**
 * An open set has every attribute but `absent`; a closed one has `present` and nothing else. `absent` names what lies
 * below an attribute too, by its path: `unit.temp`.
 */
export interface AttributeSet {
  /** the name of the activity that left nothing but `present`; undefined for an open set */
  readonly closedBy: string | undefined;
  readonly present: ReadonlySet<string>;
  /** path of an attribute to the name of the activity that removed it */
  readonly absent: ReadonlyMap<string, string>;
}

/** An activity with the attributes that messages have before and after it. */
export interface FlowStep extends ChainedActivity {
  readonly before: AttributeSet;
  readonly after: AttributeSet;
}

/** The activities in the order in which they run. Assumes that a message may come with any attribute. */
export function flowOf(pipeline: PipelineDocument): FlowStep[] {
  let before: AttributeSet = { closedBy: undefined, present: new Set(), absent: new Map() };
  return followChain(pipeline).chain.map((chained) => {
    const after = step(chained, before);
    const result = { ...chained, before, after };
    before = after;
    return result;
  });
}

function step({ activity, name }: ChainedActivity, before: AttributeSet): AttributeSet {
  const { lambda, math, addAttributes, removeAttributes, selectAttributes, deviceRegistryEnrich, deviceShadowEnrich } =
    activity;
  // a function may return anything
  if (lambda !== undefined) return { closedBy: undefined, present: new Set(), absent: new Map() };
  const present = new Set(before.present);
  const absent = new Map(before.absent);
  const made: string[] = [];
  const target = math?.attribute ?? deviceRegistryEnrich?.attribute ?? deviceShadowEnrich?.attribute;
  if (target !== undefined) made.push(target);
  for (const [source, copy] of Object.entries(addAttributes?.attributes ?? {})) {
    if (has(before, rootOf(source))) made.push(copy);
  }
  for (const attribute of made) {
    present.add(attribute);
    for (const path of [...absent.keys()]) if (rootOf(path) === attribute) absent.delete(path);
  }
  for (const path of removeAttributes?.attributes ?? []) {
    const steps = stepsOf(path);
    // the elements behind one that is removed move up
    if (steps.some((step) => typeof step === "number")) continue;
    if (steps.length === 1) present.delete(steps[0]);
    absent.set(formatPath(steps), name);
  }
  if (selectAttributes === undefined) return { closedBy: before.closedBy, present, absent };
  const kept = selectAttributes.attributes
    .filter((path) => has(before, rootOf(path)))
    .map((path) => String(stepsOf(path).pop()));
  return { closedBy: name, present: new Set(kept), absent };
}

/** A path's steps; of one that is none, its text. */
export function stepsOf(path: string): [string, ...PathStep[]] {
  try {
    return parseAttributePath(path);
  } catch (error) {
    if (error instanceof SyntaxError) return [path];
    throw error;
  }
}

/** The attribute of a message's root in which a path begins. */
function rootOf(path: string): string {
  return stepsOf(path)[0];
}

/** Whether an attribute spelled exactly so can be there. */
function has({ closedBy, present, absent }: AttributeSet, name: string): boolean {
  return present.has(name) || (closedBy === undefined && !absent.has(name));
}

/** The part of a path that cannot be there, from the root on; undefined when all of it may. */
export function missingPart(set: AttributeSet, path: string): string | undefined {
  const steps = stepsOf(path);
  if (!has(set, steps[0])) return steps[0];
  for (let length = 2; length <= steps.length; length++) {
    const part = formatPath(steps.slice(0, length));
    if (set.absent.has(part)) return part;
  }
  return undefined;
}

/** Whether an attribute of this name, in any case, can be there. */
export function canHave({ closedBy, present, absent }: AttributeSet, name: string): boolean {
  const lower = name.toLowerCase();
  const among = (names: Iterable<string>): boolean => [...names].some((other) => other.toLowerCase() === lower);
  return among(present) || (closedBy === undefined && !among(absent.keys()));
}

/** The activity to blame for an attribute that cannot be there, in words: `"remove_3" removes it`. */
export function whyAbsent({ closedBy, absent }: AttributeSet, name: string): string {
  const lower = name.toLowerCase();
  const remover = [...absent].find(([other]) => other.toLowerCase() === lower)?.[1];
  return remover === undefined ? `"${closedBy}" does not select it` : `"${remover}" removes it`;
}
