/** Which attributes a message can have at the end of a pipeline, as far as the document tells. */
import { parseAttributePath } from "../attribute-path";
import { followChain } from "../chain";
import type { PipelineDocument } from "./types";

/** An open set has every attribute but `absent`; a closed one has `present` and nothing else. */
export interface AttributeSet {
  readonly open: boolean;
  readonly present: ReadonlySet<string>;
  readonly absent: ReadonlySet<string>;
}

/** Assumes that a message may come with any attribute. */
export function attributesAtEnd(pipeline: PipelineDocument): AttributeSet {
  let open = true;
  let present = new Set<string>();
  const absent = new Set<string>();
  const set = (name: string): void => {
    present.add(name);
    absent.delete(name);
  };
  const has = (path: string): boolean => {
    const [root] = parseAttributePath(path);
    return open ? !absent.has(root) : present.has(root);
  };
  for (const { activity } of followChain(pipeline).chain) {
    const { math, addAttributes, removeAttributes, selectAttributes, deviceRegistryEnrich, deviceShadowEnrich } =
      activity;
    if (activity.lambda !== undefined) {
      open = true;
      absent.clear();
    }
    const target = math?.attribute ?? deviceRegistryEnrich?.attribute ?? deviceShadowEnrich?.attribute;
    if (target !== undefined) set(target);
    for (const [source, copy] of Object.entries(addAttributes?.attributes ?? {})) if (has(source)) set(copy);
    for (const path of removeAttributes?.attributes ?? []) {
      const [root, ...below] = parseAttributePath(path);
      if (below.length > 0) continue;
      present.delete(root);
      absent.add(root);
    }
    if (selectAttributes !== undefined) {
      const kept = selectAttributes.attributes.filter(has).map((path) => String(parseAttributePath(path).pop()));
      open = false;
      present = new Set(kept);
    }
  }
  return { open, present, absent };
}

/** Whether an attribute of this name, in any case, can be there. */
export function canHave({ open, present, absent }: AttributeSet, name: string): boolean {
  const lower = name.toLowerCase();
  const among = (names: ReadonlySet<string>): boolean => [...names].some((other) => other.toLowerCase() === lower);
  return among(present) || (open && !among(absent));
}
