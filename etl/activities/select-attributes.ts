import { parseAttributePath } from "./attribute-path";
import type { AttributeListActivity } from "../documents/model/types";
import { ABSENT, type Kind } from "../json/token-kinds";
import type { Layout } from "../json";
import type { Compilation, Step } from "./step";
import type { Stop } from "./stop";

/**
 * Makes a message of the listed attributes alone; a nested one goes to the root under its last name, one that is missing
 * is skipped. Attributes of the system stay, they are no part of the content. A message left with none is filtered.
 */
export function compileSelectAttributes(activity: AttributeListActivity, { layout }: Compilation): Step {
  const paths = activity.attributes.map((path) => {
    const [root, ...below] = parseAttributePath(path);
    const last = [root, ...below].pop();
    return { from: layout.slot(root), below, to: layout.slot(String(last)) };
  });
  const filtered = { result: "filtered", at: activity.name } as const;
  if (paths.every(({ below }) => below.length === 0)) return selectAtRoot(paths, layout, filtered);
  const read: Reading[] = paths.map(() => ({ kind: ABSENT, start: 0, end: 0, number: NaN, big: undefined }));
  return (message) => {
    // everything is read before anything is written, since a target may be another path's source
    for (let index = 0; index < paths.length; index++) {
      const { from, below } = paths[index] as (typeof paths)[number];
      const into = read[index] as Reading;
      if (below.length > 0) {
        const span = message.spanAt(from, below);
        into.kind = span === undefined ? ABSENT : span.kind;
        if (span === undefined) continue;
        into.start = span.start;
        into.end = span.end;
        into.number = span.number;
        into.big = undefined;
      } else {
        into.kind = message.kind[from] as number;
        into.start = message.start[from] as number;
        into.end = message.end[from] as number;
        into.number = message.number[from] as number;
        into.big = message.big[from];
      }
    }
    for (let slot = 0; slot < message.kind.length; slot++) if (layout.system[slot] === false) message.remove(slot);
    message.removeOthers();
    for (let index = 0; index < paths.length; index++) {
      const { kind, start, end, number, big } = read[index] as Reading;
      if (kind === ABSENT) continue;
      const { to } = paths[index] as (typeof paths)[number];
      message.setSpan(to, kind, start, end, number);
      message.big[to] = big;
      message.spelling[to] = undefined;
    }
    return message.count === 0 ? filtered : undefined;
  };
}

/** What a path led to. */
interface Reading {
  kind: Kind;
  start: number;
  end: number;
  number: number;
  big: bigint | undefined;
}

/** The same for paths without a step: values stay in their slots. */
function selectAtRoot(paths: readonly { readonly to: number }[], layout: Layout, filtered: Stop): Step {
  const slots = [...new Set(paths.map(({ to }) => to))];
  /** by slot, whether its attribute goes; made when every name has its slot */
  let goes: Uint8Array | undefined;
  return (message) => {
    goes ??= Uint8Array.from(layout.system, (system, slot) => (system || slots.includes(slot) ? 0 : 1));
    for (let slot = 0; slot < goes.length; slot++) if (goes[slot] === 1) message.remove(slot);
    message.removeOthers();
    for (let index = 0; index < slots.length; index++) {
      const slot = slots[index] as number;
      if (message.kind[slot] !== ABSENT) message.moveLast(slot);
    }
    return message.count === 0 ? filtered : undefined;
  };
}
