import { membersOf } from "./members";

/** Changes to each message of a recording. */
export interface Edits {
  /** attributes added to each message: a JSON value, otherwise a string */
  set: readonly (readonly [name: string, value: string])[];
  /** attributes renamed in each message: old and new name */
  rename: readonly (readonly [from: string, to: string])[];
}

/** Renames, then sets attributes in the text itself, so other attributes keep their digits and order. Text that is not a JSON object is unchanged. */
export function edit(text: string, { set, rename }: Edits): string {
  if ((set.length === 0 && rename.length === 0) || !isObject(text)) return text;
  const names = new Map(rename);
  const replaced = new Set([...set.map(([name]) => name), ...names.values()]);
  const kept: string[] = [];
  for (const { name, value } of membersOf(text)) {
    const spelled = JSON.parse(text.slice(name.start, name.end)) as string;
    const renamed = names.get(spelled);
    // Otherwise an attribute that is the target of a rename, or is set, would occur twice.
    if (renamed === undefined && replaced.has(spelled)) continue;
    if (renamed !== undefined && set.some(([other]) => other === renamed)) continue;
    const spelling = renamed === undefined ? text.slice(name.start, name.end) : JSON.stringify(renamed);
    kept.push(`${spelling}:${text.slice(value.start, value.end)}`);
  }
  if (set.length > 0) kept.push(membersFor(set));
  return `{${kept.join(",")}}`;
}

const written = new WeakMap<Edits["set"], string>();

/** The members to set, which are the same for every message. */
function membersFor(set: Edits["set"]): string {
  let text = written.get(set);
  if (text === undefined) {
    text = set.map(([name, value]) => `${JSON.stringify(name)}:${jsonOf(value)}`).join(",");
    written.set(set, text);
  }
  return text;
}

/** JSON for a value on a command line or in a CSV cell: the text itself if it is JSON, otherwise a string. */
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
