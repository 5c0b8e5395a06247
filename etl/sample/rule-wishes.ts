/** Through the statement of a topic rule: which part of a device's message becomes an attribute of the channel's messages. */
import { selected, type PathStep } from "../expressions";
import type { Statement } from "../iot-sql";
import { wishesOf } from "./expression-wishes";
import { wishAt, type Reach, type Wish } from "./wish";

/** What the statement itself wants is added to `root`, the message of a device. */
export function throughRule(statement: Statement, root: Wish): Reach {
  const own: Reach = (path) => [wishAt(root, path)];
  for (const node of [...statement.variables.map((variable) => variable.node), ...selected(statement)])
    wishesOf(node, own, node === statement.where ? "boolean" : undefined);
  return (path) => from(statement, path).map((steps) => wishAt(root, steps));
}

/** The paths of a device's message that an attribute's value comes from; none if the rule makes it. */
function from({ items, value }: Statement, path: readonly PathStep[]): (readonly PathStep[])[] {
  if (value !== undefined) return value.kind === "path" ? [[...value.steps, ...path]] : [];
  for (const item of items) {
    if (item.kind !== "named" || !item.name.every((part, index) => part === path[index])) continue;
    const { node } = item;
    return node.kind === "path" ? [[...node.steps, ...path.slice(item.name.length)]] : [];
  }
  if (items.some(({ kind }) => kind === "all")) return [path];
  return items.flatMap((item) =>
    item.kind === "spread" && item.node.kind === "path" ? [[...item.node.steps, ...path]] : [],
  );
}
