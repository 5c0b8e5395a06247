import { parseAttributePath } from "../attribute-path";
import type { AttributeListActivity } from "../documents/types";
import { ABSENT, COMPUTED_BIG } from "../json/kinds";
import type { Compilation, Step } from "./step";

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
  return (message) => {
    // everything is read before anything is written, since a target may be another path's source
    const found = paths.map(({ from, below, to }) => {
      if (below.length > 0) return { to, span: message.spanAt(from, below), big: undefined };
      const kind = message.kind[from] as number;
      const [start, end, number] = [message.start[from], message.end[from], message.number[from]] as [
        number,
        number,
        number,
      ];
      return {
        to,
        span: kind === ABSENT ? undefined : { kind, start, end, number },
        big: kind === COMPUTED_BIG ? message.big[from] : undefined,
      };
    });
    for (let slot = 0; slot < message.kind.length; slot++) if (layout.system[slot] === false) message.remove(slot);
    message.removeOthers();
    for (const { to, span, big } of found) {
      if (span === undefined) continue;
      message.setSpan(to, span.kind, span.start, span.end, span.number);
      message.big[to] = big;
      message.spelling[to] = undefined;
    }
    return message.count === 0 ? filtered : undefined;
  };
}
