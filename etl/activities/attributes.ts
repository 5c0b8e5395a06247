import type { Evaluate, PathStep } from "../expressions";
import type { Layout, Message } from "../json";
import { INTEGER } from "../json/kinds";

/** Reads the attribute that a path of an expression leads to. */
export function attributeReader(layout: Layout, path: readonly PathStep[]): Evaluate<Message> {
  const [root, ...below] = path;
  const slot = layout.slot(String(root));
  if (below.length > 0) return (message) => message.valueAt(slot, below);
  return (message) => (message.kind[slot] === INTEGER ? message.number[slot] : message.value(slot));
}
