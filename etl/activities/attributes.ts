import type { Evaluate, PathStep } from "../expressions";
import type { Layout, Message } from "../json";
import { ABSENT, ESCAPED, INTEGER, TEXT } from "../json/token-kinds";

/** Reads the attribute that a path of an expression leads to. */
export function attributeReader(layout: Layout, path: readonly PathStep[]): Evaluate<Message> {
  const [root, ...below] = path;
  const slot = layout.slot(String(root));
  if (below.length > 0) return (message) => message.valueAt(slot, below);
  return (message) => (message.kind[slot] === INTEGER ? message.number[slot] : message.value(slot));
}

/** Tells whether an attribute of the root is a text; Undefined when it is missing. Its bytes are compared as they came. */
export function textTest(
  layout: Layout,
  path: readonly PathStep[],
  text: string,
): ((message: Message) => boolean | undefined) | undefined {
  const [root, ...below] = path;
  if (below.length > 0) return undefined;
  const slot = layout.slot(String(root));
  const wanted = Uint8Array.from(Buffer.from(text));
  const { length } = wanted;
  return (message) => {
    const kind = message.kind[slot];
    if (kind !== TEXT) return kind === ABSENT ? undefined : kind === ESCAPED && message.text(slot) === text;
    const { bytes } = message;
    // behind the opening quote
    const start = (message.start[slot] as number) + 1;
    if ((message.end[slot] as number) - start - 1 !== length) return false;
    for (let index = 0; index < length; index++) if (bytes[start + index] !== wanted[index]) return false;
    return true;
  };
}
