import { parseAttributePath } from "./attribute-path";
import type { AttributeListActivity } from "../documents/model/types";
import type { PathStep } from "../expressions";
import { eachElement, eachMember, spanText, type Message, type Span } from "../json";
import { ARRAY, OBJECT } from "../json/token-kinds";
import type { Compilation, Step } from "./step";

/** Deletes attributes, nested ones too; a path that leads nowhere is no mistake. A message left with none is filtered. */
export function compileRemoveAttributes(activity: AttributeListActivity, { layout }: Compilation): Step {
  const paths = activity.attributes.map((path) => {
    const [root, ...below] = parseAttributePath(path);
    return { slot: layout.slot(root), below };
  });
  const filtered = { result: "filtered", at: activity.name } as const;
  return (message) => {
    for (const { slot, below } of paths) {
      if (below.length === 0) message.remove(slot);
      else removeNested(message, slot, below);
    }
    return message.count === 0 ? filtered : undefined;
  };
}

function removeNested(message: Message, slot: number, below: readonly PathStep[]): void {
  if (message.spanAt(slot, below) === undefined) return;
  message.setJson(slot, without(message.span(slot) as Span, below));
}

/** JSON of a container without what a path leads to. */
function without(span: Span, [to, ...below]: readonly PathStep[]): string {
  const parts: string[] = [];
  const rest = (value: Span): string | undefined => (below.length === 0 ? undefined : without(value, below));
  if (span.kind === OBJECT) {
    eachMember(span, (name, value) => {
      const json = name === to ? rest(value) : spanText(value);
      if (json !== undefined) parts.push(`${JSON.stringify(name)}:${json}`);
    });
    return `{${parts.join(",")}}`;
  }
  if (span.kind === ARRAY) {
    eachElement(span, (value, index) => {
      const json = index === to ? rest(value) : spanText(value);
      if (json !== undefined) parts.push(json);
    });
    return `[${parts.join(",")}]`;
  }
  // of members named alike the last one leads on, an earlier one may be anything
  return spanText(span);
}
