import { parseAttributePath } from "./attribute-path";
import type { AddAttributesActivity } from "../documents/model/types";
import type { Compilation, Step } from "./step";

/** Copies values to root-level attributes; an entry whose source is missing is skipped (docs/sources.md: add-missing-source). */
export function compileAddAttributes(activity: AddAttributesActivity, { layout }: Compilation): Step {
  const copies = Object.entries(activity.attributes).map(([path, target]) => {
    const [root, ...below] = parseAttributePath(path);
    return { from: layout.slot(root), below, to: layout.slot(target) };
  });
  return (message) => {
    for (const { from, below, to } of copies) message.copy(to, from, below);
    return undefined;
  };
}
