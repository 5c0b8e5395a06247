import { membersOf } from "./members";

/** Changes to each message of a recording. */
export interface Edits {
  /** attributes added to each message: a JSON value, or else text */
  set: readonly (readonly [name: string, value: string])[];
  /** attributes renamed in each message: old and new name */
  rename: readonly (readonly [from: string, to: string])[];
}

/** Renames, then sets, in the text itself: what is not named keeps every digit and its place. What holds no JSON object is returned as it is. */
export function edit(text: string, { set, rename }: Edits): string {
  if ((set.length === 0 && rename.length === 0) || !isObject(text)) return text;
  const names = new Map(rename);
  const replaced = new Set([...set.map(([name]) => name), ...names.values()]);
  const kept: string[] = [];
  for (const { name, value } of membersOf(text)) {
    const spelled = JSON.parse(text.slice(name.start, name.end)) as string;
    const renamed = names.get(spelled);
    // An attribute that another one is renamed to, or that is set, would be there twice.
    if (renamed === undefined && replaced.has(spelled)) continue;
    if (renamed !== undefined && set.some(([other]) => other === renamed)) continue;
    const spelling = renamed === undefined ? text.slice(name.start, name.end) : JSON.stringify(renamed);
    kept.push(`${spelling}:${text.slice(value.start, value.end)}`);
  }
  if (set.length > 0) kept.push(membersFor(set));
  return `{${kept.join(",")}}`;
}

const written = new WeakMap<Edits["set"], string>();

/** The members that are set, which are the same in every message. */
function membersFor(set: Edits["set"]): string {
  let text = written.get(set);
  if (text === undefined) {
    text = set.map(([name, value]) => `${JSON.stringify(name)}:${jsonOf(value)}`).join(",");
    written.set(set, text);
  }
  return text;
}

/** A value as a command line or a CSV cell spells it: JSON where it is JSON, text otherwise. */
export function jsonOf(value: string): string {
  return isJson(value) ? value.trim() : JSON.stringify(value);
}

function isObject(text: string): boolean {
  return /^\s*\{/.test(text) && isJson(text);
}

/** Whether a text is valid JSON. */
export function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
